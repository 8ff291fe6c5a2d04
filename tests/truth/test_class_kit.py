"""A class: each student's own survey, a key that an independent computation confirms, and a secret that stays."""

from __future__ import annotations

import copy
import csv
import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pyreadstat
import pytest
from numpy.typing import NDArray
from pypdf import PdfReader

from companion import study
from companion.errors import InputError
from companion.root import ROOT
from companion.survey import imported, sample
from companion.truth import simulate
from companion.truth.classes import handout, key, kit, students, truths
from companion.truth.classes.key import Answer
from companion.truth.classes.students import Student

SECRET = "0f" * 32
CLASS = [Student("s001", "Zoë Ångström"), Student("../x", "<b>Bo</b>")]
TURNED = {"psr": (3, 6), "pk": (2, 5), "pa": (3,)}
COLUMN = {"psr": ("Q10", 6), "pk": ("Q11", 5), "pa": ("Q12", 4)}
TRUTH = truths.load(ROOT / truths.FILE, ["reversal"])
KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import test_class_kit
if __name__ == "__main__":
    test_class_kit.made(Path({folder!r}), pause=60)  # so that whoever kills it is never too late
"""


def made(folder: Path, members: list[Student] = CLASS, pause: float = 0) -> Path:
    secret = folder / kit.TEACHER / kit.SECRET
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.write_text(SECRET)
    book = study.of_this_book()
    jobs = kit.jobs(members, TRUTH, 1, book.questionnaire, book.analysis, folder)
    for _ in kit.run(jobs, workers=1):
        time.sleep(pause)
    kit.finish(jobs, 1)
    return folder


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def answers(course: Path) -> dict[str, Answer]:
    return {one.question: one for one in key.load(course / kit.TEACHER / kit.KEY).students[0].answers}


def contents(folder: Path) -> dict[str, bytes]:
    given = [file for name in (kit.STUDENTS, kit.ZIPPED) for file in (folder / name).rglob("*")]
    files = [*given, folder / kit.TEACHER / kit.KEY]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files if file.is_file()}


def of(answer: Answer, mistake: str) -> tuple[float, ...]:
    return next(one.numbers for one in answer.mistakes if one.mistake == mistake)


class ByHand:
    """The analysis of a student's own file again, by least squares in numpy alone."""

    def __init__(self, table: pd.DataFrame, *, turn: bool = True) -> None:
        self.items = {}
        for name, (question, number) in COLUMN.items():
            own = table[[f"{question}_{one}" for one in range(1, number + 1)]].to_numpy(dtype=float)
            if turn:
                places = np.array(TURNED[name]) - 1
                own[:, places] = 8 - own[:, places]
            self.items[name] = own
        self.means = {name: own.mean(axis=1) for name, own in self.items.items()}
        self.negative = (table["valentie"] == "negative").to_numpy(dtype=float)
        self.shown = {name: (table["interactie"] == name).to_numpy(dtype=float) for name in ("like", "reply")}

    def regression(self, outcome: str, *others: str) -> NDArray[np.float64]:
        products = [self.negative * one for one in self.shown.values()]
        columns = [np.ones_like(self.negative), self.negative, *self.shown.values(), *products]
        design = np.column_stack([*columns, *(self.means[name] for name in others)])
        return np.linalg.lstsq(design, self.means[outcome], rcond=None)[0]

    def at(self, rows: NDArray[np.intp]) -> ByHand:
        """Give the same people resampled."""
        other = copy.copy(self)
        other.means = {name: own[rows] for name, own in self.means.items()}
        other.negative, other.shown = self.negative[rows], {name: own[rows] for name, own in self.shown.items()}
        return other

    @property
    def effects(self) -> dict[str, float]:
        psr, pk, pa = self.regression("psr"), self.regression("pk", "psr"), self.regression("pa", "psr", "pk")
        none, like, reply = psr[1], psr[1] + psr[4], psr[1] + psr[5]
        chain = pk[6] * pa[7]
        return {"effect_none": none, "effect_like": like, "effect_reply": reply, "serial": reply * chain}

    @property
    def alpha(self) -> float:
        covariance = np.cov(self.items["psr"].T)
        return float(6 / 5 * (1 - np.trace(covariance) / covariance.sum()))


