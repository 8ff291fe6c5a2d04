"""A raw survey export from a truth: the answers, the mess of real fieldwork, and the file format of Qualtrics."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from companion.errors import InputError, Problem
from companion.survey.design import Cell
from companion.survey.questionnaire import Code, Page, Question, Questionnaire
from companion.survey.simulated_mark import ID_PREFIX, MARK, MARK_COLUMN
from companion.truth import misbehaviour, population
from companion.truth.population import CELLS, Array, TrueBackground, TrueChecks, Truth

MODEL = ("psr", "pk", "pa")
HEADER_ROWS = 3
"""Tags, questions and Qualtrics' identifiers."""
START = pd.Timestamp("2020-03-02 08:00:00")
DAYS = 28
DAY = 86_400
MEDIAN_SECONDS, SPREAD_OF_SECONDS, SHORTEST_SECONDS = 540, 0.30, 260

# How far people get: a page is answered by those who reached it.
PAGES = ("consent", "eligibility", "background", "post", "psr", "pk", "pa", "checks")
PROGRESS = dict(zip(PAGES, (8, 17, 33, 42, 58, 75, 88, 100), strict=True))

FAILING = {
    "no_consent": "consent",
    "not_follower": "follower",
    "outside_age_and_not_follower": "follower",
    "attention_failed": "attention",
}
"""Who is planted to fail a question -> that question."""

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
SUBMIT = "Page Submit"
TIMER_PARTS = ("First Click", "Last Click", SUBMIT, "Click Count")
NUMBERED = re.compile(rf"Q\d+(_\d+)?|T\d+_({'|'.join(TIMER_PARTS)})")
REMARK = ("Q15", "Heb je nog opmerkingen?")
REMARKS = (
    "Leuk onderzoek!",
    "Geen opmerkingen",
    "Ik vond de vragen over de fles wat raar, maar oké.",
    'Ze zegt zelf altijd "eerlijk duurt het langst".',
    "Twee dingen:\n- de post laadde traag\n- veel succes met je thesis",
    "Stuur de resultaten gerust naar volger@example.org",
)


