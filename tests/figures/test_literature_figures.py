"""Figures of the literature show what the evidence holds, in both widths, and never look like results of the survey."""

import re
from collections.abc import Callable

import pytest

from companion.evidence import engagement, evidence_map, forest, tiers, timeline
from companion.figures import literature
from companion.figures.palette import LIGHT
from companion.figures.style import Figure

FIGURES: dict[str, Callable[[], Figure]] = {
    "tier_ranges": lambda: literature.tier_ranges(tiers()),
    "engagement_rates": lambda: literature.engagement_rates(engagement()),
    "evidence_map": lambda: literature.evidence_map(evidence_map()),
    "effect_sizes": lambda: literature.effect_sizes(forest()),
    "rival_models": literature.rival_models,
    "rules_timeline": lambda: literature.rules_timeline(timeline()),
}
REACTIONS = [token for token in LIGHT if token.split("-")[0] in ("none", "like", "reply")]


@pytest.fixture(scope="module", params=FIGURES)
def drawn(request: pytest.FixtureRequest) -> tuple[str, Figure]:
    return request.param, FIGURES[request.param]()


@pytest.mark.slow
def test_a_figure_names_the_function_that_drew_it(drawn: tuple[str, Figure]) -> None:
    name, figure = drawn
    assert figure.function == f"companion.figures.literature.{name}"


@pytest.mark.slow
def test_the_colours_of_the_reactions_do_not_appear(drawn: tuple[str, Figure]) -> None:
    _, figure = drawn
    marks = [re.sub(r"<style>.*?</style>", "", svg, count=1) for svg in (figure.wide, figure.narrow)]
    assert [token for token in REACTIONS for svg in marks if f"var(--{token}," in svg] == []


@pytest.mark.slow
def test_the_drawing_is_as_wide_as_the_column_or_a_phone(drawn: tuple[str, Figure]) -> None:
    _, figure = drawn
    widths = [re.search(r'width="([\d.]+)pt"', svg) for svg in (figure.wide, figure.narrow)]
    assert [float(width.group(1)) for width in widths if width] == pytest.approx([7.2 * 72, 3.45 * 72])


@pytest.mark.slow
def test_the_ranges_drawn_are_those_of_the_sources_that_define_micro() -> None:
    found = tiers()
    shown = literature.tier_ranges(found).data
    assert set(shown["source"]) == set(found.micro["source"])
    assert len(shown) == found.ranges["source"].isin(found.micro["source"]).sum()


@pytest.mark.slow
def test_a_series_of_one_rate_is_not_drawn() -> None:
    shown = literature.engagement_rates(engagement()).data
    assert (shown.groupby("series").size() > 1).all()


@pytest.mark.slow
def test_every_finding_stands_in_the_map() -> None:
    found = evidence_map()
    assert len(literature.evidence_map(found).data) == len(found.findings)