def raw(course: Path) -> pd.DataFrame:
    return pd.read_csv(course / kit.STUDENTS / "s001" / handout.SURVEY)


def analysed(table: pd.DataFrame) -> pd.DataFrame:
    """Apply the rules of the sheet with pandas alone."""
    items = [f"{question}_{one}" for question, number in COLUMN.values() for one in range(1, number + 1)]
    table = table[(table["Status"] != "Survey Preview") & ~table["ResponseId"].duplicated()]
    table = table[(table["Q1"] == "yes") & table["Q2"].between(18, 30) & (table["Q3"] == "yes") & (table["Q8_1"] == 5)]
    table = table[table["valentie"].notna()]
    table = table[table[items].notna().mean(axis=1) >= 0.5]
    median = table.loc[table["Finished"].astype(bool), "Duration (in seconds)"].median()
    pace = pd.DataFrame(
        {page: table[f"{page}_Page Submit"] / asked for page, asked in (("T10", 6), ("T11", 8), ("T12", 4))}
    )
    kept = ~table["ExternalReference"].duplicated() & ((pace < 1).sum(axis=1) < 0.5 * 3)
    table = table[kept & (table["Duration (in seconds)"] >= 0.3333 * median)]
    return table[table[items].notna().all(axis=1)]


@pytest.mark.slow
def test_the_key_is_what_least_squares_by_hand_give(course: Path, answers: dict[str, Answer]) -> None:
    people = analysed(raw(course))
    by_hand = ByHand(people)
    here = (by_hand.negative == 1) & (by_hand.shown["reply"] == 1)
    expected = by_hand.effects | {
        "n": len(people),
        "alpha": by_hand.alpha,
        "mean": by_hand.means["psr"][here].mean(),
    }
    found = {name: answers[name].value for name in expected if name in answers}
    assert found == pytest.approx({name: expected[name] for name in found}, abs=1e-6)
    assert set(found) == {"n", "alpha", "mean", "effect_none", "effect_reply", "serial"}


@pytest.mark.slow
def test_what_forgetting_to_recode_gives_is_in_the_key(course: Path, answers: dict[str, Answer]) -> None:
    wrong = ByHand(analysed(raw(course)), turn=False)
    expected = wrong.effects | {"alpha": wrong.alpha}
    for name in ("alpha", "effect_none", "effect_reply", "serial"):
        assert of(answers[name], "not_recoded") == pytest.approx([expected[name]], abs=1e-6)


def test_what_all_responses_give_is_in_the_key(course: Path, answers: dict[str, Answer]) -> None:
    table = raw(course)
    items = [f"{question}_{one}" for question, number in COLUMN.values() for one in range(1, number + 1)]
    whole = table[table["valentie"].notna() & table[items].notna().all(axis=1)]
    assert of(answers["n"], "used_all") == (len(table), len(whole))
    assert of(answers["effect_reply"], "used_all") == pytest.approx([ByHand(whole).effects["effect_reply"]], abs=1e-6)


@pytest.mark.slow
def test_what_the_wrong_reference_and_the_product_alone_give_are_in_the_key(
    course: Path, answers: dict[str, Answer]
) -> None:
    effects = ByHand(analysed(raw(course))).effects
    none, like, reply = effects["effect_none"], effects["effect_like"], effects["effect_reply"]
    assert of(answers["effect_none"], "wrong_reference") == pytest.approx([like, reply], abs=1e-6)
    assert of(answers["effect_reply"], "difference") == pytest.approx([reply - none], abs=1e-6)


@pytest.fixture(scope="module")
def by_hand(course: Path) -> NDArray[np.float64]:
    """The effect through the chain in 10,000 bootstrap draws by hand, in order."""
    fitted, rng = ByHand(analysed(raw(course))), np.random.default_rng(5)
    n = len(fitted.negative)
    return np.sort([fitted.at(rng.integers(n, size=n)).effects["serial"] for _ in range(10_000)])


@pytest.mark.slow
def test_a_bootstrap_by_hand_ends_within_the_tolerance(
    by_hand: NDArray[np.float64], answers: dict[str, Answer]
) -> None:
    for side, bound in zip(("lower", "upper"), np.quantile(by_hand, [0.025, 0.975]), strict=True):
        assert abs(bound - answers[side].value) <= answers[side].tolerance


