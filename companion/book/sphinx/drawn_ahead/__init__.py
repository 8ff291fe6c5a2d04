"""Another survey at the press of a button: surveys that were drawn and analysed ahead of time, one after the other.

The surveys come as a script that is loaded at the first press; the script beside this file shows the next one, and
counts how often each claim was found. Without a script nothing of this shows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from companion.book.sphinx import subject
from companion.book.sphinx.experiments import simulated
from companion.book.sphinx.menus import select
from companion.book.sphinx.outputs import published, to_root
from companion.figures import marks
from companion.rows import each_row
from companion.survey.design import DESIGN
from companion.truth import drawn_ahead as table_of
from companion.words import Words

FOLDER = "_drawn-ahead"
VARIABLE = "surveysDrawnAhead"
"""Where the script of the surveys puts them."""
LETTERS = {"found": "f", "undecided": "u", "reversed": "r"}
"""Verdict -> how the script of the surveys writes it."""
THOUSANDTHS = 1000
OF_POWER = "reversal"
"""The truth whose surveys the table of power counts."""
START = (OF_POWER, 360)
"""The truth and the size that a reader meets."""
FILLED = ("number", "count", "all", "people", "verdicts", "claim", "verdict", "found", "est", "low", "high")
"""What the script fills into sentences, which are handed to it with their braces."""
TOLD = ("waiting", "one", "last", "failed", "verdict", "interval", "share")
HERE = Path(__file__).parent


class drawn_ahead(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """The place of the button, with or without the table of claims."""


class DrawnAhead(SphinxDirective):
    """``{drawn-ahead}``: the button and what it shows; with ``:small:``, without the table that counts."""

    option_spec = {"small": directives.flag}  # noqa: RUF012  as docutils declares it

    def run(self) -> list[nodes.Node]:
        """Give the place of the button."""
        return [drawn_ahead("", small="small" in self.options)]


def packed(surveys: pd.DataFrame, claims: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Give truth -> size -> estimates and ends of all surveys in thousandths of a point, and verdicts as letters."""
    columns = table_of.effect_columns()
    made: dict[str, dict[str, dict[str, Any]]] = {}
    for (truth, n), part in surveys.groupby(["truth", "n"], sort=False):
        numbers = (part[columns] * THOUSANDTHS).round().astype(int).to_numpy().ravel().tolist()
        verdicts = "".join(LETTERS[verdict] for verdict in part[list(claims)].to_numpy().ravel())
        made.setdefault(str(truth), {})[str(n)] = {"numbers": numbers, "verdicts": verdicts}
    return made


def script(surveys: pd.DataFrame, claims: Sequence[str]) -> str:
    """Give the surveys as a classic script, which works from a disk too."""
    text = json.dumps(packed(surveys, claims), separators=(",", ":"))
    return f"globalThis.{VARIABLE}={text};\n"


def goals(
    surveys: pd.DataFrame, power: pd.DataFrame, claims: Sequence[str], say: Words
) -> dict[str, dict[str, dict[str, str]]]:
    """Give truth -> size -> claim -> how often it is found in many surveys, and in how many, in words.

    Of the truth that the table of power was counted from, its shares; of the other, those of the surveys at hand.
    """
    made: dict[str, dict[str, dict[str, str]]] = {}
    for (truth, n), part in surveys.groupby(["truth", "n"], sort=False):
        shares = {claim: float((part[claim] == "found").mean()) for claim in claims}
        counted = len(part)
        if truth == OF_POWER:
            of_size = power[power["n"] == n]
            shares = {row.claim: float(row.power) for row in each_row(of_size) if row.claim in shares}
            counted = int(of_size["samples"].iloc[0])
        made.setdefault(str(truth), {})[str(n)] = {
            claim: say("pages.drawn_ahead.goal", goal=say.printed(share, "share"), count=counted)
            for claim, share in shares.items()
        }
    return made


def limits(surveys: pd.DataFrame) -> tuple[float, float]:
    """Give the ends of the axis: no interval of any survey lies outside."""
    lowest = surveys[table_of.effect_columns("ci_lower")].to_numpy().min()
    highest = surveys[table_of.effect_columns("ci_upper")].to_numpy().max()
    return float(lowest), float(highest)


