"""A whole verification: what was compared, what is only noted, and on which machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from companion.errors import InputError, Problem
from companion.study import ENVIRONMENT, SHIPPED_SURVEY, Study
from companion.verification import drawn_ahead, expected, plans, surroundings
from companion.verification.compare import Comparison, Entry, compare
from companion.verification.drawing import POINTS, compare_drawings
from companion.verification.expected import EVERYTHING, FILE, Results
from companion.verification.fingerprint import compare_fingerprints
from companion.verification.recompute import recompute
from companion.verification.surroundings import Machine


@dataclass(frozen=True)
class Verification:
    """The outcome for everything that was compared.

    Parameters
    ----------
    engine
        What computed again, such as "companion" or the name and version of another program.
    parts
        Comparisons that decide, by what they compare, such as "numbers".
    noted
        Comparisons that are reported and do not decide: files and packages may differ although every result agrees.
    machine
        What was computed on.
    asides
        Sentences that a reader of the report should know, such as what was not compared.
    """

    engine: str
    parts: Mapping[str, Comparison]
    noted: Mapping[str, Comparison]
    machine: Machine
    asides: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether everything that decides agrees."""
        return all(part.agrees for part in self.parts.values())


def verify(study: Study, pattern: str = EVERYTHING) -> Verification:
    """Compute everything again from the survey and compare it with the reviewed results.

    Parameters
    ----------
    study
        The study of the survey that ships; its folder holds the reviewed results.
    pattern
        Which keys and names to compare, such as ``mediation.*``.

    Raises
    ------
    InputError
        If there is nothing to compare with, or an input cannot be used.
    """
    refuse_other_survey(study)
    root = study.root
    reviewed = expected.load(root / FILE).only(pattern)
    simulated = Comparison(plans.check(study, pattern).rows + drawn_ahead.check(study, pattern).rows)
    if reviewed.is_empty and not simulated.rows:
        raise InputError(
            Problem(root / FILE, f"No key fits {pattern!r}.", "The page 'Every number' lists the keys of the book.")
        )
    found = recompute(root, pattern)
    parts, noted = compare_results(reviewed, found, root)
    return Verification(
        "companion",
        parts | ({"replications": simulated} if simulated.rows else {}),
        noted,
        surroundings.machine(),
        tuple(_asides(reviewed, found, pattern)),
    )


def _asides(reviewed: Results, found: Results, pattern: str) -> Iterator[str]:
    if pattern != EVERYTHING:
        yield f"Only what fits the pattern {pattern} was computed and compared."
    if reviewed.drawings and reviewed.platform != found.platform:
        yield (
            f"The expected figures were drawn on {reviewed.platform}, these on {found.platform}, "
            f"so that lines and marks may differ by {POINTS} pt."
        )


def compare_results(
    reviewed: Results, found: Results, root: Path
) -> tuple[dict[str, Comparison], dict[str, Comparison]]:
    """Compare results part by part; give what decides, and what is only noted."""
    parts = {
        "numbers": compare(reviewed.numbers, found.numbers),
        "figures": compare_fingerprints(reviewed.figures, found.figures),
        "drawings": compare_drawings(reviewed.drawings, found.drawings, reviewed.platform == found.platform),
        "tables": compare_fingerprints(reviewed.tables, found.tables),
    }
    noted = {
        "files": compare(_as_entries(reviewed.files), _as_entries(found.files)),
        "packages": surroundings.packages(root),
    }
    return {name: part for name, part in parts.items() if part.rows}, noted


def refuse_other_survey(study: Study) -> None:
    """Refuse a survey that nobody has reviewed results of.

    Raises
    ------
    InputError
        If the study is of another survey than the one that ships, or of another questionnaire.
    """
    other = study.survey.resolve() != (study.root / SHIPPED_SURVEY).resolve()
    if other or study.asked or study.mapped_by:
        raise InputError(
            Problem(
                study.survey if other else study.asked or study.mapped_by or study.survey,
                f"There is nothing to compare with: {FILE} holds the results of {SHIPPED_SURVEY}.",
                f"Leave out SURVEY, QUESTIONNAIRE and MAPPING, or {', '.join(ENVIRONMENT)}, to verify the book; "
                "`make book SURVEY=...` checks a survey.",
            )
        )


def _as_entries(digests: Mapping[str, str]) -> dict[str, Entry]:
    return {path: Entry.word(digest, digest[:12]) for path, digest in digests.items()}
