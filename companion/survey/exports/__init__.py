"""A survey file that has the questionnaire's columns -> a raw table in the questionnaire's names.

The walk: bytes -> rows of text (`container`) -> responses and their columns (a file a format, such as `qualtrics`) ->
answers in the questionnaire's names and codes (`translation`). The book reads
its survey here; files of other tools, whose columns a mapping names, are read by `any_tool`.
"""

from __future__ import annotations

from pathlib import Path

from companion.errors import InputError, Problem
from companion.survey.exports import one_header, qualtrics
from companion.survey.exports.container import EXPORT_AS_CSV, Sheet, content, sheet
from companion.survey.exports.content_digest import digest, digest_of
from companion.survey.exports.table import RawTable
from companion.survey.exports.translation import Export, translated
from companion.survey.questionnaire import Questionnaire

__all__ = ["Export", "digest", "read"]


def read(path: str | Path, questionnaire: Questionnaire) -> Export:
    """Read a survey export, with choice texts or numbers.

    Parameters
    ----------
    path
        The file.
    questionnaire
        What was asked: the columns that are read, and what their answers mean. No other column is kept.

    Returns
    -------
    Export
        The raw table.

    Raises
    ------
    InputError
        If the file cannot be read as such an export, or lacks a column, or holds an answer that the questionnaire does
        not know; with every fault found in one pass.
    """
    raw = content(path)
    table = raw_table(str(path), sheet(str(path), raw), questionnaire)
    return translated(table, digest_of(str(path), raw), questionnaire)


def raw_table(file: str, cells: Sheet, questionnaire: Questionnaire) -> RawTable:
    """Give the responses of a file and their columns, by the format that its first rows show.

    Raises
    ------
    InputError
        If no format knows the rows, or they are cut, or there is no response.
    """
    if qualtrics.recognised(cells.records):
        return qualtrics.table(file, cells.records)
    columns = questionnaire.columns.values()
    if one_header.recognised(cells.records, columns):
        return one_header.table(file, cells.records, columns)
    one_header.check_upright(file, cells.records, columns)
    raise InputError(
        Problem(
            file,
            f"This is no survey export that can be read ({cells.told}): none of its first rows holds the ImportIds of "
            "Qualtrics, or at least half of the columns that questionnaire.yml names.",
            f"{EXPORT_AS_CSV} Or correct the columns in questionnaire.yml.",
            row=1,
        )
    )
