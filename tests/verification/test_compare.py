"""Expected against recomputed: each outcome, and where it ends."""

from __future__ import annotations

import math

import pytest

from companion.formats import Kind, Value
from companion.numbers import Number
from companion.verification.compare import Entry, compare

INFINITY, NAN = math.inf, math.nan


def entry(value: Value, kind: Kind = "coefficient", decimals: int | None = None) -> Entry:
    """The entry that the registry's number of this value gives."""
    return Entry.of(Number(key="k", value=value, kind=kind, what="", function="", digest="", decimals=decimals))


CASES: list[tuple[Value, Value, Kind, str]] = [
    (0.4321, 0.4321, "coefficient", "same"),
    (0.4321, 0.4321 + 9e-7, "coefficient", "same"),
    (0.4321, 0.4321 + 1.1e-6, "coefficient", "differs"),
    (-0.4321, 0.4321, "coefficient", "differs"),
    (5000.121, 5000.1245, "statistic", "same"),
    (5000.123, 5000.129, "statistic", "differs"),
    (0.4324999999, 0.4325000001, "coefficient", "tie"),
    (0.4324, 0.4326, "coefficient", "differs"),
    (0.00099999999, 0.00100000001, "p", "tie"),
    (1e-30, 1e-12, "p", "same"),
    (2.149999999e-3, 2.150000001e-3, "scientific", "tie"),
    (0.0, -0.0, "coefficient", "same"),
    (1200, 1200, "count", "same"),
    (1200, 1200.0, "count", "same"),
    (1200, 1201, "count", "differs"),
    (10_000_000, 10_000_001, "count", "differs"),
    ((0.1, 0.2), (0.1, 0.2 + 5e-7), "coefficient", "same"),
    ((0.1, 0.2), (0.1, 0.21), "coefficient", "differs"),
    ((0.1, 0.2), (0.11, 0.2), "coefficient", "differs"),
    ((0.1, 0.2), (0.2, 0.1), "coefficient", "differs"),
    ((0.1004999999, 0.2), (0.1005000001, 0.2), "coefficient", "tie"),
    ((-0.004999999, 0.2), (-0.005000001, 0.2), "points", "tie"),
    ((0.1, 0.2), 0.1, "coefficient", "differs"),
    ("found", "found", "word", "same"),
    ("found", "Found", "word", "differs"),
    ("1", 1, "count", "differs"),
    (NAN, NAN, "coefficient", "same"),
    (NAN, 0.4, "coefficient", "differs"),
    (0.4, NAN, "coefficient", "differs"),
    (INFINITY, INFINITY, "coefficient", "same"),
    (INFINITY, -INFINITY, "coefficient", "differs"),
    (INFINITY, 1e300, "coefficient", "differs"),
    ((NAN, 1.0), (NAN, 1.0), "coefficient", "same"),
    ((-INFINITY, 1.0), (0.0, 1.0), "coefficient", "differs"),
]


@pytest.mark.parametrize(("expected", "recomputed", "kind", "outcome"), CASES)
def test_each_pair_of_values_has_its_outcome(expected: Value, recomputed: Value, kind: Kind, outcome: str) -> None:
    row = compare({"k": entry(expected, kind)}, {"k": entry(recomputed, kind)}).rows[0]
    assert row.outcome == outcome


def test_another_rule_of_printing_is_a_difference_and_no_tie() -> None:
    row = compare({"k": entry(0.4321)}, {"k": entry(0.4321, decimals=5)}).rows[0]
    assert (row.difference, row.outcome) == (0, "differs")


def test_another_label_of_the_same_word_is_a_difference() -> None:
    row = compare({"k": Entry.word("found", "found here")}, {"k": Entry.word("found", "supported")}).rows[0]
    assert row.outcome == "differs"


def test_a_key_on_one_side_only_is_missing_or_new_and_does_not_agree() -> None:
    half = entry(0.5)
    result = compare({"gone": half, "kept": half}, {"kept": half, "added": half})
    assert [(row.key, row.outcome) for row in result.rows] == [("gone", "missing"), ("kept", "same"), ("added", "new")]
    assert [row.key for row in result.misses] == ["gone", "added"]
    assert not result.agrees


def test_a_comparison_agrees_when_every_row_is_the_same_or_a_tie() -> None:
    expected = {"a": entry(0.5), "b": entry(0.4324999999)}
    result = compare(expected, {"a": entry(0.5), "b": entry(0.4325000001)})
    assert result.agrees
    assert [row.key for row in result.ties] == ["b"]
    assert result.counts == {"same": 1, "tie": 1, "differs": 0, "missing": 0, "new": 0}


def test_the_difference_of_an_interval_is_that_of_its_worse_bound() -> None:
    row = compare({"k": entry((0.1, 0.2))}, {"k": entry((0.11, 0.25))}).rows[0]
    assert row.difference == pytest.approx(0.05)


def test_the_largest_difference_leaves_out_what_does_not_agree() -> None:
    result = compare({"a": entry(0.5), "b": entry(0.5)}, {"a": entry(0.5 + 3e-7), "b": entry(0.9)})
    assert result.largest == pytest.approx(3e-7)


def test_a_wider_tolerance_lets_another_program_agree() -> None:
    expected = {"k": entry(0.4321)}
    other = {"k": expected["k"].with_value(0.4321 + 5e-6)}
    assert not compare(expected, other).agrees
    assert compare(expected, other, tolerance=1e-5).agrees


def test_another_programs_value_is_printed_by_the_expected_rule() -> None:
    assert entry(0.98765, "bounded", decimals=3).with_value(0.12349).printed == ".123"
