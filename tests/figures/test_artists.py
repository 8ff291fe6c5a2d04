"""What is drawn is what was given: each figure is asked by its artists, in the coordinates of its data."""

from __future__ import annotations

import numpy as np
import pytest
from figures import planted
from figures.planted import FIGURES
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, PathPatch, Polygon, Rectangle, StepPatch
from matplotlib.text import Text

from companion.figures import literature, results
from companion.figures.palette import LIGHT
from companion.survey.design import DESIGN

Span = tuple[float, float]


def bars(axes: Axes) -> list[tuple[float, Span, str]]:
    """Height of the middle, ends and colour of each filled area, from above."""
    found = []
    for area in axes.collections:
        box = area.get_paths()[0].get_extents()
        if len(area.get_facecolor()):
            found.append(((box.y0 + box.y1) / 2, (box.x0, box.x1), to_hex(area.get_facecolor()[0])))
    return sorted(found, key=lambda bar: (-round(bar[0], 6), bar[1]))


def segments(axes: Axes) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Ends of all lines of line collections, but for those of a grid."""
    lines = [line for found in axes.collections if hasattr(found, "get_segments") for line in found.get_segments()]
    return [((line[0][0], line[0][1]), (line[-1][0], line[-1][1])) for line in lines]


def marks(axes: Axes) -> list[Line2D]:
    return [line for line in axes.lines if line.get_marker() not in ("None", None, "")]


def lines(axes: Axes) -> list[Line2D]:
    return [line for line in axes.lines if line.get_linestyle() != "None"]


def intervals(axes: Axes) -> dict[float, tuple[float, float]]:
    """Height -> ends of each horizontal line."""
    level = [line for line in lines(axes) if len(set(line.get_ydata())) == 1]
    return {line.get_ydata()[0]: tuple(line.get_xdata()) for line in level}


def place(mark: Line2D) -> tuple[float, float]:
    return (float(mark.get_xdata()[0]), float(mark.get_ydata()[0]))  # type: ignore[index]


def is_hollow(mark: Line2D) -> bool:
    return to_hex(mark.get_markerfacecolor()) == LIGHT["paper"]


def said(axes: Axes) -> dict[str, tuple[float, float]]:
    return {text.get_text(): text.get_position() for text in axes.texts}


@pytest.fixture(params=[0, 1], ids=["wide", "narrow"])
def version(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def panels(request: pytest.FixtureRequest, canvases: list[Canvas], version: int) -> list[Axes]:
    """The axes of the figure that a test is about, in one width; the narrow version is drawn first."""
    FIGURES[request.param]()
    return list(canvases[1 - version].axes)


def of(name: str) -> pytest.MarkDecorator:
    """The test is about this figure."""
    return pytest.mark.parametrize("panels", [name], indirect=True)


@pytest.mark.slow
@of("tier_ranges")
def test_the_bars_of_a_source_are_its_ranges(panels: list[Axes]) -> None:
    drawn = bars(panels[0])
    assert [height for height, _, _ in drawn] == pytest.approx([1, 1, 1, 0])
    expected = [(literature.FEWEST, 10_000), (10_000, 50_000), (50_000, literature.MOST / 1.25), (1_000, 100_000)]
    np.testing.assert_allclose([ends for _, ends, _ in drawn], expected, rtol=0.02)
    assert [colour == LIGHT["ink"] for _, _, colour in drawn] == [False, True, False, True]
    assert sum(isinstance(patch, Polygon) for patch in panels[0].patches) == 1


@pytest.mark.slow
@of("tier_ranges")
def test_the_steps_below_are_the_shares_that_call_a_count_micro(panels: list[Axes]) -> None:
    steps = next(patch for patch in panels[1].patches if isinstance(patch, StepPatch)).get_data()
    assert list(steps.values) == [0.5, 1.0, 0.25]
    assert list(steps.edges) == [1_000, 10_000, 50_000, 100_000]


@pytest.mark.slow
@of("engagement_rates")
def test_a_panel_holds_the_rates_of_one_series_and_none_is_alone(panels: list[Axes]) -> None:
    drawn = {
        axes.get_title(loc="left"): [(*line.get_xdata(), *set(line.get_ydata())) for line in axes.lines]
        for axes in panels
        if axes.get_visible()
    }
    assert drawn == {
        "First series": [(1_000, 10_000, 5.5), (10_000, 100_000, 3.0)],
        "Second series": [(5_000, 20_000, 8.0), (20_000, 100_000, 1.25)],
    }


@pytest.mark.slow
@of("evidence_map")
def test_each_study_is_the_sign_of_its_direction_on_the_line_of_its_path(panels: list[Axes], version: int) -> None:
    first, line, start = [(34.0, 20.0, 186.0), (56.0, 31.0, 2.0)][version]
    signs: dict[int, list[tuple[float, str]]] = {}
    for mark in marks(panels[0]):
        (x, y), fill = place(mark), mark.get_fillstyle()
        if y >= first:
            kind = "crossed" if mark.get_marker() == "x" else "half" if fill == "left" else "full"
            kind = "empty" if kind == "full" and is_hollow(mark) else kind
            signs.setdefault(round((y - first) / line), []).append((x, kind))
    assert {row: [kind for _, kind in sorted(found)] for row, found in signs.items()} == {
        0: ["full", "full", "empty", "crossed", "empty"],
        1: ["full", "half"],
    }
    assert min(x for x, _ in signs[0]) == start + 6
    assert said(panels[0])["no result could be read"] == (start, first + 2 * line)


@pytest.mark.slow
@of("effect_sizes")
def test_a_correlation_stands_on_its_interval_and_is_hollow_without_one(panels: list[Axes]) -> None:
    drawn = marks(panels[0])
    assert [place(mark) for mark in drawn] == [(0.3, -1), (0.5, -2), (0.62, -4)]
    assert [is_hollow(mark) for mark in drawn] == [False, True, False]
    assert intervals(panels[0]) == {-1: (0.13, 0.45), -4: (0.4, 0.8)}


@pytest.mark.slow
@of("rival_models")
def test_the_boxes_of_a_model_stand_in_the_order_of_its_arrows(panels: list[Axes]) -> None:
    boxes = [patch for patch in panels[0].patches if isinstance(patch, Rectangle)]
    words = {position: word.replace("-\n", "") for word, position in _boxed(panels[0], boxes)}
    rows = sorted({y for _, y in words})
    orders = [[words[at] for at in sorted(words) if at[1] == row] for row in rows]
    post, psr, pk, pa = "Comments,\nreaction", "Relationship", "Persuasion\nknowledge", "Attitude"
    assert orders == [[post, psr, pk, pa], [post, pk, psr, pa], [psr], [post, pk, pa]]
    arrows = [patch for patch in panels[0].patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == 9


def _boxed(axes: Axes, boxes: list[Rectangle]) -> list[tuple[str, tuple[float, float]]]:
    centres = {(round(x, 3), round(y, 3)) for x, y in (box.get_center() for box in boxes)}
    placed = [(text.get_text(), tuple(round(float(part), 3) for part in text.get_position())) for text in axes.texts]
    return [(word, (at[0], at[1])) for word, at in placed if at in centres]


@pytest.mark.slow
@of("rules_timeline")
def test_a_rule_is_a_bar_from_its_date_and_in_ink_where_it_held(panels: list[Axes]) -> None:
    drawn = bars(panels[0])
    end = literature.TO - 0.25
    assert [(round(height), ends) for height, ends, _ in drawn] == [
        (0, (literature.FROM, end)),
        (-2, (2019.0, end)),
        (-3, (2022.5, end)),
    ]
    assert [colour == LIGHT["ink"] for _, _, colour in drawn] == [True, True, False]
    band, short = (patch for patch in panels[0].patches if isinstance(patch, Rectangle))
    assert (band.get_x(), band.get_width()) == (2020, 1)
    assert (short.get_x(), round(short.get_y())) == (2018.25, -1)


@pytest.mark.slow
@of("conceptual_model")
def test_an_arrow_leads_from_the_comments_to_the_relationship_at_each_reaction(
    panels: list[Axes], version: int
) -> None:
    curves = [patch for patch in panels[0].patches if isinstance(patch, PathPatch)]
    assert [to_hex(curve.get_edgecolor()) for curve in curves] == [
        LIGHT[token] for token in (*DESIGN.interactions, "ink", "ink")
    ]
    ends = [(curve.get_path().vertices[0][version], curve.get_path().vertices[-1][version]) for curve in curves]
    assert len({(round(start, 6), round(end, 6)) for start, end in ends[:3]}) == 1
    assert [start < end for start, end in ends] == [True] * 5
    assert sorted(ends) == sorted(ends[:3]) + ends[3:]


@pytest.mark.slow
@of("flow")
def test_each_cell_stands_under_its_sign_hollow_for_negative_comments(panels: list[Axes]) -> None:
    signs = sorted(marks(panels[0]), key=place)
    assert [is_hollow(sign) for sign in signs] == [False, True] * 3
    colours = [to_hex(sign.get_markeredgecolor() if is_hollow(sign) else sign.get_markerfacecolor()) for sign in signs]
    assert colours == [LIGHT[interaction] for interaction in DESIGN.interactions for _ in range(2)]


@pytest.mark.slow
@of("predicted_means")
def test_an_interval_lies_at_the_height_of_its_mean(panels: list[Axes]) -> None:
    rows = planted.predicted().set_index("construct")
    for axes, construct in zip(panels, ("psr", "pk", "pa"), strict=False):
        spans = {
            (round(start[0], 6), round(end[0], 6), start[1]) for start, end in segments(axes) if start[1] == end[1]
        }
        heights = {place(mark): is_hollow(mark) for mark in marks(axes)}
        for row in rows.loc[construct].itertuples():
            lift = {"positive": 0.13, "negative": -0.13}[row.valence]
            y = 2 - DESIGN.interactions.index(row.interaction) + lift
            assert (round(row.ci_lower, 6), round(row.ci_upper, 6), y) in spans
            assert heights[(row.est, y)] == (row.valence == "negative")


@pytest.mark.slow
@of("raw_scores")
def test_the_mean_of_a_cell_stands_beside_its_dots_with_its_interval(panels: list[Axes]) -> None:
    signs = {place(mark): is_hollow(mark) for mark in marks(panels[0]) if len(mark.get_xdata()) == 1}
    spans = {(round(start[1], 6), round(end[1], 6)): start[0] for start, end in segments(panels[0])}
    for row in planted.cells().itertuples():
        middle = DESIGN.interactions.index(row.interaction)
        x = middle + {"positive": -0.2, "negative": 0.2}[row.valence]
        assert signs[(x, row.mean)] == (row.valence == "negative")
        assert abs(middle - spans[(round(row.ci_lower, 6), round(row.ci_upper, 6))]) < abs(middle - x)


@pytest.mark.slow
@of("raw_scores")
def test_the_sign_of_a_mean_does_not_cover_its_interval(panels: list[Axes]) -> None:
    signs = [mark for mark in marks(panels[0]) if len(mark.get_xdata()) == 1]
    across = panels[0].transData.transform
    for (x, low), (_, high) in segments(panels[0]):
        sign = next((sign for sign in signs if abs(place(sign)[0] - x) < 0.2 and low < place(sign)[1] < high), None)
        if sign is not None:
            gap = abs(across(place(sign))[0] - across((x, low))[0]) * 72 / panels[0].figure.dpi
            assert gap > sign.get_markersize() / 2


@pytest.mark.slow
@of("raw_scores")
def test_neighbouring_dots_stay_apart_solid_ones_as_well_as_hollow_ones(panels: list[Axes]) -> None:
    across = panels[0].transData.transform
    for cloud in (line for line in panels[0].lines if line.get_marker() == "o"):
        xs, ys = np.sort(cloud.get_xdata()), cloud.get_ydata()
        steps = np.diff(np.unique(np.round(across(np.column_stack([xs, ys]))[:, 0], 6))) * 72 / panels[0].figure.dpi
        assert steps.min(initial=9) >= cloud.get_markersize() + cloud.get_markeredgewidth()


@pytest.mark.slow
@of("raw_scores")
def test_the_dots_of_a_cell_are_the_scores_of_its_people(panels: list[Axes]) -> None:
    dots = [line for line in panels[0].lines if line.get_marker() == "o"]
    scores = planted.scores()
    for cloud in dots:
        x = float(np.mean(cloud.get_xdata()))
        interaction = DESIGN.interactions[round(x)]
        valence = "positive" if x < round(x) else "negative"
        here = scores[(scores["interaction"] == interaction) & (scores["valence"] == valence)]["psr"]
        np.testing.assert_allclose(np.sort(cloud.get_ydata()), np.sort(here))


@pytest.mark.slow
@of("conditional_effects")
def test_an_effect_stands_on_its_interval_under_its_own_draws(panels: list[Axes]) -> None:
    axes = panels[0]
    rows = planted.effects().set_index("interaction")
    spans = intervals(axes)
    for height, interaction in enumerate(reversed(DESIGN.interactions)):
        row = rows.loc[interaction]
        assert spans[height] == (row["ci_lower"], row["ci_upper"])
        assert (row["est"], height) in [place(mark) for mark in marks(axes)]
        clouds = [mark for mark in marks(axes) if len(mark.get_xdata()) > 1]
        rain = next(cloud for cloud in clouds if round(max(cloud.get_ydata())) == height)
        assert np.median(rain.get_xdata()) == pytest.approx(planted.draws()[interaction].median(), abs=0.002)


@pytest.mark.slow
@of("path_diagram")
def test_the_sign_of_a_reaction_stands_beside_the_number_of_its_path(panels: list[Axes]) -> None:
    numbers = said(panels[0])
    for interaction, estimate in planted.POINTS.items():
        x, y = numbers[f"{estimate:.3f}".replace("-", "−")]
        sign = next(mark for mark in marks(panels[0]) if place(mark) == (x - 10, y))
        assert to_hex(sign.get_markerfacecolor()) == LIGHT[interaction]


@pytest.mark.slow
@of("claims_forest")
def test_an_interval_stands_in_the_row_of_its_claim(panels: list[Axes], version: int) -> None:
    last = panels[2]
    named = {text.get_text(): round(text.get_position()[1] - 0.04) for text in panels[2 * version].texts}
    tables = {claim: one.estimands.iloc[-1] for claim, one in planted.verdicts().judgements.items()}
    for claim in ("R1", "R3"):
        assert intervals(last)[named[claim]] == (tables[claim]["ci_lower"], tables[claim]["ci_upper"])
    difference = tables["R4"]
    assert segments(last)[-1][0] == (difference["ci_lower"], named["R4"])
    assert segments(last)[-1][1] == (difference["ci_upper"], named["R4"])


@pytest.mark.slow
@of("recovery")
def test_estimate_and_both_true_values_stand_in_the_row_of_their_quantity(panels: list[Axes]) -> None:
    kinds = {"o": "est", "|": "population", "D": "structural"}
    rows = planted.recovered()
    for marker, column in kinds.items():
        drawn = [place(mark) for mark in marks(panels[0]) if mark.get_marker() == marker]
        assert drawn == [(value, -row) for row, value in enumerate(rows[column])]
    spans = [(start[0], end[0], start[1]) for start, end in segments(panels[0])]
    assert spans == [(row.ci_lower, row.ci_upper, -row.Index) for row in rows.itertuples()]


@pytest.mark.slow
@of("power")
def test_the_line_of_a_claim_goes_through_its_rates(panels: list[Axes]) -> None:
    drawn = [
        (to_hex(line.get_color()), list(line.get_xdata()), list(line.get_ydata()))
        for line in lines(panels[0])
        if list(line.get_xdata()) == [600, 1200]
    ]
    rates = planted.rates().set_index("claim")
    tokens = {**results.CLAIM_TOKENS, "R5": "ink"}
    assert drawn == [
        (LIGHT[tokens[claim]], [600, 1200], list(rates.loc[claim, "power"])) for claim in ("R1", "R2", "R5")
    ]
    spans = {(start[0], round(start[1], 6), round(end[1], 6)) for start, end in segments(panels[0])}
    assert spans == {(row.n, round(row.ci_lower, 6), round(row.ci_upper, 6)) for row in planted.rates().itertuples()}


@pytest.mark.slow
@of("power")
def test_claims_are_named_in_the_order_of_their_lines_and_each_by_its_own_line_and_point(panels: list[Axes]) -> None:
    names = sorted((text for text in panels[0].texts if text.get_text() in ("R1", "R2", "R5")), key=_height)
    assert [text.get_text() for text in names] == ["R5", "R1", "R2"]
    keys = {line.get_ydata()[0]: line for line in panels[0].lines if line.get_transform() != panels[0].transData}
    looks = [(keys[_height(text)].get_marker(), keys[_height(text)].get_color()) for text in names]
    assert len(set(looks)) == 3


@pytest.mark.slow
@pytest.mark.parametrize(("target", "marked"), [(0.9, [0, 0.25, 0.5, 0.75, 0.9]), (0.8, [0, 0.25, 0.5, 0.8])])
def test_a_share_that_is_too_near_to_the_target_is_not_marked(
    canvases: list[Canvas], target: float, marked: list[float]
) -> None:
    results.power(planted.rates(), target=target)
    assert list(canvases[0].axes[0].get_yticks()) == marked


def _height(text: Text) -> float:
    return float(text.get_position()[1])


@pytest.mark.slow
@of("specification_curve")
def test_the_dots_under_an_estimate_are_its_choices(panels: list[Axes]) -> None:
    panel, curve = panels
    labels = dict(zip(panel.get_yticks(), (label.get_text() for label in panel.get_yticklabels()), strict=True))
    chosen: dict[int, set[str]] = {}
    for line in panel.lines:
        if line.get_markersize() > 2:
            for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True):
                chosen.setdefault(int(x), set()).add(labels[y])
    order = planted.specifications().sort_values("est").reset_index(drop=True)
    assert chosen == {row.Index: {row.scoring, row.covariates} for row in order.itertuples()}
    assert [(start[1], end[1]) for start, end in segments(curve)] == list(
        zip(order["ci_lower"], order["ci_upper"], strict=True)
    )
    assert sorted(place(mark) for mark in marks(curve)) == list(enumerate(order["est"]))


@pytest.mark.slow
@of("common_cause")
def test_a_panel_holds_what_was_fitted_and_computed_for_its_link(panels: list[Axes]) -> None:
    for axes, (_, rows) in zip(panels, planted.course().groupby("link", sort=False), strict=True):
        fitted, line = (rows[rows["kind"] == kind] for kind in ("fitted", "computed"))
        drawn = [(list(one.get_xdata()), list(one.get_ydata())) for one in axes.lines]
        assert (list(line["correlation"]), list(line["est"])) in drawn
        [dots] = marks(axes)
        assert (list(dots.get_xdata()), list(dots.get_ydata())) == (list(fitted["correlation"]), list(fitted["est"]))
        columns = ("correlation", "ci_lower", "ci_upper")
        spans = [(start[0], start[1], end[1]) for start, end in segments(axes)]
        assert spans == list(zip(*(fitted[column] for column in columns), strict=True))


@pytest.mark.slow
@of("common_cause")
def test_the_place_where_nothing_is_left_is_marked_and_said_on_the_side_with_room(panels: list[Axes]) -> None:
    for axes, gone, told, side in zip(panels, (-0.4, 0.3), ("−.40", ".30"), ("left", "right"), strict=True):
        assert [gone, gone] in [list(line.get_xdata()) for line in axes.lines]
        [text] = [text for text in axes.texts if text.get_text().endswith(f"at {told}")]
        assert text.get_horizontalalignment() == side
