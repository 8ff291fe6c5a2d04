"""A study that leaves out a reaction is analysed for what it is, and nothing is said of what it does not show."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import other_questionnaires
import other_studies
import pandas as pd
import pytest
import shipped
import yaml
from marked import marked
from typer.testing import CliRunner

from companion import cli, numbers
from companion.analysis import claims, mediation
from companion.analysis.robustness import manifest
from companion.book import build
from companion.cli import app
from companion.documents import markdown
from companion.errors import InputError
from companion.numbers import Registry
from companion.report import results_section
from companion.report.told import Told
from companion.study import Planted, Study
from companion.survey import imported, whole_design
from companion.tables import results
from companion.tables.table import reaction
from companion.truth import population, recovery, simulate
from companion.words import words

RUN = CliRunner()
OTHER = {"like": "reply", "reply": "like"}
CLAIM = {"like": "R2", "reply": "R3"}
"""Reaction -> the claim about it."""

parametrize = pytest.mark.parametrize("left_out", OTHER)


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Study]:
    """By the reaction that nobody saw."""
    folder = tmp_path_factory.mktemp("without")
    return {reaction: other_studies.study(f"nobody saw a {reaction}", folder) for reaction in OTHER}


def files(folder: Path, left_out: str) -> list[str]:
    """Write a questionnaire that leaves out a reaction, and name it and the shipped survey as a command takes them."""
    said = other_questionnaires.said()
    factor = said["factors"]["interaction"]
    factor["levels"] = [level for level in factor["levels"] if level["code"] != left_out]
    asked = folder / "asked.yml"
    asked.write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return ["--survey", str(shipped.SURVEY), "--questionnaire", str(asked)]


def report(study: Study, left_out: str) -> str:
    """Give the Results section with marks for numbers, without those of what nobody saw."""
    told = Registry(number for key, number in marked().items() if left_out not in re.split(r"[._]", key))
    return markdown.written(results_section.results(study, told))


@parametrize
def test_a_survey_is_drawn_for_the_cells_that_there_are(left_out: str) -> None:
    survey, asked = other_studies.LEAVING_OUT[f"nobody saw a {left_out}"], other_questionnaires.without(left_out)
    people = simulate.drawn(other_studies.truth(survey), asked)
    analysed = people[people["kind"].isin(["careful", "straight line"])].drop_duplicates("id")
    assert Counter(zip(analysed["valence"], analysed["interaction"], strict=True)) == dict.fromkeys(asked.cells, 60)
    assert left_out not in set(people["interaction"])


@pytest.mark.slow
@parametrize
def test_all_of_it_are_analysed_in_four_cells(studies: dict[str, Study], left_out: str) -> None:
    data = studies[left_out].sample.data
    assert Counter(zip(data["valence"], data["interaction"], strict=True)) == dict.fromkeys(
        other_questionnaires.without(left_out).cells, 60
    )
    assert left_out not in data


@pytest.mark.slow
@parametrize
def test_the_product_of_the_model_is_the_contrast_of_four_means(studies: dict[str, Study], left_out: str) -> None:
    study = studies[left_out]
    design, items = study.questionnaire.design, mediation.items_of(study.questionnaire, study.analysis)
    table = manifest(study.sample.data, items, design, study.analysis).set_index("name")
    scores = study.sample.data.assign(psr=study.sample.data[list(items["psr"])].mean(axis=1))
    means = scores.groupby(["valence", "interaction"], observed=True)["psr"].mean()
    shown = OTHER[left_out]
    at = {one: means["negative", one] - means["positive", one] for one in ("none", shown)}
    assert table["est"][f"psr_{shown}_minus_none"] == pytest.approx(at[shown] - at["none"])
    assert table["est"]["psr_none"] == pytest.approx(at["none"])


@pytest.mark.slow
@parametrize
def test_the_model_has_the_paths_of_two_by_two_groups(studies: dict[str, Study], left_out: str) -> None:
    shown, fitted = OTHER[left_out], studies[left_out].mediation
    assert list(fitted.paths.query("outcome == 'psr'")["predictor"]) == ["neg", shown, f"neg:{shown}"]
    assert set(fitted.contrasts["interaction"]) == {f"{shown} - none"}


@pytest.mark.slow
@parametrize
def test_a_planted_truth_lies_in_the_intervals_of_its_analysis(
    studies: dict[str, Study], left_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "PEOPLE", other_studies.POPULATION)
    study, drawn_from = studies[left_out], other_studies.truth(other_studies.LEAVING_OUT[f"nobody saw a {left_out}"])
    items = mediation.items_of(study.questionnaire, study.analysis)
    found = recovery.recover(drawn_from, study.mediation, study.questionnaire, items).effects.set_index("name")
    decisive = found.loc[["psr_none", f"psr_{OTHER[left_out]}", f"serial_{OTHER[left_out]}"]]
    assert (decisive["ci_lower"] <= decisive["structural"]).all()
    assert (decisive["structural"] <= decisive["ci_upper"]).all()


@parametrize
def test_a_population_has_the_cells_that_there_are(left_out: str) -> None:
    design = other_questionnaires.without(left_out).design
    clean = population.clean_responses(shipped.truth(), 40, 1, design=design)
    assert Counter(zip(clean["valence"], clean["interaction"], strict=True)) == dict.fromkeys(design.cells, 10)


@pytest.mark.slow
@parametrize
def test_only_claims_about_what_was_shown_have_a_verdict(studies: dict[str, Study], left_out: str) -> None:
    verdicts = studies[left_out].verdicts
    assert [*verdicts.judgements] == ["R1", CLAIM[OTHER[left_out]]]
    assert verdicts[CLAIM[OTHER[left_out]]].verdict == "found"


@pytest.mark.slow
@parametrize
def test_it_is_told_which_reactions_the_study_shows(studies: dict[str, Study], left_out: str) -> None:
    told = numbers.collect_starting(studies[left_out], "design.")
    assert {key: number.value for key, number in told.items()} == {
        f"design.{left_out}": "no",
        f"design.{OTHER[left_out]}": "yes",
    }


@parametrize
def test_every_other_claim_is_called_not_tested_and_why(studies: dict[str, Study], left_out: str) -> None:
    text = report(studies[left_out], left_out)
    for claim in (CLAIM[left_out], "R4", "R5"):
        said = text.partition(f"{claim}, as the thesis reports it: ")[2].partition("\n")[0]
        assert said.endswith(f"It was not tested: nobody in this study saw a {left_out}.")
        assert f"| {claim} | not tested: nobody in this study saw a {left_out} |" in text
    assert text.count("not tested: nobody") == 9


@parametrize
def test_nothing_else_of_the_section_speaks_of_what_nobody_saw(studies: dict[str, Study], left_out: str) -> None:
    text = report(studies[left_out], left_out)
    claims = studies[left_out].stated_claims
    for claim in claims.results.values():
        text = text.replace(" ".join(claim.reported.split()), "")
    text = text.replace(f"nobody in this study saw a {left_out}", "")
    assert not re.search(rf"\b{left_out}|\bsix\b|\bthree levels", text, re.IGNORECASE)
    assert "| Scale | No reaction |" in text
    assert "in the four groups" in text
    assert "over the two levels of the reaction" in text


@pytest.mark.slow
@parametrize
def test_tables_have_a_column_and_a_row_for_what_was_shown(studies: dict[str, Study], left_out: str) -> None:
    study, shown, say = studies[left_out], OTHER[left_out], words("en")
    heads = [reaction(one, say, first=True) for one in ("none", shown)]
    means = results.cell_means(study.experiment, study.questionnaire).frame
    assert [*means.columns[1:]] == heads
    effects = results.effects(study.mediation, ["psr", "serial"]).frame
    assert [*effects.iloc[:, 0]] == heads * 2
    assert len(results.contrasts(study.mediation, "serial").frame) == 1
    assert len(results.paths(study.mediation).frame) == 12
    recalled = results.recognition(study.experiment).frame
    assert [*recalled.iloc[:, 0]] == heads


@pytest.mark.slow
@parametrize
def test_the_table_of_claims_says_which_were_not_tested(studies: dict[str, Study], left_out: str) -> None:
    study = studies[left_out]
    told = results.claims(study.verdicts, study.stated_claims).frame.set_index("Claim")["Verdict"]
    assert [*told.index] == [*study.stated_claims.results]
    assert {claim for claim, verdict in told.items() if verdict == "not tested"} == {CLAIM[left_out], "R4", "R5"}


@pytest.mark.slow
def test_the_planted_surveys_beside_it_show_every_reaction(
    studies: dict[str, Study], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = shipped.study()
    every = pd.concat([whole.mediation.effects, whole.mediation.contrasts], ignore_index=True)
    beside = recovery.Recovery(every.assign(structural=0.0, rounded=0.0, careless=0.0, covered=True), people=1)
    monkeypatch.setitem(studies["like"].__dict__, "planted", {"reversal": Planted(whole, beside)})
    told = numbers.collect_starting(studies["like"], "planted.")
    assert "planted.reversal.serial.like.structural" in told
    assert {f"planted.reversal.verdict.{claim}" for claim in whole.stated_claims.results} <= told.keys()


@pytest.mark.slow
def test_the_plans_beside_it_name_every_reaction(studies: dict[str, Study]) -> None:
    told = numbers.collect_starting(studies["like"], "planning.")
    assert any("with a like" in number.what for number in told.values())


def test_a_section_about_all_reactions_names_what_another_would_leave_out() -> None:
    text = markdown.written(results_section.results(shipped.study(), marked()))
    assert "in the six groups" in text
    assert "over the three levels of the reaction" in text
    assert "not tested: nobody" not in text


def test_the_verdict_that_is_told_is_that_of_the_registry_where_there_is_one(studies: dict[str, Study]) -> None:
    told = Told(studies["like"], marked())
    assert told.verdict("R3") == "«verdict.R3»"
    assert told.verdict("R3", ".simultaneous") == "«verdict.R3.simultaneous»"
    assert told.verdict("R2") == words("en")("report.claims.no_verdict", reactions="a like")


@parametrize
def test_answers_about_a_reaction_that_the_questionnaire_leaves_out_are_refused_by_name(left_out: str) -> None:
    with pytest.raises(InputError) as told:
        imported.read(shipped.SURVEY, other_questionnaires.without(left_out))
    records = shipped.rows()
    label = next(level.nl for level in shipped.asked().factors["interaction"].levels if level.code == left_out)
    first = next(row for row, cells in enumerate(records) if cells[records[0].index("interactie")] == label)
    problem = told.value.problems[0]
    assert (problem.column, problem.value) == ("interactie", label)
    assert problem.row is not None
    assert problem.row > first


@pytest.mark.slow
def test_a_claim_is_not_called_by_a_name_that_rests_on_what_cannot_be_tested(studies: dict[str, Study]) -> None:
    whole, study = shipped.claims(), studies["like"]
    reply = whole.results["R3"].model_copy(update={"named_if": ("R1", "R2")})
    stated = whole.model_copy(update={"results": {**whole.results, "R3": reply}})
    judged = claims.judge(study.mediation, stated, simulated=True)
    assert judged["R3"].verdict == "found"
    assert not judged["R3"].named


def test_a_study_that_can_test_no_claim_is_told_all_the_same(
    studies: dict[str, Study], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, whole = studies["like"], shipped.claims()
    about_a_like = whole.model_copy(update={"results": {"R2": whole.results["R2"]}})
    monkeypatch.setitem(study.__dict__, "stated_claims", about_a_like)
    monkeypatch.setitem(study.__dict__, "verdicts", claims.judge(study.mediation, about_a_like, simulated=True))
    assert [*numbers.collect_starting(study, "verdict.")] == ["verdict.same"]
    text = report(study, "like")
    assert "| R2 | not tested: nobody in this study saw a like |" in text
    assert "imultaneous intervals leave every verdict" not in text


@pytest.mark.slow
def test_the_section_is_written_from_the_numbers_of_such_a_study(studies: dict[str, Study]) -> None:
    study = studies["like"]
    with other_studies.small():
        told = results_section.numbers_of(study)
    text = markdown.written(results_section.results(study, told))
    serial = study.mediation.effects.set_index("name")["est"]["serial_reply"]
    assert told["mediation.serial.reply.est"].value == pytest.approx(serial)
    assert told["mediation.serial.reply.est"].printed() in text
    assert told["sample.analysed"].value == 240
    assert "like" not in {part for key in told for part in re.split(r"[._]", key)}
    verdicts = {claim: Told(study, told).verdict(claim) for claim in study.stated_claims.results}
    assert verdicts["R3"] == study.stated_claims.words["found"].simulated
    assert all(f"| {claim} | {verdict} |" in text for claim, verdict in verdicts.items())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "instead"),
    [
        ("book", "`companion analyse`"),
        ("pdf", "`companion analyse`"),
        ("epub", "`companion analyse`"),
        ("slides", "`companion analyse`"),
        ("class", "a questionnaire in which every reaction is shown"),
    ],
)
def test_where_a_reply_is_spoken_of_throughout_such_a_study_is_refused_in_one_line_before_anything_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, instead: str
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the lock of a folder was asked for")

    monkeypatch.setattr(cli, "alone", never)
    about = files(tmp_path, "reply")
    arguments = [command, *about]
    if command == "class":
        monkeypatch.setenv("COMPANION_QUESTIONNAIRE", about[-1])
        (tmp_path / "class.csv").write_text("id,name\n1,Ann\n")
        arguments = ["class", "--students", str(tmp_path / "class.csv"), "--seed", "1", "--out", str(tmp_path / "out")]
    result = RUN.invoke(app, arguments)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert f"{tmp_path / 'asked.yml'}, row " in result.stderr
    assert "factors.interaction.levels, value 'none, like'" in result.stderr
    assert "Nobody in this study sees a reply, and the " in result.stderr
    assert instead in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_book_about_all_reactions_is_not_refused() -> None:
    whole_design.demand(shipped.asked(), shipped.DATA / "questionnaire.yml", whole_design.BOOK)


def test_a_book_about_a_study_without_a_like_is_not_refused_but_a_class_is(tmp_path: Path) -> None:
    asked, file = other_questionnaires.without("like"), Path(files(tmp_path, "like")[-1])
    whole_design.demand(asked, file, whole_design.BOOK)
    with pytest.raises(InputError, match="sees a like, and the sheets of a class speak"):
        whole_design.demand(asked, file, whole_design.CLASS)


@pytest.mark.slow
def test_the_site_in_place_is_not_touched_by_a_study_that_has_no_book(tmp_path: Path) -> None:
    about = files(tmp_path, "reply")
    study = Study(shipped.SURVEY, tmp_path, asked=Path(about[-1]))
    with pytest.raises(InputError, match="sees a reply"):
        build.build(study)
    assert [path.name for path in tmp_path.iterdir()] == ["asked.yml"]


@pytest.mark.slow
@pytest.mark.parametrize(("left_out", "command"), [("like", "book"), ("reply", "analyse")])
def test_an_import_says_which_command_goes_on_with_it(tmp_path: Path, left_out: str, command: str) -> None:
    asked = files(tmp_path, left_out)[-1]
    survey = other_studies.LEAVING_OUT[f"nobody saw a {left_out}"]
    drawn = simulate.survey(other_studies.truth(survey), other_questionnaires.without(left_out))
    (tmp_path / "drawn.csv").write_bytes(drawn)
    named = ["--questionnaire", asked, "--out", str(tmp_path / "out")]
    result = RUN.invoke(app, ["import", str(tmp_path / "drawn.csv"), *named])
    assert result.exit_code == 0
    assert f"companion {command} --survey" in result.stdout
    assert "make book" not in result.stdout
    with (tmp_path / "out" / "survey.csv").open(encoding="utf-8", newline="") as file:
        shown = {row["interactie"] for row in csv.DictReader(file)}
    assert shown == {"", "none", OTHER[left_out]}
