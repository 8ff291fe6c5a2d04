"""The tables of a plan: CSV files, written whole or not at all, and what is read in a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from companion import store
from companion.formats import printed
from companion.survey.design import DESIGN
from companion.truth import most_power, smallest
from companion.truth.kept_plans import FOUND, POWER, PRECISION, RUNS, SPOTS
from companion.truth.plan import TOGETHER, Plan, Planned
from companion.truth.planned import PARTS, Outcome
from companion.words import Words

SMALLEST, ALLOCATIONS, SEARCHED = "smallest.csv", "allocations.csv", "searched.csv"


def tables(read: Planned, outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Give the tables of a plan by the name of their file."""
    plan = read.plan
    found = {RUNS: outcome.runs, POWER: outcome.power, PRECISION: outcome.precision}
    found |= {FOUND: outcome.found, SPOTS: outcome.spots}
    if plan.targets:
        found[SMALLEST] = smallest.smallest(outcome.power, plan.targets, plan.level)
    if plan.allocations is not None:
        found[ALLOCATIONS] = most_power.compare(outcome.power, outcome.untestable, plan.allocations, plan.level)
    if len(read.searched):
        found[SEARCHED] = read.searched
    return found


def write(read: Planned, outcome: Outcome, folder: Path) -> None:
    """Write the tables of a plan; digits are those that read back as the same number."""
    for name, table in tables(read, outcome).items():
        store.write_aside(folder / name, table.to_csv(index=False, lineterminator="\n").encode())


def show(read: Planned, outcome: Outcome, console: Console, say: Words) -> None:
    """Print the tables of a plan design by design, Monte Carlo errors in brackets."""
    plan = read.plan
    for run in outcome.runs.to_dict("records"):
        here = {part: run[part] for part in PARTS}
        console.print(f"\n[bold]{escape(' / '.join(here.values()))}[/bold]")
        console.print(
            f"{run['people']:,} people, {run['analysed']:,.1f} analysed; {run['replications']:,} simulated surveys: "
            f"not converged {with_error(run['unconverged'], run['unconverged_error'])}, "
            f"inadmissible {with_error(run['inadmissible'], run['inadmissible_error'])}"
        )
        console.print(_claims(_of(outcome.power, here), plan, say))
        console.print(_effects(_of(outcome.precision, here)))
    found = tables(read, outcome)
    if SMALLEST in found:
        console.print(_smallest(found[SMALLEST], plan.level))
    if ALLOCATIONS in found:
        for _, compared in found[ALLOCATIONS].groupby(smallest.FAMILY, sort=False):
            rows = _rows(compared)
            console.print(_allocations(rows, say))
            console.print(escape(most(rows, plan.level, say)))
    if SEARCHED in found:
        console.print(_searched(_rows(found[SEARCHED]), read, say))
        console.print(escape(best(_rows(found[SEARCHED]), read, say)))


def _of(table: pd.DataFrame, design: dict[str, str]) -> list[dict[str, Any]]:
    chosen = np.logical_and.reduce([table[part] == name for part, name in design.items()])
    return _rows(table[chosen])


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _claims(rows: list[dict[str, Any]], plan: Plan, say: Words) -> Table:
    shown = _columns(["claim"], ["found", f"{plan.level:.0%} interval"], ["which is"])
    tested = {row["claim"]: row for row in rows}
    for claim in (*plan.claims, *plan.no_larger, TOGETHER):
        if claim not in tested:
            shown.add_row(escape(claim), "", "", say("allocations.untestable"))
            continue
        row = tested[claim]
        between = f"{row['ci_lower']:.3f} to {row['ci_upper']:.3f}"
        rate = with_error(row["rate"], row["error"])
        shown.add_row(escape(claim), rate, between, "power" if row["holds"] else "false finds")
    return shown


def _effects(rows: list[dict[str, Any]]) -> Table:
    shown = _columns(["effect"], ["population", "bias", "coverage", "width"])
    for row in rows:
        errors = [with_error(row[one], row[f"{one}_error"]) for one in ("bias", "coverage", "width")]
        shown.add_row(escape(row["effect"]), f"{row['population']:.3f}", *errors)
    return shown


