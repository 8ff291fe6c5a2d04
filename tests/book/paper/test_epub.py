"""The EPUB passes EPUBCheck without an error or a warning, and holds what the site holds."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from html import escape
from pathlib import Path

import pytest
import yaml
from paper_of_site import ROOT, made, parts

from companion.book.paper.epub import plain_svg
from companion.book.paper.manuscript import PaperError

ARCHIVE = Path("/usr/bin/epubcheck")
CLEAN = "No errors or warnings detected."


def check(path: Path) -> str:
    """What EPUBCheck says of a book."""
    if shutil.which("java") is None or not ARCHIVE.exists():
        pytest.skip("no EPUBCheck on this machine")
    said = subprocess.run(["java", "-jar", ARCHIVE, path], capture_output=True, text=True, check=False)
    return said.stdout + said.stderr


@pytest.fixture(scope="session")
def path(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The EPUB of the built book."""
    return made("epub", site, tmp_path_factory.mktemp("epub"))


@pytest.fixture(scope="session")
def contents(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


FAULTS = {
    "book/index.xhtml": ("</section>", "", "must be terminated by the matching end-tag"),
    "book/nav.xhtml": ("index.xhtml", "lost.xhtml", "could not be found"),
    "book/package.opf": ("<dc:language>en</dc:language>", "", 'missing required element "dc:language"'),
}
"""File -> what stands there, what stands there instead, what EPUBCheck says of it."""


def broken(path: Path, to: Path) -> Path:
    """A copy of a book with the faults in it."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(to, "w") as copy:
        for entry in book.infolist():
            content = book.read(entry).decode()
            old, new, _ = FAULTS.get(entry.filename, ("", "", ""))
            assert old in content
            copy.writestr(entry, content.replace(old, new, 1).encode() if old else content.encode())
    return to


@pytest.mark.book
def test_epubcheck_finds_nothing(path: Path) -> None:
    assert CLEAN in check(path)


@pytest.mark.book
def test_epubcheck_finds_planted_faults(path: Path, tmp_path: Path) -> None:
    said = check(broken(path, tmp_path / "broken.epub"))
    assert CLEAN not in said
    assert [fault for _, _, fault in FAULTS.values() if fault not in said] == []


def chapter_names() -> list[str]:
    return [name for chapters in parts().values() for name in chapters]


@pytest.mark.book
def test_every_chapter_is_in_the_navigation(contents: dict[str, str]) -> None:
    names = chapter_names()
    missing = [name for name in names if f'href="{name.replace("/", "-")}.xhtml"' not in contents["book/nav.xhtml"]]
    assert missing == []


@pytest.mark.book
def test_every_chapter_says_that_the_survey_is_simulated(contents: dict[str, str]) -> None:
    chapters = {name: text for name, text in contents.items() if name.startswith("book/chapters-")}
    said = ("Simulated survey", "the survey in this book, which is simulated")
    silent = [name for name, text in chapters.items() if not any(words in text for words in said)]
    assert len(chapters) == len(chapter_names())
    assert silent == []


@pytest.mark.book
def test_every_picture_is_described(contents: dict[str, str]) -> None:
    pictures = [
        tag for name, text in contents.items() if name.endswith(".xhtml") for tag in re.findall("<img[^>]*>", text)
    ]
    assert len(pictures) > 20
    assert [tag for tag in pictures if not re.search(r'alt="[^"]+', tag)] == []


@pytest.mark.book
def test_formulas_are_mathml(contents: dict[str, str]) -> None:
    plan = contents["book/chapters-method-analysis-plan.xhtml"]
    assert "<math" in plan
    assert "katex-html" not in plan


@pytest.mark.book
def test_nothing_runs_and_nothing_is_fetched(contents: dict[str, str]) -> None:
    for name, text in contents.items():
        assert not re.search(r"<script|<iframe|javascript:|@import|<(?:img|link)[^>]*(?:src|href)=\"https?:", text), (
            name
        )


@pytest.mark.book
def test_its_rights_author_and_language_are_said(contents: dict[str, str]) -> None:
    package = contents["book/package.opf"]
    author = yaml.safe_load((ROOT / "_config.yml").read_text())["author"]
    assert f"<dc:creator>{escape(author)}</dc:creator>" in package
    assert "<dc:language>en</dc:language>" in package
    assert "CC BY 4.0" in package


@pytest.mark.book
def test_the_same_site_gives_the_same_bytes(path: Path, site: Path, tmp_path: Path) -> None:
    assert made("epub", site, tmp_path).read_bytes() == path.read_bytes()


def test_a_figure_keeps_its_colours_for_light_paper() -> None:
    assert plain_svg('<g style="fill: var(--ink2, #4c5963)"><path id="a"/></g>', "a.svg") == (
        '<g style="fill: #4c5963"><path d="" id="a"/></g>'
    )


def test_a_figure_with_a_colour_of_the_site_only_is_refused() -> None:
    with pytest.raises(PaperError, match=r"a\.svg: 'var\(--ink\)"):
        plain_svg('<path d="M0 0" fill="var(--ink)"/>', "a.svg")
