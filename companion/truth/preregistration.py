"""A preregistration filled in from a plan: what it knows in the order of a form's questions, the rest marked.

The order of AsPredicted (aspredicted.org) is that which the R package `prereg` by Frederik Aust keeps; its questions
are worded anew here. The order of OSF (osf.io) is that of its form "OSF Preregistration", version 3, as the Center for
Open Science keeps it in the file `osf-preregistration-3.json` of its repository `osf.io`; sections and questions have
its names, so that each answer finds its box. Title, authors and description are asked before that form begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

import pandas as pd

from companion.analysis import claims
from companion.documents.document import Block, Document, Heading, Listing, Paragraph, Points, TableOfCells
from companion.errors import InputError, Problem
from companion.survey import checked_yaml, exclusions
from companion.survey.questionnaire import Analysis, Claims, Questionnaire
from companion.truth import planned, replications
from companion.truth.plan import TOGETHER, NoLarger, Plan, Planned, PlannedDesign, untestable
from companion.truth.population import CELLS
from companion.words import Words

ONE_OF_EACH = ("scales", "samples", "analyses")
Order: TypeAlias = Literal["aspredicted", "osf"]
ORDERS: Mapping[Order, Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "aspredicted": {
            "": {
                "data": ("existing", "unaware"),
                "claims": ("claims",),
                "measures": ("measures", "indices"),
                "conditions": ("design", "cells", "versions", "draw", "blind", "blind_too"),
                "analyses": ("model", "coding", "criteria"),
                "exclusions": ("exclusions", "missing"),
                "size": ("people", "stop", "rationale"),
                "rest": ("procedures", "explorations", "checks", "plan", "ethics"),
                "kind": ("kind", "names"),
            }
        },
        "osf": {
            "information": {"hypotheses": ("claims",)},
            "design": {
                "type": ("kind",),
                "blinding": ("blind",),
                "more_blinding": ("blind_too",),
                "design": ("design",),
                "randomization": ("draw",),
            },
            "sampling": {
                "existing": ("existing",),
                "explanation": ("unaware",),
                "procedures": ("procedures",),
                "size": ("people",),
                "rationale": ("rationale",),
                "stopping": ("stop",),
            },
            "variables": {
                "manipulated": ("cells", "versions"),
                "measured": ("measures", "checks"),
                "indices": ("indices",),
            },
            "analysis": {
                "models": ("model",),
                "transformations": ("coding",),
                "inference": ("criteria",),
                "exclusion": ("exclusions",),
                "missing": ("missing",),
                "exploratory": ("explorations",),
            },
            "other": {"other": ("plan", "ethics", "names")},
        },
    }
)
"""Order -> section -> question -> the answers below it, each of which stands once in every order.

