"""What prose says of the questionnaire: how many answers and items its scales have, what their ends are, its groups."""

from __future__ import annotations

from collections.abc import Sequence

from companion.formats import Language
from companion.survey.questionnaire import Code, Questionnaire
from companion.words import words

TONE = "perceived_valence"


def told(questionnaire: Questionnaire, constructs: Sequence[str], language: Language = "en") -> dict[str, str]:
    """Give what can be said, by what it is called; small numbers in words.

    Parameters
    ----------
    questionnaire
        What was asked.
    constructs
        The constructs of the study's model; the scale of the first is the one that ``lowest``, ``highest`` and
        ``points`` speak of, and its items begin with ``stem``; ``step from`` and ``step to`` are answers of the last.
        Of the design, ``groups`` are all its cells and ``reactions`` what the influencer does in them, nothing too.
    language
        Language of the words.
    """
    say = words(language)

    def ends(codes: Sequence[Code]) -> dict[str, int]:
        numbers = [int(code) for code in codes]
        return {"lowest": min(numbers), "highest": max(numbers)}

    answers = ends(questionnaire.codes(questionnaire.constructs[constructs[0]].scale))
    counts = answers | {"points": answers["highest"] - answers["lowest"] + 1}
    counts |= {f"items of {name}": len(construct.items) for name, construct in questionnaire.constructs.items()}
    counts |= {"groups": len(questionnaire.cells), "reactions": len(questionnaire.design.interactions)}
    counts["items of the model"] = len(questionnaire.items_of(tuple(constructs)))
    tone = {choice.code: choice.wording(language) for choice in questionnaire.scales[_scale_of_tone(questionnaire)]}
    ends_of_tone = ends(list(tone))
    counts |= {f"{end} tone": code for end, code in ends_of_tone.items()}
    labels = {f"{end} tone in words": tone[code].lower() for end, code in ends_of_tone.items()}
    labels |= _step(questionnaire, constructs[-1], language)
    labels["stem"] = questionnaire.constructs[constructs[0]].stem.wording(language).rstrip(",:; ")
    return {name: say.count(number) for name, number in counts.items()} | labels


def _step(questionnaire: Questionnaire, construct: str, language: Language) -> dict[str, str]:
    """Give two answers that follow each other, the third and the second from above, in the respondents' words."""
    scale = questionnaire.scales[questionnaire.constructs[construct].scale]
    choices = sorted(scale, key=lambda choice: int(choice.code))
    lower, upper = (choice.wording(language).lower() for choice in (choices[-3:-1] if len(choices) > 2 else choices))
    return {"step from": lower, "step to": upper}


def _scale_of_tone(questionnaire: Questionnaire) -> str:
    return str(questionnaire.checks[TONE].scale)
