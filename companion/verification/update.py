"""The deliberate change of the reviewed results: the difference is shown, somebody agrees, then the file is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from companion.study import Study
from companion.verification import expected, report, surroundings
from companion.verification.expected import FILE, Results
from companion.verification.recompute import recompute
from companion.verification.verification import Verification, compare_results, refuse_other_survey

NOTHING = Results({}, {}, {}, {})


def update(study: Study, agree: Callable[[str], bool], console: Console) -> bool:
    """Compute everything again and, if somebody agrees, make it what is expected.

    Parameters
    ----------
    study
        The study of the survey that ships; its folder holds the reviewed results.
    agree
        Asked once, with the question, if anything would change.
    console
        Where the difference is shown.

    Returns
    -------
    bool
        Whether the file now holds what was recomputed.

    Raises
    ------
    InputError
        If an input, or the present file, cannot be used.
    """
    refuse_other_survey(study)
    root = study.root
    file = root / FILE
    before = expected.load(file) if file.is_file() else NOTHING
    found = _as_reviewed(before, recompute(root), root)
    if file.is_file() and expected.text(found) == file.read_text(encoding="utf-8"):
        console.print(f"{FILE} is as it should be.")
        return True
    report.show(Verification("companion", *compare_results(before, found, root), surroundings.machine()), console)
    if not agree(f"Make these the expected results in {FILE}?"):
        console.print(f"{FILE} stays as it was.")
        return False
    expected.write(file, found)
    console.print(f"{FILE} holds the recomputed results. Review the difference before you commit it: git diff {FILE}")
    return True


def _as_reviewed(before: Results, found: Results, root: Path) -> Results:
    """Keep what agrees as it was reviewed, so that a review need not look at the last digits of another processor.

    The drawings are those of one platform: all are kept, or none.
    """
    parts, _ = compare_results(before, found, root)
    agreed = {name: {row.key for row in part.rows} - {row.key for row in part.misses} for name, part in parts.items()}
    if "drawings" in parts and parts["drawings"].agrees:
        found = replace(found, drawings=before.drawings, platform=before.platform)
    return replace(
        found,
        numbers={**found.numbers, **{key: before.numbers[key] for key in agreed.get("numbers", ())}},
        figures={**found.figures, **{key: before.figures[key] for key in agreed.get("figures", ())}},
        tables={**found.tables, **{key: before.tables[key] for key in agreed.get("tables", ())}},
    )
