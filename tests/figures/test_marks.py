"""The three signs: one geometry for pages and plots."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from companion.figures import marks
from companion.survey.design import DESIGN


@pytest.mark.parametrize("interaction", DESIGN.interactions)
def test_the_marker_of_a_plot_is_the_icon_of_a_page_turned_over(interaction: str) -> None:
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", marks.svg_path(interaction))]
    icon = np.array(numbers).reshape(-1, 2)
    plot = np.asarray(marks.marker(interaction).vertices)[:-1] * [24, -24] + marks.CENTRES[interaction]
    np.testing.assert_allclose(plot, icon, atol=1e-4)


@pytest.mark.parametrize("interaction", DESIGN.interactions)
def test_a_sign_stays_in_its_box(interaction: str) -> None:
    box = marks.marker(interaction).get_extents()
    assert max(box.width, box.height) <= 1


@pytest.mark.parametrize(("hollow", "shape"), [(True, "mk mk-like hollow"), (False, "mk mk-like")])
def test_an_icon_is_hidden_from_screen_readers_and_says_its_valence_by_class(hollow: bool, shape: str) -> None:
    icon = ElementTree.fromstring(marks.svg_icon("like", hollow))
    assert (icon.get("class"), icon.get("aria-hidden")) == (shape, "true")