def _smallest(table: pd.DataFrame, level: float) -> Table:
    shown = _columns(["design", "claim"], ["power", "people", f"{level:.0%} interval"], ["note"])
    shown.title = "Smallest number of people"
    for row in table.to_dict("records"):
        known = not np.isnan(row["people"])
        design = " / ".join(row[one] for one in smallest.FAMILY)
        number = f"{np.ceil(row['people']):,.0f}" if known else "none"
        between = f"{row['lower']:,.0f} to {row['upper']:,.0f}" if known else ""
        shown.add_row(escape(design), escape(row["claim"]), f"{row['power']:.2f}", number, between, row["note"])
    return shown


def _allocations(rows: list[dict[str, Any]], say: Words) -> Table:
    claim, priced = rows[0]["claim"], rows[0]["cost"] is not None and not np.isnan(rows[0]["cost"])
    heads = say.under("allocations.heads", claim=claim)
    numbers = [name for name in heads if name not in ("allocation", "standing") and (priced or name != "cost")]
    shown = _columns([heads["allocation"]], [heads[name] for name in numbers], [heads["standing"]])
    shown.title = escape(say("allocations.title", claim=claim))
    for row in rows:
        told = {
            **{name: f"{row[name]:,}" for name in ("none", "like", "reply", "people")},
            "cost": f"{row['cost']:,g}" if priced else "",
            "found": "" if np.isnan(row["rate"]) else with_error(row["rate"], row["error"]),
            "behind": with_error(row["behind"], row["behind_error"]) if row["behind_error"] > 0 else "",
        }
        standing = say(f"allocations.standing.{row['standing']}")
        shown.add_row(escape(row["allocation"]), *(told[name] for name in numbers), standing)
    return shown


def most(rows: list[dict[str, Any]], level: float, say: Words) -> str:
    """Say which allocation has the most power under one truth, how sure that is, and which claims it gives up.

    Parameters
    ----------
    rows
        Those of one truth, scales and analysis, as `companion.truth.most_power.compare` gives them.
    level
        The confidence with which they were compared.
    say
        The words of a language.
    """
    by_standing: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_standing.setdefault(row["standing"], []).append(row)
    told = {"design": " / ".join(rows[0][one] for one in smallest.FAMILY), "claim": rows[0]["claim"]}
    if "most" not in by_standing:
        return say("allocations.no_claim", **told)
    [best] = by_standing["most"]
    told["best"] = f"{best['allocation']!r}"
    others = ", ".join(repr(row["allocation"]) for row in by_standing.get("within_error", []))
    if others:
        said = say("allocations.open", **told, others=others, level=printed(level, "percent", decimals=0))
    else:
        said = say("allocations.sure" if "less" in by_standing else "allocations.alone", **told)
    if isinstance(best["untestable"], str):
        said += " " + say("allocations.price", best=told["best"], claims=best["untestable"])
    return said


def _searched(rows: list[dict[str, Any]], read: Planned, say: Words) -> Table:
    heads = say.under("allocations.searched.heads", claim=_claim(read))
    shown = _columns([heads["allocation"]], [head for name, head in heads.items() if name != "allocation"])
    shown.title = escape(say("allocations.searched.title", claim=_claim(read)))
    for row in rows:
        weights = [f"{row[reaction]:g}" for reaction in DESIGN.interactions]
        expected = "" if np.isnan(row["expected"]) else with_error(row["expected"], row["error"])
        shown.add_row(escape(row["allocation"]), *weights, expected)
    return shown


def best(rows: list[dict[str, Any]], read: Planned, say: Words) -> str:
    """Say which weights a search found, and for which truth.

    Parameters
    ----------
    rows
        As `companion.truth.best_weights.completed` has them.
    read
        The plan.
    say
        The words of a language.
    """
    truth, scales, _, analysis = read.designs[0].names
    told = {"design": " / ".join((truth, scales, analysis)), "claim": _claim(read), "best": repr(rows[0]["allocation"])}
    return say("allocations.searched.found", **told)


def _claim(read: Planned) -> str:
    return read.plan.allocations.claim if read.plan.allocations else ""


def with_error(value: float, error: float) -> str:
    """Print a number with its Monte Carlo error.

    Examples
    --------
    >>> with_error(0.8125, 0.0123)
    '0.812 (0.012)'
    """
    return f"{value:.3f} ({error:.3f})"


def _columns(texts: list[str], numbers: list[str], last: list[str] | None = None) -> Table:
    table = Table()
    for name in texts:
        table.add_column(name, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right")
    for name in last or []:
        table.add_column(name, overflow="fold")
    return table