@dataclass(frozen=True)
class _Column:
    """A column as Qualtrics writes it: tag, label, identity and cells."""

    tag: str
    label: str
    identity: dict[str, str]
    cells: list[str]


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
        If the questionnaire asks what the truth says nothing of, or has a scale on which no answer can be drawn. An
        answer is given on the questionnaire's own scale (see `companion.truth.population.rounded`); items that the
        truth knows and the questionnaire does not ask are left out, and the others are answered as they were.
    """
    return _written(drawn(truth, questionnaire), questionnaire)


def drawn(truth: Truth, questionnaire: Questionnaire) -> pd.DataFrame:
    """Draw who took part, what they answered and how they went about it: a row a record, in the order of the export.

    Parameters
    ----------
    truth
        Where the answers come from, and the mess that is planted among them.
    questionnaire
        What was asked.

    Raises
    ------
    InputError
        As for `survey`.
    """
    _refuse_what_cannot_be_drawn(truth, questionnaire)
    streams = [np.random.default_rng(seed) for seed in np.random.SeedSequence(truth.seed).spawn(5)]
    answers_rng, conduct_rng, times_rng, contact_rng, misbehaviour_rng = streams
    people = _people(truth, questionnaire, answers_rng)
    people = _answered(people, truth, questionnaire, answers_rng, misbehaviour_rng)
    people = _misanswered(people, truth, questionnaire, conduct_rng)
    people = _timed(people, questionnaire, times_rng)
    return _contacted(people, truth, contact_rng)


def _refuse_what_cannot_be_drawn(truth: Truth, questionnaire: Questionnaire) -> None:
    """Stop where the truth does not say how something is answered, or where such an answer cannot be given."""
    missing = {"items": set(questionnaire.items) - set(truth.items)}
    missing |= {"background": set(questionnaire.background) - set(TrueBackground.model_fields)}
    missing |= {"checks": set(questionnaire.checks) - set(TrueChecks.model_fields)}
    problems = [
        Problem(
            "truth",
            f"It does not say how the {part} {', '.join(sorted(names))} of the questionnaire are answered.",
            "Name the same in both; a truth may say more than is asked.",
        )
        for part, names in missing.items()
        if names
    ]
    problems += [
        Problem(
            "questionnaire",
            f"Its scale {scale} has the answers {_listed(codes)}; answers are drawn on whole numbers without a gap.",
            "Simulate with such a scale; a survey of people may have any.",
        )
        for scale in sorted(_drawn_by_place(questionnaire))
        if not _without_a_gap(codes := questionnaire.codes(scale))
    ]
    problems += [
        Problem(
            "questionnaire",
            f"Its scale {scale} has the answers {_listed(codes)}; answers are drawn from {_listed(drawn)}.",
            "Simulate with those answers; a survey of people may have any scale.",
        )
        for scale, drawn in _drawn_by_name(truth, questionnaire).items()
        if drawn - set(codes := questionnaire.codes(scale))
    ]
    if problems:
        raise InputError(problems)


def _drawn_by_place(questionnaire: Questionnaire) -> set[str]:
    """Name the scales on which a person gives the answer that is nearest."""
    graded = [questionnaire.background.get("involvement"), questionnaire.checks.get("perceived_valence")]
    scales = {str(question.scale) for question in graded if question is not None}
    return scales | {construct.scale for construct in questionnaire.constructs.values()}


def _drawn_by_name(truth: Truth, questionnaire: Questionnaire) -> dict[str, set[Code]]:
    """Give the answers that are drawn by their codes, by scale."""
    drawn: dict[str, set[Code]] = {}
    shares: dict[str, set[Code]] = {
        name: {*getattr(truth.background, name)} for name in ("gender", "instagram", "following")
    }
    shares["perceived_interaction"] = {*questionnaire.design.interactions}
    for name, question in {**questionnaire.background, **questionnaire.checks}.items():
        if question.scale is not None and name in shares:
            drawn.setdefault(question.scale, set()).update(shares[name])
    return drawn


def _without_a_gap(codes: list[Code]) -> bool:
    whole = sorted(code for code in codes if isinstance(code, int))
    return len(whole) == len(codes) > 1 and whole == list(range(whole[0], whole[-1] + 1))


def _listed(codes: Iterable[Code]) -> str:
    return ", ".join(map(str, sorted(codes, key=lambda code: code if isinstance(code, str) else f"{code:9}")))


def _ends(scale: str | None, questionnaire: Questionnaire) -> tuple[int, int]:
    codes = [int(code) for code in questionnaire.codes(str(scale))]
    return min(codes), max(codes)


def _people(truth: Truth, questionnaire: Questionnaire, rng: np.random.Generator) -> pd.DataFrame:
    """List who takes part: of what kind, how far they get, and in which cell (drawn where the plan names none).

    Nobody fails a question that is not asked, or is in a cell that the questionnaire leaves out.
    """
    planted = truth.planted.model_copy(
        update={kind: 0 for kind, question in FAILING.items() if question not in questionnaire.screening}
    )
    plan: list[tuple[str, str, Cell | None, int]] = [
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
    for cell in questionnaire.cells:
        number = CELLS.index(cell)
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
    rows = [(kind, reached, cell) for kind, reached, cell, number in plan for _ in range(number)]
    cells = questionnaire.cells
    anywhere = rng.integers(len(cells), size=len(rows))
    return pd.DataFrame(
        [(kind, reached, *(cell or cells[drawn])) for (kind, reached, cell), drawn in zip(rows, anywhere, strict=True)],
        columns=["kind", "reached", "valence", "interaction"],
    )


def _answered(
    people: pd.DataFrame,
    truth: Truth,
    questionnaire: Questionnaire,
    rng: np.random.Generator,
    misbehaviour_rng: np.random.Generator,
) -> pd.DataFrame:
    """Let everyone answer everything, with care but for what the truth plants on purpose."""
    n, planted = len(people), truth.misbehaviour
    longer = misbehaviour.following_longer(planted, people["interaction"])
    drawn = population.draw(truth, population.dummies(people["valence"], people["interaction"]), rng, longer)
    turned = frozenset(name for name, item in questionnaire.items.items() if item.reversed)
    answers = misbehaviour.leaning(planted, drawn[list(questionnaire.items)], turned, misbehaviour_rng)
    people = pd.concat([people, _ticked(answers, questionnaire)], axis=1)
    careless = misbehaviour.ticking_at_random(planted, people, misbehaviour_rng)
    for name, construct in questionnaire.constructs.items():
        lowest, highest = questionnaire.bounds(name)
        ticked = misbehaviour_rng.integers(lowest, highest + 1, size=(len(careless), len(construct.items)))
        people.loc[careless, list(construct.items)] = ticked.astype(float)
    leaving = misbehaviour.leaving(planted, people, drawn["psr"].to_numpy())
    people.loc[leaving, ["kind", "reached"]] = [misbehaviour.LEAVES, "psr"]
    background = truth.background
    people["age"] = rng.choice(list(background.age), p=list(background.age.values()), size=n).astype(float)
    people["gender"] = rng.choice(list(background.gender), p=list(background.gender.values()), size=n)
    people["instagram"] = rng.choice(list(background.instagram), p=list(background.instagram.values()), size=n)
    people["following"] = _ranked(drawn["following"].to_numpy(), background.following)
    involvement = background.involvement
    interest = involvement.base + involvement.sd * drawn["involvement"]
    people["involvement"] = _placed(interest, questionnaire.background.get("involvement"), questionnaire)
    for name, screen in questionnaire.screening.items():
        people[name] = pd.Series(screen.passes, index=people.index, dtype=object)
    perceived = truth.checks.perceived_valence
    tone = np.where(people["valence"] == "negative", perceived.negative, perceived.positive)
    seen = tone + perceived.sd * rng.standard_normal(n)
    people["perceived_valence"] = _placed(seen, questionnaire.checks.get("perceived_valence"), questionnaire)
    if "perceived_interaction" in questionnaire.checks:
        people["perceived_interaction"] = _remembered(people["interaction"], truth, questionnaire, rng)
    return people


def _placed(points: pd.Series | Array, question: Question | None, questionnaire: Questionnaire) -> Array | float:
    """Give the nearest answers to a question, and none where it is not asked."""
    if question is None:
        return np.nan
    return population.rounded(points, *_ends(question.scale, questionnaire))


def _ticked(drawn: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Give the boxes that people tick for the items that are asked: on a reversed one, the opposite."""
    ticked = {}
    for name, construct in questionnaire.constructs.items():
        lowest, highest = questionnaire.bounds(name)
        for item, asked in construct.items.items():
            scored = population.rounded(drawn[item], lowest, highest)
            ticked[item] = lowest + highest - scored if asked.reversed else scored
    return pd.DataFrame(ticked, index=drawn.index)


