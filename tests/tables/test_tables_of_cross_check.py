"""Tables of other people's programs: their number under their name, ours under ours."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from companion.peers.cross_check import CrossCheck
from companion.tables import cross_check as tables

MINUS = "\N{MINUS SIGN}"


def row_of(table: Any, head: str) -> dict[str, str]:
    frame = table.frame.set_index(table.frame.columns[0])
    assert frame.index.is_unique
    return dict(frame.loc[head])


@pytest.fixture
def check() -> CrossCheck:
    measures = {
        "chisq": (150.0, 150.0004),
        "df": (147, 162),
        "pvalue": (0.0312, 0.0002),
        "cfi": (0.9912, 1.0019),
        "tli": (0.98, 0.99),
        "rmsea": (0.0437, 0.0312),
        "logl": (-7188.228, 0.518),
        "aic": (14472.46, 94.96),
        "bic": (14658.99, 281.5),
        "critical": (176.3, 192.7),
    }
    indirect = [
        ("psr_alone", "pingouin", "bias-corrected", 0.25, 0.0, 0.1, 0.4),
        ("pk_in_total", "pingouin", "bias-corrected", 0.04, 0.29, -0.03, 0.11),
        ("psr_alone", "ours", "bias-corrected", 0.25, None, 0.11, 0.41),
        ("psr_alone", "ours", "percentile", 0.25, None, 0.09, 0.39),
        ("pk_alone", "ours", "percentile", -0.08, None, -0.16, -0.01),
        ("serial", "ours", "percentile", 0.12, None, 0.07, 0.18),
        ("pk_in_total", "ours", "percentile", 0.04, None, -0.02, 0.1),
    ]
    return CrossCheck(
        measures=pd.DataFrame(
            [(name, *both) for name, both in measures.items()], columns=["measure", "ours", "semopy"]
        ),
        estimates=pd.DataFrame(),
        runs=pd.DataFrame(
            [("stopped", 2.5e-4, 2.08e-3, 169.54011), ("tightened", 1.3e-8, 5.9e-8, 169.53947)],
            columns=["run", "gradient", "difference", "chisq"],
        ),
        rivals=pd.DataFrame(
            [("whole", 150.0, 10.0, 4.0, 20.0, 8.0), ("without the link", 300.0, 15.0, 2.0, 25.0, 6.0)],
            columns=["model", "chisq", "aic_ours", "aic_semopy", "bic_ours", "bic_semopy"],
        ),
        indirect=pd.DataFrame(indirect, columns=["effect", "program", "kind", "est", "p", "ci_lower", "ci_upper"]),
        people=400,
        draws=5000,
        finished=True,
    )


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