@pytest.mark.slow
@pytest.mark.parametrize(("side", "share"), [("lower", 0.025), ("upper", 0.975)])
def test_a_bound_may_be_off_by_three_errors_of_two_bootstraps_and_rounding(
    side: str, share: float, by_hand: NDArray[np.float64], answers: dict[str, Answer]
) -> None:
    """A wider tolerance would take mistakes for right.

    The number of draws below a quantile is binomial, so that one error of it is the distance to the draws that lie a
    binomial standard deviation of places away; a bootstrap of a fifth of the draws has five times its variance.
    """
    apart = np.sqrt(10_000 * 0.025 * 0.975)
    low, high = by_hand[np.rint(10_000 * share + apart * np.array([-1, 1])).astype(int)]
    both = (high - low) / 2 * np.sqrt(1 + 5)
    assert answers[side].tolerance == pytest.approx(0.0015 + 3 * both, rel=0.3)


def test_the_interval_of_sobel_is_symmetric_about_the_estimate(answers: dict[str, Answer]) -> None:
    (lower,), (upper,) = (of(answers[side], "sobel") for side in ("lower", "upper"))
    assert (lower + upper) / 2 == pytest.approx(answers["serial"].value)


def test_means_in_the_place_of_latent_variables_give_the_effect_of_means(answers: dict[str, Answer]) -> None:
    assert of(answers["latent"], "means") == (answers["serial"].value,)


@pytest.mark.slow
def test_the_table_that_students_get_gives_the_sample_of_the_export_it_came_from(course: Path, tmp_path: Path) -> None:
    book = study.of_this_book()
    seed = students.stream(bytes.fromhex(SECRET), 1, CLASS[0], "survey")
    export = tmp_path / "export.csv"
    export.write_bytes(simulate.survey(TRUTH["reversal"].model_copy(update={"seed": seed}), book.questionnaire))
    got = course / kit.STUDENTS / "s001" / handout.SURVEY
    one, other = (
        sample.select(imported.read(file, book.questionnaire).export, book.questionnaire, book.analysis)
        for file in (export, got)
    )
    pd.testing.assert_frame_equal(one.data, other.data)


def test_spss_reads_the_same_answers(course: Path) -> None:
    frame, meta = pyreadstat.read_sav(str(course / kit.STUDENTS / "s001" / handout.SPSS))
    assert frame["Q10_1"].tolist() == pytest.approx(raw(course)["Q10_1"].tolist(), nan_ok=True)
    assert meta.variable_value_labels["Q10_1"][7.0] == "Strongly agree"


def test_no_two_students_get_the_same_survey(course: Path) -> None:
    surveys = {file.read_bytes() for file in (course / kit.STUDENTS).rglob(handout.SURVEY)}
    assert len(surveys) == len(CLASS)


def test_folders_stay_in_the_folder_of_the_class_and_names_are_written_as_they_are(course: Path) -> None:
    folders = {one.folder: one for one in CLASS}
    assert {one.name for one in (course / kit.STUDENTS).iterdir()} == set(folders)
    sheets = {name: (course / kit.STUDENTS / name / handout.SHEET).read_text("utf-8") for name in folders}
    assert "Zoë Ångström" in sheets["s001"]
    assert "&lt;b&gt;Bo&lt;/b&gt;" in sheets[CLASS[1].folder]
    assert all("simulated" in sheet for sheet in sheets.values())


def test_each_folder_stands_in_one_file_too_as_learning_platforms_take_it(course: Path) -> None:
    for folder in (course / kit.STUDENTS).iterdir():
        with zipfile.ZipFile(course / kit.ZIPPED / f"{folder.name}.zip") as packed:
            held = {name: packed.read(name) for name in packed.namelist()}
        assert held == {f"{folder.name}/{file.name}": file.read_bytes() for file in folder.iterdir()}


