"""lavaan, run again, gives what is committed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/fit.R"))
pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(shutil.which("Rscript") is None, reason="Rscript is not on the path"),
]


@pytest.mark.parametrize("case", CASES)
def test_lavaan_gives_the_committed_numbers(case: str, tmp_path: Path) -> None:
    subprocess.run(["Rscript", HERE / case / "fit.R", tmp_path], check=True, capture_output=True, timeout=600)
    committed = {path.name for path in (HERE / case).glob("*.csv")}
    assert committed == {path.name for path in tmp_path.glob("*.csv")}
    for name in committed:
        before, now = pd.read_csv(HERE / case / name), pd.read_csv(tmp_path / name)
        assert before.columns.tolist() == now.columns.tolist()
        for column in before.columns:
            left, right = before[column], now[column]
            if name.startswith("measures") and column == "value":
                left, right = left[before["measure"] != "gradient"], right[now["measure"] != "gradient"]
            if column == "gradient":
                assert right.abs().max() <= 1e-10
            elif pd.api.types.is_numeric_dtype(left):
                np.testing.assert_allclose(right, left, rtol=1e-6, atol=1e-8, err_msg=f"{name} {column}")
            else:
                assert left.equals(right), f"{name} {column}"
