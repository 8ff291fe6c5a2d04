"""Tables for whoever plans a replication: cells by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from companion.tables import planning


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("", "within the sizes tried"),
        ("outside of the sizes tried", "outside of the sizes tried"),
    ],
)
def test_a_smallest_number_stands_with_its_interval_and_how_far_to_trust_it(note: str, told: str) -> None:
    row = {"claim": "all together", "power": 0.8, "people": 982.0, "ci_lower": 959.0, "ci_upper": 1005.0, "note": note}
    [cells] = planning.smallest(pd.DataFrame([row])).frame.to_numpy().tolist()
    assert cells == ["All four", ".80", "982", "[959, 1,005]", told]


@pytest.mark.parametrize(("points", "told"), [(0.0662, "0.066"), (float("nan"), "")])
def test_a_smallest_effect_stands_as_a_share_with_its_interval_and_in_points_if_there_are(
    points: float, told: str
) -> None:
    row = {"claim": "R4", "share": 0.7046, "ci_lower": 0.6908, "ci_upper": 0.719, "points": points, "note": ""}
    [cells] = planning.smallest_effects(pd.DataFrame([row])).frame.to_numpy().tolist()
    assert cells == ["R4", "70\u202f%", "[69\u202f%, 72\u202f%]", told, "within the sizes tried"]


def test_a_row_of_cells_has_the_share_of_each_claim_with_its_interval() -> None:
    shared = {"sample": "half without a reaction", "ci_lower": 0.2, "ci_upper": 0.4}
    rates = pd.DataFrame([shared | {"claim": "R1", "rate": 0.25}, shared | {"claim": "all together", "rate": 0.3}])
    frame = planning.cells(rates).frame
    assert frame.columns.tolist() == ["People in the cells", "R1", "All four"]
    assert frame.to_numpy().tolist() == [["Half as many without a reaction", ".250 [.200, .400]", ".300 [.200, .400]"]]


def test_a_row_of_the_sensitivity_says_how_large_the_effects_are() -> None:
    shared = {"truth": "three fifths", "ci_lower": 0.2, "ci_upper": 0.4}
    rates = pd.DataFrame([shared | {"claim": "R4", "rate": 0.25}, shared | {"claim": "all together", "rate": 0.3}])
    frame = planning.sensitivity(rates).frame
    assert frame.columns.tolist() == ["Effects of the comments", "R4", "All four"]
    assert frame.to_numpy().tolist() == [["Three fifths", ".250 [.200, .400]", ".300 [.200, .400]"]]


def test_what_a_common_cause_lacks_in_one_variable_it_needs_in_the_other() -> None:
    frame = planning.common_cause(pd.DataFrame({"link": ["d", "b"], "correlation": [-0.4, 0.6]})).frame
    # Both shares multiply to the squared correlation: .16 and .36.
    assert frame.to_numpy().tolist() == [
        ["10\u202f%", "nothing is enough", "nothing is enough"],
        ["25\u202f%", "64\u202f%", "nothing is enough"],
        ["50\u202f%", "32\u202f%", "72\u202f%"],
        ["75\u202f%", "21\u202f%", "48\u202f%"],
        ["100\u202f%", "16\u202f%", "36\u202f%"],
    ]


def test_widths_have_a_row_a_size_and_a_column_an_effect() -> None:
    rows = [
        {"people": people, "effect": effect, "width": width + people / 100_000}
        for people in (1200, 180)
        for width, effect in enumerate(("serial_none", "serial_like", "serial_reply", "serial_reply_minus_like"))
    ]
    frame = planning.widths(pd.DataFrame(rows)).frame
    assert frame.to_numpy().tolist() == [
        ["180", "0.00", "1.00", "2.00", "3.00"],
        ["1,200", "0.01", "1.01", "2.01", "3.01"],
    ]


def test_designs_stand_beside_each_other_by_their_analysis() -> None:
    shared = {"scales": "three items", "sample": "a fifth is lost", "ci_lower": 0.2, "ci_upper": 0.4}
    rows = [shared | {"analysis": "latent", "rate": 0.25}, shared | {"analysis": "scale means", "rate": 0.3}]
    table = planning.designs(pd.DataFrame(rows))
    assert table.frame.to_numpy().tolist() == [["A fifth is lost", ".250 [.200, .400]", ".300 [.200, .400]"]]
    assert table.groups == ["Three items a scale"]
