"""A preregistration filled in from a plan: what it knows in the order of AsPredicted's questions, the rest marked.

The order of the questions is that of the form of AsPredicted (aspredicted.org), as the R package `prereg` by Frederik
Aust keeps it; they are worded anew here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from companion.analysis import claims
from companion.documents.document import Block, Document, Heading, Listing, Paragraph, Points, TableOfCells
from companion.errors import InputError, Problem
from companion.survey import checked_yaml, exclusions
from companion.survey.questionnaire import Analysis, Claims, Questionnaire
from companion.truth import planned, replications
from companion.truth.plan import TOGETHER, NoLarger, Plan, Planned, PlannedDesign
from companion.truth.population import CELLS
from companion.words import Words

ONE_OF_EACH = ("scales", "samples", "analyses")


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
        If it names several scales, samples or analyses; truths may be several.
    """
    problems = [
        Problem(
            path,
            f"A preregistration is about one study, and this plan has {len(named)} {part}: {', '.join(named)}.",
            "Keep one of them in a copy of the plan.",
            row=checked_yaml.line_of(path, (part,)),
            column=part,
        )
        for part in ONE_OF_EACH
        if len(named := list(getattr(plan, part))) > 1
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
    """
    design, plan = read.designs[0], read.plan
    answers: dict[str, Iterable[Block]] = {
        "data": [_fill(say("preregistration.data.fill"), say)],
        "claims": _claims(plan, stated, say),
        "measures": _measures(design, asked, say),
        "conditions": _conditions(design, say),
        "analyses": _analyses(design, plan, stated, say),
        "exclusions": _exclusions(analysis, say),
        "size": _size(read, runs, power, say),
        "rest": _rest(plan, file, asked, say),
        "kind": [Paragraph(say("preregistration.kind.experiment")), _fill(say("preregistration.kind.fill"), say)],
    }
    questions = say.under("preregistration.questions")
    head = (
        Heading(say("preregistration.title", title=plan.title), 1),
        Paragraph(say("preregistration.made", file=file, fill=say("preregistration.fill"))),
        Paragraph(say("preregistration.written_down")),
    )
    below = (block for part, answer in answers.items() for block in (Heading(questions[part], 2), *answer))
    return (*head, *below)


def _fill(what: str, say: Words) -> Paragraph:
    return Paragraph(say("preregistration.to_fill_in", what=what))


def _claims(plan: Plan, stated: Claims, say: Words) -> Iterator[Block]:
    told = [
        say("preregistration.claims.claim", name=name, reported=" ".join(stated.results[name].reported.split()))
        for name in plan.claims
    ]
    told += [
        say(
            "preregistration.claims.limit",
            name=name,
            effect=_effect(one, say),
            limit=f"{one.limit:g}",
            side=say(f"preregistration.sides.{one.sign}"),
        )
        for name, one in plan.no_larger.items()
    ]
    yield Points(tuple(told))
    yield _fill(say("preregistration.claims.fill"), say)


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
    yield _fill(say("preregistration.measures.fill"), say)


def _conditions(design: PlannedDesign, say: Words) -> Iterator[Block]:
    yield Paragraph(say("preregistration.conditions.many", count=say.count(len(CELLS)).capitalize()))
    yield Points(
        tuple(
            say(
                "preregistration.conditions.cell",
                cell=say(
                    "design.group",
                    valence=say(f"design.label.{valence}"),
                    interaction=say(f"design.with.{interaction}"),
                ),
                people=say.printed(people, "count"),
            )
            for (valence, interaction), people in zip(CELLS, design.cells, strict=True)
        )
    )
    yield _fill(say("preregistration.conditions.fill"), say)


def _analyses(design: PlannedDesign, plan: Plan, stated: Claims, say: Words) -> Iterator[Block]:
    chosen = design.analysis
    kind = say(f"preregistration.analyses.kinds.{chosen.interval}", draws=say.printed(chosen.draws, "count"))
    yield Paragraph(say(f"preregistration.analyses.{chosen.model}"))
    yield Listing(_model(design, planned.at_stake(plan, stated)))
    yield Paragraph(say("preregistration.analyses.intervals", level=_percent(plan.level, say), kind=kind))
    yield Paragraph(say("preregistration.analyses.found"))
    conditions = {name: _for_a_claim(name, stated, say) for name in _needed(plan, stated)}
    conditions |= {name: _for_a_limit(one, say) for name, one in plan.no_larger.items()}
    yield Points(
        tuple(
            say("preregistration.analyses.claim", name=name, conditions="; ".join(each))
            for name, each in conditions.items()
        )
    )
    yield _fill(say("preregistration.analyses.fill"), say)


def _model(design: PlannedDesign, effects: list[str]) -> str:
    """Give the model with these effects only; leaving a defined effect out changes no estimate."""
    lines = replications.model(design).splitlines()
    return "\n".join(line for line in lines if ":=" not in line or line.partition(" :=")[0] in effects)


def _needed(plan: Plan, stated: Claims) -> list[str]:
    """Give the claims of a plan and those that they require, in the order in which they are stated."""
    needed, waiting = set(), list(plan.claims)
    while waiting:
        needed.add(name := waiting.pop())
        waiting += stated.results[name].requires
    return [name for name in stated.results if name in needed]


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
    yield _fill(say("preregistration.exclusions.fill"), say)


def _size(read: Planned, runs: pd.DataFrame, power: pd.DataFrame, say: Words) -> Iterator[Block]:
    design, plan = read.designs[0], read.plan
    [sample] = plan.samples.values()
    equal = len(set(design.cells)) == 1
    cells = (
        say("preregistration.size.equal", people=say.printed(design.cells[0], "count"))
        if equal
        else say("preregistration.size.unequal")
    )
    yield Paragraph(
        say(
            "preregistration.size.begin",
            people=say.printed(design.people, "count"),
            cells=cells,
            analysed=say.printed(design.expected, "count"),
            dropout=_between(sample.dropout, say),
            excluded=_between(sample.excluded, say),
        )
    )
    yield Paragraph(say("preregistration.size.stop"))
    yield _fill(say("preregistration.size.fill"), say)
    truths = len(plan.truths)
    yield Paragraph(
        say(
            "preregistration.size.how",
            replications=say.printed(plan.replications, "count"),
            truths=say("preregistration.size.truths", count=say.count(truths))
            if truths > 1
            else say("preregistration.size.truth"),
            level=_percent(plan.level, say),
        )
    )
    heads = say.under("preregistration.size.heads")
    yield TableOfCells("", tuple(heads.values()), tuple(_power(power, say)), "")
    yield Paragraph(
        say("preregistration.size.unconverged", share=say.printed(float(runs["unconverged"].max()), "percent"))
    )
    yield _fill(say("preregistration.size.why"), say)


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


def _between(rates: tuple[float, ...], say: Words) -> str:
    lowest, highest = (_percent(rate, say) for rate in (min(rates), max(rates)))
    if lowest == highest:
        return lowest
    return say("preregistration.size.between", lowest=lowest, highest=highest)


def _rest(plan: Plan, file: str, asked: Questionnaire, say: Words) -> Iterator[Block]:
    yield Paragraph(say("preregistration.rest.background", names=", ".join(asked.background)))
    yield Paragraph(say("preregistration.rest.checks", names=", ".join(asked.checks)))
    yield Paragraph(say("preregistration.rest.seed", seed=plan.seed, file=file))
    yield _fill(say("preregistration.rest.fill"), say)


def _percent(share: float, say: Words) -> str:
    """A share that somebody chose, with no decimals that it does not have."""
    return say.printed(share, "percent", None if round(100 * share, 6) % 1 else 0)
