"""A mapping to fill in: what of a survey file is clear, what could be meant, and what only its owner can decide."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from companion.survey import privacy
from companion.survey.exports.any_tool import Source
from companion.survey.exports.qualtrics import QUALTRICS
from companion.survey.exports.table import RawTable, squeezed
from companion.survey.exports.translation import MOST_SHOWN
from companion.survey.mapped import heading, masked
from companion.survey.mapping import MISSING, Columns
from companion.survey.questionnaire import FACTORS, Choice, Questionnaire
from companion.survey.simulated_mark import MARK_COLUMN

DECIDE = "decide"
MOST_CONDITIONS = 12
FEWEST = 5
"""People of a condition: what fewer said in a column that nobody named may be about themselves."""
NEAR = 0.5


def drafted(source: Source, questionnaire: Questionnaire, mapping: Columns) -> str:
    """Write a mapping of a survey file as far as it is clear; whatever is not reads ``decide``, which is refused.

    Columns are found by their name in the questionnaire or by the wording of the question, in either language. Answers
    that no scale knows are listed with how often they stand in the file. No order of a scale is ever guessed.

    Parameters
    ----------
    source
        The file.
    questionnaire
        What was asked.
    mapping
        What is known already.
    """
    table = source.table
    found = {name: _column(table, name, questionnaire, mapping) for name in questionnaire.columns}
    lines = [
        f"# A mapping of a survey file ({source.tool}) onto the questionnaire.",
        f"# Replace every `{DECIDE}`: a column by its heading in the file, an answer by a code or by `{MISSING}`.",
        "# Which code an answer stands for is yours to say: nothing is guessed, least of all the order of a scale.",
        *([f"sheet: {_quoted(mapping.sheet)}"] if mapping.sheet else []),
        "columns:",
        *_columns(table, questionnaire, found),
        *_answers(table, questionnaire, found),
        *_condition(table, found),
        "# Columns that nothing is read from so far:",
        *(f"#   {privacy.shown(' '.join(tag.split()))}" for tag in _spare(table, found)),
    ]
    return "\n".join(lines) + "\n"


def _column(table: RawTable, name: str, questionnaire: Questionnaire, mapping: Columns) -> str | None:
    """Give the heading of the column that answers a question, where its name or its wording says so."""
    if name in mapping.columns:
        return heading(table, mapping.columns[name].column)
    candidates = [questionnaire.columns[name], *_wordings(name, questionnaire)]
    return next((tag for wanted in candidates if (tag := heading(table, wanted)) is not None), None)


def _wordings(name: str, questionnaire: Questionnaire) -> Iterator[str]:
    """Give how a tool may head a question: its wording, and that of a statement with what it continues."""
    for construct in questionnaire.constructs.values():
        if name in construct.items:
            text = construct.items[name].text
            for stem, words in ((construct.stem.nl, text.nl), (construct.stem.en, text.en)):
                yield from (f"{stem} [{words}]", f"{stem} - {words}", words)
            return
    for group in (questionnaire.screening, questionnaire.background, questionnaire.checks):
        if name in group:
            yield from (group[name].text.nl, group[name].text.en)


def _columns(table: RawTable, questionnaire: Questionnaire, found: Mapping[str, str | None]) -> Iterator[str]:
    spare = _spare(table, found)
    for name, tag in found.items():
        if tag is not None:
            yield f"  {name}: {_quoted(tag)}"
        elif name in FACTORS:
            yield f"  # {name}: no such column; see `condition` below"
        elif name in questionnaire.optional:
            yield f"  # {name}: no such column; without it, its rule is not applied"
        else:
            wordings = [questionnaire.columns[name], *_wordings(name, questionnaire)]
            near = [tag for words in wordings for tag in difflib.get_close_matches(words, spare, n=2, cutoff=NEAR)]
            closest = ", ".join(map(_quoted, list(dict.fromkeys(near))[:3]))
            yield f"  {name}: {DECIDE}" + (f"  # the closest: {closest}" if closest else "")


def _answers(table: RawTable, questionnaire: Questionnaire, found: Mapping[str, str | None]) -> Iterator[str]:
    """List by scale the answers of its columns, where there are any that it does not know."""
    columns: dict[str, list[str]] = {}
    for name, question in questionnaire.closed.items():
        if (tag := found[name]) is not None:
            columns.setdefault(str(question.scale), []).append(tag)
    listed = []
    for scale, tags in columns.items():
        choices = questionnaire.scales[scale]
        counted = Counter(" ".join(cell.split()) for tag in tags for cell in table.cells(tag) if cell.strip())
        known = {squeezed(label): choice for choice in choices for label in (choice.nl, choice.en, str(choice.code))}
        unknown = [cell for cell in counted if squeezed(cell) not in known]
        if len(unknown) > MOST_SHOWN:
            heads = ", ".join(map(_quoted, tags))
            listed.append(f"  # {scale}: {len(unknown)} answers that it does not know. Is each its column: {heads}?")
        elif unknown:
            listed += [f"  {_quoted(scale)}:  # {_codes(choices)}", *_values(counted, known)]
    if any(not line.lstrip().startswith("#") for line in listed):
        yield "scales:"
    yield from listed


def _values(counted: Mapping[str, int], known: Mapping[str, Choice]) -> Iterator[str]:
    for cell, number in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        shown = masked(cell)
        if shown != cell:
            yield f"    # an answer that may be personal is not shown ({number} times)"
        elif squeezed(cell) in known:
            code = known[squeezed(cell)].code
            yield f"    {_quoted(cell)}: {code if isinstance(code, int) else _quoted(code)}  # {number} times"
        else:
            yield f"    {_quoted(cell)}: {DECIDE}  # {number} times"


def _codes(choices: Sequence[Choice]) -> str:
    return "; ".join(f"{choice.code} = {choice.nl}" for choice in choices)


def _condition(table: RawTable, found: Mapping[str, str | None]) -> Iterator[str]:
    """Ask which post each person saw, where no column has the name of a factor."""
    if all(found[name] is not None for name in FACTORS):
        return
    counts = {tag: Counter(filter(None, map(str.strip, table.cells(tag)))) for tag in _spare(table, found)}
    could_be = {tag: counted for tag, counted in counts.items() if _may_be_codes(counted)}
    levels = "; ".join(f"{name}: {', '.join(codes)}" for name, codes in FACTORS.items())
    yield f"# Which post was shown, as [valence, interaction]. {levels}. Or name both factors under `columns`;"
    yield '# or, where each version has its column: {shown: {"Version 1": [positive, none], ...}}.'
    yield "condition:"
    if len(could_be) == 1:
        ((tag, counted),) = could_be.items()
        yield f"  column: {_quoted(tag)}"
        yield "  values:"
        yield from (f"    {_quoted(cell)}: {DECIDE}  # {number} times" for cell, number in sorted(counted.items()))
    else:
        hint = f"  # could be {', '.join(map(_quoted, could_be))}" if could_be else ""
        yield f"  column: {DECIDE}{hint}"
        yield f'  values: {{"1": {DECIDE}}}'


def _may_be_codes(counted: Mapping[str, int]) -> bool:
    """Say whether a column may hold conditions: few values, each of several people, none of which may be personal."""
    few = 1 < len(counted) <= MOST_CONDITIONS
    return few and all(number >= FEWEST and masked(cell) == cell for cell, number in counted.items())


def _spare(table: RawTable, found: Mapping[str, str | None]) -> list[str]:
    recorded = {table.recorded(thing) for thing in QUALTRICS.record}
    used = {*found.values(), *recorded, MARK_COLUMN}
    return [tag for tag in table.tags if tag and tag not in used]


def undecided(text: str) -> int:
    """Count the lines of a drafted mapping that are left to decide.

    Examples
    --------
    >>> undecided('# decide\\ncolumns:\\n  psr1: decide  # the closest: "Q1"\\n  psr2: Q2')
    1
    """
    return sum(f": {DECIDE}" in line for line in text.splitlines() if not line.lstrip().startswith("#"))


def _quoted(text: str) -> str:
    """Put a text between quotation marks as YAML reads them: the strings of JSON are a part of it."""
    return json.dumps(text, ensure_ascii=False)
