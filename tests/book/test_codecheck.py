"""codecheck.yml names what a build makes, in the form that CODECHECK's specification 2.0 asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from companion.book import addresses

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "codecheck.yml").read_text(encoding="utf-8")
STATED: dict[str, Any] = yaml.safe_load(TEXT)
MANIFEST: list[dict[str, str]] = STATED["manifest"]
OF_THE_CHECKER = {"certificate", "check_time", "codechecker", "report", "summary"}


def missing(files: list[str], root: Path) -> list[str]:
    return [file for file in files if not (root / file).is_file()]


@pytest.mark.book
def test_every_file_of_the_manifest_is_there_after_a_build(site: Path) -> None:
    assert missing([item["file"] for item in MANIFEST], ROOT) == []


def test_a_file_that_no_build_makes_is_named(tmp_path: Path) -> None:
    (tmp_path / "made.csv").touch()
    assert missing(["made.csv", "never-made.csv"], tmp_path) == ["never-made.csv"]


def test_every_file_has_a_comment_and_a_path_from_the_root() -> None:
    assert all(item.keys() == {"file", "comment"} and item["comment"] for item in MANIFEST)
    assert not any(Path(item["file"]).is_absolute() or ".." in Path(item["file"]).parts for item in MANIFEST)
    assert len({item["file"] for item in MANIFEST}) == len(MANIFEST)


def test_everything_but_what_others_published_says_that_it_is_simulated() -> None:
    silent = [item["file"] for item in MANIFEST if "simulated" not in item["comment"]]
    assert silent == ["_build/html/chapters/method/known-results.html"]


def test_the_document_begins_and_names_its_specification_as_the_specification_asks() -> None:
    assert TEXT.startswith("---\n")
    assert STATED["version"] == "https://codecheck.org.uk/spec/config/2.0/"


def test_the_paper_is_the_one_of_the_citation_file_at_the_address_of_the_book() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    address = addresses.read(ROOT).site
    reference = {"reference": address} if address else {}
    assert STATED["paper"] == {"title": cited["title"], "authors": cited["authors"], **reference}


def test_what_the_checker_adds_is_left_to_the_checker() -> None:
    assert not OF_THE_CHECKER & STATED.keys()
    assert not any(word in TEXT for word in ("FIXME", "TODO", "XXX"))
