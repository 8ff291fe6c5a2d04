"""Tables of other people's programs: their number under their name, ours under ours."""

from __future__ import annotations

from typing import Any

import pytest

from companion.peers.cross_check import CrossCheck
from companion.tables import cross_check as tables

MINUS = "\N{MINUS SIGN}"


def row_of(table: Any, head: str) -> dict[str, str]:
    frame = table.frame.set_index(table.frame.columns[0])
    assert frame.index.is_unique
    return dict(frame.loc[head])


@pytest.mark.parametrize(
    ("measure", "semopy", "ours"),
    [
        ("Degrees of freedom", "162", "147"),
        ("p of the chi-square", "< .001", ".031"),
        ("CFI", "1.002", ".991"),
        ("Log-likelihood", "0.52", f"{MINUS}7188.23"),
    ],
)
def test_each_program_has_its_own_column(check: CrossCheck, measure: str, semopy: str, ours: str) -> None:
    assert row_of(tables.measures(check), measure) == {"semopy": semopy, "This book": ours}


def test_runs_show_how_far_the_optimiser_is_from_the_end(check: CrossCheck) -> None:
    row = row_of(tables.runs(check), "as it comes")
    assert row["Largest gradient"] == "2.5 × 10⁻⁴"
    assert row["Largest difference from this book"] == "2.1 × 10⁻³"
    assert row["Chi-square"] == "169.5401"


def test_rivals_set_the_criteria_of_both_programs_under_their_names(check: CrossCheck) -> None:
    row = row_of(tables.rivals(check), "without the link")
    assert (row["AIC, semopy"], row["AIC, this book"]) == ("2.00", "15.00")
    assert (row["BIC, semopy"], row["BIC, this book"]) == ("6.00", "25.00")


def test_what_pingouin_does_not_print_is_a_dash(check: CrossCheck) -> None:
    row = row_of(tables.indirect(check), "Whole chain")
    assert row == {"pingouin": "—", "This book": "0.120 [0.070, 0.180]"}


def test_our_interval_in_the_table_is_the_percentile_one(check: CrossCheck) -> None:
    row = row_of(tables.indirect(check), "Relationship alone")
    assert row == {"pingouin": "0.250 [0.100, 0.400]", "This book": "0.250 [0.090, 0.390]"}
