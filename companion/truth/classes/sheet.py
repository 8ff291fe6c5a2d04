"""What the sheet with the assignment says: questions, files, whom to leave out and what to compute with."""

from __future__ import annotations

from companion.survey import exclusions
from companion.survey.exports.qualtrics import RECORD
from companion.survey.questionnaire import Analysis, Questionnaire, wordings
from companion.truth.classes.page import Part
from companion.words import Words

SURVEY, SPSS, TEMPLATE = "survey.csv", "survey.sav", "answers.csv"
SCREENED = {"no_consent": "consent", "not_follower": "follower", "attention_failed": "attention"}
"""The rules that rest on a question before the post, which a questionnaire may lack."""
LAST = "left_before_outcome"
"""The last rule before the median time is taken."""


def parts(questionnaire: Questionnaire, analysis: Analysis, say: Words) -> list[Part]:
    """Give the parts of the sheet.

    Parameters
    ----------
    questionnaire
        What was asked.
    analysis
        The rules' thresholds and the model's constructs.
    say
        The words.
    """
    told = {SURVEY: "survey", SPSS: "sav", TEMPLATE: "template"}
    asked = tuple(say.under("classes.questions").items())
    return [
        Part(say("classes.sheet.ask"), (say("classes.sheet.ask_lead"),), rows=asked),
        Part(
            say("classes.sheet.files"), rows=tuple((file, say(f"classes.sheet.{name}")) for file, name in told.items())
        ),
        rules(questionnaire, analysis, say),
        items(questionnaire, analysis, say),
    ]


def rules(questionnaire: Questionnaire, analysis: Analysis, say: Words) -> Part:
    """Say whom to leave out, and by which columns they are seen."""
    called = exclusions.in_words(analysis, say)
    names = [rule.name for rule in exclusions.RULES if _applies(rule.name, questionnaire)]
    passes = {f"{name}_passes": screen.passes for name, screen in questionnaire.screening.items()}
    timed = (
        say("classes.sheet.page", column=page.column, items=len(questionnaire.items_of(page.constructs)))
        for page in questionnaire.pages.values()
    )
    filled = {
        **{name: column for name, column in questionnaire.columns.items() if name not in questionnaire.pages},
        **{f"record_{name}": column for name, column in RECORD.items()},
        **passes,
        **exclusions.thresholds(analysis, say),
        "timed": ", ".join(timed),
        "exactly": f"{analysis.exclusions.share_of_median_time:g}",
        "last": names.index(LAST) + 1,
    }
    rows = [
        (str(number), called[name], say(f"classes.seen.{name}", **filled)) for number, name in enumerate(names, start=1)
    ]
    heads = tuple(say(f"classes.sheet.{name}") for name in ("rule", "reason", "seen"))
    return Part(say("classes.sheet.rules"), (say("classes.sheet.rules_lead"),), heads, tuple(rows))


def items(questionnaire: Questionnaire, analysis: Analysis, say: Words) -> Part:
    """Say in which columns the items of the model stand, which of them are reversed, and what the model is."""
    asked, known = wordings(questionnaire, "en"), questionnaire.items
    lowest, highest = questionnaire.bounds(analysis.model.constructs[0])
    rows = [
        (say("classes.sheet.reversed", item=name) if known[name].reversed else name, known[name].column, asked[name])
        for name in questionnaire.items_of(analysis.model.constructs)
    ]
    design = questionnaire.design
    columns = {name: factor.column for name, factor in questionnaire.factors.items()}
    levels = {"positive": design.valences[0], "negative": design.valences[1]}
    shown = {"like": design.interactions[1], "reply": design.interactions[2]}
    lines = (
        say("classes.sheet.items_lead", turned=lowest + highest),
        say("classes.sheet.design", **columns, **levels, **shown),
        say("classes.sheet.model"),
    )
    heads = tuple(say(f"classes.sheet.{name}") for name in ("item", "column", "wording"))
    return Part(say("classes.sheet.items"), lines, heads, tuple(rows))


def _applies(rule: str, questionnaire: Questionnaire) -> bool:
    """Say whether a questionnaire asks what a rule rests on."""
    if rule == "fast_pages":
        return bool(questionnaire.pages)
    return rule not in SCREENED or SCREENED[rule] in questionnaire.screening