def test_a_students_folder_holds_no_answer_no_truth_and_no_secret(course: Path, answers: dict[str, Answer]) -> None:
    own = course / kit.STUDENTS / "s001"
    told = b"".join(file.read_bytes() for file in own.iterdir())
    told += "".join(one.extract_text() for one in PdfReader(own / handout.PRINTED).pages).encode()
    seed = students.stream(bytes.fromhex(SECRET), 1, CLASS[0], "survey")
    hidden = [SECRET, str(seed), f"{seed:x}", *(f"{one.value:.4f}" for one in answers.values() if one.question != "n")]
    assert [text for text in hidden if text.encode() in told] == []
    assert b"reversal" not in told


@pytest.mark.slow
def test_seeds_that_a_student_can_think_of_do_not_give_the_survey(course: Path) -> None:
    # What a student knows: the package, the truths, the seed of the class, their id and their whole folder.
    book = study.of_this_book()
    got = raw(course)["Q10_1"].dropna().tolist()
    guesses = {1, 2020, students.stream(b"", 1, CLASS[0], "survey"), students.stream(b"s001", 1, CLASS[0], "survey")}

    def answered(seed: int) -> list[int]:
        drawn = simulate.survey(TRUTH["reversal"].model_copy(update={"seed": seed}), book.questionnaire)
        names, *rows = csv.reader(io.StringIO(drawn.decode()))
        texts = [choice.nl for choice in book.questionnaire.scales["agreement"]]
        place = names.index("Q10_1")
        return [texts.index(row[place]) + 1 for row in rows[2:] if row[place]]

    assert answered(students.stream(bytes.fromhex(SECRET), 1, CLASS[0], "survey")) == got
    assert [seed for seed in guesses if answered(seed) == got] == []


def test_another_secret_gives_other_streams() -> None:
    given = {students.stream(bytes([number]) * 32, 1, CLASS[0], "survey") for number in range(20)}
    assert len(given) == 20


def test_a_drawn_secret_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    drawn = students.secret(tmp_path / "secret.txt")
    assert students.secret(tmp_path / "secret.txt") == drawn
    assert len(drawn) == 32


def test_a_file_without_a_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("password")
    with pytest.raises(InputError, match="no secret of a class"):
        students.secret(tmp_path / "secret.txt")


@pytest.mark.slow
def test_a_class_that_was_killed_midway_goes_on_to_the_same_bytes(course: Path, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    code = KILLED.format(tests=str(Path(__file__).parent), folder=str(folder))
    process = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 120
    while not list((folder / kit.TEACHER).glob(".kept/made/*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    psutil.Process(process.pid).kill()
    process.wait()
    assert not (folder / kit.TEACHER / kit.KEY).exists()
    assert contents(made(folder)) == contents(course)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [f"students/s001/{handout.SURVEY}", f"students/s001/{handout.PRINTED}", "zipped/s001.zip"]
)
def test_a_file_that_somebody_changed_is_made_again(course: Path, tmp_path: Path, name: str) -> None:
    folder = made(tmp_path / "changed", CLASS[:1])
    (folder / name).write_bytes(b"changed")
    made(folder, CLASS[:1])
    assert (folder / name).read_bytes() == (course / name).read_bytes()


def test_faults_of_a_list_are_told_all_at_once_with_their_rows(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("id,name\nann,Ann\nAnn,Other\n,Nobody\n=1+1,Sum\n")
    with pytest.raises(InputError) as told:
        students.read(file)
    assert [(fault.row, fault.column) for fault in told.value.problems] == [(3, "id"), (4, "id"), (5, "id")]


@pytest.mark.parametrize("name", ["../x", "..", "/etc/passwd", "C:\\x", "con", "é", "a/b", "x" * 300, " "])
def test_an_id_never_leaves_the_folder(name: str) -> None:
    folder = Student(name, "").folder
    assert folder == Path(folder).name
    assert folder not in ("", ".", "..", "con")
    assert len(folder) < 100


def test_every_named_truth_is_one() -> None:
    names = ["reversal", "no-reversal", "only-replies", "suppression", "confounder", "measurement-trouble"]
    assert list(truths.load(ROOT / truths.FILE, [*names, "careless-crowd"])) == [*names, "careless-crowd"]


def test_unknown_truths_are_named_with_those_that_there_are() -> None:
    with pytest.raises(InputError, match=r"(?s)'this'.*only-replies.*'that'"):
        truths.load(ROOT / truths.FILE, ["this", "that"])
