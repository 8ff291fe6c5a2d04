"""Every figure can be taken along as picture and as data, and its data can be read as a table."""

from __future__ import annotations

import io
import re
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from docutils import nodes
from parsed_pages import parsed
from PIL import Image

from companion.book.sphinx import figure_data
from companion.book.sphinx.outputs import drawn_figure, name_of, published, published_drawing
from companion.survey.simulated_mark import MARK, MARK_COLUMN
from companion.words import words

PICTURE = 120_000
"""Bytes that a PNG may weigh."""


def document(content: nodes.Node) -> nodes.document:
    made = nodes.document(None, None)  # type: ignore[arg-type]
    made += content
    return made


def test_two_figures_with_one_drawing_share_its_file_and_other_drawings_have_their_own(tmp_path: Path) -> None:
    drawn = [("fig-a", '<svg width="1"/>'), ("fig-b", '<svg width="1"/>'), ("fig-c", '<svg width="2"/>')]
    one, same, other = (published_drawing(tmp_path, name, svg) for name, svg in drawn)
    assert one == same
    assert one != other
    assert {path.name for path in (tmp_path / "_images").iterdir()} == {Path(one).name, Path(other).name}


def test_what_two_figures_offer_alike_stands_in_the_site_once(tmp_path: Path) -> None:
    one = published(tmp_path, "_downloads", "fig-a", "csv", b"x\n1\n")
    same = published(tmp_path, "_downloads", "fig-b", "csv", b"x\n1\n")
    assert one == same
    assert [path.name for path in (tmp_path / "_downloads").iterdir()] == [Path(one).name]


def test_a_file_of_another_kind_is_never_the_same_one(tmp_path: Path) -> None:
    one = published(tmp_path, "_downloads", "fig-a", "csv", b"x")
    assert one != published(tmp_path, "_downloads", "fig-a", "svg", b"x")


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("-0.3672392316", "−0.3672"),
        ("0.5", "0.5"),
        ("2.0", "2"),
        ("-0.00004", "−4e−05"),
        ("0.0004932", "0.00049"),
        ("1200", "1200"),
        ("like", "like"),
        ("", ""),
        ("2018-05", "2018-05"),
        ("−", "−"),
    ],
)
def test_fractions_are_rounded_and_everything_else_stays(cell: str, shown: str) -> None:
    assert figure_data.printed(cell) == shown


def test_a_figure_with_a_column_that_nothing_explains_gives_way_to_the_name_of_its_function() -> None:
    figure = drawn_figure("", function="companion.figures.x.y", data="interaction,strange\nnone,1\n")
    page = document(nodes.figure("", figure, ids=["fig-one"]))
    figure_data.check(None, page)  # type: ignore[arg-type]
    assert [problem.astext() for problem in page.findall(nodes.problematic)] == ["companion.figures.x.y"]
    assert not list(page.findall(drawn_figure))


def test_the_first_column_is_a_header_of_rows_exactly_where_it_tells_them_apart() -> None:
    apart, alike = (
        BeautifulSoup(figure_data._table(data, "Data", words()), "html.parser") for data in ("n\n1\n2\n", "n\n1\n1\n")
    )
    assert [cell.get_text() for cell in apart.select("tbody th[scope=row]")] == ["1", "2"]
    assert alike.select("tbody th") == []


def test_a_figure_is_called_by_the_name_around_it() -> None:
    figure = drawn_figure("")
    nodes.figure("", nodes.container("", figure), ids=["fig-one"])
    assert name_of(figure) == "fig-one"