def _ranked(trait: Array, shares: dict[int, float]) -> Array:
    """Cut a standard normal trait into the codes of an ordered scale, such that each has its share."""
    thresholds = ndtri(np.cumsum(list(shares.values()))[:-1])
    return np.array(list(shares), dtype=float)[np.searchsorted(thresholds, trait)]


def _remembered(
    interaction: pd.Series, truth: Truth, questionnaire: Questionnaire, rng: np.random.Generator
) -> list[Code]:
    choices = questionnaire.codes(str(questionnaire.checks["perceived_interaction"].scale))
    right = rng.random(len(interaction)) < truth.checks.perceived_interaction
    other = rng.integers(len(choices) - 1, size=len(interaction))
    return [
        did if knows else [choice for choice in choices if choice != did][guess]
        for did, knows, guess in zip(interaction, right, other, strict=True)
    ]


def _misanswered(
    people: pd.DataFrame, truth: Truth, questionnaire: Questionnaire, rng: np.random.Generator
) -> pd.DataFrame:
    """Plant what goes wrong in answering: the ineligible, the careless, the skipped, and the pages not reached."""

    def are(*kinds: str) -> NDArray[np.bool_]:
        return np.isin(people["kind"].to_numpy(dtype=str), kinds)

    def within(lowest: int, highest: int, who: NDArray[np.bool_]) -> Array:
        return rng.integers(lowest, highest + 1, size=int(who.sum())).astype(float)

    def fail(name: str, who: NDArray[np.bool_]) -> None:
        if not who.any():
            return
        screen = questionnaire.screening[name]
        wrong = [code for code in questionnaire.codes(screen.scale) if code != screen.passes]
        people.loc[who, name] = [wrong[number] for number in rng.integers(len(wrong), size=int(who.sum()))]

    fail("consent", are("no consent"))
    fail("follower", are("not a follower", "outside age and not a follower"))
    fail("attention", are("attention failed"))
    young, old = are("under 18"), are("over 30", "outside age and not a follower")
    people.loc[young, "age"] = within(14, 17, young)
    people.loc[old, "age"] = within(31, 45, old)
    people.loc[are("age missing"), "age"] = np.nan

    straight, hasty = are("straight line"), are("fast pages", "fast in all", "fast both")
    boxes = population.straight_boxes(int(straight.sum()), rng)
    asked, in_model = list(questionnaire.items), questionnaire.items_of(MODEL)
    answers = people[asked].to_numpy(dtype=float, copy=True)
    place = 0
    for name, construct in questionnaire.constructs.items():
        lowest, highest = questionnaire.bounds(name)
        for _ in construct.items:
            answers[straight, place] = population.rounded(boxes, lowest, highest)
            answers[hasty, place] = within(lowest, highest, hasty)
            place += 1
    for row in np.flatnonzero(are("missing item")):
        answers[row, asked.index(in_model[rng.integers(len(in_model))])] = np.nan
    people[asked] = answers

    asked_on = {
        "eligibility": ["age", "follower"],
        "background": ["gender", "instagram", "following", "involvement", "attention"],
        "post": ["valence", "interaction"],
        "psr": ["psr"],
        "pk": ["pk", "pkc"],
        "pa": ["pa"],
        "checks": ["perceived_valence", "perceived_interaction"],
    }
    depth = people["reached"].map(PAGES.index)
    for page, names in asked_on.items():
        items = questionnaire.items_of(tuple(name for name in names if name in questionnaire.constructs))
        unseen = [*items, *(name for name in names if name in people)]
        people.loc[depth < PAGES.index(page), unseen] = np.nan
    return people


