"""A study of which the book is built, and its results are kept, in another folder than this one."""

from __future__ import annotations

from pathlib import Path

from companion.formats import Language
from companion.study import Study


def in_folder(study: Study, folder: Path, language: Language) -> Study:
    """Give the study of the same files in another folder, told in a language."""
    return Study(study.survey, folder, language, study.asked, study.mapped_by)
