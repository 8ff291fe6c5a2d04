"""Tables for whoever plans a replication: smallest numbers, widths of intervals, scales and losses, unequal cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from companion.dotted_name import dotted_name
from companion.formats import Language
from companion.tables.table import Table, headed
from companion.truth.planning import key
from companion.words import Words, words

SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)
"""Shares of the earlier variable that a common cause may account for."""
FINE = 3
"""Decimals of a share that many simulated surveys give."""


def smallest(sizes: pd.DataFrame, *, language: Language = "en") -> Table:
    """The smallest number of people for a wanted power, claim by claim.

    Parameters
    ----------
    sizes
        A row a claim: claim power people ci_lower ci_upper note.
    language
        Of words and numbers.
    """
    say = words(language)
    called = say.under("tables.planning.claims")
    rows = [
        {
            "claim": called[key(str(row["claim"]))],
            "power": say.printed(row["power"], "share"),
            "people": say.printed(row["people"], "count"),
            "interval": say.printed((row["ci_lower"], row["ci_upper"]), "count"),
            "note": say(f"tables.planning.note.{key(str(row['note'])) or 'none'}"),
        }
        for row in sizes.to_dict("records")
    ]
    return Table(
        headed(rows, say.under("tables.planning.smallest.heads")), dotted_name(smallest), sizes, about="planted"
    )


def smallest_effects(effects: pd.DataFrame, *, language: Language = "en") -> Table:
    """The smallest effects that a design finds with the wanted power, claim by claim.

    Parameters
    ----------
    effects
        A row a claim: claim share ci_lower ci_upper points note.
    language
        Of words and numbers.
    """
    say = words(language)
    called = say.under("tables.planning.claims")
    rows = [
        {
            "claim": called[key(str(row["claim"]))],
            "share": say.printed(row["share"], "percent", 0),
            "interval": say.printed((row["ci_lower"], row["ci_upper"]), "percent", 0),
            "points": "" if pd.isna(row["points"]) else say.printed(row["points"], "coefficient"),
            "note": say(f"tables.planning.note.{key(str(row['note'])) or 'none'}"),
        }
        for row in effects.to_dict("records")
    ]
    heads = say.under("tables.planning.smallest_effects.heads")
    return Table(headed(rows, heads), dotted_name(smallest_effects), effects, about="planted")


def widths(table: pd.DataFrame, *, language: Language = "en") -> Table:
    """How wide the intervals of effects are in simulated surveys of each size.

    Parameters
    ----------
    table
        A row a size and effect: people effect width width_error.
    language
        Of words and numbers.
    """
    say = words(language)
    rows = [
        {"people": say.printed(int(people), "count")}
        | {
            str(row["effect"]): say.printed(row["width"], "points")
            for row in table[table["people"] == people].to_dict("records")
        }
        for people in sorted(set(table["people"]))
    ]
    return Table(headed(rows, say.under("tables.planning.widths.heads")), dotted_name(widths), table, about="planted")


def designs(rates: pd.DataFrame, *, language: Language = "en") -> Table:
    """How often a claim is found with other scales, other losses and another analysis, at one number of people.

    Parameters
    ----------
    rates
        A row a design: scales sample analysis rate ci_lower ci_upper.
    language
        Of words and numbers.
    """
    say = words(language)
    called, lost = (say.under(f"tables.planning.{kind}") for kind in ("scales", "losses"))
    of_design = list(rates.groupby(["scales", "sample"], sort=False))
    rows = [
        {"losses": lost[key(str(sample))]}
        | {key(str(row["analysis"])): _share(row, say) for row in group.to_dict("records")}
        for (_, sample), group in of_design
    ]
    heads = say.under("tables.planning.designs.heads")
    groups = [called[key(str(scales))] for (scales, _), _ in of_design]
    return Table(headed(rows, heads), dotted_name(designs), rates, groups, about="planted")


def cells(rates: pd.DataFrame, *, language: Language = "en") -> Table:
    """How often each claim is found when the same number of people is spread over the cells in other ways.

    Parameters
    ----------
    rates
        A row a sample and claim: sample claim rate ci_lower ci_upper.
    language
        Of words and numbers.
    """
    say = words(language)
    frame = _by_claim(
        rates, "sample", say.under("tables.planning.samples"), say.under("tables.planning.cells.heads"), say
    )
    return Table(frame, dotted_name(cells), rates, about="planted")


def sensitivity(rates: pd.DataFrame, *, language: Language = "en") -> Table:
    """How often claims are found by one design when the effects of the comments are smaller than written down.

    Parameters
    ----------
    rates
        A row a truth and claim: truth claim rate ci_lower ci_upper.
    language
        Of words and numbers.
    """
    say = words(language)
    heads = say.under("tables.planning.sensitivity.heads")
    frame = _by_claim(rates, "truth", say.under("tables.planning.truths"), heads, say)
    return Table(frame, dotted_name(sensitivity), rates, about="planted")


def common_cause(removing: pd.DataFrame, *, language: Language = "en") -> Table:
    """How strong a common cause has to be in the later variable to take a link away, by its strength in the earlier.

    Parameters
    ----------
    removing
        A row a link: link correlation, as `companion.analysis.robustness.removing` gives it.
    language
        Of words and numbers.
    """
    say = words(language)
    needed = {str(row["link"]): float(row["correlation"]) ** 2 for row in removing.to_dict("records")}
    rows = [
        {"earlier": say.printed(share, "percent", 0)}
        | {
            link: say.printed(product / share, "percent", 0) if product <= share else say("tables.planning.too_weak")
            for link, product in needed.items()
        }
        for share in SHARES
    ]
    heads = say.under("tables.planning.common_cause.heads")
    return Table(headed(rows, heads), dotted_name(common_cause), removing)


def _by_claim(
    rates: pd.DataFrame, column: str, called: Mapping[str, str], heads: Mapping[str, str], say: Words
) -> pd.DataFrame:
    """A row for each name in a column, with the share of each claim beside it."""
    claims = say.under("tables.planning.claims")
    rows = [
        {column: called[key(str(name))]}
        | {key(str(row["claim"])): _share(row, say) for row in group.to_dict("records")}
        for name, group in rates.groupby(column, sort=False)
    ]
    return headed(rows, {**heads, **{key(str(one)): claims[key(str(one))] for one in rates["claim"].unique()}})


def _share(row: Mapping[Any, Any], say: Words) -> str:
    """A share with its interval."""
    bounds = (float(row["ci_lower"]), float(row["ci_upper"]))
    return f"{say.printed(row['rate'], 'share', FINE)} {say.printed(bounds, 'share', FINE)}"
