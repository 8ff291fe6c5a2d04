"""What a reader takes along: every number, the sample with its codebook, and a script that gives the same in lavaan."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shipped
from small_pages import application, build

from companion import numbers
from companion.book.sphinx import downloads
from companion.book.sphinx.subject import Subject
from companion.numbers import Number, Registry
from companion.study import Study
from companion.survey import imported
from companion.survey.simulated_mark import MARK, MARK_COLUMN

REFERENCE = Path(__file__).parents[1] / "reference"
WRITE = 'write.csv(parameterEstimates(fit, remove.nonfree = FALSE), "estimates.csv", row.names = FALSE)\n'
UNMARKED = Number(
    key="literature.count", value=3, kind="count", what="Sources", function="f", digest="d", simulated=False
)
MARKED = Number(
    key="mediation.a",
    value=-0.12345678912345,
    kind="coefficient",
    what="An effect",
    function="f",
    digest="d",
    interval=(-0.2, -0.05),
    interval_kind="95 % interval",
)
PAIR = replace(MARKED, key="mediation.a.ci", value=(-0.2, -0.05), interval=None, interval_kind="")
WORD = replace(UNMARKED, key="verdict.x", value="found", label="found in the simulated survey", simulated=True)
REGISTRY = Registry([UNMARKED, MARKED, PAIR, WORD])


@pytest.fixture(scope="module")
def study() -> Study:
    return shipped.study()


@pytest.fixture(scope="module")
def files(study: Study) -> dict[str, str]:
    return {
        name: downloads.FILES[name](Subject(study)) for name in (downloads.SAMPLE, downloads.CODEBOOK, downloads.SCRIPT)
    }


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)


# Every number


def test_json_and_csv_hold_every_number_with_its_printed_form_and_source() -> None:
    entries = json.loads(numbers.as_json(REGISTRY))["numbers"]
    rows = table(numbers.as_csv(REGISTRY)).set_index("key")
    assert list(entries) == list(rows.index) == list(REGISTRY)
    for key, number in REGISTRY.items():
        assert entries[key]["printed"] == rows.loc[key, "printed"] == number.printed()
        for name in ("what", "function"):
            assert entries[key][name] == rows.loc[key, name] == getattr(number, name)


def test_json_and_csv_name_the_data_of_a_number_by_the_twelve_digits_that_its_card_shows() -> None:
    number = replace(REGISTRY["mediation.a"], digest="c77ad2bcf9924728405db615904ef0a1559b303d4d9d30f1631e1aab44efe695")
    registry = Registry([number])
    entries = json.loads(numbers.as_json(registry))["numbers"]
    assert entries["mediation.a"]["digest"] == "c77ad2bcf992"
    assert list(table(numbers.as_csv(registry))["digest"]) == ["c77ad2bcf992"]


def test_each_number_says_whether_it_is_simulated() -> None:
    entries = json.loads(numbers.as_json(REGISTRY))["numbers"]
    rows = table(numbers.as_csv(REGISTRY)).set_index("key")
    assert {key: entry["simulated"] for key, entry in entries.items()} == {k: n.simulated for k, n in REGISTRY.items()}
    assert {key: said == "true" for key, said in rows["simulated"].items()} == {
        key: number.simulated for key, number in REGISTRY.items()
    }


@pytest.mark.parametrize(
    ("key", "value", "lower", "upper"),
    [
        ("literature.count", "3", "", ""),
        ("mediation.a", "-0.1234567891", "-0.2", "-0.05"),
        ("mediation.a.ci", "", "-0.2", "-0.05"),
        ("verdict.x", "found", "", ""),
    ],
)
def test_a_spreadsheet_has_value_and_bounds_in_columns_of_their_own(
    key: str, value: str, lower: str, upper: str
) -> None:
    row = table(numbers.as_csv(REGISTRY)).set_index("key").loc[key]
    assert (row["value"], row["lower"], row["upper"]) == (value, lower, upper)


# The sample, its codebook and the script


def test_the_sample_holds_nothing_but_conditions_and_items(files: dict[str, str]) -> None:
    header, *rows = files[downloads.SAMPLE].splitlines()
    *columns, mark = header.split(",")
    assert mark == MARK_COLUMN
    assert all(name in ("neg", "like", "reply") or name[:2] in ("ps", "pk", "pa") for name in columns)
    assert len(rows) == 1200


@pytest.mark.parametrize("name", [downloads.SAMPLE, downloads.CODEBOOK])
def test_every_row_says_that_it_is_simulated(files: dict[str, str], name: str) -> None:
    assert set(table(files[name])[MARK_COLUMN]) == {MARK}


def test_the_script_says_that_its_sample_is_simulated(files: dict[str, str]) -> None:
    assert MARK in files[downloads.SCRIPT].splitlines()[0]


def test_of_a_survey_of_real_people_no_file_says_so() -> None:
    for name in (downloads.SAMPLE, downloads.CODEBOOK, downloads.SCRIPT):
        assert MARK not in downloads.FILES[name](Subject(shipped.study(simulated=False)))


def test_the_committed_reference_is_made_from_the_sample_that_ships(files: dict[str, str]) -> None:
    committed = pd.read_csv(REFERENCE / "data/study-shipped.csv", dtype=str)
    pd.testing.assert_frame_equal(table(files[downloads.SAMPLE]).drop(columns=MARK_COLUMN), committed)


def test_the_codebook_explains_every_column_in_its_order(files: dict[str, str]) -> None:
    explained = table(files[downloads.CODEBOOK])
    assert list(explained["column"]) == list(table(files[downloads.SAMPLE]).columns)
    assert (explained["meaning"].str.len() > 10).all()
    assert (explained["values"].str.len() > 5).all()


def test_an_item_that_the_codebook_calls_reversed_is_eight_minus_the_answer_in_the_export(
    files: dict[str, str], study: Study
) -> None:
    explained = table(files[downloads.CODEBOOK]).set_index("column")["reversed"]
    raw = imported.read(study.survey, study.questionnaire).export.data
    rows = study.sample.data["participant"].str.removeprefix("p").astype(int) - 1
    answered = raw.iloc[rows].reset_index(drop=True)
    offered = pd.read_csv(io.StringIO(files[downloads.SAMPLE]))
    items = [column for column in offered if column in answered and column not in study.questionnaire.design.dummies]
    assert {"yes", "no"} == set(explained[items])
    for item in items:
        ticked = answered[item].astype(float)
        expected = 8 - ticked if explained[item] == "yes" else ticked
        np.testing.assert_array_equal(offered[item], expected, err_msg=item)


@pytest.mark.slow
@pytest.mark.parametrize(("simulated", "said"), [(True, "nobody stands behind"), (False, "is left out: ")])
def test_a_page_says_what_the_analysed_set_holds_of_peoples_background(
    simulated: bool, said: str, tmp_path: Path
) -> None:
    about = Subject(shipped.study(simulated=simulated), REGISTRY)
    page = "# A page\n\n```{downloads} analysed-set.csv analysed-set.sav analysed-set-codebook.csv\n```\n"
    (pages,) = build(application(tmp_path / "pages", about, {"index": page}))
    text, folder = pages.article().get_text(), Path(pages.app.outdir) / downloads.FOLDER
    assert pages.complaints == []
    assert said in text
    assert ("age" in pd.read_csv(folder / downloads.ANALYSED_SET)) is simulated
    assert (folder / downloads.ANALYSED_SET_SPSS).read_bytes().startswith(b"$FL2")


def test_the_script_holds_the_model_of_the_reference(files: dict[str, str]) -> None:
    assert (REFERENCE / "study-shipped/model.txt").read_text().strip() in files[downloads.SCRIPT]


@pytest.mark.reference
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="Rscript is not on the path")
def test_the_script_gives_the_books_estimates_in_lavaan(files: dict[str, str], study: Study, tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with (tmp_path / downloads.SCRIPT).open("a") as script:
        script.write(WRITE)
    subprocess.run(["Rscript", downloads.SCRIPT], cwd=tmp_path, check=True, capture_output=True)
    theirs = pd.read_csv(tmp_path / "estimates.csv").set_index(["lhs", "op", "rhs"])
    ours = study.mediation.fit.estimates.query("op in ('=~', '~')").set_index(["lhs", "op", "rhs"])
    both = ours.join(theirs.add_suffix("_lavaan"), how="inner")
    assert len(both) == len(ours)
    np.testing.assert_allclose(both["est"], both["est_lavaan"], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(both["se"], both["se_lavaan"], rtol=1e-5, atol=1e-6)