def _timed(people: pd.DataFrame, questionnaire: Questionnaire, rng: np.random.Generator) -> pd.DataFrame:
    """Add how long people took in all, and on each timed page."""
    n = len(people)
    fast_pages = people["kind"].isin(["fast pages", "fast both"]).to_numpy()
    fast_in_all = people["kind"].isin(["fast in all", "fast both"]).to_numpy()
    full = np.rint(MEDIAN_SECONDS * np.exp(SPREAD_OF_SECONDS * rng.standard_normal(n)))
    full = np.maximum(full, SHORTEST_SECONDS)
    full[fast_in_all] = rng.integers(75, 140, size=int(fast_in_all.sum()))
    share = people["reached"].map(PROGRESS).to_numpy() / 100
    people["seconds"] = np.maximum(np.rint(full * share), 5)
    for page in questionnaire.pages.values():
        items = questionnaire.items_of(page.constructs)
        pace = rng.uniform(2.5, 6.0, size=n)
        pace[fast_in_all] = rng.uniform(1.2, 2.0, size=int(fast_in_all.sum()))
        pace[fast_pages] = rng.uniform(0.4, 0.9, size=int(fast_pages.sum()))
        first = np.round(rng.uniform(0.2, 0.4, size=n) * pace, 3)
        submit = np.round(len(items) * pace, 3)
        clicks = (len(items) + rng.integers(0, 3, size=n)).astype(float)
        seen = people[items].notna().any(axis=1).to_numpy()
        for part, values in zip(TIMER_PARTS, (first, np.round(submit * 0.95, 3), submit, clicks), strict=True):
            people[_timed_column(page, part)] = np.where(seen, values, np.nan)
    return people


