"""What a reader takes along gives, in lavaan, the numbers that the book prints."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion.book import downloads
from companion.study import ROOT, Study

REFERENCE = Path(__file__).parents[1] / "reference"
WRITE = 'write.csv(parameterEstimates(fit, remove.nonfree = FALSE), "estimates.csv", row.names = FALSE)\n'


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(ROOT / "data" / "survey.csv")


@pytest.fixture(scope="module")
def files(study: Study) -> dict[str, str]:
    return downloads.files(study)


def test_the_sample_holds_nothing_but_conditions_and_items(files: dict[str, str]) -> None:
    header, *rows = files[downloads.SAMPLE].splitlines()
    assert all(name in ("neg", "like", "reply") or name[:2] in ("ps", "pk", "pa") for name in header.split(","))
    assert len(rows) == 1200


def test_the_committed_reference_is_made_from_the_sample_that_ships(files: dict[str, str]) -> None:
    committed = pd.read_csv(REFERENCE / "data/study-shipped.csv")
    assert files[downloads.SAMPLE] == committed.to_csv(index=False, lineterminator="\n")


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
