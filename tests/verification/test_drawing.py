"""A figure is compared as it is drawn: what is drawn wrongly from right data is told, by figure and kind of shape."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType

import pandas as pd
import pytest
from figures.planted import FIGURES

from companion.figures import literature, method, planning, predictions, results, style
from companion.figures.style import Figure
from companion.verification.compare import Row
from companion.verification.drawing import Drawing, compare_drawings


@dataclass(frozen=True)
class Fault:
    """A slip in the source of a figure.

    Parameters
    ----------
    figure
        Name of the figure's function.
    module, function
        Where the slip is.
    right, wrong
        What stands there once, and what stands there after the slip.
    shows
        A kind of shape in which it must show.
    """

    figure: str
    module: ModuleType
    function: str
    right: str
    wrong: str
    shows: str


FAULTS = {
    "the wrong rows": Fault(
        "tier_ranges", literature, "tier_ranges", '["source"] == source', '["source"] != source', "FillBetween"
    ),
    "swapped axes": Fault(
        "engagement_rates",
        literature,
        "_rates",
        "[low, high], [rate.percent] * 2",
        "[rate.percent] * 2, [low, high]",
        "lines",
    ),
    "a shifted place": Fault("evidence_map", literature, "_studies", "place * step", "(place + 1) * step", "marks"),
    "another column of the interval": Fault(
        "effect_sizes", literature, "_forest_effect", 'effect["low"]', 'effect["r"]', "lines"
    ),
    "arrows of another model": Fault(
        "rival_models", literature, "_routes", '("psr", "pa", "+")', '("post", "pa", "+")', "patches"
    ),
    "one mark missing": Fault(
        "rules_timeline",
        literature,
        "rules_timeline",
        "each_row(rules)",
        "each_row(rules.iloc[:-1])",
        "FillBetween",
    ),
    "another sign in the words": Fault("conceptual_model", method, "conceptual_model", "R2: +", "R2: −", "words"),
    "hollow in place of filled": Fault(
        "flow", method, "_draw_cells", 'hollow=valence == "negative"', 'hollow=valence != "negative"', "marks"
    ),
    "the mean as lower bound": Fault(
        "predicted_means", predictions, "_draw_means", '"ci_lower"', '"est"', "LineCollection"
    ),
    "the answers of another tone": Fault(
        "raw_scores", results, "_two_cells", "answers[valence]", 'answers["positive"]', "marks"
    ),
    "the draws of another reaction": Fault(
        "conditional_effects", results, "conditional_effects", "samples[interaction]", 'samples["none"]', "FillBetween"
    ),
    "a line of another width": Fault(
        "path_diagram", results, "path_diagram", "abs(estimate) * per_point", "per_point", "patches"
    ),
    "the other side": Fault(
        "claims_forest", results, "_draw_intervals", 'row.sign == "+"', 'row.sign == "-"', "FillBetween"
    ),
    "one column for all marks": Fault("recovery", results, "recovery", "getattr(row, name)", "row.est", "marks"),
    "a claim left out": Fault(
        "power", results, "power", 'rates.sort_values("n")', 'rates[rates["claim"] != "R2"]', "lines"
    ),
    "an interval that begins at its estimate": Fault(
        "common_cause", planning, "_draw_link", 'fitted["ci_lower"]', 'fitted["est"] ', "LineCollection"
    ),
    "choices turned over": Fault(
        "specification_curve", results, "_draw_choices", ".astype(str) == value", ".astype(str) != value", "marks"
    ),
}


def plant(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the slip into the function that is loaded; the file stays as it is."""
    source = inspect.getsource(getattr(fault.module, fault.function))
    assert source.count(fault.right) == 1, f"{fault.function} does not hold {fault.right!r} once"
    space = dict(vars(fault.module))
    exec(compile(source.replace(fault.right, fault.wrong), str(fault.module.__file__), "exec"), space)
    monkeypatch.setattr(fault.module, fault.function, space[fault.function])


def compared(name: str, before: Figure, now: Figure, same_platform: bool = True) -> Row:
    return compare_drawings({name: Drawing.of(before)}, {name: Drawing.of(now)}, same_platform).rows[0]


