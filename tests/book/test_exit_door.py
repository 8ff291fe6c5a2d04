"""The way out of Jupyter Book: its settings, its requirements, and what is said of a build."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from companion.book import exit_door

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def conf() -> dict[str, Any]:
    """What Sphinx reads from the generated conf.py."""
    namespace: dict[str, Any] = {}
    exec(exit_door.configuration(ROOT), namespace)
    return namespace


def test_the_extensions_are_those_of_the_book_without_those_of_jupyter_book(conf: dict[str, Any]) -> None:
    stated = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]["extensions"]
    kept = [name for name in stated if name not in exit_door.OF_JUPYTER_BOOK]
    assert conf["extensions"] == kept
    assert {"myst_nb", "sphinx_external_toc", "companion.book.sphinx.extension"} <= set(kept)
    assert "jupyter_book" not in kept


def test_every_other_setting_of_the_book_is_there(conf: dict[str, Any]) -> None:
    stated = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    differ = {name for name, value in stated["sphinx"]["config"].items() if conf.get(name) != value}
    assert differ == {"extensions"}
    assert conf["html_title"] == stated["title"]
    assert conf["html_theme"] == "sphinx_book_theme"
    assert set(stated["exclude_patterns"]) <= set(conf["exclude_patterns"])


def test_no_setting_names_a_folder_of_this_machine() -> None:
    assert str(ROOT) not in exit_door.configuration(ROOT)


def test_cells_never_write_into_the_cache_of_the_book(conf: dict[str, Any]) -> None:
    assert conf["nb_execution_mode"] == "force"


def test_pages_are_made_by_the_newest_versions_and_numbers_by_the_pinned_ones() -> None:
    pins = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    wanted = exit_door.requirements(ROOT)
    assert {"sphinx", "myst-nb", "sphinx-book-theme"} <= set(wanted)
    assert {pin for pin in pins if pin.startswith(("numpy==", "pandas==", "scipy=="))} <= set(wanted)
    assert [name for name in wanted if name.startswith("jupyter-book")] == []
    names = [name.split("==")[0] for name in wanted]
    assert len(names) == len(set(names))


LOGS = {
    "built": ("reading\nindex.md:3: WARNING: one\nother.md:1: WARNING: two\n", False, "open: 28 pages, 2 warnings"),
    "failed": (
        "Running\n  sphinx.errors.ExtensionError: no such file\nTo report this error, open an issue\n",
        True,
        "shut: sphinx.errors.ExtensionError: no such file",
    ),
    "failed in silence": ("", True, "shut: no word of why"),
}


@pytest.mark.parametrize("case", LOGS)
def test_a_build_is_summed_up_in_one_line(case: str) -> None:
    log, failed, said = LOGS[case]
    assert exit_door.summary(log, failed, pages=28) == said
