"""The layer for structural equation models can be taken along by itself, and gives the same numbers there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion import sem

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "companion" / "sem"
PROJECT = tomllib.loads((FOLDER / "pyproject.toml").read_text(encoding="utf-8"))["project"]
UV = Path(sys.executable).with_name("uv")
REFERENCE = ROOT / "tests" / "reference"
MODEL = (REFERENCE / "study-360" / "model.txt").read_text(encoding="utf-8")
DATA = REFERENCE / "data" / "study-360.csv"
DRAWS, SEED = 200, 7

ALONE = f"""
import doctest, importlib, importlib.util, json, pkgutil, sys
import pandas as pd
import companion_sem as sem

assert importlib.util.find_spec("companion") is None
fit = sem.fit({MODEL!r}, pd.read_csv({str(DATA)!r}))
ran = [
    doctest.testmod(importlib.import_module("companion_sem." + module.name), raise_on_error=True).attempted
    for module in pkgutil.iter_modules(sem.__path__)
    if module.name != "compiled"  # Numba is not there
]
json.dump(
    {{
        "estimates": fit.estimates[["est", "se"]].to_numpy().tolist(),
        "intervals": fit.bootstrap(draws={DRAWS}, seed={SEED}).ci().to_numpy().tolist(),
        "report": sem.report(fit),
        "examples": sum(ran),
    }},
    sys.stdout,
)
"""


def names(requirements: list[str]) -> set[str]:
    return {re.split("[<>=]", requirement, maxsplit=1)[0] for requirement in requirements}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # By way of the source distribution: that one has to be whole, too.
    command = [UV, "build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder, FOLDER]
    subprocess.run(command, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


def alone(wheel: Path, folder: Path, resolution: str) -> dict[str, object]:
    """Fit the model where nothing but the wheel and what it asks for is installed; give what came out."""
    python = folder / "environment" / "bin" / "python"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder / "environment"], check=True)
    install = [UV, "pip", "install", "--quiet", "--python", python, "--only-binary", ":all:", "--resolution"]
    subprocess.run([*install, resolution, wheel], check=True)
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([python, "-c", ALONE], cwd=folder, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_it_asks_for_ranges_and_not_for_the_versions_of_the_book() -> None:
    assert names(PROJECT["dependencies"]) == {"numpy", "pandas", "scipy", "threadpoolctl"}
    assert not any("==" in requirement or "<" in requirement for requirement in PROJECT["dependencies"])


def test_it_asks_for_what_it_imports() -> None:
    imports = re.compile(r"^(?:from|import) ([a-z]\w*)", re.MULTILINE)
    taken = {name for path in FOLDER.glob("*.py") for name in imports.findall(path.read_text(encoding="utf-8"))}
    needed, compiling = names(PROJECT["dependencies"]), names(PROJECT["optional-dependencies"]["compiled"])
    assert taken - set(sys.stdlib_module_names) == needed | compiling


def test_its_version_and_licence_are_those_of_the_book() -> None:
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (PROJECT["version"], PROJECT["license"]) == (whole["version"], whole["license"])
    assert (FOLDER / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


@pytest.mark.slow
def test_its_wheel_holds_every_module_its_licence_and_the_mark_of_a_typed_package(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    assert {f"companion_sem/{path.name}" for path in FOLDER.glob("*.py")} <= held
    assert "companion_sem/py.typed" in held
    assert any(name.endswith("licenses/LICENSE") for name in held)
    assert {name.split("/")[0].split("-")[0] for name in held} == {"companion_sem"}


@pytest.mark.network
@pytest.mark.parametrize("resolution", ["highest", "lowest-direct"])
def test_alone_it_gives_lavaans_numbers_with_the_newest_and_the_oldest_that_it_asks_for(
    wheel: Path, tmp_path: Path, resolution: str
) -> None:
    found = alone(wheel, tmp_path, resolution)
    lavaan = pd.read_csv(REFERENCE / "study-360" / "estimates.csv")
    np.testing.assert_allclose(found["estimates"], lavaan[["est", "se"]], atol=1e-6)
    here = sem.fit(MODEL, pd.read_csv(DATA)).bootstrap(draws=DRAWS, seed=SEED).ci()
    np.testing.assert_allclose(found["intervals"], here, atol=1e-6)
    assert "serial_reply" in str(found["report"])
    assert int(str(found["examples"])) > 5
