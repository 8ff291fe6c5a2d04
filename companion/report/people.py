"""Who took part and who was left out, as CONSORT asks it, in the language of the paper and in Dutch."""

from __future__ import annotations

from typing import Literal

from companion.formats import Language
from companion.report.told import Told
from companion.rows import each_row
from companion.survey import exclusions

Place = Literal["participants", "dutch"]
"""Where the sentences stand in the catalogue."""


def account(told: Told) -> str:
    """Give the flow from the file to the analysed people, with the reasons, the numbers of the groups and what is left.

    Rules that could not be applied are named, since "0 left out" would say that nobody met them.
    """
    rules = told.say.under("survey.rules", **exclusions.thresholds(told.study.analysis, told.say))
    return _account(told, "participants", told.study.language, rules)


def account_in_dutch(told: Told) -> str:
    """Give the same in Dutch, for a thesis that is written in it; it says by itself that a survey is simulated."""
    rules = told.say.under("report.dutch.rules", **exclusions.thresholds(told.study.analysis, told.say))
    said = _account(told, "dutch", "nl", rules)
    return f"{told.say('report.dutch.simulated')} {said}" if told.simulated else said


def _account(told: Told, place: Place, language: Language, rules: dict[str, str]) -> str:
    say, rows = told.say, list(each_row(told.study.sample.flow))

    def number(key: str) -> str:
        return told.number(key, language)

    def reasons(*, before: bool) -> str:
        return "; ".join(
            say(f"report.{place}.reason", people=number(f"sample.removed.{row.rule}"), rule=rules[row.rule])
            for row in rows
            if row.applied and row.removed and (row.stage == exclusions.BEFORE) == before
        )

    before, after = reasons(before=True), reasons(before=False)
    cells = {box: _cells(told, place, language, box) for box in ("randomised", "analysed")}
    lines = [
        say(f"report.{place}.recorded", recorded=number("sample.recorded")),
        say(f"report.{place}.before", removed=number("sample.removed.before"), reasons=before)
        if before
        else say(f"report.{place}.before_nobody"),
        say(f"report.{place}.randomised", randomised=number("sample.randomised"), cells=cells["randomised"]),
        say(f"report.{place}.after", reasons=after) if after else say(f"report.{place}.after_nobody"),
        say(f"report.{place}.analysed", analysed=number("sample.analysed"), cells=cells["analysed"]),
    ]
    lacking = "; ".join(rules[row.rule] for row in rows if not row.applied)
    if lacking:
        lines.append(say(f"report.{place}.not_applied", rules=lacking))
    if told.registry["sample.hits.several"].value:
        lines.append(say(f"report.{place}.several", several=number("sample.hits.several")))
    return " ".join(lines)


def _cells(told: Told, place: Place, language: Language, box: str) -> str:
    factors = told.study.questionnaire.factors
    called = {
        name: {level.code: level.wording(language) for level in factor.levels} for name, factor in factors.items()
    }
    return ", ".join(
        told.say(
            f"report.{place}.cell",
            people=told.number(f"sample.{box}.{valence}.{interaction}", language),
            valence=called["valence"][valence],
            interaction=called["interaction"][interaction],
        )
        for valence, interaction in told.study.questionnaire.cells
    )


def loss(told: Told) -> str:
    """Say whether some groups lost more people than others."""
    if "sample.attrition.left.p" not in told.registry:
        return told.say("report.loss.nobody")
    given = told.numbers("sample.attrition.left", "p", "difference")
    differs = told.is_yes("sample.attrition.left.differs")
    return told.say("report.loss.differs" if differs else "report.loss.alike", **given)


def about(told: Told) -> str:
    """Say how old those analysed are, and how many of them are women."""
    ages = {name: told.number(f"sample.age.{name}") for name in ("mean", "sd", "min", "max")}
    return told.say("report.about", women=told.number("sample.women"), **ages)
