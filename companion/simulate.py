"""A raw survey export from a truth: the answers, the mess of real fieldwork, and the file format of Qualtrics."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pandas as pd

from companion import population
from companion.errors import InputError, Problem
from companion.population import CELLS, Array, Truth
from companion.questionnaire import Questionnaire

MODEL = ("psr", "pk", "pa")
START = pd.Timestamp("2020-03-02 08:00:00")
DAYS = 28
LONGEST_SCREENING = 0.15
MEDIAN_SECONDS, SPREAD_OF_SECONDS, SHORTEST_SECONDS = 540, 0.30, 260

# How far people get: a page is answered by those who reached it.
PAGES = ("consent", "eligibility", "background", "post", "psr", "pk", "pa", "checks")
PROGRESS = dict(zip(PAGES, (8, 17, 33, 42, 58, 75, 88, 100), strict=True))
TIMED = {"psr": "T10", "pk": "T11", "pa": "T12"}

METADATA = {
    "StartDate": ("Startdatum", "startDate"),
    "EndDate": ("Einddatum", "endDate"),
    "Status": ("Soort respons", "status"),
    "IPAddress": ("IP-adres", "ipAddress"),
    "Progress": ("Voortgang", "progress"),
    "Duration (in seconds)": ("Duur (in seconden)", "duration"),
    "Finished": ("Voltooid", "finished"),
    "RecordedDate": ("Registratiedatum", "recordedDate"),
    "ResponseId": ("Respons-ID", "_recordId"),
    "RecipientLastName": ("Achternaam ontvanger", "recipientLastName"),
    "RecipientFirstName": ("Voornaam ontvanger", "recipientFirstName"),
    "RecipientEmail": ("E-mailadres ontvanger", "recipientEmail"),
    "ExternalReference": ("Referentie externe gegevens", "externalDataReference"),
    "LocationLatitude": ("Breedtegraad locatie", "locationLatitude"),
    "LocationLongitude": ("Lengtegraad locatie", "locationLongitude"),
    "DistributionChannel": ("Distributiekanaal", "distributionChannel"),
    "UserLanguage": ("Gebruikerstaal", "userLanguage"),
}
TIMER_PARTS = ("First Click", "Last Click", "Page Submit", "Click Count")
REMARKS = (
    "Leuk onderzoek!",
    "Geen opmerkingen",
    "Ik vond de vragen over de fles wat raar, maar oké.",
    'Ze zegt zelf altijd "eerlijk duurt het langst".',
    "Twee dingen:\n- de post laadde traag\n- veel succes met je thesis",
    "Stuur de resultaten gerust naar volger@example.org",
)


def survey(truth: Truth, questionnaire: Questionnaire) -> bytes:
    """Write the raw Qualtrics export that a truth and its seed give.

    Parameters
    ----------
    truth
        Where the answers come from, and the mess that is planted among them.
    questionnaire
        What was asked, in which column, with which Dutch labels.

    Returns
    -------
    bytes
        A CSV file in UTF-8 with three header rows, 17 columns of metadata and Dutch choice texts. All its personal data
        are invented: addresses from 192.0.2.0/24 and example.org only.

    Raises
    ------
    InputError
        If truth and questionnaire name different items.
    """
    if list(truth.items) != list(questionnaire.items):
        different = sorted(set(truth.items) ^ set(questionnaire.items)) or ["the same items in another order"]
        raise InputError(
            Problem(
                "truth",
                f"Its items are not those of the questionnaire: {', '.join(different)}.",
                "Name the same items in both.",
            )
        )
    streams = [np.random.default_rng(seed) for seed in np.random.SeedSequence(truth.seed).spawn(5)]
    answers_rng, conduct_rng, times_rng, contact_rng, order_rng = streams
    people = _people(truth, answers_rng)
    people = _answered(people, truth, questionnaire, answers_rng)
    people = _misanswered(people, truth, questionnaire, conduct_rng)
    people = _timed(people, questionnaire, times_rng)
    people = _contacted(people, truth, questionnaire, contact_rng)
    people = _ordered(people, truth, order_rng)
    return _written(people, questionnaire)


def _people(truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    planted = truth.planted
    plan: list[tuple[str, str, tuple[str, str] | None, int]] = [
        ("preview", "checks", None, planted.previews),
        ("test", "checks", None, planted.tests),
        ("no consent", "consent", None, planted.no_consent),
        ("under 18", "eligibility", None, planted.under_18),
        ("over 30", "eligibility", None, planted.over_30),
        ("age missing", "eligibility", None, planted.age_missing),
        ("not a follower", "eligibility", None, planted.not_follower),
        ("outside age and not a follower", "eligibility", None, planted.outside_age_and_not_follower),
        ("attention failed", "background", None, planted.attention_failed),
        ("never assigned", "background", None, planted.never_assigned),
    ]
    for number, cell in enumerate(CELLS):
        plan += [
            ("careful", "checks", cell, truth.per_cell - planted.straight_liners[number]),
            ("straight line", "checks", cell, planted.straight_liners[number]),
            ("missing item", "checks", cell, planted.missing_item[number]),
            ("left at post", "post", cell, planted.left_at_post[number]),
            ("left after first page", "psr", cell, planted.left_after_first_page[number]),
            ("second answer", "checks", cell, planted.second_answers[number]),
            ("fast pages", "checks", cell, planted.fast_pages[number]),
            ("fast in all", "checks", cell, planted.fast_in_all[number]),
            ("fast both", "checks", cell, planted.fast_both[number]),
        ]
    kinds, reached, cells, numbers = zip(*plan, strict=True)
    people = pd.DataFrame({"kind": kinds, "reached": reached, "cell": cells}).loc[
        np.repeat(np.arange(len(plan)), numbers)
    ]
    people = people.reset_index(drop=True)
    anywhere = [CELLS[number] for number in rng.integers(len(CELLS), size=len(people))]
    cells_of = [anywhere[row] if cell is None else cell for row, cell in enumerate(people["cell"])]
    people["valence"], people["interaction"] = zip(*cells_of, strict=True)
    return people.drop(columns="cell")


def _answered(
    people: pd.DataFrame, truth: Truth, questionnaire: Questionnaire, rng: np.random.Generator
) -> pd.DataFrame:
    n = len(people)
    drawn = population.draw(truth, population.dummies(people["valence"], people["interaction"]), rng)
    scored = pd.DataFrame(population.rounded(drawn[list(truth.items)]), columns=list(truth.items))
    people = pd.concat([people, _unturned(scored, questionnaire)], axis=1)
    background = truth.background
    people["age"] = rng.choice(list(background.age), p=list(background.age.values()), size=n)
    people["gender"] = rng.choice(list(background.gender), p=list(background.gender.values()), size=n)
    people["instagram"] = rng.choice(list(background.instagram), p=list(background.instagram.values()), size=n)
    people["following"] = _ranked(drawn["following"].to_numpy(), background.following)
    involvement = background.involvement
    people["involvement"] = population.rounded(involvement.base + involvement.sd * drawn["involvement"])
    people["consent"], people["follower"] = (questionnaire.screening[name].passes for name in ("consent", "follower"))
    people["attention"] = questionnaire.screening["attention"].passes
    perceived = truth.checks.perceived_valence
    tone = np.where(people["valence"] == "negative", perceived.negative, perceived.positive)
    people["perceived_valence"] = population.rounded(tone + perceived.sd * rng.standard_normal(n))
    people["perceived_interaction"] = _remembered(people["interaction"], truth, questionnaire, rng)
    return people


def _ranked(trait: Array, shares: dict[int, float]) -> Array:
    from scipy import stats

    thresholds = stats.norm.ppf(np.cumsum(list(shares.values()))[:-1])
    return np.array(list(shares), dtype=float)[np.searchsorted(thresholds, trait)]


def _remembered(
    interaction: pd.Series, truth: Truth, questionnaire: Questionnaire, rng: np.random.Generator
) -> list[object]:
    choices = questionnaire.codes(str(questionnaire.checks["perceived_interaction"].scale))
    right = rng.random(len(interaction)) < truth.checks.perceived_interaction
    other = rng.integers(len(choices) - 1, size=len(interaction))
    return [
        did if knows else [choice for choice in choices if choice != did][guess]
        for did, knows, guess in zip(interaction, right, other, strict=True)
    ]


def _unturned(scored: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    raw = scored.copy()
    for construct in questionnaire.constructs:
        lowest, highest = questionnaire.bounds(construct)
        turned = [name for name, item in questionnaire.constructs[construct].items.items() if item.reversed]
        raw[turned] = lowest + highest - raw[turned]
    return raw


def _misanswered(
    people: pd.DataFrame, truth: Truth, questionnaire: Questionnaire, rng: np.random.Generator
) -> pd.DataFrame:
    def are(*kinds: str) -> pd.Series:
        return people["kind"].isin(kinds)

    items = list(questionnaire.items)
    straight, hasty = are("straight line"), are("fast pages", "fast in all", "fast both")
    boxes = population.straight_boxes(int(straight.sum()), rng)
    people.loc[straight, items] = np.repeat(boxes[:, None], len(items), axis=1)
    people.loc[hasty, items] = rng.integers(1, 8, size=(int(hasty.sum()), len(items))).astype(float)
    in_model = questionnaire.items_of(MODEL)
    for row in np.flatnonzero(are("missing item")):
        people.loc[row, in_model[rng.integers(len(in_model))]] = np.nan

    refused = next(
        choice
        for choice in questionnaire.codes(questionnaire.screening["consent"].scale)
        if choice != people["consent"][0]
    )
    people.loc[are("no consent"), "consent"] = refused
    stranger = next(
        choice
        for choice in questionnaire.codes(questionnaire.screening["follower"].scale)
        if choice != people["follower"][0]
    )
    people.loc[are("not a follower", "outside age and not a follower"), "follower"] = stranger
    people["age"] = people["age"].astype(float)
    people.loc[are("under 18"), "age"] = rng.integers(14, 18, size=truth.planted.under_18)
    outside = are("over 30", "outside age and not a follower")
    people.loc[outside, "age"] = rng.integers(31, 46, size=int(outside.sum()))
    people.loc[are("age missing"), "age"] = np.nan
    right = questionnaire.screening["attention"].passes
    wrong = [choice for choice in questionnaire.codes(questionnaire.screening["attention"].scale) if choice != right]
    failed = are("attention failed")
    people.loc[failed, "attention"] = rng.choice(wrong, size=int(failed.sum()))

    people["attention"] = people["attention"].astype(float)
    asked_on = {
        "eligibility": ["age", "follower"],
        "background": ["gender", "instagram", "following", "involvement", "attention"],
        "post": ["valence", "interaction"],
        "psr": questionnaire.items_of(("psr",)),
        "pk": questionnaire.items_of(("pk", "pkc")),
        "pa": questionnaire.items_of(("pa",)),
        "checks": ["perceived_valence", "perceived_interaction"],
    }
    depth = people["reached"].map(PAGES.index)
    for page, names in asked_on.items():
        people.loc[depth < PAGES.index(page), names] = np.nan
    return people


def _timed(people: pd.DataFrame, questionnaire: Questionnaire, rng: np.random.Generator) -> pd.DataFrame:
    n = len(people)
    fast_pages, fast_in_all = (
        people["kind"].isin(["fast pages", "fast both"]),
        people["kind"].isin(["fast in all", "fast both"]),
    )
    full = np.maximum(np.rint(MEDIAN_SECONDS * np.exp(SPREAD_OF_SECONDS * rng.standard_normal(n))), SHORTEST_SECONDS)
    full[fast_in_all] = rng.integers(75, 140, size=int(fast_in_all.sum()))
    share = people["reached"].map(PROGRESS).to_numpy() / 100
    people["seconds"] = np.maximum(np.rint(full * share), 5)
    for page, asked in {"psr": ("psr",), "pk": ("pk", "pkc"), "pa": ("pa",)}.items():
        items = len(questionnaire.items_of(asked))
        pace = rng.uniform(2.5, 6.0, size=n)
        pace[fast_in_all] = rng.uniform(1.2, 2.0, size=int(fast_in_all.sum()))
        pace[fast_pages] = rng.uniform(0.4, 0.9, size=int(fast_pages.sum()))
        first = np.round(rng.uniform(0.2, 0.4, size=n) * pace, 3)
        submit = np.round(items * pace, 3)
        clicks = items + rng.integers(0, 3, size=n)
        parts = dict(zip(TIMER_PARTS, (first, np.round(submit * 0.95, 3), submit, clicks.astype(float)), strict=True))
        seen = people[questionnaire.items_of(asked)].notna().any(axis=1)
        for part, values in parts.items():
            people[f"{TIMED[page]}_{part}"] = np.where(seen, values, np.nan)
    return people


def _contacted(
    people: pd.DataFrame, truth: Truth, questionnaire: Questionnaire, rng: np.random.Generator
) -> pd.DataFrame:
    n = len(people)
    people["start"] = START + pd.to_timedelta(rng.integers(DAYS * 86_400, size=n), unit="s")
    people["person"] = np.arange(1, n + 1)
    second = np.flatnonzero(people["kind"] == "second answer")
    first = rng.choice(np.flatnonzero(people["kind"] == "careful"), size=len(second), replace=False)
    people.loc[second, "person"] = people.loc[first, "person"].to_numpy()
    later = people.loc[first, "start"].to_numpy() + pd.to_timedelta(
        rng.integers(86_400, 5 * 86_400, size=len(second)), unit="s"
    )
    people.loc[second, "start"] = later
    people["address"] = [f"192.0.2.{host}" for host in rng.integers(1, 255, size=n)]
    unofficial = people["kind"].isin(["preview", "test"])
    mailed = (rng.random(n) < 0.2) & ~unofficial
    people["channel"] = np.select([unofficial, mailed], ["preview", "email"], "anonymous")
    people["email"] = [
        f"volger{person:04d}@example.org" if mail else "" for person, mail in zip(people["person"], mailed, strict=True)
    ]
    people["status"] = people["kind"].map({"preview": "Survey Preview", "test": "Survey Test"}).fillna("IP Address")
    dropped_out = people["kind"].isin(["never assigned", "left at post", "left after first page"])
    people["finished"] = np.where(dropped_out, "False", "True")
    people["progress"] = np.where(dropped_out, people["reached"].map(PROGRESS), 100)
    said = (rng.random(n) < 0.06) & (people["reached"] == "checks")
    people["remark"] = [
        remark if speaks else "" for remark, speaks in zip(rng.choice(REMARKS, size=n), said, strict=True)
    ]
    return people


def _ordered(people: pd.DataFrame, truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    people = people.sort_values("start", kind="stable", ignore_index=True)
    people["id"] = rng.permutation(len(people)) + 1
    careful = np.flatnonzero(people["kind"] == "careful")
    copied = rng.choice(careful, size=truth.planted.copies, replace=False)
    return pd.concat([people, people.loc[copied]]).sort_values("start", kind="stable", ignore_index=True)


def _written(people: pd.DataFrame, questionnaire: Questionnaire) -> bytes:
    columns = _columns(people, questionnaire)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerow([label for label, _, _ in columns.values()])
    writer.writerow([json.dumps(identity, separators=(",", ":")) for _, identity, _ in columns.values()])
    writer.writerows(zip(*(values for _, _, values in columns.values()), strict=True))
    return buffer.getvalue().encode("utf-8")


def _columns(people: pd.DataFrame, questionnaire: Questionnaire) -> dict[str, tuple[str, dict[str, str], list[str]]]:
    written: dict[str, tuple[str, dict[str, str], list[str]]] = {}
    for tag, values in _metadata(people, questionnaire).items():
        label, identity = METADATA[tag]
        zone = {"timeZone": "Europe/Brussels"} if tag.endswith("Date") else {}
        written[tag] = (label, {"ImportId": identity} | zone, values)

    def ask(tag: str, label: str, values: list[str]) -> None:
        written[tag] = (label, {"ImportId": f"QID{tag.removeprefix('Q')}"}, values)

    for group in (questionnaire.screening, questionnaire.background):
        for name, question in group.items():
            ask(question.column, question.text.nl, _labels(people[name], question.scale, questionnaire))
    for page in TIMED:
        for part in TIMER_PARTS:
            tag = f"{TIMED[page]}_{part}"
            written[tag] = (
                f"Timing - {part}",
                {"ImportId": f"QID{TIMED[page][1:]}0_{part.replace(' ', '_').upper()}"},
                _numbers(people[tag]),
            )
    for construct in questionnaire.constructs.values():
        for name, item in construct.items.items():
            ask(
                item.column,
                f"{construct.stem.nl}\n - {item.text.nl}",
                _labels(people[name], construct.scale, questionnaire),
            )
    for name, question in questionnaire.checks.items():
        ask(question.column, question.text.nl, _labels(people[name], question.scale, questionnaire))
    ask("Q15", "Heb je nog opmerkingen?", people["remark"].tolist())
    for name, factor in questionnaire.factors.items():
        labels = {level.code: level.nl for level in factor.levels}
        written[factor.column] = (
            factor.column,
            {"ImportId": factor.column},
            people[name].map(labels).fillna("").tolist(),
        )
    origin = questionnaire.provenance
    written[origin.column] = (origin.column, {"ImportId": origin.column}, [origin.simulated] * len(people))
    return dict(sorted(written.items(), key=lambda entry: _position(entry[0])))


def _position(tag: str) -> tuple[int, float]:
    if tag in METADATA:
        return 0, list(METADATA).index(tag)
    if tag[0] in "QT" and tag[1].isdigit():
        page, _, part = tag[1:].partition("_")
        within = TIMER_PARTS.index(part) / 100 if tag[0] == "T" else 0.5 + (int(part) if part else 0) / 100
        return 1, int(page) + within
    return 2, 0


def _metadata(people: pd.DataFrame, questionnaire: Questionnaire) -> dict[str, list[str]]:
    end = people["start"] + pd.to_timedelta(people["seconds"], unit="s")
    empty = [""] * len(people)
    return {
        "StartDate": people["start"].dt.strftime("%Y-%m-%d %H:%M:%S").tolist(),
        "EndDate": end.dt.strftime("%Y-%m-%d %H:%M:%S").tolist(),
        "Status": people["status"].tolist(),
        "IPAddress": people["address"].tolist(),
        "Progress": _numbers(people["progress"]),
        "Duration (in seconds)": _numbers(people["seconds"]),
        "Finished": people["finished"].tolist(),
        "RecordedDate": (end + pd.Timedelta(seconds=1)).dt.strftime("%Y-%m-%d %H:%M:%S").tolist(),
        "ResponseId": [f"{questionnaire.provenance.id_prefix}{number:05d}" for number in people["id"]],
        "RecipientLastName": empty,
        "RecipientFirstName": empty,
        "RecipientEmail": people["email"].tolist(),
        "ExternalReference": [f"uitnodiging-{person:04d}" for person in people["person"]],
        "LocationLatitude": empty,
        "LocationLongitude": empty,
        "DistributionChannel": people["channel"].tolist(),
        "UserLanguage": ["NL"] * len(people),
    }


def _labels(codes: pd.Series, scale: str | None, questionnaire: Questionnaire) -> list[str]:
    if scale is None:
        return _numbers(codes)
    return codes.map({choice.code: choice.nl for choice in questionnaire.scales[scale]}).fillna("").tolist()


def _numbers(values: pd.Series) -> list[str]:
    return ["" if pd.isna(value) else f"{value:g}" for value in values]