An order that has no sections has one without a name.
"""


def check(path: Path, plan: Plan) -> None:
    """Refuse a plan that is about several studies: a preregistration is about one.

    Parameters
    ----------
    path
        The plan.
    plan
        What stands in it.

    Raises
    ------
    InputError
        If it names several scales, samples, allocations, one that is searched among them, or analyses; truths may be
        several.
    """
    several: dict[tuple[str, ...], list[str]] = {(part,): list(getattr(plan, part)) for part in ONE_OF_EACH}
    if (allocations := plan.allocations) is not None:
        searched = [] if allocations.search is None else [allocations.search]
        several[("allocations", "weights")] = [*allocations.weights, *searched]
    problems = [
        Problem(
            path,
            f"A preregistration is about one study, and this plan has {len(named)} {place[0]}: {', '.join(named)}.",
            "Keep one of them in a copy of the plan.",
            row=checked_yaml.line_of(path, place),
            column=".".join(place),
        )
        for place, named in several.items()
        if len(named) > 1
    ]
    if problems:
        raise InputError(problems)


def document(
    read: Planned,
    file: str,
    asked: Questionnaire,
    analysis: Analysis,
    stated: Claims,
    runs: pd.DataFrame,
    power: pd.DataFrame,
    say: Words,
    order: Order = "aspredicted",
) -> Document:
    """Give a preregistration.

    Parameters
    ----------
    read
        A plan that `check` lets pass.
    file
        What its file is called.
    asked, analysis, stated
        The questionnaire, the plan of the analysis with its rules, and the claims.
    runs, power
        The plan's tables, as `companion.truth.planned.Outcome` has them.
    say
        The words of a language.
    order
        Whose questions it answers; the answers are the same.
    """
    design, plan = read.designs[0], read.plan
    number = numbers(order)
    answers: dict[str, Iterable[Block]] = {
        "existing": _to_fill_in("existing", say),
        "unaware": _to_fill_in("unaware", say),
        "claims": _claims(design, plan, stated, say),
        "measures": _measures(design, asked, say),
        "indices": [Paragraph(say(f"preregistration.indices.{design.analysis.model}"))],
        "design": _conditions(design, say),
        "cells": _cells(design, say),
        "versions": _to_fill_in("versions", say),
        "draw": [Paragraph(say("preregistration.draw")), *_to_fill_in("draw", say)],
        "blind": _to_fill_in("blind", say),
        "blind_too": _to_fill_in("blind_too", say),
        "model": _model(design, planned.at_stake(plan, stated), say),
        "coding": [Paragraph(say("preregistration.coding", dummies=_dummies(design, say)))],
        "criteria": _criteria(design, plan, stated, say),
        "exclusions": _exclusions(analysis, say),
        "missing": [Paragraph(say("preregistration.missing", constructs=", ".join(analysis.model.constructs)))],
        "people": [_people(design, plan, number["cells"], say)],
        "stop": [Paragraph(say("preregistration.stop")), *_to_fill_in("stop", say)],
        "rationale": _rationale(plan, runs, power, (number["model"], number["criteria"]), say),
        "procedures": _to_fill_in("procedures", say),
        "explorations": _explorations(asked, say),
        "checks": [Paragraph(say("preregistration.checks", names=", ".join(asked.checks)))],
        "plan": [Paragraph(say("preregistration.plan", seed=plan.seed, file=file))],
        "ethics": _to_fill_in("ethics", say),
        "kind": [Paragraph(say("preregistration.kind"))],
        "names": _to_fill_in("names", say),
    }
    form = say(f"preregistration.orders.{order}.form")
    return (
        Heading(say("preregistration.title", title=plan.title), 1),
        Paragraph(say("preregistration.made", file=file, form=form, fill=say("preregistration.fill"))),
        Paragraph(say("preregistration.written_down")),
        *_below(order, answers, number, say),
    )


def numbers(order: Order) -> dict[str, int]:
    """Give the number of the question below which each answer stands.

    Examples
    --------
    >>> numbers("aspredicted")["people"], numbers("osf")["people"]
    (7, 10)
    """
    questions = (parts for section in ORDERS[order].values() for parts in section.values())
    return {part: number for number, parts in enumerate(questions, start=1) for part in parts}


def _below(
    order: Order, answers: Mapping[str, Iterable[Block]], number: Mapping[str, int], say: Words
) -> Iterator[Block]:
    for section, questions in ORDERS[order].items():
        if section:
            yield Heading(say(f"preregistration.orders.{order}.sections.{section}"), 2)
        for question, parts in questions.items():
            asked = say(f"preregistration.orders.{order}.questions.{question}")
            numbered = say("preregistration.numbered", number=number[parts[0]], question=asked)
            yield Heading(numbered, 3 if section else 2)
            for part in parts:
                yield from answers[part]


def _to_fill_in(part: str, say: Words) -> tuple[Block]:
    what = say(f"preregistration.left.{part}")
    return (Paragraph(say("preregistration.to_fill_in", what=what)),)


def _claims(design: PlannedDesign, plan: Plan, stated: Claims, say: Words) -> Iterator[Block]:
    claimed, limits = _tested(design, plan, stated)
    told = [
        say("preregistration.claims.claim", name=name, reported=" ".join(stated.results[name].reported.split()))
        for name in claimed
    ]
    told += [
        say(
            "preregistration.claims.limit",
            name=name,
            effect=_effect(one, say),
            limit=f"{one.limit:g}",
            side=say(f"preregistration.sides.{one.sign}"),
        )
        for name, one in limits.items()
    ]
    yield Points(tuple(told))
    left = [name for name in (*plan.claims, *plan.no_larger) if name not in (*claimed, *limits)]
    if left:
        yield Paragraph(say("preregistration.claims.untestable", names=", ".join(left)))
    yield from _to_fill_in("claims", say)


def _tested(design: PlannedDesign, plan: Plan, stated: Claims) -> tuple[list[str], dict[str, NoLarger]]:
    """Give the claims of a plan that its design can test: those of the thesis, and those of a limit."""
    left = untestable(plan, stated, design.shown)
    claimed = [name for name in plan.claims if name not in left]
    return claimed, {name: one for name, one in plan.no_larger.items() if name not in left}


def _effect(one: NoLarger, say: Words) -> str:
    effect = say(f"estimands.effect.{one.effect}")
    if one.minus is None:
        return say("estimands.at", effect=effect, interaction=say(f"design.with.{one.at}"))
    at, minus = (say(f"design.with.{level}") for level in (one.at, one.minus))
    return say("estimands.contrast", effect=effect, at=at, minus=minus)


def _measures(design: PlannedDesign, asked: Questionnaire, say: Words) -> Iterator[Block]:
    lines = []
    for name, items in design.items.items():
        construct, (lowest, highest) = asked.constructs[name], asked.bounds(name)
        turned = [item for item in items if item in design.turned]
        lines.append(
            say(
                "preregistration.measures.scale",
                title=construct.title.wording(say.language),
                name=name,
                outcome=say("preregistration.measures.outcome") if name == [*design.items][-1] else "",
                items=", ".join(items),
                lowest=lowest,
                highest=highest,
                turned=say("preregistration.measures.turned", items=", ".join(turned)) if turned else "",
                about=construct.about.wording(say.language),
            )
        )
    yield Points(tuple(lines))
    yield from _to_fill_in("measures", say)


def _conditions(design: PlannedDesign, say: Words) -> Iterator[Block]:
    """Say what is varied, and which reaction of the study that is replicated nobody sees."""
    shown = design.shown
    count = say.count(len(shown.cells)).capitalize()
    yield Paragraph(say("preregistration.design", count=count, reactions=_reactions(shown.interactions, say)))
    if shown.left_out:
        yield Paragraph(say("preregistration.dropped", reactions=_reactions(shown.left_out, say)))


def _reactions(interactions: tuple[str, ...], say: Words) -> str:
    *first, last = (say(f"preregistration.reactions.{one}") for one in interactions)
    return say("preregistration.or", first=", ".join(first), last=last) if first else last


def _dummies(design: PlannedDesign, say: Words) -> str:
    """Say how the reactions are coded: against the first that anybody sees."""
    reference, *reactions = design.shown.interactions
    if len(reactions) > 1:
        return say("preregistration.dummies.two")
    named = {one: say(f"design.with.{one}") for one in (reference, *reactions)}
    return "".join(
        say("preregistration.dummies.one", name=one, reaction=named[one], reference=named[reference])
        for one in reactions
    )


def _cells(design: PlannedDesign, say: Words) -> Iterator[Block]:
    yield Points(
        tuple(
            say(
                "preregistration.cell",
                cell=say(
                    "design.group",
                    valence=say(f"design.label.{valence}"),
                    interaction=say(f"design.with.{interaction}"),
                ),
                people=say.printed(people, "count"),
            )
            for (valence, interaction), people in zip(CELLS, design.cells, strict=True)
            if people
        )
    )


def _model(design: PlannedDesign, effects: list[str], say: Words) -> Iterator[Block]:
    """Give the model with these effects only; leaving a defined effect out changes no estimate."""
    yield Paragraph(say(f"preregistration.analyses.{design.analysis.model}"))
    lines = replications.model(design).splitlines()
    yield Listing("\n".join(line for line in lines if ":=" not in line or line.partition(" :=")[0] in effects))


def _criteria(design: PlannedDesign, plan: Plan, stated: Claims, say: Words) -> Iterator[Block]:
    chosen = design.analysis
    kind = say(f"preregistration.analyses.kinds.{chosen.interval}", draws=say.printed(chosen.draws, "count"))
    yield Paragraph(say("preregistration.analyses.intervals", level=_percent(plan.level, say), kind=kind))
    yield Paragraph(say("preregistration.analyses.found"))
    claimed, limits = _tested(design, plan, stated)
    conditions = {name: _for_a_claim(name, stated, say) for name in claims.needed(claimed, stated)}
    conditions |= {name: _for_a_limit(one, say) for name, one in limits.items()}
    yield Points(
        tuple(
            say("preregistration.analyses.claim", name=name, conditions="; ".join(each))
            for name, each in conditions.items()
        )
    )
    yield from _to_fill_in("criteria", say)


def _for_a_claim(name: str, stated: Claims, say: Words) -> Iterator[str]:
    claim = stated.results[name]
    for one in claim.estimands:
        effect = claims.estimand(one).parameter
        above, below = (say(f"preregistration.analyses.{side}", effect=effect) for side in ("above", "below"))
        yield above if one.sign == "+" else below
    for other in claim.requires:
        yield say("preregistration.analyses.required", claim=other)


def _for_a_limit(one: NoLarger, say: Words) -> Iterator[str]:
    named = {"effect": one.estimand.parameter, "limit": f"{one.limit:g}"}
    if one.sign in ("+", "both"):
        yield say("preregistration.analyses.under", **named)
    if one.sign in ("-", "both"):
        yield say("preregistration.analyses.over", **named)


def _exclusions(analysis: Analysis, say: Words) -> Iterator[Block]:
    told = exclusions.in_words(analysis, say)
    yield Paragraph(say("preregistration.exclusions.begin"))
    yield Points(tuple(told[rule.name] for rule in exclusions.RULES))
    yield Paragraph(say("preregistration.exclusions.flagged", rule=told["straight_lines"]))
    yield from _to_fill_in("exclusions", say)


def _people(design: PlannedDesign, plan: Plan, cells: int, say: Words) -> Block:
    """Say how many people begin; ``cells`` is the number of the question that has them cell by cell."""
    [losing] = [plan.allocations] if plan.allocations else plan.samples.values()
    sizes = {people for people in design.cells if people}
    where = (
        say("preregistration.size.equal", people=say.printed(min(sizes), "count"))
        if len(sizes) == 1
        else say("preregistration.size.unequal", question=cells)
    )
    return Paragraph(
        say(
            "preregistration.size.begin",
            people=say.printed(design.people, "count"),
            cells=where,
            analysed=say.printed(design.expected, "count"),
            dropout=_between(losing.dropout, design, say),
            excluded=_between(losing.excluded, design, say),
        )
    )


def _rationale(
    plan: Plan, runs: pd.DataFrame, power: pd.DataFrame, analysed: tuple[int, int], say: Words
) -> Iterator[Block]:
    """Say how the number of people was chosen; ``analysed`` are the first and last question about the analysis."""
    truths, (first, last) = len(plan.truths), analysed
    questions = "question" if first == last else "questions"
    yield Paragraph(
        say(
            "preregistration.size.how",
            replications=say.printed(plan.replications, "count"),
            truths=say("preregistration.size.truths", count=say.count(truths))
            if truths > 1
            else say("preregistration.size.truth"),
            questions=say(f"preregistration.size.{questions}", first=first, last=last),
            level=_percent(plan.level, say),
        )
    )
    heads = say.under("preregistration.size.heads")
    yield TableOfCells("", tuple(heads.values()), tuple(_power(power, say)), "")
    yield Paragraph(
        say("preregistration.size.unconverged", share=say.printed(float(runs["unconverged"].max()), "percent"))
    )
    yield from _to_fill_in("rationale", say)


def _power(power: pd.DataFrame, say: Words) -> Iterator[tuple[str, ...]]:
    for row in power.to_dict("records"):
        claim = str(row["claim"])
        yield (
            str(row["truth"]),
            say("preregistration.size.together") if claim == TOGETHER else claim,
            say.printed(row["rate"], "share", 3),
            say.printed(row["error"], "share", 3),
            say.printed((row["ci_lower"], row["ci_upper"]), "share", 3),
            say("preregistration.size.power") if row["holds"] else say("preregistration.size.false_finds"),
        )


def _between(rates: tuple[float, ...], design: PlannedDesign, say: Words) -> str:
    """Give the lowest and the highest rate of the cells that there are."""
    there = [rate for rate, people in zip(rates, design.cells, strict=True) if people]
    lowest, highest = (_percent(rate, say) for rate in (min(there), max(there)))
    if lowest == highest:
        return lowest
    return say("preregistration.size.between", lowest=lowest, highest=highest)


def _explorations(asked: Questionnaire, say: Words) -> Iterator[Block]:
    yield Paragraph(say("preregistration.background", names=", ".join(asked.background)))
    yield from _to_fill_in("explorations", say)


def _percent(share: float, say: Words) -> str:
    """A share that somebody chose, with no decimals that it does not have."""
    return say.printed(share, "percent", None if round(100 * share, 6) % 1 else 0)
