import subprocess
import sys
from pathlib import Path

import pytest
import shipped
import yaml

from companion.errors import InputError
from companion.formats import Language
from companion.survey import questionnaire


def test_the_constructs_have_the_items_of_the_design() -> None:
    sizes = {name: len(construct.items) for name, construct in shipped.asked().constructs.items()}
    assert sizes == {"psr": 6, "pk": 5, "pkc": 3, "pa": 4}


@pytest.mark.parametrize("construct", ["psr", "pk", "pa"])
def test_every_construct_of_the_model_has_items_both_ways(construct: str) -> None:
    assert {item.reversed for item in shipped.asked().constructs[construct].items.values()} == {True, False}


def test_items_are_answered_on_seven_points() -> None:
    assert {shipped.asked().bounds(construct) for construct in shipped.asked().constructs} == {(1, 7)}


def test_the_six_cells_come_in_the_order_of_the_design() -> None:
    assert shipped.asked().cells == (
        ("positive", "none"),
        ("positive", "like"),
        ("positive", "reply"),
        ("negative", "none"),
        ("negative", "like"),
        ("negative", "reply"),
    )


def test_only_what_is_asked_before_the_post_and_page_times_may_be_absent() -> None:
    assert shipped.asked().optional == {"consent", "follower", "attention", "seconds_psr", "seconds_pk", "seconds_pa"}


def test_the_labels_of_a_scale_differ_from_each_other() -> None:
    for choices in shipped.asked().scales.values():
        assert len({choice.nl for choice in choices}) == len({choice.en for choice in choices}) == len(choices)


def test_the_attention_item_names_the_answer_that_passes() -> None:
    screen = shipped.asked().screening["attention"]
    right = next(choice for choice in shipped.asked().scales[screen.scale] if choice.code == screen.passes)
    assert right.nl in screen.text.nl
    assert right.en in screen.text.en


def test_the_plan_is_that_of_the_design() -> None:
    plan = shipped.plan()
    assert plan.model.constructs == ("psr", "pk", "pa")
    assert (plan.interval.level, plan.interval.kind) == (0.95, "percentile")
    assert (plan.bootstrap.draws, plan.bootstrap.seed, plan.bootstrap.gradient) == (10_000, 2021, 1e-8)
    assert (plan.bootstrap.redraw.errors, plan.bootstrap.redraw.draws) == (3, 100_000)
    assert plan.exclusions.age == (18, 30)


@pytest.mark.parametrize(
    ("claim", "at", "signs"), [("R1", "none", "-+-"), ("R2", "like", "+-+"), ("R3", "reply", "+-+")]
)
def test_a_claim_about_one_interaction_needs_the_whole_chain(claim: str, at: str, signs: str) -> None:
    estimands = shipped.claims().results[claim].estimands
    assert [estimand.effect for estimand in estimands] == ["psr", "pk_via_psr", "serial"]
    assert {(estimand.at, estimand.minus) for estimand in estimands} == {(at, None)}
    assert "".join(estimand.sign for estimand in estimands) == signs


@pytest.mark.parametrize(
    ("claim", "contrasts", "requires", "named_if"),
    [("R4", [("reply", "like")], (), ("R2", "R3")), ("R5", [("like", "none"), ("reply", "none")], ("R2", "R3"), ())],
)
def test_a_claim_about_two_interactions_needs_positive_contrasts(
    claim: str, contrasts: list[tuple[str, str]], requires: tuple[str, ...], named_if: tuple[str, ...]
) -> None:
    stated = shipped.claims().results[claim]
    assert [(estimand.at, estimand.minus) for estimand in stated.estimands] == contrasts
    assert {(estimand.effect, estimand.sign) for estimand in stated.estimands} == {("serial", "+")}
    assert (stated.requires, stated.named_if) == (requires, named_if)


def test_every_claim_of_the_summary_is_there() -> None:
    claims = shipped.claims()
    assert list(claims.results) == ["R1", "R2", "R3", "R4", "R5"]
    assert list(claims.explained) == ["T1", "T2", "T3", "T4", "T5", "T6", "I1", "I2", "I3", "I4"]


def test_no_verdict_on_a_simulated_survey_reads_as_support() -> None:
    words = [verdict.simulated for verdict in shipped.claims().words.values()]
    assert words == ["found in the simulated survey", "not found", "found reversed"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content["constructs"]["psr"].update(scale="agreemnet"), "There is no scale 'agreemnet'"),
        (lambda content: content["constructs"]["psr"].update(scale="gender"), "needs whole numbers as codes"),
        (lambda content: content["constructs"]["pa"]["items"].pop("pa2"), "Its items are to be called pa1, pa2, pa3"),
        (lambda content: content["screening"]["attention"].update(passes=9), "Its scale has no answer 9"),
        (lambda content: content["screening"].update(mood=content["screening"]["consent"]), "No rule uses mood"),
        (lambda content: content["factors"].pop("valence"), "the factors and the codes of their levels"),
        (
            lambda content: content["factors"]["interaction"]["levels"].reverse(),
            "the factors and the codes of their levels",
        ),
        (lambda content: content["background"].pop("age"), "The age is needed"),
        (
            lambda content: content["background"]["age"].update(column="Q3"),
            "column Q3 is used by more than one question",
        ),
        (lambda content: content["pages"]["seconds_pa"].update(constructs=["pq"]), "There is no construct pq"),
    ],
)
def test_a_questionnaire_that_contradicts_itself_is_refused(tmp_path: Path, change: object, message: str) -> None:
    content = yaml.safe_load((shipped.DATA / "questionnaire.yml").read_text(encoding="utf-8"))
    change(content)  # type: ignore[operator]
    file = tmp_path / "questionnaire.yml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        questionnaire.load_questionnaire(file)


