"""The figures of the results: what they draw is what they were given, in both widths."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from figures.planted import POINTS, cells, draws, effects, paths, scores, specifications
from figures.planted import RESULTS as DRAWN
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import PathPatch

from companion.figures import results, style
from companion.figures.palette import LIGHT
from companion.survey.design import DESIGN


def texts(canvas: Canvas) -> list[str]:
    inside = [text for axes in canvas.axes for text in axes.texts]
    return [text.get_text() for text in [*inside, *canvas.texts]]


def letters(canvas: Canvas) -> list[Any]:
    return [text for text in canvas.findobj(lambda artist: hasattr(artist, "get_fontsize")) if text.get_text().strip()]


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_names_the_function_that_draws_it(name: str) -> None:
    assert DRAWN[name]().function == f"companion.figures.results.{name}"


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_drawing_twice_gives_the_same_bytes(name: str) -> None:
    first, second = DRAWN[name](), DRAWN[name]()
    assert (first.wide, first.narrow) == (second.wide, second.narrow)


@pytest.mark.slow
@pytest.mark.parametrize("simulated", [True, False])
@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_is_marked_exactly_when_the_survey_is_simulated(
    canvases: list[Canvas], name: str, simulated: bool
) -> None:
    DRAWN[name](simulated=simulated)
    assert ["////  simulated data" in texts(canvas) for canvas in canvases] == [simulated, simulated]


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_no_letter_is_smaller_than_twelve_pixels(canvases: list[Canvas], name: str) -> None:
    DRAWN[name]()
    assert min(letter.get_fontsize() for canvas in canvases for letter in letters(canvas)) >= style.SMALLEST


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_all_words_stand_inside_the_picture(canvases: list[Canvas], name: str) -> None:
    DRAWN[name]()
    for canvas in canvases:
        width, height = canvas.bbox.width, canvas.bbox.height
        for letter in letters(canvas):
            box = letter.get_window_extent()
            inside = box.x0 > -2 and box.y0 > -2 and box.x1 < width + 2 and box.y1 < height + 2
            assert inside or not letter.get_visible(), letter.get_text()


@pytest.mark.slow
def test_every_respondent_is_a_dot_at_the_score_given(canvases: list[Canvas]) -> None:
    DRAWN["raw_scores"]()
    for canvas in canvases:
        dots = [line for line in canvas.axes[0].lines if line.get_marker() == "o"]
        heights = np.sort(np.concatenate([dot.get_ydata() for dot in dots]))
        np.testing.assert_allclose(heights, np.sort(scores()["psr"]))


@pytest.mark.slow
def test_dots_of_one_cell_never_reach_into_the_next(canvases: list[Canvas]) -> None:
    crowded = scores().assign(psr=4.0)
    results.raw_scores(crowded, cells(), "psr", "Relationship", 6)
    ranges = sorted(
        (line.get_xdata().min(), line.get_xdata().max())
        for line in canvases[0].axes[0].lines
        if line.get_marker() == "o"
    )
    assert all(before[1] < after[0] for before, after in pairwise(ranges))


@pytest.mark.slow
@pytest.mark.parametrize("interaction", DESIGN.interactions)
def test_the_estimate_and_its_interval_are_printed(canvases: list[Canvas], interaction: str) -> None:
    DRAWN["conditional_effects"]()
    est = POINTS[interaction]
    expected = f"{est:.3f}  [{est - 0.04:.3f}, {est + 0.05:.3f}]".replace("-", "−")
    assert [expected in texts(canvas) for canvas in canvases] == [True, True]


@pytest.mark.slow
def test_the_width_of_a_line_is_proportional_to_the_size_of_its_path(canvases: list[Canvas]) -> None:
    results.path_diagram(effects(scale=10), paths())
    lines = [patch for patch in canvases[0].axes[0].patches if isinstance(patch, PathPatch)]
    sizes = [0.5, 0.3, 1.0, 0.5, 0.25, 0.125]
    np.testing.assert_allclose([line.get_linewidth() for line in lines], 5 * np.array(sizes))


@pytest.mark.slow
@pytest.mark.parametrize(("claim", "side"), [("R1", -1), ("R3", 1)])
def test_the_grey_side_of_a_row_is_the_one_that_its_claim_names(canvases: list[Canvas], claim: str, side: int) -> None:
    DRAWN["claims_forest"]()
    grey = canvases[0].axes[0].collections
    bands = [band.get_paths()[0].get_extents() for band in grey if style.LIGHT["surface"] == _colour(band)]
    band = bands[["R1", "R3"].index(claim)]
    assert (band.x0, band.x1)[side > 0] * side > 0
    assert (band.x0, band.x1)[side < 0] == 0


def _colour(band: Any) -> str:
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in band.get_facecolor()[0][:3])


@pytest.mark.slow
def test_a_specification_curve_is_sorted_by_size_and_marks_the_planned_analysis() -> None:
    figure = DRAWN["specification_curve"]()
    assert list(figure.data["est"]) == [0.1, 0.15, 0.2, 0.3]
    assert list(figure.data["primary"]) == [False, False, False, True]


@pytest.mark.slow
def test_a_long_choice_of_a_specification_is_folded_into_as_many_rows_as_it_has_lines(canvases: list[Canvas]) -> None:
    long = "all randomised who gave an outcome in any of the waves"
    table = specifications().replace({"covariates": {"none": long}})
    results.specification_curve(table, ("scoring", "covariates"), "Effect")
    for canvas in canvases:
        panel = canvas.axes[0]
        labels = [label.get_text() for label in panel.get_yticklabels()]
        assert labels == ["age", "all randomised who\ngave an outcome in any\nof the waves", "mean", "latent"]
        np.testing.assert_allclose(panel.get_yticks(), [0, 2, 4.5, 5.5])
        boxes = [label.get_window_extent() for label in panel.get_yticklabels()]
        assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))
        assert min(box.x0 for box in boxes) >= 0


@pytest.mark.slow
def test_a_specification_without_a_solution_has_no_place_on_the_curve() -> None:
    rows = specifications()
    rows.loc[rows["est"] == 0.15, ["est", "ci_lower", "ci_upper"]] = np.nan
    figure = results.specification_curve(rows, ("scoring", "covariates"), "Effect")
    assert list(figure.data["est"]) == [0.1, 0.2, 0.3]


@pytest.mark.parametrize(
    ("heights", "expected"),
    [
        ({"R1": [0.9], "R2": [0.5]}, {"R1": 0.9, "R2": 0.5}),
        ({"R1": [0.9], "R2": [0.89]}, {"R1": 0.9, "R2": 0.8}),
        ({"R1": [0.9], "R2": [0.89], "R3": [0.85]}, {"R1": 0.9, "R2": 0.8, "R3": 0.7}),
        ({"R1": [0.2, 1.0], "R2": [0.6, 1.0]}, {"R2": 1.0, "R1": 0.9}),
    ],
)
def test_labels_that_would_overlap_move_down(heights: dict[str, list[float]], expected: dict[str, float]) -> None:
    assert results._apart(heights, 0.1) == pytest.approx(expected)


@pytest.mark.slow
def test_colours_follow_the_reaction_and_not_the_order_of_rows() -> None:
    turned = effects().iloc[::-1]
    assert results.conditional_effects(turned, draws()).wide == DRAWN["conditional_effects"]().wide


@pytest.mark.slow
@pytest.mark.parametrize("interaction", DESIGN.interactions)
def test_each_reaction_has_its_colour_in_the_drawing(interaction: str) -> None:
    assert re.search(rf"var\(--{interaction}, {LIGHT[interaction]}\)", DRAWN["conditional_effects"]().wide)


# Scales of other lengths


def all_words(canvas: Canvas) -> str:
    return " ".join(" ".join(letter.get_text().split()) for letter in letters(canvas))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ends", "marked"),
    [((1, 5), [1, 2, 3, 4, 5]), ((0, 10), list(range(11))), ((0, 100), list(range(0, 101, 10)))],
)
def test_a_mean_stands_on_a_scale_of_any_length(
    canvases: list[Canvas], ends: tuple[int, int], marked: list[int]
) -> None:
    results.raw_scores(scores(), cells(), "psr", "Relationship", 3, ends)
    for canvas in canvases:
        (axes,) = canvas.axes
        low, high = axes.get_ylim()
        assert list(axes.get_yticks()) == marked
        assert low < ends[0] < ends[1] < high
        said = f"Relationship, mean of three items from {ends[0]} to {ends[1]}"
        assert said in all_words(canvas).replace("items,", "items")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["conditional_effects", "claims_forest"])
def test_an_axis_of_effects_names_the_length_of_the_scale(canvases: list[Canvas], name: str) -> None:
    DRAWN[name](ends=(1, 5))
    for canvas in canvases:
        assert "5-point scale" in all_words(canvas)
        assert "7-point scale" not in all_words(canvas)
