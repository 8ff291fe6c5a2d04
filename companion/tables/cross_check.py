"""Tables of the study's model in other people's programs."""

from __future__ import annotations

import pandas as pd

from companion.formats import Kind, printed, scientific
from companion.peers.cross_check import CrossCheck
from companion.tables.table import Table

HERE = "companion.tables.cross_check"
NONE = "—"
PRINTED: dict[str, tuple[str, Kind, int | None]] = {
    "chisq": ("Chi-square", "statistic", None),
    "df": ("Degrees of freedom", "count", None),
    "pvalue": ("p of the chi-square", "p", None),
    "cfi": ("CFI", "bounded", 3),
    "tli": ("TLI", "bounded", 3),
    "rmsea": ("RMSEA", "bounded", 3),
    "logl": ("Log-likelihood", "statistic", None),
    "aic": ("AIC", "statistic", None),
    "bic": ("BIC", "statistic", None),
}
RUNS = {"stopped": "as it comes", "tightened": "tightened"}
MODELS = {"whole": "with the link", "without the link": "without the link"}
EFFECTS = {
    "psr_alone": "Relationship alone",
    "pk_alone": "Persuasion knowledge alone",
    "serial": "Whole chain",
    "pk_in_total": "Persuasion knowledge alone and whole chain, added up",
}


def measures(check: CrossCheck) -> Table:
    """The fit of the study's model as semopy prints it, and as this book prints it."""
    values = check.measures.set_index("measure")
    rows = [
        {
            "Measure": label,
            **{
                who: _without_sign(printed(float(values.loc[name, column]), kind, decimals=places))
                for who, column in (("semopy", "semopy"), ("This book", "ours"))
            },
        }
        for name, (label, kind, places) in PRINTED.items()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.measures", check.measures)


def runs(check: CrossCheck) -> Table:
    """How far semopy's optimiser is from the end, and from our estimates, as it comes and tightened."""
    rows = [
        {
            "semopy": RUNS[row["run"]],
            "Largest gradient": scientific(row["gradient"]),
            "Largest difference from this book": scientific(row["difference"]),
            "Chi-square": printed(row["chisq"], "statistic", decimals=4),
        }
        for _, row in check.runs.iterrows()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.runs", check.runs)


def rivals(check: CrossCheck) -> Table:
    """The information criteria of the model with and without a link, by both programs."""
    columns = {
        "AIC, semopy": "aic_semopy",
        "BIC, semopy": "bic_semopy",
        "AIC, this book": "aic_ours",
        "BIC, this book": "bic_ours",
    }
    rows = [
        {
            "Model": MODELS[row["model"]],
            "Chi-square": printed(row["chisq"], "statistic"),
            **{head: printed(row[column], "statistic") for head, column in columns.items()},
        }
        for _, row in check.rivals.iterrows()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.rivals", check.rivals)


def indirect(check: CrossCheck) -> Table:
    """Indirect effects as pingouin prints them, and all of them with percentile intervals."""
    shown = {
        "pingouin": check.indirect[check.indirect["program"] == "pingouin"],
        "This book": check.indirect[check.indirect["kind"] == "percentile"],
    }
    by_effect = {who: rows.set_index("effect") for who, rows in shown.items()}
    rows = [
        {
            "Through": label,
            **{who: _estimate(of.loc[name]) if name in of.index else NONE for who, of in by_effect.items()},
        }
        for name, label in EFFECTS.items()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.indirect", check.indirect)


def _estimate(row: pd.Series) -> str:
    interval = printed((float(row["ci_lower"]), float(row["ci_upper"])), "coefficient")
    return f"{printed(float(row['est']), 'coefficient')} {interval}"


def _without_sign(p: str) -> str:
    return p.removeprefix("= ")
