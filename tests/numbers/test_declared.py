"""Each value reaches the key of its column: tables are planted with another value in every cell.

Which column belongs to a key is written down here a second time: the column has the name that the key ends with, but
for those of `RENAMED`; an estimate is ``est`` with ``ci_lower`` and ``ci_upper``, but for those of `ESTIMATES`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandera.errors
import pytest
from planted import ROOMS, SOURCE, Room, all_numbers, numbers, swapped, tables

from companion.numbers import declared
from companion.numbers.declared import numbers_of
from companion.quantities import BOUNDS, GROUPS, SCALES, STUDY, YES_NO, Place, Quantity
from companion.words import Words, words

RENAMED = {
    "sample flow": "people",
    "sample stages": "removed",
    "sample attrition n": "removed",
    "sample flags": "flagged",
    "sample hits": "rows",
    "design reactions": "shown",
    "sample people missing.share": "missing",
    "sample people age.mean": "age_mean",
    "sample people age.sd": "age_sd",
    "sample people age.min": "age_min",
    "sample people age.max": "age_max",
    "sample variants": "people",
    "measurement validity": "ave",
    "invariance steps p": "pvalue",
    "experiment anova eta2": "partial_eta2",
    "mediation draws draws.not_converged": "not_converged",
    "mediation draws draws.inadmissible": "inadmissible",
    "verdicts claims": "verdict",
    "confounding confounding at": "correlation",
    "robustness groups": "est",
    "robustness equality p": "pvalue",
    "cross-check critical": "critical",
    "cross-check changes": "change",
    "plan plan redraw.draws": "redraw_draws",
    "plan plan redraw.errors": "redraw_errors",
    "planning widths": "width",
    "planning omega": "omega",
    "literature called": "share",
    "literature effects": "r",
    "literature held": "rules",
    "known results comparison published": "value",
    "known results comparison here": "ours",
    "known results together exact.agreeing": "exact_agreeing",
    "known results together bounds.agreeing": "bounds_agreeing",
}
ESTIMATES = {
    "measurement reliability alpha": ("alpha", "alpha_lower", "alpha_upper"),
    "measurement reliability omega": ("omega", "omega_lower", "omega_upper"),
    "measurement loadings": ("std_all", "std_lower", "std_upper"),
    "measurement htmt": ("htmt", "ci_lower", "ci_upper"),
    "measurement cfa rmsea": ("", "rmsea_ci_lower", "rmsea_ci_upper"),
    "mediation fit rmsea": ("", "rmsea_ci_lower", "rmsea_ci_upper"),
    "mediation effects std": ("std", "std_lower", "std_upper"),
    "experiment cells mean": ("mean", "ci_lower", "ci_upper"),
    "experiment simple_effects g": ("hedges_g", "g_lower", "g_upper"),
    "experiment valence_difference g": ("hedges_g", "g_lower", "g_upper"),
    "experiment recognised": ("share", "ci_lower", "ci_upper"),
    "power rates": ("power", "ci_lower", "ci_upper"),
    "false finds rates": ("rate", "ci_lower", "ci_upper"),
    "planning rates": ("rate", "ci_lower", "ci_upper"),
    "planning smallest": ("people", "ci_lower", "ci_upper"),
    "planning smallest_effects": ("share", "ci_lower", "ci_upper"),
    "planning designs": ("rate", "ci_lower", "ci_upper"),
    "planning cells": ("rate", "ci_lower", "ci_upper"),
    "planning sensitivity": ("rate", "ci_lower", "ci_upper"),
}


def expected(name: str, room: Room) -> dict[str, Any]:
    """What each key of a room has to hold."""
    planted = tables(room)
    found: dict[str, Any] = {}
    for block in room.blocks:
        for row in planted[block.table].to_dict("records"):
            cells = {**room.filled, **{str(column): cell for column, cell in row.items()}}
            for quantity in block.quantities:
                place = " ".join(part for part in (name, block.table, quantity.part) if part)
                key = ".".join(part for part in (block.key.format(**cells), quantity.part) if part)
                found |= _of_estimate(key, place, row) if quantity.bounds else _of_value(key, place, quantity, row)
    return found


def _of_value(key: str, place: str, quantity: Quantity, row: Mapping[Any, Any]) -> dict[str, Any]:
    cell = row[RENAMED.get(place, quantity.part)]
    return {key: ("yes" if cell else "no") if quantity.possible == YES_NO else cell}


def _of_estimate(key: str, place: str, row: Mapping[Any, Any]) -> dict[str, Any]:
    est, low, high = ESTIMATES.get(place, ("est", "ci_lower", "ci_upper"))
    point = {f"{key}.est": row[est]} if est else {}
    return {**point, f"{key}.ci": (row[low], row[high])}


def values(of: Mapping[str, Any]) -> dict[str, Any]:
    return {key: number.value for key, number in of.items()}


@pytest.mark.parametrize("name", ROOMS)
def test_each_value_reaches_the_key_of_its_column(name: str) -> None:
    assert values(numbers(ROOMS[name])) == expected(name, ROOMS[name])


@pytest.mark.parametrize("name", ROOMS)
def test_an_estimate_carries_the_interval_that_stands_under_its_own_key(name: str) -> None:
    found = numbers(ROOMS[name])
    for key, number in found.items():
        if key.endswith(".est"):
            assert number.interval == found[f"{key.removesuffix('est')}ci"].value


@pytest.mark.parametrize(("level", "said"), [(0.95, "95 %"), (0.9, "90 %"), (0.995, "99.5 %")])
def test_an_interval_says_its_level(level: float, said: str) -> None:
    room = ROOMS["experiment"]
    found = {number.key: number for number in numbers_of(room.blocks, tables(room), replace(SOURCE, level=level))}
    intervals = {number.interval_kind for number in found.values() if number.interval}
    assert intervals
    assert {re.findall(r"\S+ %", kind)[0] for kind in intervals} == {said}


@pytest.mark.parametrize(
    ("name", "table", "part", "fault", "keys"),
    [
        ("experiment", "anova", "df1", {"column": "df2"}, {"experiment.anova.psr.product.df1"}),
        ("experiment", "simple_effects", "g", {"bounds": ("g_upper", "g_lower")}, {"experiment.simple.pk.like.g.ci"}),
        ("measurement", "htmt", "", {"bounds": ("ci_lower", "ci_lower")}, {"measurement.htmt.psr.pk.ci"}),
        ("mediation", "effects", "std", {"column": "est"}, {"mediation.serial.reply_minus_none.std.est"}),
        ("recovery", "effects", "rounded", {"column": "careless"}, {"planted.no_reversal.serial.none.rounded"}),
        ("literature", "tiers", "most-from", {"column": "most-to"}, {"literature.tiers.most-from"}),
    ],
)
def test_a_quantity_that_reads_another_column_is_seen(
    name: str, table: str, part: str, fault: dict[str, Any], keys: set[str]
) -> None:
    room = ROOMS[name]
    found, wanted = values(numbers(room, swapped(room, table, part, **fault))), expected(name, room)
    assert keys <= {key for key in wanted if found[key] != wanted[key]}


def test_no_line_of_the_second_list_is_stale() -> None:
    places = {
        " ".join(part for part in (name, block.table, quantity.part) if part)
        for name, room in ROOMS.items()
        for block in room.blocks
        for quantity in block.quantities
    }
    assert {*RENAMED, *ESTIMATES} <= places


def test_a_missing_column_is_named_before_any_number_is_made() -> None:
    room = ROOMS["experiment"]
    planted = tables(room)
    planted["anova"] = planted["anova"].drop(columns="df2")
    with pytest.raises(pandera.errors.SchemaError, match="df2"):
        list(numbers_of(room.blocks, planted, SOURCE))


@pytest.mark.parametrize("cell", ["many", None, True])
def test_a_cell_that_is_no_number_is_refused_where_a_number_is_declared(cell: object) -> None:
    room = ROOMS["experiment"]
    planted = tables(room)
    planted["anova"]["df2"] = cell
    with pytest.raises(pandera.errors.SchemaError, match="df2"):
        list(numbers_of(room.blocks, planted, SOURCE))


def test_what_a_row_may_lack_is_left_out_where_it_lacks_it() -> None:
    room = ROOMS["confounding"]
    planted = tables(room)
    planted["confounding"]["correlation"] = float("nan")
    assert [number.key for number in numbers_of(room.blocks, planted, SOURCE)] == [
        "robustness.confounding.psr_pk.R1.changes"
    ]


@pytest.mark.parametrize(
    ("key", "job", "solution", "name", "part"),
    [
        ("sample.analysed", "statistics", "statistic", "sample.analysed", "value"),
        ("sample.attrition.left.p", "statistics", "statistic", "sample.attrition.left.p", "value"),
        ("mediation.path.a1.est", "study", "est", "a1", "value"),
        ("mediation.path.a1.ci", "study", "est", "a1", "interval"),
        ("mediation.serial.reply_minus_none.std.ci", "study", "nox", "serial_reply_minus_none", "interval"),
        ("mediation.fit.rmsea.ci", "study", "measure", "rmsea", "interval"),
        ("mediation.draws.not_converged", "study", "draws", "draws.not_converged", "value"),
        ("measurement.reliability.pk.omega.ci", "omega-pk", "est", "omega", "interval"),
        ("measurement.ave.psr", "derived", "statistic", "measurement.ave.psr", "value"),
        ("measurement.invariance.metric.cfi", "invariance-metric", "measure", "cfi", "value"),
        ("planted.no_reversal.serial.like.est", "planted-no_reversal", "est", "serial_like", "value"),
        ("planted.no_reversal.serial.like.careless", "population-no_reversal-careless", "est", "serial_like", "value"),
        ("known.tal_or.indirect.here", "known-tal_or", "est", "indirect", "value"),
        ("known.tal_or.indirect.ci_lower.here", "resampled-tal_or", "est", "indirect", "lower"),
        ("known.tal_or.a.se.here", "known-tal_or", "se", "a", "value"),
        ("known.tal_or.cfi.here", "known-tal_or", "measure", "cfi", "value"),
        ("known.tal_or.rmsea_ci_upper.here", "known-tal_or", "measure", "rmsea", "upper"),
        ("cross_check.pingouin.psr_alone.est", "reply", "est", "psr_alone", "value"),
    ],
)
def test_a_number_leads_to_its_place_in_r(key: str, job: str, solution: str, name: str, part: str) -> None:
    where = all_numbers()[key].asked
    assert isinstance(where, Place)
    assert (where.job, where.solution, where.name, where.part) == (job, solution, name, part)


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("sample.attrition.excluded.p", "permutation"),
        ("sample.removed.age", "flow"),
        ("cross_check.pingouin.psr_alone.ci", "pingouin"),
        ("planted.no_reversal.serial.like.structural", "written down"),
        ("power.samples", "power"),
    ],
)
def test_a_number_that_r_has_not_says_why(key: str, word: str) -> None:
    why = all_numbers()[key].asked
    assert isinstance(why, str)
    assert word in why


def test_every_number_has_a_place_in_r_or_a_reason() -> None:
    assert [key for key, number in all_numbers().items() if not number.asked] == []


@pytest.mark.parametrize(
    ("key", "group"),
    [
        ("mediation.path.a1.est", STUDY),
        ("mediation.path.a1.ci", BOUNDS),
        ("mediation.serial.reply_minus_none.std.ci", BOUNDS),
        ("mediation.fit.chisq", STUDY),
        ("measurement.reliability.pk.omega.est", SCALES),
        ("measurement.reliability.pk.omega.ci", SCALES),
    ],
)
def test_the_bounds_of_the_studys_intervals_are_confirmed_as_a_group_of_their_own(key: str, group: str) -> None:
    where = all_numbers()[key].asked
    assert isinstance(where, Place)
    assert where.group == group


def test_every_group_of_the_confirmation_has_numbers() -> None:
    places = [number.asked for number in all_numbers().values()]
    assert {place.group for place in places if isinstance(place, Place)} == set(GROUPS)


class Recording(Words):
    """Words that remember what was asked for."""

    def __init__(self) -> None:
        super().__init__("en", dict(words("en")))
        self.asked_for: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.asked_for.add(key)
        return super().__getitem__(key)


def test_the_catalogue_of_numbers_holds_what_is_declared_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording()
    monkeypatch.setattr(declared, "words", lambda _: recording)
    for room in ROOMS.values():
        numbers(room)
    assert recording.asked_for == {key for key in words("en") if key.startswith("numbers.")}


def test_every_number_says_what_it_is_in_words_of_its_own() -> None:
    said = [number.what for number in all_numbers().values()]
    assert not [what for what in said if not what or "{" in what]