def html(
    surveys: pd.DataFrame,
    power: pd.DataFrame,
    claims: Sequence[str],
    files: tuple[str, str, str],
    small: bool,
    say: Words,
) -> str:
    """Give the button and the places of what it shows as HTML.

    Parameters
    ----------
    surveys, power
        The surveys that were drawn ahead, and the table of power.
    claims
        Names of the claims, in their order.
    files
        The ways to its style sheet, its script, and the script of the surveys.
    small
        Leave the table out.
    say
        The words of the book's language.
    """
    style, program, data = files
    handed = {
        **{name: say(f"pages.drawn_ahead.{name}", **{one: f"{{{one}}}" for one in FILLED}) for name in TOLD},
        "verdicts": {letter: say(f"pages.drawn_ahead.verdicts.{verdict}") for verdict, letter in LETTERS.items()},
        "claims": list(claims),
        "goals": {} if small else goals(surveys, power, claims, say),
        "limits": limits(surveys),
        "data": data,
    }
    truths = [(name, say(f"pages.drawn_ahead.truth.{name}")) for name in surveys["truth"].unique()]
    sizes = [(str(n), say("pages.drawn_ahead.people", count=f"{n:,}")) for n in surveys["n"].unique()]
    rows = "".join(_row(at, say) for at in DESIGN.interactions)
    handed_over = escape(json.dumps(handed, ensure_ascii=False, separators=(",", ":")), quote=True)
    return (
        f'<link rel="stylesheet" href="{style}">'
        f'<div class="drawn-ahead screen-only pst-js-only" data-words="{handed_over}">'
        f'<form class="menus" aria-label="{escape(say("pages.drawn_ahead.choices"))}">'
        f"{select('truth', say('pages.drawn_ahead.by.truth'), truths, START[0])}"
        f"{select('n', say('pages.drawn_ahead.by.n'), sizes, str(START[1]))}"
        f'<button type="submit">{escape(say("pages.drawn_ahead.next"))}</button></form>'
        f'<p class="da-said" role="status">{escape(say("pages.drawn_ahead.waiting"))}</p>'
        f'<div class="da-rows" hidden>{rows}</div>{"" if small else _table(claims, say)}{simulated(say)}'
        f'</div><script defer src="{program}"></script>'
    )


def _row(at: str, say: Words) -> str:
    drawn = "".join(f'<i class="da-{part}"></i>' for part in ("zero", "bar", "dot"))
    return (
        f'<div class="da-row {at}"><span>{marks.svg_icon(at)} {escape(say(f"design.label.{at}"))}</span>'
        f'<span class="da-track" aria-hidden="true">{drawn}</span><span class="da-number"></span></div>'
    )


def _table(claims: Sequence[str], say: Words) -> str:
    heads = "".join(
        f'<th scope="col">{escape(say(f"pages.drawn_ahead.head.{name}"))}</th>'
        for name in ("claim", "here", "so_far", "goal")
    )
    rows = "".join(f'<tr><th scope="row">{claim}</th><td></td><td></td><td></td></tr>' for claim in claims)
    caption = escape(say("pages.drawn_ahead.caption"))
    return f"<table hidden><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def visit_drawn_ahead(self: HTML5Translator, node: drawn_ahead) -> None:
    """Write style sheet, script and surveys into the site and the button into the page."""
    about = subject.of(self.config)
    surveys, claims = about.study.drawn_ahead, list(about.study.stated_claims.results)
    outdir, root = self.builder.outdir, to_root(self)
    style, program = (
        root + published(outdir, FOLDER, "another-survey", suffix, (HERE / f"drawn_ahead.{suffix}").read_bytes())
        for suffix in ("css", "js")
    )
    data = root + published(outdir, FOLDER, "surveys", "js", script(surveys, claims).encode())
    self.body.append(html(surveys, about.study.power, claims, (style, program, data), node["small"], about.say))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register node and directive."""
    app.add_node(drawn_ahead, html=(visit_drawn_ahead, None))
    app.add_directive("drawn-ahead", DrawnAhead)
