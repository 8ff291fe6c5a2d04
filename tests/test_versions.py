"""One version, wherever it is named."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def released(changelog: str) -> list[str]:
    """Give the versions of a changelog, newest first, without what is not released."""
    return re.findall(r"^## (\d+\.\d+\.\d+)", changelog, re.MULTILINE)


def test_the_citation_names_the_version_of_the_package() -> None:
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"] == VERSION


def test_the_installed_package_is_of_that_version() -> None:
    assert importlib.metadata.version("companion") == VERSION


def test_the_newest_release_of_the_changelog_is_that_version_once_there_is_one() -> None:
    versions = released((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert versions[:1] in ([], [VERSION])


def test_the_releases_of_a_changelog_are_read_newest_first() -> None:
    assert released("# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2027-01-01\n\n## 0.1.0\n") == ["0.2.0", "0.1.0"]
