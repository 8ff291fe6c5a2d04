"""The foot of every chapter: its citation, its files, and the ways to the repository where the book has one."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup, Tag
from nbclient import NotebookClient
from parsed_pages import parsed
from playwright.sync_api import Browser, expect

from companion.book import citation
from companion.book.addresses import Addresses
from companion.book.sphinx import take_along

ROOT = Path(__file__).resolve().parents[2]
ON_GITHUB = Addresses("https://github.com/someone/book")
FILES = {"ipynb": "a.ipynb", "md": "a.md", "bib": "a.bib"}
NAME = "chapters/results/mediation"


def addressed(where: Addresses, files: dict[str, str] = FILES) -> list[str]:
    html = "".join(link for link, _ in take_along.links(where, NAME, files, f"{NAME}.md"))
    return [str(link["href"]) for link in BeautifulSoup(html, "html.parser").select("a")]


def test_without_a_repository_a_page_leads_to_its_own_files_alone() -> None:
    assert addressed(Addresses()) == ["a.ipynb", "a.md", "a.bib"]


def test_with_a_repository_it_leads_to_binder_the_source_and_the_place_for_faults_too() -> None:
    assert addressed(ON_GITHUB)[3:] == [
        f"https://mybinder.org/v2/gh/someone/book/main?urlpath=lab/tree/_build/html/_downloads/{NAME}.ipynb",
        f"https://github.com/someone/book/blob/main/{NAME}.md",
        "https://github.com/someone/book/issues/new",
    ]


def test_a_page_without_cells_has_nothing_to_run() -> None:
    assert [link for link in addressed(ON_GITHUB, {"md": "a.md", "bib": "a.bib"}) if "binder" in link] == []


def test_the_book_in_one_file_stands_beside_a_published_site() -> None:
    html = "".join(link for link, _ in take_along.whole_book(Addresses(site="https://example.org/book/")))
    assert [str(link["href"]) for link in BeautifulSoup(html, "html.parser").select("a")] == [
        "https://example.org/book/macro-importance-of-micro-influencers.pdf",
        "https://example.org/book/macro-importance-of-micro-influencers.epub",
    ]


def test_a_site_without_an_address_offers_no_file_of_the_whole_book() -> None:
    assert take_along.whole_book(Addresses()) == []


def test_signs_of_html_in_a_citation_stay_text() -> None:
    html = take_along.section("A &amp; B", '@book{a, title = "<b> & c"}', [], whole=True)
    assert BeautifulSoup(html, "html.parser").select("pre")[1].get_text() == '@book{a, title = "<b> & c"}'


# The built pages


def chapters(site: Path) -> list[tuple[Path, BeautifulSoup]]:
    paths = [site / "index.html", *sorted((site / "chapters").rglob("*.html"))]
    return [(path, parsed(path)) for path in paths]


def files_of(path: Path, soup: BeautifulSoup) -> dict[str, Path]:
    links = [path.parent / str(link["href"]) for link in soup.select(".takealong a[download]")]
    return {link.suffix: link.resolve() for link in links}


@pytest.mark.book
def test_every_chapter_leads_to_its_source_and_its_citation(site: Path) -> None:
    for path, soup in chapters(site):
        files = files_of(path, soup)
        assert files[".md"].read_text().startswith(("---\njupytext", "# ")), path.name
        assert files[".bib"].read_text() == soup.select(".takealong pre")[1].get_text(), path.name


@pytest.mark.book
def test_every_chapter_is_cited_by_its_title_and_the_first_page_by_that_of_the_book(site: Path) -> None:
    edition = citation.read(ROOT)
    for path, soup in chapters(site):
        title = soup.select_one("article h1")
        assert isinstance(title, Tag)
        wanted = edition.title if path.stem == "index" else title.get_text().removesuffix("#")
        assert f"({edition.year}). {wanted}" in soup.select(".takealong pre")[0].get_text(), path.name


@pytest.mark.book
def test_every_chapter_with_cells_has_a_notebook_with_them_and_with_those_that_only_prepare(site: Path) -> None:
    for path, soup in chapters(site):
        shown = [block.get_text().rstrip() for block in soup.select(".cell_input pre")]
        files = files_of(path, soup)
        assert (".ipynb" in files) == bool(shown), path.name
        if shown:
            cells = json.loads(files[".ipynb"].read_text())["cells"]
            codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
            assert codes == CELL.findall(files[".md"].read_text()), path.name
            assert [code for code in codes if code in shown or not only_prepares(code)] == shown, path.name


CELL = re.compile(r"^`{3,}\{code-cell\}.*\n(?:---\n[\s\S]*?\n---\n|(?::.*\n)*)\n*([\s\S]*?)\n`{3,}$", re.MULTILINE)


def only_prepares(code: str) -> bool:
    """Whether the last line of a cell shows nothing: it imports, or gives something a name."""
    return isinstance(ast.parse(code).body[-1], (ast.Import, ast.ImportFrom, ast.Assign))


@pytest.mark.book
def test_every_notebook_says_that_the_data_are_simulated_and_holds_no_role(site: Path) -> None:
    notebooks = sorted((site / "_downloads").rglob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        text = "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text())["cells"])
        assert "All survey data are simulated" in text.split("\n\n")[1], path.name
        assert not re.search(r"\{(num|verdict|direction|asked|if|cite|term|reaction|numref|nl)\b", text), path.name


def outputs_of(cell: nbformat.NotebookNode) -> list[dict[str, str]]:
    return [output.get("data", {}) for output in cell.get("outputs", [])]


@pytest.mark.book
def test_a_notebook_runs_where_the_package_is_and_shows_figures_and_tables(site: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(site / f"_downloads/{NAME}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = {kind for cell in notebook.cells for output in cell.get("outputs", []) for kind in output.get("data", {})}
    assert {"image/svg+xml", "text/html"} <= shown
    tables = [data["text/html"] for cell in notebook.cells for data in outputs_of(cell) if "text/html" in data]
    assert [table for table in tables if re.search(r"\{[\w:-]+\}`", table)] == []


@pytest.mark.browser
@pytest.mark.book
def test_the_citation_unfolds_by_keyboard_and_can_be_copied(site: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto((site / f"{NAME}.html").as_uri())
    entry = page.locator(".takealong pre").nth(1)
    expect(entry).to_be_hidden()
    page.locator(".takealong summary").focus()
    page.keyboard.press("Enter")
    expect(entry).to_be_visible()
    expect(page.locator(".takealong button.copybtn")).to_have_count(2)
    page.close()
