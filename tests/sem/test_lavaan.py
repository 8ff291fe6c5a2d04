"""Our numbers are lavaan's, optimised to the end; the committed references say what lavaan gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion import sem

REFERENCE = Path(__file__).parents[1] / "reference"
COLUMNS = {"est": "est", "se": "se", "z": "z", "p": "pvalue", "ci_lower": "ci.lower", "ci_upper": "ci.upper"}
COLUMNS |= {"std_all": "std.all", "std_nox": "std.nox"}


def lavaan(case: str, name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / case / f"{name}.csv", keep_default_na=False, na_values=["NA"])


def fitted(case: str) -> sem.Fit:
    model = (REFERENCE / case / "model.txt").read_text()
    return sem.fit(model, pd.read_csv(REFERENCE / "data" / f"{case}.csv"))


@pytest.mark.parametrize("case", ["study-120", "study-360", "study-1200"])
def test_every_estimate_standard_error_and_standardised_value_is_lavaans(case: str) -> None:
    ours, theirs = fitted(case).estimates, lavaan(case, "estimates")
    assert ours[["lhs", "op", "rhs"]].to_numpy().tolist() == theirs[["lhs", "op", "rhs"]].to_numpy().tolist()
    for our, their in COLUMNS.items():
        np.testing.assert_allclose(ours[our], theirs[their].astype(float), rtol=1e-7, atol=1e-8, err_msg=our)


@pytest.mark.parametrize("case", ["study-120", "study-360", "study-1200"])
def test_every_fit_measure_is_lavaans(case: str) -> None:
    theirs = lavaan(case, "measures").set_index("measure")["value"].drop("gradient")
    ours = fitted(case).measures
    for name, value in theirs.items():
        assert ours[str(name).replace(".", "_")] == pytest.approx(value, rel=1e-7, abs=1e-8), name
