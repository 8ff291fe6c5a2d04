"""Tables of the study's model in other people's programs."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from companion.dotted_name import dotted_name
from companion.formats import Kind, Language
from companion.peers.cross_check import CrossCheck
from companion.rows import row_at
from companion.tables.table import NOTHING, Table, headed, interval
from companion.words import Words, words

MEASURES: Mapping[str, tuple[Kind, int | None]] = {
    "chisq": ("statistic", None),
    "df": ("count", None),
    "pvalue": ("p", None),
    "cfi": ("bounded", 3),
    "tli": ("bounded", 3),
    "rmsea": ("bounded", 3),
    "logl": ("statistic", None),
    "aic": ("statistic", None),
    "bic": ("statistic", None),
}
"""Measure -> how it is printed."""


def measures(check: CrossCheck, *, language: Language = "en") -> Table:
    """The fit of the study's model as semopy prints it, and as this book prints it."""
    say = words(language)
    called = say.under("tables.cross_check.measures.measure")
    values = check.measures.set_index("measure")
    rows = [
        {
            "measure": called[name],
            **{
                who: say.printed(float(values[who][name]), kind, decimals=places).removeprefix("= ")
                for who in ("semopy", "ours")
            },
        }
        for name, (kind, places) in MEASURES.items()
    ]
    return Table(headed(rows, say.under("tables.cross_check.measures.heads")), dotted_name(measures), check.measures)


def runs(check: CrossCheck, *, language: Language = "en") -> Table:
    """How far semopy's optimiser is from the end, and from our estimates, as it comes and tightened."""
    say = words(language)
    called = say.under("tables.cross_check.runs.run")
    rows = [
        {
            "run": called[row["run"]],
            "gradient": say.printed(row["gradient"], "scientific"),
            "difference": say.printed(row["difference"], "scientific"),
            "chisq": say.printed(row["chisq"], "statistic", decimals=4),
        }
        for _, row in check.runs.iterrows()
    ]
    return Table(headed(rows, say.under("tables.cross_check.runs.heads")), dotted_name(runs), check.runs)


def rivals(check: CrossCheck, *, language: Language = "en") -> Table:
    """The information criteria of the model with and without a link, by both programs."""
    say = words(language)
    called = say.under("tables.cross_check.rivals.model")
    rows = [
        {
            "model": called[row["model"]],
            **{
                column: say.printed(row[column], "statistic")
                for column in ("chisq", "aic_semopy", "bic_semopy", "aic_ours", "bic_ours")
            },
        }
        for _, row in check.rivals.iterrows()
    ]
    return Table(headed(rows, say.under("tables.cross_check.rivals.heads")), dotted_name(rivals), check.rivals)


def indirect(check: CrossCheck, *, language: Language = "en") -> Table:
    """Indirect effects as pingouin prints them, and all of them with percentile intervals."""
    say = words(language)
    called = say.under("tables.cross_check.indirect.effect")
    shown = {
        "pingouin": check.indirect[check.indirect["program"] == "pingouin"],
        "ours": check.indirect[check.indirect["kind"] == "percentile"],
    }
    by_effect = {who: rows.set_index("effect") for who, rows in shown.items()}
    rows = [
        {
            "effect": called[name],
            **{who: _estimate(row_at(of, name), say) if name in of.index else NOTHING for who, of in by_effect.items()},
        }
        for name in ("psr_alone", "pk_alone", "serial", "pk_in_total")
    ]
    return Table(headed(rows, say.under("tables.cross_check.indirect.heads")), dotted_name(indirect), check.indirect)


def _estimate(row: pd.Series, say: Words) -> str:
    return f"{say.printed(float(row['est']), 'coefficient')} {interval(row, 'coefficient', say)}"