def _timer(page: Page) -> str:
    return page.column.removesuffix(f"_{SUBMIT}")


def _timed_column(page: Page, part: str) -> str:
    """Name a column of a page's timer: that with the seconds as the questionnaire does."""
    return page.column if part == SUBMIT else f"{_timer(page)}_{part}"


def _contacted(people: pd.DataFrame, truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    """Add when and how people came, who they are, what else they said, and some records twice."""
    n = len(people)
    people["start"] = START + pd.to_timedelta(rng.integers(DAYS * DAY, size=n), unit="s")
    people["person"] = np.arange(1, n + 1)
    second = np.flatnonzero(people["kind"] == "second answer")
    first = rng.choice(np.flatnonzero(people["kind"] == "careful"), size=len(second), replace=False)
    people.loc[second, "person"] = people.loc[first, "person"].to_numpy()
    later = pd.to_timedelta(rng.integers(DAY, 5 * DAY, size=len(second)), unit="s")
    people.loc[second, "start"] = people.loc[first, "start"].to_numpy() + later
    people["address"] = [f"192.0.2.{host}" for host in rng.integers(1, 255, size=n)]
    unofficial = people["kind"].isin(["preview", "test"])
    mailed = (rng.random(n) < 0.2) & ~unofficial
    people["channel"] = np.select([unofficial, mailed], ["preview", "email"], "anonymous")
    people["email"] = np.where(mailed, [f"volger{person:04d}@example.org" for person in people["person"]], "")
    people["status"] = people["kind"].map({"preview": "Survey Preview", "test": "Survey Test"}).fillna("IP Address")
    dropped_out = people["kind"].isin(["never assigned", "left at post", "left after first page"])
    people["finished"] = np.where(dropped_out, "False", "True")
    people["progress"] = np.where(dropped_out, people["reached"].map(PROGRESS), 100)
    speaks = (rng.random(n) < 0.06) & (people["reached"] == "checks")
    people["remark"] = np.where(speaks, rng.choice(REMARKS, size=n), "")
    people = people.sort_values("start", kind="stable", ignore_index=True)
    people["id"] = rng.permutation(n) + 1
    copied = rng.choice(np.flatnonzero(people["kind"] == "careful"), size=truth.planted.copies, replace=False)
    return pd.concat([people, people.loc[copied]]).sort_values("start", kind="stable", ignore_index=True)


def _written(people: pd.DataFrame, questionnaire: Questionnaire) -> bytes:
    columns = [*_metadata(people), *_questions(people, questionnaire), *_embedded(people, questionnaire)]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column.tag for column in columns])
    writer.writerow([column.label for column in columns])
    writer.writerow([json.dumps(column.identity, separators=(",", ":")) for column in columns])
    writer.writerows(zip(*(column.cells for column in columns), strict=True))
    return buffer.getvalue().encode("utf-8")


def identities(people: pd.DataFrame) -> list[str]:
    """Give what the export calls each record; a record that stands twice has one name."""
    return [f"{ID_PREFIX}{number:05d}" for number in people["id"]]


