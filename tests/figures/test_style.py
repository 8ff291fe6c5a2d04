"""What every figure has in common: two widths, one SVG for light and dark, the mark of the simulation, equal bytes."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure as Canvas
from PIL import Image
from scipy.stats import gaussian_kde

from companion.dotted_name import dotted_name
from companion.figures import style, typeface
from companion.figures.palette import DARK, LIGHT

DATA = pd.DataFrame({"interaction": ["none", "reply"], "est": [-1 / 3, 0.5]})


def drawn(canvas: Canvas, narrow: bool) -> None:
    axes = canvas.add_subplot()
    for interaction, estimate in zip(DATA["interaction"], DATA["est"], strict=True):
        style.mark(axes, estimate, 1, interaction, hollow=narrow)
    style.zero_line(axes, "worse", "better")


@pytest.fixture(scope="module")
def figure() -> style.Figure:
    return style.draw(drawn, DATA, drawn)


@pytest.mark.slow
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_drawing_is_well_formed_svg(figure: style.Figure, width: str) -> None:
    assert ElementTree.fromstring(getattr(figure, width)).tag == "{http://www.w3.org/2000/svg}svg"


def test_each_width_has_its_own_natural_size(figure: style.Figure) -> None:
    points = [float(re.search(r'width="([\d.]+)pt"', svg)[1]) for svg in (figure.wide, figure.narrow)]  # type: ignore[index]
    assert points == pytest.approx([7.2 * 72, 3.45 * 72])


def test_the_same_data_give_the_same_bytes(figure: style.Figure) -> None:
    again = style.draw(drawn, DATA, drawn)
    assert (again.wide, again.narrow, again.png) == (figure.wide, figure.narrow, figure.png)


def test_token_colours_stand_only_as_variables_with_their_light_value(figure: style.Figure) -> None:
    drawing = figure.wide.replace(style.palette_style(), "")
    for token, colour in LIGHT.items():
        assert drawing.count(colour) == drawing.count(f"var(--{token}, {colour})")
    assert "var(--reply, #2336b4)" in drawing


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_both_palettes_stand_inside_the_drawing(figure: style.Figure, palette: dict[str, str]) -> None:
    assert all(f"--{token}:{colour};" in figure.wide for token, colour in palette.items())


def test_a_drawing_says_nothing_of_when_and_with_what_it_was_made(figure: style.Figure) -> None:
    assert "metadata" not in figure.wide
    assert "matplotlib.org" not in figure.wide


def test_letters_are_outlines_so_that_no_font_is_needed(figure: style.Figure) -> None:
    assert "<text" not in figure.wide
    assert "font-family" not in figure.wide


def picture(figure: style.Figure) -> Image.Image:
    return Image.open(io.BytesIO(figure.png))


def test_the_png_has_two_pixels_for_one_of_the_screen_and_knows_its_natural_size(figure: style.Figure) -> None:
    image = picture(figure)
    assert image.size == pytest.approx((7.2 * 192, 3.8 * 192), abs=1)
    assert image.info["dpi"] == pytest.approx((192, 192), abs=0.1)


def test_the_png_stands_on_white_ground_and_holds_the_colours_of_the_drawing(figure: style.Figure) -> None:
    image = picture(figure).convert("RGB")
    reply = tuple(int(LIGHT["reply"][place : place + 2], 16) for place in (1, 3, 5))
    colours = [colour for _, colour in image.getcolors(1000) or []]
    assert image.getpixel((2, 2)) == (255, 255, 255)
    assert min(sum(abs(a - b) for a, b in zip(colour, reply, strict=True)) for colour in colours) < 12  # type: ignore[arg-type]


def test_the_png_says_nothing_of_when_and_with_what_it_was_made(figure: style.Figure) -> None:
    assert set(picture(figure).info) <= {"dpi"}


@pytest.mark.slow
@pytest.mark.parametrize("simulated", [True, False])
def test_the_mark_of_the_simulation_is_in_the_pixels(simulated: bool) -> None:
    image = picture(style.draw(drawn, DATA, drawn, simulated=simulated)).convert("L")
    corner = image.crop((image.width - 220, image.height - 40, image.width, image.height))
    assert (corner.getextrema()[0] < 128) == simulated


def test_the_svg_to_take_along_needs_no_variables_and_no_page(figure: style.Figure) -> None:
    alone = style.plain(figure.wide, "Signs & lines")
    assert "var(" not in alone
    assert "prefers-color-scheme" not in alone
    assert alone.count(LIGHT["reply"]) == figure.wide.replace(style.palette_style(), "").count("var(--reply, ")


def test_the_svg_to_take_along_has_a_white_ground_and_says_what_it_shows(figure: style.Figure) -> None:
    said, ground, *_ = ElementTree.fromstring(style.plain(figure.wide, "Signs & lines"))
    assert (said.tag.rpartition("}")[2], said.text) == ("desc", "Signs & lines")
    assert (ground.tag.rpartition("}")[2], ground.get("fill")) == ("rect", "#ffffff")


MARKS = (
    '<g clip-path="url(#p)">\n <use x="1.23456" y="2" style="fill: {}"/>\n <use x="3" y="4" style="fill: red"/>\n</g>'
)


def test_marks_of_one_kind_share_their_style_and_keep_their_places() -> None:
    assert style.themed(f"<svg>{MARKS.format('red')}</svg>").endswith(
        '<g clip-path="url(#p)" style="fill: red">\n <use x="1.23" y="2"/>\n <use x="3" y="4"/>\n</g></svg>'
    )


def test_marks_of_several_kinds_keep_their_own_styles() -> None:
    assert style.themed(f"<svg>{MARKS.format('blue')}</svg>").count("style=") == 2


def written(monkeypatch: pytest.MonkeyPatch, simulated: bool) -> list[str]:
    """The texts on the two canvases at the moment of saving."""
    texts: list[str] = []

    def note(canvas: Canvas, file: TextIO, **options: Any) -> None:
        texts.extend(text.get_text() for text in canvas.texts)
        file.write("<svg>")

    monkeypatch.setattr(Canvas, "savefig", note)
    style.draw(drawn, DATA, drawn, simulated=simulated)
    return texts


def test_simulated_data_are_marked_inside_the_picture_in_both_widths(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(monkeypatch, simulated=True) == ["////  simulated data"] * 2


def test_a_figure_of_the_literature_carries_no_such_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(monkeypatch, simulated=False) == []


def test_drawing_leaves_the_settings_of_matplotlib_as_they_were() -> None:
    before = dict(matplotlib.rcParams)
    style.draw(drawn, DATA, drawn)
    assert dict(matplotlib.rcParams) == before


def test_the_notebook_receives_both_drawings_and_the_data_as_csv(figure: style.Figure) -> None:
    bundle = figure._repr_mimebundle_()
    content = bundle["application/vnd.companion.figure+json"]
    assert content["data"] == "interaction,est\nnone,-0.3333333333\nreply,0.5\n"
    assert (content["wide"], content["narrow"], content["function"]) == (figure.wide, figure.narrow, figure.function)
    assert (base64.b64decode(content["png"]), content["simulated"]) == (figure.png, True)
    assert bundle["text/plain"] == dotted_name(drawn)


@pytest.mark.slow
def test_importing_the_style_loads_neither_seaborn_nor_scipy_nor_pyplot() -> None:
    code = "import sys, companion.figures.style; print({'seaborn', 'scipy', 'matplotlib.pyplot'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"


def test_a_cloud_is_the_gaussian_kernel_density_with_silvermans_bandwidth() -> None:
    draws = np.random.default_rng(5).gamma(3, size=400)
    grid = np.linspace(0, 12, 50)
    interquartile = float(np.subtract(*np.quantile(draws, [0.75, 0.25])))
    bandwidth = 0.9 * min(draws.std(ddof=1), interquartile / 1.34) * 400**-0.2
    expected = gaussian_kde(draws, bw_method=bandwidth / draws.std(ddof=1))(grid)
    np.testing.assert_allclose(style.density(draws, grid), expected, rtol=1e-10)


def test_arrows_come_from_the_font_that_matplotlib_brings_whatever_the_machine_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, bundled = font_manager.fontManager, f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans.ttf"
    entry = next(font for font in manager.ttflist if font.fname == bundled)
    own = replace(entry, fname=str(shutil.copy(bundled, tmp_path)))
    monkeypatch.setattr(manager, "ttflist", [own, *manager.ttflist])
    style._load_typeface.cache_clear()
    try:
        style._load_typeface()
        assert Path(font_manager.findfont(style.FALLBACK)) == Path(bundled).resolve()
    finally:
        style._load_typeface.cache_clear()


def test_a_missing_typeface_is_told_once_and_not_at_every_word(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(typeface, "SOURCES", typeface.ROOT / "nowhere")
    style._load_typeface.cache_clear()
    try:
        with pytest.warns(UserWarning, match=r"DejaVu Sans instead of Commissioner.*make env"):
            style.draw(drawn, DATA, drawn)
        assert [record.message for record in caplog.records] == []
    finally:
        style._load_typeface.cache_clear()


def test_derived_files_are_made_once_and_again_when_their_source_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("assets")
    monkeypatch.setattr(typeface, "ASSETS", folder)
    source = folder / "source"
    source.write_text("one")
    made = []

    def make() -> str:
        return str(
            typeface.made_once("copy", [source], lambda aside: made.append(aside.joinpath("x").write_bytes(b"x")))
        )

    first, second = make(), make()
    source.write_text("two")
    assert (first == second, make() != first, len(made)) == (True, True, 2)


def test_a_recipe_that_fails_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("assets")
    monkeypatch.setattr(typeface, "ASSETS", folder / "made")

    def fail(aside: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        typeface.made_once("broken", [], fail)
    assert list((folder / "made").iterdir()) == []
