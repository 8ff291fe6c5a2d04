"""Every number of the book is either compared with R or has a written reason not to be."""

from __future__ import annotations

import pytest
from shipped import DATA

from companion.verification import expected
from companion.verification.coverage import COMPARED, GROUPS, NOT_COMPARED, place, reason

NUMBERS = expected.load(DATA.parent / expected.FILE).numbers


@pytest.mark.parametrize(
    ("key", "job", "solution", "name", "part"),
    [
        ("mediation.path.a1.est", "study", "est", "a1", "value"),
        ("mediation.path.a1.ci", "study", "est", "a1", "interval"),
        ("mediation.serial.reply_minus_none.std.ci", "study", "nox", "serial_reply_minus_none", "interval"),
        ("mediation.fit.rmsea.ci", "study", "measure", "rmsea", "interval"),
        ("measurement.reliability.pk.omega.ci", "omega-pk", "est", "omega", "interval"),
        ("measurement.ave.psr", "derived", "statistic", "measurement.ave.psr", "value"),
        ("planted.no_reversal.serial.like.est", "planted-no_reversal", "est", "serial_like", "value"),
        ("planted.no_reversal.serial.like.careless", "population-no_reversal-careless", "est", "serial_like", "value"),
        ("known.tal_or.indirect.ci_lower.here", "resampled-tal_or", "est", "indirect", "lower"),
        ("known.political_democracy.ind60_dem60.se.here", "known-political_democracy", "se", "ind60_dem60", "value"),
        ("cross_check.pingouin.psr_alone.est", "reply", "est", "psr_alone", "value"),
    ],
)
def test_a_key_leads_to_its_place_in_r(key: str, job: str, solution: str, name: str, part: str) -> None:
    where = place(key)
    assert where is not None
    assert (where.job, where.solution, where.name, where.part) == (job, solution, name, part)


def test_every_number_of_the_edition_has_a_place_or_a_reason() -> None:
    assert len(NUMBERS) > 1000
    for key in NUMBERS:
        assert place(key) is not None or reason(key)


def test_a_number_that_nobody_thought_of_stops_the_comparison() -> None:
    assert place("brand.new.number") is None
    with pytest.raises(LookupError, match=r"brand\.new\.number"):
        reason("brand.new.number")


def test_what_another_programs_random_numbers_made_is_not_compared() -> None:
    assert place("cross_check.pingouin.psr_alone.ci") is None


def test_every_line_of_both_tables_is_used() -> None:
    places = [place(key) for key in NUMBERS]
    assert (
        {where.group for where in places if where}
        == set(GROUPS)
        == {group for _, group, *_ in COMPARED} | {"the study's model: bounds of intervals"}
    )
    reasons = {reason(key) for key, where in zip(NUMBERS, places, strict=True) if where is None}
    assert reasons == {why for _, why in NOT_COMPARED}