def _metadata(people: pd.DataFrame) -> list[_Column]:
    end = people["start"] + pd.to_timedelta(people["seconds"], unit="s")
    empty = [""] * len(people)
    cells: Mapping[str, Iterable[str]] = {
        "StartDate": _moments(people["start"]),
        "EndDate": _moments(end),
        "Status": people["status"],
        "IPAddress": people["address"],
        "Progress": _numbers(people["progress"]),
        "Duration (in seconds)": _numbers(people["seconds"]),
        "Finished": people["finished"],
        "RecordedDate": _moments(end + pd.Timedelta(seconds=1)),
        "ResponseId": identities(people),
        "RecipientLastName": empty,
        "RecipientFirstName": empty,
        "RecipientEmail": people["email"],
        "ExternalReference": [f"uitnodiging-{person:04d}" for person in people["person"]],
        "LocationLatitude": empty,
        "LocationLongitude": empty,
        "DistributionChannel": people["channel"],
        "UserLanguage": ["NL"] * len(people),
    }
    written = []
    for tag, (label, identity) in METADATA.items():
        zone = {"timeZone": "Europe/Brussels"} if tag.endswith("Date") else {}
        written.append(_Column(tag, label, {"ImportId": identity} | zone, list(cells[tag])))
    return written


def _questions(people: pd.DataFrame, questionnaire: Questionnaire) -> list[_Column]:
    """Give the questions in the order of the survey, that of their numbers; a page's timer stands before it.

    Where not all columns have such numbers as Qualtrics gives, they stand in the order of the questionnaire.
    """
    written = []
    for group in (questionnaire.screening, questionnaire.background, questionnaire.checks):
        for name, question in group.items():
            cells = _labels(people[name], question.scale, questionnaire)
            written.append(_Column(question.column, question.text.nl, _question_id(question.column), cells))
    for construct in questionnaire.constructs.values():
        for name, item in construct.items.items():
            label = f"{construct.stem.nl}\n - {item.text.nl}"
            cells = _labels(people[name], construct.scale, questionnaire)
            written.append(_Column(item.column, label, _question_id(item.column), cells))
    written.append(_Column(*REMARK, _question_id(REMARK[0]), list(people["remark"])))
    for page in questionnaire.pages.values():
        for part in TIMER_PARTS:
            tag = _timed_column(page, part)
            identity = {"ImportId": f"QID9{_timer(page)[1:]}_{part.upper().replace(' ', '_')}"}
            written.append(_Column(tag, f"Timing - {part}", identity, _numbers(people[tag])))
    if not all(NUMBERED.fullmatch(column.tag) for column in written):
        return written
    return sorted(written, key=lambda column: _place(column.tag))


def _place(tag: str) -> tuple[int, bool, int]:
    page, _, part = tag[1:].partition("_")
    return int(page), tag[0] == "Q", TIMER_PARTS.index(part) if tag[0] == "T" else int(part or 0)


def _embedded(people: pd.DataFrame, questionnaire: Questionnaire) -> list[_Column]:
    written = []
    for name, factor in questionnaire.factors.items():
        labels = {level.code: level.nl for level in factor.levels}
        written.append(_plain(factor.column, people[name].map(labels).fillna("").tolist()))
    return [*written, _plain(MARK_COLUMN, [MARK] * len(people))]


def _plain(tag: str, cells: list[str]) -> _Column:
    return _Column(tag, tag, {"ImportId": tag}, cells)


def _question_id(tag: str) -> dict[str, str]:
    return {"ImportId": f"QID{tag.removeprefix('Q')}"}


def _moments(times: pd.Series) -> list[str]:
    return [str(time) for time in times.dt.strftime("%Y-%m-%d %H:%M:%S")]


def _labels(codes: pd.Series, scale: str | None, questionnaire: Questionnaire) -> list[str]:
    if scale is None:
        return _numbers(codes)
    labels = {choice.code: choice.nl for choice in questionnaire.scales[scale]}
    return ["" if pd.isna(code) else labels[code] for code in codes]


def _numbers(values: pd.Series) -> list[str]:
    return ["" if pd.isna(value) else number(value) for value in values]


def number(value: float) -> str:
    """Write a number as the export does: six digits at most."""
    return f"{value:g}"
