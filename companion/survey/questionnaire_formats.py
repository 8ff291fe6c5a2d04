"""A questionnaire as survey tools take it in, so that a replication begins with the same items, and as a page to print.

Questions, items and answers are written in the words of respondents, and an export of the tool has the questionnaire's
columns. What no such file can carry, the post and who sees which version, is said where it belongs.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from companion.errors import InputError, Problem
from companion.formats import Language
from companion.survey.questionnaire import Choice, Question, Questionnaire
from companion.words import words

Tool: TypeAlias = Literal["qualtrics", "limesurvey", "page"]
OF_MATRIX = re.compile(r"(.+)_(\d+)")
HEADS = (
    "id",
    "class",
    "type/scale",
    "name",
    "relevance",
    "text",
    "help",
    "language",
    "validation",
    "mandatory",
    "other",
    "default",
    "same_default",
)


@dataclass(frozen=True)
class Asked:
    """One question as a tool shows it.

    Parameters
    ----------
    tag
        What its column, or the columns of its statements, are called.
    text
        What is asked; of statements, how they all begin.
    answers
        Its answers, as (code, label); none where a number is typed.
    statements
        Number of a statement -> its words; none of a question by itself.
    """

    tag: str
    text: str
    answers: tuple[tuple[str, str], ...]
    statements: Mapping[int, str]


@dataclass(frozen=True)
class Part:
    """Questions that stand together, and the tag under which the time of their page is kept, if it is.

    It has no title: the name of a construct would tell people what is measured.
    """

    questions: tuple[Asked, ...]
    timer: str = ""


def parts(questionnaire: Questionnaire, language: Language) -> tuple[list[Part], list[Part]]:
    """Give what is asked before the post and after it, in the order of the questionnaire."""

    def of_group(group: Mapping[str, Question]) -> tuple[Asked, ...]:
        singles = [
            (question.column, "", question.text.wording(language), _answers(question.scale, questionnaire, language))
            for question in group.values()
        ]
        return tuple(_joined(singles))

    after = []
    for page in _pages(questionnaire):
        constructs = [questionnaire.constructs[name] for name in page.constructs]
        singles = [
            (
                item.column,
                construct.stem.wording(language),
                item.text.wording(language),
                _answers(construct.scale, questionnaire, language),
            )
            for construct in constructs
            for item in construct.items.values()
        ]
        after.append(Part(tuple(_joined(singles)), page.timer))
    before = [Part(of_group(questionnaire.screening)), Part(of_group(questionnaire.background))]
    return before, [*after, Part(of_group(questionnaire.checks))]


@dataclass(frozen=True)
class _Page:
    constructs: tuple[str, ...]
    timer: str


def _pages(questionnaire: Questionnaire) -> Iterator[_Page]:
    timed = {name: page for page in questionnaire.pages.values() for name in page.constructs}
    left = list(questionnaire.constructs)
    while left:
        page = timed.get(left[0])
        together = set(page.constructs if page else left[:1])
        tags = {tag for name in together for tag in _tags(questionnaire, name)}
        # Statements of one tag are one table, whatever they measure.
        together |= {name for name in left if tags.intersection(_tags(questionnaire, name))}
        yield _Page(tuple(name for name in left if name in together), page.column.split("_")[0] if page else "")
        left = [name for name in left if name not in together]


def _tags(questionnaire: Questionnaire, construct: str) -> set[str]:
    columns = [item.column for item in questionnaire.constructs[construct].items.values()]
    return {matrix[1] if (matrix := OF_MATRIX.fullmatch(column)) else column for column in columns}


def _answers(scale: str | None, questionnaire: Questionnaire, language: Language) -> tuple[tuple[str, str], ...]:
    choices: tuple[Choice, ...] = () if scale is None else questionnaire.scales[scale]
    return tuple((str(choice.code), choice.wording(language)) for choice in choices)


def _joined(singles: list[tuple[str, str, str, tuple[tuple[str, str], ...]]]) -> Iterator[Asked]:
    """Put statements of one tag, beginning and scale under it, in the order of their numbers."""
    found: dict[str, Asked] = {}
    for column, stem, text, answers in singles:
        matrix = OF_MATRIX.fullmatch(column) if answers else None
        if matrix is None:
            found[column] = Asked(column, f"{stem} {text}".strip(), answers, {})
            continue
        tag, number = matrix[1], int(matrix[2])
        before = found.get(tag, Asked(tag, stem, answers, {}))
        if (before.text, before.answers) != (stem, answers):
            found[column] = Asked(column, f"{stem} {text}".strip(), answers, {})
            continue
        found[tag] = Asked(tag, stem, answers, dict(sorted({**before.statements, number: text}.items())))
    yield from found.values()


def written(tool: Tool, questionnaire: Questionnaire, language: Language = "nl") -> bytes:
    """Write a questionnaire as a tool takes it in.

    Parameters
    ----------
    tool
        ``qualtrics``: text in Qualtrics' Advanced Format. ``limesurvey``: LimeSurvey's tab-separated structure.
        ``page``: a page to print.
    questionnaire
        What is asked.
    language
        Language of all wordings.

    Raises
    ------
    InputError
        If one name stands for two tables.
    """
    tags = [question.tag for half in parts(questionnaire, language) for part in half for question in part.questions]
    if twice := sorted({tag for tag in tags if tags.count(tag) > 1}):
        raise InputError(
            Problem(
                "questionnaire",
                f"The columns of {', '.join(twice)} belong to more than one part of the survey.",
                "A tool numbers the statements of one table: give the others another name.",
            )
        )
    return WRITERS[tool](questionnaire, language).encode("utf-8-sig" if tool == "limesurvey" else "utf-8")


def _about_the_post(questionnaire: Questionnaire, language: Language) -> str:
    say = words("en")  # it is told to whoever sets the survey up, and is to be taken away
    factors = "; ".join(
        f"{factor.column} ({', '.join(level.wording(language) for level in factor.levels)})"
        for factor in questionnaire.factors.values()
    )
    return say("survey.formats.post", factors=factors)


def _qualtrics(questionnaire: Questionnaire, language: Language) -> str:
    before, after = parts(questionnaire, language)
    lines = ["[[AdvancedFormat]]", ""]
    for number, part in enumerate(before, start=1):
        lines += _qualtrics_part(part, number)
    lines += [
        "[[Block:Post]]",
        "",
        "[[Question:DB]]",
        "[[ID:Post]]",
        _line(_about_the_post(questionnaire, language)),
        "",
    ]
    for number, part in enumerate(after, start=len(before) + 1):
        lines += _qualtrics_part(part, number)
    return "\n".join(lines)


def _qualtrics_part(part: Part, number: int) -> Iterator[str]:
    yield from (f"[[Block:Part {number}]]", "")
    if part.timer:
        yield from ("[[Question:Timing]]", f"[[ID:{part.timer}]]", "Timing", "")
    for question in part.questions:
        kind = "TE:SingleLine" if not question.answers else "Matrix" if question.statements else "MC:SingleAnswer"
        yield from (f"[[Question:{kind}]]", f"[[ID:{question.tag}]]", _line(question.text) or "&nbsp;")
        if question.statements:
            yield "[[AdvancedChoices]]"
            for number, statement in question.statements.items():
                yield from (f"[[Choice:{number}]]", _line(statement))
        if question.answers:
            inside, of = ("AdvancedAnswers", "Answer") if question.statements else ("AdvancedChoices", "Choice")
            yield f"[[{inside}]]"
            for place, (_, label) in enumerate(question.answers, start=1):
                yield from (f"[[{of}:{place}]]", _line(label))
        yield ""


def _line(text: str) -> str:
    """Give a text on one line in which nothing looks like a tag."""
    return " ".join(text.split()).replace("[[", "[ [")


def _limesurvey(questionnaire: Questionnaire, language: Language) -> str:
    before, after = parts(questionnaire, language)
    title = questionnaire.title.wording(language)
    rows: list[dict[str, str]] = [
        {"class": "S", "name": "language", "text": language},
        {"class": "S", "name": "format", "text": "G"},
        {"class": "SL", "name": "surveyls_title", "text": title, "language": language},
    ]
    post = {"class": "Q", "type/scale": "X", "name": "Post", "text": _about_the_post(questionnaire, language)}
    groups = [list(_lime_questions(part)) for part in before]
    groups += [[post]]
    groups += [list(_lime_questions(part)) for part in after]
    for number, questions in enumerate(groups, start=1):
        rows.append({"id": str(number), "class": "G", "name": str(number), "relevance": "1", "language": language})
        rows += [{"relevance": "1", **question, "language": language} for question in questions]
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADS, restval="", delimiter="\t", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _lime_questions(part: Part) -> Iterator[dict[str, str]]:
    for question in part.questions:
        kind = "N" if not question.answers else "F" if question.statements else "L"
        yield {"class": "Q", "type/scale": kind, "name": question.tag.replace("_", ""), "text": question.text}
        for number, statement in question.statements.items():
            yield {"class": "SQ", "type/scale": "0", "name": f"SQ{number:03d}", "text": statement}
        for place, (_, label) in enumerate(question.answers, start=1):
            yield {"class": "A", "type/scale": "0", "name": f"A{place}", "text": label}


def _page(questionnaire: Questionnaire, language: Language) -> str:
    before, after = parts(questionnaire, language)
    title = html.escape(questionnaire.title.wording(language))
    post = f"<p><em>{html.escape(_about_the_post(questionnaire, language))}</em></p>"
    body = [*map(_page_part, before), post, *map(_page_part, after)]
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8"><title>{title}</title>\n'
        f"<style>{STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n{chr(10).join(body)}\n</body>\n</html>\n"
    )


STYLE = (
    "body{font:11pt/1.4 serif;max-width:46em;margin:2em auto;padding:0 1em}section{break-inside:avoid}"
    "table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #999;padding:.3em;text-align:left}"
    "thead th,td{font-weight:normal;text-align:center}li{list-style:none}"
)


def _page_part(part: Part) -> str:
    return f"<section>\n{chr(10).join(map(_page_question, part.questions))}\n</section>"


def _page_question(question: Asked) -> str:
    text = f"<p>{html.escape(question.text)}</p>\n" if question.text else ""
    labels = [html.escape(label) for _, label in question.answers]
    if not labels:
        return f"{text}<p>…………</p>"
    if not question.statements:
        return f"{text}<ul>{''.join(f'<li>☐ {label}</li>' for label in labels)}</ul>"
    head = "".join(f'<th scope="col">{label}</th>' for label in labels)
    rows = "".join(
        f'<tr><th scope="row">{html.escape(statement)}</th>{"<td>☐</td>" * len(labels)}</tr>\n'
        for statement in question.statements.values()
    )
    return f"{text}<table><thead><tr><td></td>{head}</tr></thead><tbody>\n{rows}</tbody></table>"


WRITERS: Mapping[Tool, Callable[[Questionnaire, Language], str]] = {
    "qualtrics": _qualtrics,
    "limesurvey": _limesurvey,
    "page": _page,
}
