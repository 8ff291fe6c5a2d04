"""Every function that the book names leads to the line on which it is written."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from parsed_pages import parsed

from companion.book.search.index import NAME
from companion.book.sphinx import sources
from companion.book.sphinx.sources import UnknownFunctionError, definition


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
    assert (found.module, found.name, found.page) == (module, name, f"_modules/{module.replace('.', '/')}")


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


FUNCTION = "companion.analysis.mediation.analyse"


def builder(name: str = "html", pages: tuple[str, ...] = (sources.REFERENCE,), described: str = FUNCTION) -> Any:
    """A builder whose book has these pages, and whose reference describes one function."""
    environment = SimpleNamespace(
        found_docs=pages, get_domain=lambda name: SimpleNamespace(objects={described: "its entry"})
    )
    address = lambda here, there: f"{there}.html"  # noqa: E731
    return SimpleNamespace(name=name, env=environment, get_relative_uri=address)


def test_a_function_that_the_reference_describes_leads_to_its_lines() -> None:
    assert sources.link(builder(), "index", FUNCTION) == (
        f'<a href="_modules/companion/analysis/mediation.html#analyse"><code>{FUNCTION}</code></a>'
    )


def test_a_function_that_the_reference_does_not_describe_is_a_warning_and_so_stops_the_build(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level("WARNING", logger="sphinx.companion.book.sphinx.sources"):
        sources.link(builder(described="companion.analysis.mediation.other"), "chapters/page", FUNCTION)
    assert FUNCTION in caplog.text
    assert sources.REFERENCE in caplog.text


@pytest.mark.parametrize("without", [{"name": "singlehtml"}, {"pages": ("index",)}], ids=["one piece", "no reference"])
def test_where_no_page_shows_sources_a_function_is_named_without_a_link(without: Any) -> None:
    assert sources.link(builder(**without), "index", FUNCTION) == f"<code>{FUNCTION}</code>"


def test_a_page_of_code_is_lighter_and_keeps_every_letter() -> None:
    body = (
        '<span class="sig-param"><span class="n"><span class="pre">data</span></span></span><span class="k">def</span>'
    )
    context = {"body": body}
    sources.lighten(None, "_modules/companion/study", "page.html", context, None)  # type: ignore[arg-type]
    assert context["body"] == '<span class="sig-param">data</span><span class="k">def</span>'


@pytest.mark.parametrize(
    ("module", "name", "written"),
    [
        ("companion.sem", "fit", "companion.sem.estimation"),
        ("companion.sem", "Fit.bootstrap", "companion.sem.estimation"),
        ("companion.book.sphinx.outputs", "PHONE", "companion.book.sphinx.outputs"),
    ],
)
def test_what_a_page_describes_is_shown_where_it_is_written(module: str, name: str, written: str) -> None:
    assert sources.module_of(None, module, name) == written  # type: ignore[arg-type]


def links_without_target(pages: dict[Path, BeautifulSoup]) -> list[str]:
    """Links to source pages whose page or anchor is not there, or whose anchor is not at the function of that name."""
    wrong = []
    for path, page in pages.items():
        for link in page.select("a[href*='_modules/companion/']:has(code)"):
            file, _, anchor = str(link["href"]).partition("#")
            target = pages.get((path.parent / file).resolve())
            found = target.find(id=anchor) if target else None
            if found is None or not str(link.get_text()).endswith(f".{anchor}"):
                wrong.append(f"{path.name}: {link['href']}")
    return wrong


@pytest.fixture(scope="module")
def read(pages: list[Path]) -> dict[Path, BeautifulSoup]:
    return {path.resolve(): parsed(path) for path in pages}


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
def test_every_anchor_of_a_page_of_code_stands_at_the_lines_of_its_name(read: dict[Path, BeautifulSoup]) -> None:
    blocks = [
        block for path, page in read.items() if "_modules" in path.parts for block in page.select(".viewcode-block")
    ]
    assert len(blocks) > 50
    for block in blocks:
        name = str(block["id"]).rpartition(".")[2]
        lines = block.get_text().removeprefix("\n[docs]\n")
        assert re.match(rf"\s*(\[docs\]\s*)?(@.+\n\s*)*(class|def) {name}\b", lines), (block["id"], lines[:80])


@pytest.mark.book
def test_the_reference_leads_to_the_lines_of_whatever_it_describes(read: dict[Path, BeautifulSoup], site: Path) -> None:
    page = (site / f"{sources.REFERENCE}.html").resolve()
    entries = read[page].select("dl.py.function > dt, dl.py.class > dt, dl.py.method > dt")
    assert len(entries) > 100
    for entry in entries:
        source = entry.select_one("a:has(.viewcode-link)")
        assert source is not None, entry.get("id")
        file, _, anchor = str(source["href"]).partition("#")
        assert read[(page.parent / file).resolve()].find(id=anchor) is not None
        assert str(entry["id"]).endswith(anchor)


@pytest.mark.book
def test_the_code_is_not_searched(site: Path) -> None:
    assert "_modules/" not in (site / NAME).read_text()


@pytest.mark.parametrize(
    "target", ["_modules/companion/analysis/mediation.html#analysed", "_modules/companion/nothing.html#analyse"]
)
def test_a_link_that_leads_nowhere_is_found(target: str) -> None:
    start, source = Path("/site/index.html"), Path("/site/_modules/companion/analysis/mediation.html")
    pages = {
        start: BeautifulSoup(
            f'<a href="{target}"><code>companion.analysis.mediation.analyse</code></a>', "html.parser"
        ),
        source: BeautifulSoup('<span id="analyse"></span>', "html.parser"),
    }
    assert len(links_without_target(pages)) == 1
