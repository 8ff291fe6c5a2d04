"""A survey file of any kind -> a raw table in the questionnaire's names.

The walk: bytes -> rows of text (`container`) -> responses and their columns (a file a format, such as `qualtrics`) ->
answers in the questionnaire's names and codes (`translation`). A new format is a file that gives a
`companion.survey.exports.table.RawTable`, and a line in `read`.
"""

from __future__ import annotations

from pathlib import Path

from companion.survey.exports import qualtrics
from companion.survey.exports.container import content, records
from companion.survey.exports.content_digest import digest, digest_of
from companion.survey.exports.translation import Export, translated
from companion.survey.questionnaire import Questionnaire

__all__ = ["Export", "digest", "read"]


def read(path: str | Path, questionnaire: Questionnaire) -> Export:
    """Read a Qualtrics CSV export, with choice texts or numbers.

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
    table = qualtrics.table(str(path), records(str(path), raw))
    return translated(table, digest_of(str(path), raw), questionnaire)
