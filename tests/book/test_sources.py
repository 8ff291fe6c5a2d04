"""Every function that the book names leads to the line on which it is written."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sphinx.highlighting import PygmentsBridge

import companion
from companion.book.addresses import Addresses
from companion.book.sphinx import source_pages, sources
from companion.book.sphinx.sources import UnknownFunctionError, definition

NO_ADDRESS = Addresses()
PACKAGE = Path(companion.__file__).parent


@pytest.mark.parametrize(
    ("function", "module", "name"),
    [
        ("companion.analysis.mediation.analyse", "companion.analysis.mediation", "analyse"),
        ("companion.evidence.evidence_map", "companion.evidence.effects", "evidence_map"),
        ("companion.evidence.tiers", "companion.evidence.tiers", "tiers"),
        ("companion.evidence.tiers.disagreement", "companion.evidence.tiers", "disagreement"),
    ],
)
def test_a_function_is_found_where_it_is_written_and_not_where_it_is_imported(
    function: str, module: str, name: str
) -> None:
    found = definition(function)
    assert (found.module, found.name, found.page) == (module, name, f"source/{module}")


@pytest.mark.parametrize(
    "function",
    [
        "companion.analysis.mediation.analysed",  # no such function
        "companion.meditation.analyse",  # no such module
        "companion.analysis.estimands.EFFECTS",  # not a function
        "companion.analysis.mediation.np",  # not of the package
        "json.dumps",  # of another package
        "analyse",
        "",
    ],
)
def test_a_function_that_the_package_does_not_have_is_refused(function: str) -> None:
    with pytest.raises(UnknownFunctionError, match="no function"):
        definition(function)


def shown(module: str, names: list[str], web: Addresses = NO_ADDRESS) -> BeautifulSoup:
    app: Any = SimpleNamespace(builder=SimpleNamespace(highlighter=PygmentsBridge("html")))
    return BeautifulSoup(source_pages._body(app, module, names, web), "html.parser")


def test_the_page_of_a_module_shows_its_code_to_the_letter() -> None:
    page = shown("companion.analysis.mediation", ["analyse"])
    assert page.pre is not None
    assert page.pre.get_text() == (PACKAGE / "analysis/mediation.py").read_text()


@pytest.mark.parametrize("module", ["companion.analysis.mediation", "companion.figures.style"])
def test_every_function_and_class_has_its_anchor_at_its_own_line(module: str) -> None:
    page = shown(module, [])
    path = PACKAGE.parent / f"{module.replace('.', '/')}.py"
    written = re.findall(r"^(?:class|def) (\w+)", path.read_text(), flags=re.MULTILINE)
    for name in written:
        anchor = page.find(id=name)
        assert anchor is not None, name
        following = "".join(str(text) for text in anchor.find_all_next(string=True))[:400]
        assert re.match(rf"(@.+\n)*(class|def) {name}\b", following), (name, following[:80])


def test_the_page_leads_to_the_repository_exactly_when_its_address_is_set() -> None:
    file = "companion/analysis/mediation.py"
    web = Addresses("https://github.com/someone/book")
    assert shown("companion.analysis.mediation", []).find("a", string=file) is None
    assert shown("companion.analysis.mediation", [], web).find("a", href=web.source(file)) is not None


def test_in_a_document_of_one_piece_a_function_is_named_without_a_link() -> None:
    builder: Any = SimpleNamespace(name="singlehtml")
    assert (
        sources.link(builder, "index", "companion.analysis.mediation.analyse")
        == "<code>companion.analysis.mediation.analyse</code>"
    )


def links_without_target(pages: dict[Path, BeautifulSoup]) -> list[str]:
    """Links to source pages whose page or anchor is not there, or whose anchor is not at the function of that name."""
    wrong = []
    for path, page in pages.items():
        for link in page.select("a[href*='source/companion.']"):
            file, _, anchor = str(link["href"]).partition("#")
            target = pages.get((path.parent / file).resolve())
            found = target.find(id=anchor) if target else None
            if found is None or not str(link.get_text()).endswith(f".{anchor}"):
                wrong.append(f"{path.name}: {link['href']}")
    return wrong


@pytest.fixture(scope="module")
def read(pages: list[Path]) -> dict[Path, BeautifulSoup]:
    return {path.resolve(): BeautifulSoup(path.read_text(), "html.parser") for path in pages}


@pytest.mark.book
def test_every_link_to_a_source_leads_to_the_function_that_it_names(read: dict[Path, BeautifulSoup]) -> None:
    assert links_without_target(read) == []


@pytest.mark.book
def test_every_figure_table_and_number_names_its_function_as_such_a_link(read: dict[Path, BeautifulSoup]) -> None:
    for path, page in read.items():
        for code in page.select(".result-source code, .pagenotes .n-src code, .every-number .origin a code"):
            assert code.parent is not None
            assert code.parent.name == "a", (path.name, str(code))


@pytest.mark.book
def test_only_modules_that_are_named_have_a_page(read: dict[Path, BeautifulSoup], site: Path) -> None:
    named = {
        (path.parent / str(link["href"]).partition("#")[0]).resolve()
        for path, page in read.items()
        for link in page.select("a[href*='source/companion.']")
    }
    assert {path for path in read if path.parent.name == "source"} == named
    assert not any("source/" in text for text in [(site / "searchindex.js").read_text()])


@pytest.mark.parametrize(
    "target", ["source/companion.analysis.mediation.html#analysed", "source/companion.nothing.html#analyse"]
)
def test_a_link_that_leads_nowhere_is_found(target: str) -> None:
    start, source = Path("/site/index.html"), Path("/site/source/companion.analysis.mediation.html")
    pages = {
        start: BeautifulSoup(
            f'<a href="{target}"><code>companion.analysis.mediation.analyse</code></a>', "html.parser"
        ),
        source: BeautifulSoup('<span id="analyse"></span>', "html.parser"),
    }
    assert len(links_without_target(pages)) == 1