@pytest.mark.slow
@pytest.mark.parametrize("planted", FAULTS)
def test_a_figure_that_is_drawn_wrongly_from_right_data_is_named(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = FAULTS[planted]
    before = FIGURES[fault.figure]()
    plant(fault, monkeypatch)
    now = FIGURES[fault.figure]()
    for same_platform in (True, False):
        row = compared(fault.figure, before, now, same_platform)
        assert (row.key, row.outcome) == (fault.figure, "differs")
        assert f"wide {fault.shows}" in row.where
        assert f"narrow {fault.shows}" in row.where


def test_every_figure_has_a_fault_that_is_planted_in_it() -> None:
    assert {fault.figure for fault in FAULTS.values()} == set(FIGURES)


@pytest.mark.slow
def test_the_data_beside_a_picture_may_be_right_although_it_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    before = FIGURES["tier_ranges"]()
    plant(FAULTS["the wrong rows"], monkeypatch)
    pd.testing.assert_frame_equal(before.data, FIGURES["tier_ranges"]().data)


@pytest.fixture(scope="module")
def figure() -> Figure:
    return FIGURES["recovery"]()


def moved(figure: Figure, by: float) -> Figure:
    """The first mark of the wide drawing, by some points to the right."""

    def aside(use: re.Match[str]) -> str:
        return f'{use[1]}{float(use[2]) + by:.2f}"'

    return replace(figure, wide=re.sub(r'(<use [^>]*?x=")([\d.]+)"', aside, figure.wide, count=1))


CHANGES: dict[str, tuple[Callable[[Figure], Figure], tuple[str, str], tuple[str, str]]] = {
    "nothing": (lambda figure: figure, ("same", ""), ("same", "")),
    "a hundredth of a point": (
        lambda figure: moved(figure, 0.01),
        ("differs", "in wide ticks"),
        ("tie", "drawn within 0.05 pt"),
    ),
    "a tenth of a point": (
        lambda figure: moved(figure, 0.1),
        ("differs", "in wide ticks"),
        ("differs", "in wide ticks"),
    ),
    "another colour on a phone": (
        lambda figure: replace(figure, narrow=figure.narrow.replace("var(--line,", "var(--ink2,")),
        ("differs", "in the look of narrow lines"),
        ("differs", "in the look of narrow lines"),
    ),
    "another word": (
        lambda figure: replace(figure, wide=figure.wide.replace("<!-- written-down truth -->", "<!-- the truth -->")),
        ("differs", "in wide words"),
        ("differs", "in wide words"),
    ),
    "words elsewhere": (
        lambda figure: replace(
            figure, wide=re.sub(r"translate\((\d+)", lambda x: f"translate({int(x[1]) + 1}", figure.wide)
        ),
        ("differs", "in wide words"),
        ("tie", "drawn within 0.05 pt"),
    ),
    "other outlines of letters": (
        lambda figure: replace(figure, wide=re.sub(r'(<path id="CompanionSans[^"]*" d=")M \S+', r"\1M 7", figure.wide)),
        ("same", ""),
        ("same", ""),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("same_platform", [True, False], ids=["one platform", "another platform"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_drawing_is_the_same_exactly_on_one_platform_and_closely_on_another(
    figure: Figure, change: str, same_platform: bool
) -> None:
    altered, exactly, closely = CHANGES[change]
    row = compared("fig", figure, altered(figure), same_platform)
    assert (row.outcome, row.where) == (exactly if same_platform else closely)


@pytest.mark.slow
def test_two_marks_that_change_places_do_not_hide_in_the_sum_of_both() -> None:
    def drawn(heights: tuple[float, float]) -> Figure:
        def draw_one(canvas: style.Canvas, narrow: bool) -> None:
            axes = canvas.add_axes((0, 0, 1, 1))
            axes.plot([1], [heights[0]], "o")
            axes.plot([2], [heights[1]], "o")
            axes.set(xlim=(0, 3), ylim=(0, 3))

        return style.draw(drawn, pd.DataFrame(), draw_one)

    assert compared("fig", drawn((1, 2)), drawn((2, 1)), same_platform=False).outcome == "differs"


@pytest.mark.slow
def test_a_figure_on_one_side_only_is_missing_or_new(figure: Figure) -> None:
    one = Drawing.of(figure)
    rows = compare_drawings({"gone": one}, {"added": one}, same_platform=True).rows
    assert [(row.key, row.outcome) for row in rows] == [("gone", "missing"), ("added", "new")]