@pytest.mark.parametrize("around", [nodes.figure, nodes.container])
def test_a_figure_without_a_name_is_warned_of(around: type[nodes.Element], monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []
    monkeypatch.setattr(figure_data.logger, "warning", lambda message, **place: warned.append(message))
    figure = drawn_figure("", data="interaction\n")
    figure_data.check(None, document(around("", figure)))  # type: ignore[arg-type]
    assert warned == ["a figure without a name"]


def test_a_figure_without_a_caption_is_warned_of_since_it_has_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []
    monkeypatch.setattr(figure_data.logger, "warning", lambda message, **place: warned.append(message))
    bare, captioned = (drawn_figure("", data="interaction\n") for _ in range(2))
    figures = [nodes.figure("", bare, ids=["fig-one"]), nodes.figure("", captioned, nodes.caption(), ids=["fig-two"])]
    figure_data.check(None, document(nodes.container("", *figures)))  # type: ignore[arg-type]
    assert warned == ["a figure without a caption, so without a number"]


# The built book


class Drawn:
    """One figure of the built book with what it offers."""

    def __init__(self, path: Path, figure: Tag) -> None:
        self.name = str(figure["id"])
        self.page = path
        self.image = figure.select_one("picture img")
        links = {str(link.get_text()): link for link in figure.select(".result-source a")}
        self.files = {words: (path.parent / str(link["href"])).resolve() for words, link in links.items()}
        self.links = links

    @property
    def table(self) -> BeautifulSoup:
        return BeautifulSoup(self.files["data table"].read_text(), "html.parser")

    @property
    def data(self) -> pd.DataFrame:
        return pd.read_csv(self.files["data (CSV)"], dtype=str, keep_default_na=False)


def as_filed(cell: Tag) -> str:
    """What the file has for a cell that the page shows in words."""
    if link := cell.find("a"):
        return str(link["href"])  # type: ignore[index]
    levels = {words()(f"design.label.{level}"): level for level in ("none", "like", "reply", "positive", "negative")}
    return levels.get(cell.get_text(), cell.get_text())


@pytest.fixture(scope="module")
def figures(pages: list[Path]) -> list[Drawn]:
    found = []
    for path in pages:
        soup = parsed(path)
        found += [Drawn(path, figure) for figure in soup.select("article figure") if figure.select(".result-source")]
    assert len(found) > 10
    return found


@pytest.mark.book
def test_every_figure_offers_table_data_and_picture(figures: list[Drawn]) -> None:
    for figure in figures:
        wanted = ["data table", "data (CSV)", "picture (SVG)", "picture (PNG)"]
        assert list(figure.files)[1:] == wanted, figure.name
        assert all(figure.files[words].is_file() for words in wanted), figure.name


@pytest.mark.book
def test_the_picture_itself_leads_to_the_table_of_its_data(figures: list[Drawn]) -> None:
    for figure in figures:
        assert figure.image is not None
        menu = figure.links["data table"].find_parent("details")
        assert menu is not None
        assert figure.image["aria-details"] == menu["id"], figure.name


@pytest.mark.book
def test_the_table_holds_what_the_file_holds(figures: list[Drawn]) -> None:
    for figure in figures:
        data = figure.data.drop(columns=MARK_COLUMN, errors="ignore")
        table = figure.table.select_one("article table")
        assert table is not None
        assert [code.get_text() for code in table.select("thead th[scope=col] code")] == list(data.columns)
        rows = [[as_filed(cell) for cell in row.find_all(["td", "th"])] for row in table.select("tbody tr")]
        assert len(rows) == len(data), figure.name
        for shown, behind in zip(rows, data.to_numpy().tolist(), strict=True):
            for cell, value in zip(shown, behind, strict=True):
                assert cell == value or float(cell.replace("−", "-")) == pytest.approx(float(value), abs=6e-5)


@pytest.mark.book
def test_the_page_of_a_table_says_what_its_columns_hold_and_leads_back(figures: list[Drawn]) -> None:
    for figure in figures:
        terms = [term.get_text() for term in figure.table.select("dl.columns dt")]
        assert terms == list(figure.data.drop(columns=MARK_COLUMN, errors="ignore").columns)
        back = figure.table.select_one("article section > p:not(.sim) a")
        assert back is not None
        file, _, anchor = str(back["href"]).partition("#")
        assert ((figure.files["data table"].parent / file).resolve(), anchor) == (figure.page.resolve(), figure.name)


@pytest.mark.book
def test_no_column_is_explained_that_no_figure_has(figures: list[Drawn]) -> None:
    explained = {key.removeprefix("columns.") for key in words() if key.startswith("columns.")}
    assert explained <= {column for figure in figures for column in figure.data.columns}


@pytest.mark.book
def test_a_figure_of_the_survey_says_simulated_in_page_data_and_picture(figures: list[Drawn]) -> None:
    marked = [figure for figure in figures if MARK_COLUMN in figure.data.columns]
    assert {figure.name for figure in marked} >= {"fig-serial", "fig-path", "fig-psr-cells"}
    for figure in figures:
        simulated = figure in marked
        description = ElementTree.parse(figure.files["picture (SVG)"]).getroot()[0].text or ""
        assert ("Simulated data." in description) == simulated, figure.name
        assert bool(figure.table.select(".tabcap .simtag")) == simulated, figure.name
        if simulated:
            assert set(figure.data[MARK_COLUMN]) == {MARK}


@pytest.mark.book
def test_pictures_to_take_along_are_light_plain_and_small(figures: list[Drawn]) -> None:
    for figure in figures:
        assert figure.image is not None
        svg = figure.files["picture (SVG)"].read_text()
        assert "var(" not in svg, figure.name
        assert not re.search(r"prefers-color-scheme|https?://(?!www\.w3\.org)", svg), figure.name
        png = figure.files["picture (PNG)"].read_bytes()
        assert len(png) < PICTURE, figure.name
        width = Image.open(io.BytesIO(png)).width
        assert width == pytest.approx(2 * int(str(figure.image["width"])), abs=2), figure.name


@pytest.mark.book
def test_a_table_says_simulated_in_its_file_exactly_where_it_rests_on_a_survey(pages: list[Path]) -> None:
    said = {}
    for path in pages:
        for line in parsed(path).select("article .result-source"):
            if (code := line.find("code")) and (link := line.find("a", string="data (CSV)")):
                header = (path.parent / str(link["href"])).resolve().read_text().splitlines()[0]
                said[code.get_text()] = header.split(",")[-1] == MARK_COLUMN
    assert not any(marked for name, marked in said.items() if ".literature." in name or ".known_results." in name)
    assert all(said[f"companion.tables.results.{name}"] for name in ("effects", "cell_means", "claims"))
    assert not any(said[f"companion.tables.method.{name}"] for name in ("questions", "scales", "rules"))
