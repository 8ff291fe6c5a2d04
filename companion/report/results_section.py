"""What the Results section of a paper says of one survey: every number from the registry, every sentence by a rule.

The order is that of APA's reporting standards for quantitative studies: who took part and who was left out, how well
the scales measure, whether the manipulation was seen, the group means, the model with its indirect effects, the claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from companion import numbers
from companion.analysis import estimands, mediation
from companion.analysis.estimands import EFFECTS, SERIAL
from companion.documents.document import Block, Document, Heading, Listing, Paragraph, TableOfCells
from companion.numbers import Registry
from companion.report import people
from companion.report.told import Told
from companion.study import Study

ROOMS = ("survey", "sample", "measurement", "experiment", "mediation", "verdict", "robustness", "plan")
"""What the numbers begin with that the section tells."""
MEASURES = ("df", "chisq", "cfi", "tli", "rmsea", "srmr")


def numbers_of(study: Study) -> Registry:
    """Give the numbers that the section tells; each result is computed, or read from the store."""
    told = (numbers.collect_starting(study, f"{room}.", study.language) for room in ROOMS)
    return Registry(number for room in told for number in room.values())


def results(study: Study, registry: Registry) -> Document:
    """Give the Results section about a survey.

    Parameters
    ----------
    study
        The study.
    registry
        Its numbers, at least those of `ROOMS`.
    """
    told = Told(study, registry)
    parts = (_opening, _participants, _measures, _checks, _means, _effects, _claims, _appendix)
    return tuple(block for part in parts for block in part(told))


def _opening(told: Told) -> Iterator[Block]:
    yield Heading(told.say("report.heading.results"), 1)
    source = told.say("report.source", digest=told.study.sample.digest)
    yield Paragraph(f"{told.say('report.simulated')} {source}" if told.simulated else source)


def _participants(told: Told) -> Iterator[Block]:
    yield Heading(told.say("report.heading.participants"), 2)
    yield Paragraph(people.account(told))
    yield Paragraph(f"{people.loss(told)} {people.about(told)}")
    yield Heading(told.say("report.heading.dutch"), 2)
    yield Paragraph(people.account_in_dutch(told), "nl")


def _measures(told: Told) -> Iterator[Block]:
    say, scales = told.say, list(told.study.questionnaire.constructs)
    yield Heading(say("report.heading.measures"), 2)
    sentences = [
        say(
            "report.measures.reliability",
            construct=told.construct(scale),
            items=told.number(f"measurement.reliability.{scale}.items"),
            alpha=told.number(f"measurement.reliability.{scale}.alpha.est"),
            interval=told.number(f"measurement.reliability.{scale}.alpha.ci"),
            level=told.number("plan.level"),
        )
        for scale in scales
    ]
    factors = say("report.measures.factors", **_fit(told, "measurement.cfa"))
    yield Paragraph(" ".join([*sentences, factors, *_impossible(told, "measurement.cfa", "measures")]))
    yield Paragraph(_invariance(told))
    columns = ("items", "mean", "sd", "alpha.est", "alpha.ci", "omega.est", "omega.ci")
    rows = [
        (told.construct(scale), *told.numbers(f"measurement.reliability.{scale}", *columns).values())
        for scale in scales
    ]
    heads = say.under("report.tables.measures.head")
    yield _table(told, 1, say("report.tables.measures.title"), tuple(heads.values()), rows, "measures")


def _impossible(told: Told, start: str, part: str) -> Iterator[str]:
    """Say that a solution cannot be true of any population, where it cannot."""
    if told.registry[f"{start}.impossible"].value != 0:
        yield told.say(f"report.{part}.impossible", count=told.number(f"{start}.impossible"))


def _fit(told: Told, start: str) -> dict[str, str]:
    return told.numbers(start, *MEASURES) | {
        "people": told.number(f"{start}.ntotal"),
        "p": told.number(f"{start}.pvalue"),
        "interval": told.number(f"{start}.rmsea.ci"),
    }


def _invariance(told: Told) -> str:
    at = "measurement.invariance"
    groups = told.say.count(len(told.study.questionnaire.cells))
    if not told.is_yes(f"{at}.tested"):
        return told.say("report.measures.not_tested", groups=groups)
    parts = {"chisq_diff": "cost", "df_diff": "df", "p": "p"}
    given = {
        f"{name}_{step}": told.number(f"{at}.{step}.{part}")
        for step in ("metric", "scalar")
        for part, name in parts.items()
    }
    return told.say("report.measures.invariance", groups=groups, **given)


def _checks(told: Told) -> Iterator[Block]:
    yield Heading(told.say("report.heading.checks"), 2)
    at = "experiment.check.valence.difference"
    tone = told.say(
        "report.checks.tone",
        difference=told.number(f"{at}.est"),
        interval=told.number(f"{at}.ci"),
        level=told.number("plan.level"),
        g=told.number(f"{at}.g.est"),
        **told.numbers(at, "df", "t", "p"),
    )
    shown = told.study.questionnaire.design.interactions
    *first, last = (
        told.say(
            "report.checks.share",
            share=told.number(f"experiment.check.interaction.{one}.est"),
            reaction=told.reaction(one),
        )
        for one in shown
    )
    yield Paragraph(f"{tone} {told.say('report.checks.recall', shares=', '.join(first), last=last)}")


def _means(told: Told) -> Iterator[Block]:
    say, asked = told.say, told.study.questionnaire
    yield Heading(say("report.heading.means"), 2)
    scales = told.study.analysis.model.constructs
    yield Paragraph(
        " ".join(
            say(
                "report.means.product",
                construct=told.construct(scale),
                **told.numbers(f"experiment.anova.{scale}.product", "df1", "df2", "F", "p", "eta2"),
            )
            for scale in scales
        )
    )
    rows = [
        (
            say("report.tables.means.scale", construct=told.construct(scale), valence=valence),
            *(_mean(told, f"experiment.cell.{scale}.{valence}.{shown}") for shown in asked.design.interactions),
        )
        for scale in scales
        for valence in asked.design.valences
    ]
    head = (say("report.tables.scale"), *_reactions(told))
    title = say("report.tables.means.title", groups=say.count(len(asked.cells)))
    yield _table(told, 2, title, head, rows, "means")


def _mean(told: Told, at: str) -> str:
    return told.say("report.tables.means.cell", mean=told.number(f"{at}.mean.est"), sd=told.number(f"{at}.sd"))


def _reactions(told: Told) -> tuple[str, ...]:
    labels = told.say.under("design.label")
    return tuple(labels[shown] for shown in told.study.questionnaire.design.interactions)


def _effects(told: Told) -> Iterator[Block]:
    say, design = told.say, told.study.questionnaire.design
    yield Heading(say("report.heading.effects"), 2)
    draws = {
        "level": told.number("plan.level"),
        "draws": told.number("mediation.draws"),
        "lost": told.number("mediation.draws.not_converged"),
    }
    fit = say("report.effects.fit", **_fit(told, "mediation.fit"))
    yield Paragraph(" ".join([fit, *_impossible(told, "mediation.fit", "effects"), say("report.effects.how", **draws)]))
    paths = {path: told.number(f"mediation.path.{path}.est") for path in "dbc"}
    paths |= {f"{path}_interval": told.number(f"mediation.path.{path}.ci") for path in "dbc"}
    serial = [
        say(
            "report.effects.at",
            interaction=told.reaction(one.at),
            est=told.number(f"mediation.{one.key}.est"),
            interval=told.number(f"mediation.{one.key}.ci"),
        )
        for one in estimands.at_interactions(SERIAL, design)
    ]
    contrasts = [
        say(
            "report.effects.contrast",
            at=told.reaction(one.at),
            minus=told.reaction(one.minus),
            est=told.number(f"mediation.{one.key}.est"),
            interval=told.number(f"mediation.{one.key}.ci"),
        )
        for one in estimands.contrasts(SERIAL, design)
        if one.minus is not None
    ]
    sentences = [
        say("report.effects.chain", **paths),
        say("report.effects.serial", effects="; ".join(serial)),
        say("report.effects.contrasts", differences="; ".join(contrasts)),
        _equality(told),
    ]
    yield Paragraph(" ".join(sentences))
    rows = [
        (
            say("report.tables.effects.effect", effect=say.under("estimands.effect")[effect.name]),
            *(_effect(told, one.key) for one in estimands.at_interactions(effect.name, design)),
        )
        for effect in EFFECTS
    ]
    head = (say("report.tables.effect"), *_reactions(told))
    yield _table(told, 3, say("report.tables.effects.title"), head, rows, "effects")


def _equality(told: Told) -> str:
    levels = told.say.count(len(told.study.questionnaire.design.interactions))
    if not told.is_yes("robustness.equality.tested"):
        return told.say("report.effects.not_tested", levels=levels)
    parts = {"cost": "chisq_diff", "df": "df_diff", "p": "p"}
    given = {name: told.number(f"robustness.equality.{part}") for name, part in parts.items()}
    return told.say("report.effects.equality", levels=levels, **given)


def _effect(told: Told, key: str) -> str:
    at = f"mediation.{key}"
    return told.say("report.tables.effects.cell", est=told.number(f"{at}.est"), interval=told.number(f"{at}.ci"))


def _claims(told: Told) -> Iterator[Block]:
    say, stated = told.say, told.study.stated_claims
    yield Heading(say("report.heading.claims"), 2)
    yield Paragraph(say("report.claims.rule", rule=" ".join(stated.rule.split())))
    for name, claim in stated.results.items():
        given = {"claim": name, "reported": " ".join(claim.reported.split())}
        if not told.is_tested(name):
            yield Paragraph(say("report.claims.not_tested", verdict=told.verdict(name), **given))
            continue
        said = say("report.claims.one", verdict=told.verdict(name), **given)
        named = told.is_yes(f"verdict.{name}.named")
        yield Paragraph(said if named else f"{said} {say('report.claims.not_named')}")
    if any(told.is_tested(name) for name in stated.results):
        yield Paragraph(say("report.claims.same" if told.is_yes("verdict.same") else "report.claims.other"))
    rows = [(name, told.verdict(name), told.verdict(name, ".simultaneous")) for name in stated.results]
    heads = say.under("report.tables.claims.head")
    yield _table(told, 4, say("report.tables.claims.title"), tuple(heads.values()), rows, "claims")


def _appendix(told: Told) -> Iterator[Block]:
    study = told.study
    yield Heading(told.say("report.heading.appendix"), 2)
    yield Paragraph(told.say("report.appendix"))
    yield Listing(mediation.model(mediation.items_of(study.questionnaire, study.analysis), study.questionnaire.design))


def _table(
    told: Told, number: int, title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]], note: str
) -> TableOfCells:
    """Set a table; its note says that a survey is simulated, for a table is taken out of its text."""
    said = told.say.under("report.tables.note", level=told.number("plan.level"))[note]
    mark = f"{told.say('report.tables.simulated')} " if told.simulated else ""
    return TableOfCells(told.say("report.tables.title", number=number, title=title), head, tuple(rows), mark + said)
