"""A survey file of any tool, mapped and checked, as the book reads it, and written again as a plain table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from companion.errors import InputError, Problem
from companion.survey import data_quality, k_anonymity, plain_table, privacy, whole_design
from companion.survey.exports import any_tool
from companion.survey.exports.any_tool import Source
from companion.survey.exports.qualtrics import RECORD
from companion.survey.exports.table import RawTable
from companion.survey.exports.translation import Export, translated
from companion.survey.mapped import DRAFT, Mapped, heading, in_their_words, rewritten
from companion.survey.mapping import Columns
from companion.survey.questionnaire import Questionnaire

FILE = "survey.csv"
AS_ASKED = Columns()
"""The mapping of a file whose columns have the questionnaire's names."""


@dataclass(frozen=True)
class Imported:
    """A survey file as it was imported.

    Parameters
    ----------
    source
        The file as it was found.
    mapped
        Which of its columns were read.
    export
        Its answers, checked.
    """

    source: Source
    mapped: Mapped
    export: Export


def read(path: Path, questionnaire: Questionnaire, mapping: Columns = AS_ASKED) -> Imported:
    """Read, map and check a survey file; the book and the command ``companion import`` read with it.

    Parameters
    ----------
    path
        The file.
    questionnaire
        What was asked.
    mapping
        Which column answers which question; an empty one where the columns have the questionnaire's names.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column, or holds an answer that nobody listed; every fault with its row, its
        column as the file calls it, its value and the remedy.
    """
    source = any_tool.read(path, mapping.sheet, expected(questionnaire, mapping))
    if not mapping.columns and not any(heading(source.table, column) for column in questionnaire.columns.values()):
        raise InputError(
            Problem(
                str(path),
                f"None of its columns is called as a question in the questionnaire ({source.tool}; {source.told}).",
                DRAFT,
                row=1,
            )
        )
    mapped = rewritten(source.table, mapping, questionnaire)
    try:
        export = translated(mapped.table, source.digest, questionnaire)
    except InputError as error:
        raise InputError([in_their_words(problem, mapped.theirs) for problem in error.problems]) from error
    left = {mapped.theirs.get(tag, tag): cells for tag, cells in export.left_behind.items()}
    left |= {tag: _filled(source.table, tag) for tag in mapped.dropped if _is_personal(source.table, tag)}
    return Imported(source, mapped, replace(export, left_behind=left))


def _is_personal(table: RawTable, tag: str) -> bool:
    return tag in table.dialect.personal or privacy.is_personal(tag)


def expected(questionnaire: Questionnaire, mapping: Columns) -> list[str]:
    """Give the headings of which a plain table's header consists."""
    named = [column.column for column in mapping.columns.values()]
    condition = mapping.condition
    seen = [] if condition is None else [*condition.shown, *([condition.column] if condition.column else [])]
    return [*questionnaire.columns.values(), *named, *seen]


def written(imported: Imported, questionnaire: Questionnaire) -> bytes:
    """Write the checked answers as a table with one header row, which `read` reads without a mapping.

    Only codes, levels and numbers of the checked table are written, never a cell of the file (see
    `companion.survey.plain_table`).
    """
    table, data = imported.mapped.table, imported.export.data
    places = np.searchsorted(table.rows, data["row"])
    own = table.column(RECORD["id"]).at_rows(places).cells() if "copy" in data else None
    return plain_table.written(data, own, questionnaire, simulated=imported.export.simulated)


def facts(imported: Imported, file: Path, questionnaire: Questionnaire) -> list[str]:
    """Say in one line a fact what was found, what became of it, and what in the answers looks wrong.

    Parameters
    ----------
    imported
        The file as it was imported.
    file
        What was written.
    questionnaire
        What was asked.
    """
    source, mapped, data = imported.source, imported.mapped, imported.export.data
    absent = [RECORD_SAYS.get(name, name) for name in mapped.absent if name not in UNSAID]
    personal = {tag: _filled(source.table, tag) for tag in mapped.dropped if privacy.is_personal(tag)}
    counted = ", ".join(f"{privacy.shown(tag)} ({cells:,} cells)" for tag, cells in personal.items())
    anonymity = k_anonymity.told(k_anonymity.measured(data, list(questionnaire.background)))
    return [
        f"Tool: {source.tool}",
        f"Read as: {source.told}",
        f"Responses: {len(data):,}",
        f"Columns read ({len(mapped.theirs)}): {', '.join(dict.fromkeys(mapped.theirs.values()))}",
        f"Columns left behind ({len(mapped.dropped)}): {', '.join(map(privacy.shown, mapped.dropped)) or 'none'}",
        *([f"Personal data among them: {counted}"] if counted else []),
        *source.notes,
        *([f"Not in the file, so their rules are not applied: {', '.join(absent)}"] if absent else []),
        *data_quality.warnings_of(data, questionnaire, mapped.theirs),
        "The file says that it is simulated; so will every page" if imported.export.simulated else anonymity,
        f"Written: {file}. {_and_now(file, questionnaire)}",
    ]


def _and_now(file: Path, questionnaire: Questionnaire) -> str:
    """Say what to do with what was written: a study may have no book, or one that needs its questionnaire."""
    named = f"--survey {file} --questionnaire FILE"
    if whole_design.missing(questionnaire, whole_design.BOOK):
        return f"Compute its numbers with its questionnaire: companion analyse {named}"
    if questionnaire.design.left_out:
        return f"Build the book on it with its questionnaire: companion book {named}"
    return f"Build the book on it: make book SURVEY={file}"


RECORD_SAYS = {
    RECORD["id"]: "the id of a response",
    RECORD["person"]: "who answered twice",
    RECORD["seconds"]: "how long people took",
    RECORD["status"]: "previews",
    RECORD["finished"]: "who stopped early",
}
UNSAID = (RECORD["channel"], RECORD["start"])
"""What a tool may record that no rule needs by itself."""


def _filled(table: RawTable, tag: str) -> int:
    return int(table.column(tag).filled().sum())


def check_place(source: Path, folder: Path) -> Path:
    """Give the file to write; never the one that is read.

    Raises
    ------
    InputError
        If the two are the same.
    """
    file = folder / FILE
    if file.exists() and source.exists() and file.samefile(source):
        raise InputError(Problem(file, "This is the file that is read.", "Name another folder with --out."))
    return file