def test_a_value_that_is_none_hides_no_contradiction(tmp_path: Path) -> None:
    content = yaml.safe_load((shipped.DATA / "questionnaire.yml").read_text(encoding="utf-8"))
    content["title"] = 5
    content["constructs"]["psr"]["scale"] = "agreemnet"
    content["screening"]["attention"]["passes"] = 9
    content["checks"]["extra"] = {"column": "X"}
    content["pages"]["seconds_pa"]["column"] = [1]
    del content["background"]["age"]
    file = tmp_path / "questionnaire.yml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with pytest.raises(InputError) as told:
        questionnaire.load_questionnaire(file)
    assert {problem.column for problem in told.value.problems} == {
        "title",
        "constructs.psr.scale",
        "screening.attention.passes",
        "checks.extra.text",
        "pages.seconds_pa.column",
        "background.age",
    }


def with_reactions(tmp_path: Path, codes: tuple[str, ...]) -> Path:
    """Write the shipped questionnaire with other levels of the reaction."""
    content = yaml.safe_load((shipped.DATA / "questionnaire.yml").read_text(encoding="utf-8"))
    content["factors"]["interaction"]["levels"] = [{"code": code, "nl": code, "en": code} for code in codes]
    file = tmp_path / "questionnaire.yml"
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return file


@pytest.mark.slow
@pytest.mark.parametrize("codes", [("none", "like"), ("none", "reply"), ("none", "like", "reply")])
def test_a_study_may_leave_out_a_reaction(tmp_path: Path, codes: tuple[str, ...]) -> None:
    read = questionnaire.load_questionnaire(with_reactions(tmp_path, codes))
    assert read.design.interactions == codes
    assert len(read.cells) == 2 * len(codes)


@pytest.mark.slow
@pytest.mark.parametrize("codes", [("like", "reply"), ("reply", "none"), ("none", "share"), ("none", "none")])
def test_a_study_of_other_reactions_is_told_where_what_is_needed_and_what_estimates_its_model(
    tmp_path: Path, codes: tuple[str, ...]
) -> None:
    file = with_reactions(tmp_path, codes)
    with pytest.raises(InputError) as told:
        questionnaire.load_questionnaire(file)
    [problem] = told.value.problems
    row = file.read_text(encoding="utf-8").splitlines().index("factors:") + 1
    assert (problem.file, problem.row, problem.column) == (file, row, "factors")
    found = f"interaction: none, like, reply, and here valence: positive, negative; interaction: {', '.join(codes)}."
    assert found in str(problem)
    assert "the like or the reply may be left out, but not the level `none`" in problem.remedy
    assert "`companion fit` estimates the model of a study that varied something else" in problem.remedy


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("requires: [R2, R3]", "requires: [R2, R9]", "results.R5.requires.1: There is no result R9"),
        ("  undecided:", "  unsure:", "words"),
    ],
)
def test_claims_that_contradict_themselves_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "claims.yml"
    file.write_text((shipped.DATA / "claims.yml").read_text().replace(old, new))
    with pytest.raises(InputError, match=message):
        questionnaire.load_claims(file)


@pytest.mark.parametrize(
    ("threshold", "value", "message"),
    [
        ("outcome_answered", 1.01, "at most 1"),
        ("outcome_answered", 0, "more than 0"),
        ("fast_pages", 1.01, "at most 1"),
        ("share_of_median_time", 1, "less than 1"),
        ("seconds_per_item", 0, "more than 0"),
        ("straight_blocks", 0, "at least 1"),
        ("age", [18], "entry 2 is missing"),
    ],
)
def test_a_threshold_that_nobody_or_everybody_meets_is_refused_by_its_name(
    tmp_path: Path, threshold: str, value: object, message: str
) -> None:
    content = yaml.safe_load((shipped.DATA / "analysis.yml").read_text(encoding="utf-8"))
    content["exclusions"][threshold] = value
    file = tmp_path / "analysis.yml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(InputError, match=message) as fault:
        questionnaire.load_analysis(file)
    (problem,) = fault.value.problems
    assert (problem.column or "").startswith(f"exclusions.{threshold}")


def test_the_codebook_has_a_row_for_every_column_that_is_read() -> None:
    book = questionnaire.codebook(shipped.asked())
    assert dict(zip(book["name"], book["column"], strict=True)) == shipped.asked().columns


def test_the_codebook_gives_wording_and_meaning() -> None:
    row = questionnaire.codebook(shipped.asked()).set_index("name").loc["psr1"]
    assert "it feels as if I know" in row["text"]
    assert "7 = Strongly agree" in row["values"]


@pytest.mark.parametrize(
    ("language", "text"), [("nl", "voelt het alsof ik Lotte persoonlijk ken."), ("en", "it feels as if I know")]
)
def test_wordings_are_those_of_the_language_that_is_asked_for(language: Language, text: str) -> None:
    assert text in questionnaire.wordings(shipped.asked(), language)["psr1"]


@pytest.mark.slow
def test_reading_a_questionnaire_loads_no_table_library() -> None:
    code = "import sys, companion.survey.questionnaire; print('pandas' in sys.modules, 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == [
        "False",
        "False",
    ]
