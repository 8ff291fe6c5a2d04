"""The reference cases of lavaan: run again, compared with what is committed, and what they rest on as one digest.

    python tests/reference/rerun.py

runs those that rest on something which has changed, and writes down in confirmed.json that each gave what is committed.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from companion import store
from companion.verification import lavaan

HERE = Path(__file__).parent
SCRIPTS = lavaan.SCRIPT.parent
CONFIRMED = "confirmed.json"
CASES = sorted(path.parent.name for path in HERE.glob("*/fit.R"))


def digest(case: str, versions: Mapping[str, str], here: Path = HERE, scripts: Path = SCRIPTS) -> str:
    """Give one digest of what a case rests on: scripts, models, data, versions, and what is committed."""
    files = [*(here / case).iterdir(), *(here / "data").iterdir(), here / "lavaan.R"]
    return store.digest(
        [
            store.digest_files(files, here).encode(),
            store.digest_files(scripts.glob("*.R"), scripts).encode(),
            json.dumps(dict(versions)).encode(),
        ]
    )


def confirmed(here: Path = HERE) -> dict[str, str]:
    """Give the digest of each case when R last gave what is committed."""
    path = here / CONFIRMED
    read: dict[str, str] = json.loads(path.read_text()) if path.is_file() else {}
    return read


def run(case: str, folder: Path) -> None:
    """Let R write what a case gives into a folder."""
    subprocess.run(["Rscript", HERE / case / "fit.R", folder], check=True, capture_output=True, timeout=3600)


def assert_same(committed: Path, now: Path) -> None:
    """Fail where the tables in a folder are not those that are committed."""
    names = {path.name for path in committed.glob("*.csv")}
    assert names == {path.name for path in now.glob("*.csv")}
    for name in names:
        _assert_same_table(pd.read_csv(committed / name), pd.read_csv(now / name), name)


def _assert_same_table(before: pd.DataFrame, now: pd.DataFrame, name: str) -> None:
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


def main() -> None:
    versions, found = lavaan.versions(lavaan.find_rscript()), confirmed()
    for case in CASES:
        if found.get(case) != digest(case, versions):
            with tempfile.TemporaryDirectory() as folder:
                run(case, Path(folder))
                assert_same(HERE / case, Path(folder))
            found[case] = digest(case, versions)
            store.write_aside(HERE / CONFIRMED, (json.dumps(found, indent=1) + "\n").encode())
            print(case, "agrees")


if __name__ == "__main__":
    main()
