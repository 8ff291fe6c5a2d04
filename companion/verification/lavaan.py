"""The book's numbers beside those of R: lavaan for every model, base R for the rest."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from companion import numbers, store
from companion.analysis import estimands, mediation, robustness
from companion.analysis.claims import estimand
from companion.errors import EngineError, InputError, Problem
from companion.formats import Value, printed
from companion.peers.confirmation import Confirmation, Group
from companion.quantities import GROUPS, Asked, Place
from companion.sem.bootstrap import resampled_rows
from companion.study import Study
from companion.verification import expected, lavaan_jobs, surroundings
from companion.verification.compare import Comparison, Entry, Row, compare
from companion.verification.expected import EVERYTHING
from companion.verification.lavaan_jobs import Job
from companion.verification.verification import Verification, refuse_other_survey

SCRIPT = Path(__file__).parent / "r" / "lavaan.R"
FITTED_BY = Path(__file__).parents[1] / "sem"
"""What makes the draws that are compared one by one, and stand in no file."""

VERSIONS = 'suppressMessages(library(lavaan)); cat(as.character(getRversion()), as.character(packageVersion("lavaan")))'
TOLERANCE = 1e-5
"""What two programs that finish the same optimisation may differ by, relative to max(1, \\|value\\|)."""

INSTALL = "Install R and lavaan (Debian and Ubuntu: apt-get install r-cran-lavaan) and see that Rscript is on the path."
KEYS = "The page 'Every number' lists the keys of the book."
UNMADE = "Run `companion verify` first: it says what the book makes and what was reviewed."


@dataclass(frozen=True)
class Answer:
    """What R has for one name: its value, a number or a word, and the bounds of its interval, NaN where none."""

    value: float | str
    lower: float
    upper: float

    def part(self, part: str) -> Value:
        """Give the value, the interval, or one bound."""
        if part == "interval":
            return (self.lower, self.upper)
        return self.value if part == "value" else {"lower": self.lower, "upper": self.upper}[part]


@dataclass(frozen=True)
class Answers:
    """Everything that R computed, by job, solution and name, and the versions that did it."""

    by_place: Mapping[tuple[str, str, str], Answer]
    versions: Mapping[str, str]

    def of(self, where: Place) -> Value | None:
        """Give what R has at a place, None where it has nothing."""
        found = self.by_place.get((where.job, where.solution, where.name))
        return None if found is None else found.part(where.part)

    def draws(self) -> dict[str, Entry]:
        """Give the draws that lavaan made from nothing, by draw and parameter."""
        return {
            _draw(int(solution.removeprefix("draw")), name): _coefficient(answer.value)
            for (job, solution, name), answer in self.by_place.items()
            if job == "scratch" and not isinstance(answer.value, str)
        }


def verify(study: Study, pattern: str = EVERYTHING) -> tuple[Verification, Confirmation]:
    """Let R compute the numbers of the shipped survey and compare them with the reviewed ones.

    Parameters
    ----------
    study
        The study of the survey that ships; its folder holds the reviewed results.
    pattern
        Which keys to compare, such as ``mediation.*``; R computes all.

    Returns
    -------
    tuple
        The comparison, and in short what the book says about it if everything agrees.

    Raises
    ------
    InputError
        If Rscript or lavaan is not there, or there is nothing to compare with.
    EngineError
        If R fails; with what it said.
    """
    refuse_other_survey(study)
    root = study.root
    rscript = find_rscript()
    reviewed = expected.load(root / expected.FILE).only(pattern).numbers
    if not reviewed:
        raise InputError(Problem(root / expected.FILE, f"No key of a number fits {pattern!r}.", KEYS))
    asked = asked_about(study)
    with written(study) as folder:
        question = digest(folder, versions(rscript), asked, reviewed)
        run(rscript, folder)
        answers = read(folder / "results.csv")
    groups, reasons = judge_numbers(reviewed, asked, answers, same_surveys(study))
    draws = compare(first_draws(study), answers.draws(), TOLERANCE)
    verification = Verification(
        engine=" with ".join(f"{name} {version}" for name, version in answers.versions.items()),
        parts={
            "numbers": Comparison(tuple(row for part in groups.values() for row in part.rows), TOLERANCE),
            "parameters of resamples": draws,
        },
        noted={},
        machine=surroundings.machine(),
        asides=asides(groups, reasons),
    )
    confirmation = Confirmation(
        data=study.sample.digest,
        question=question,
        versions=answers.versions,
        tolerance=TOLERANCE,
        groups=tuple(_group(name, part) for name, part in groups.items()),
        resamples=lavaan_jobs.SCRATCH,
        draws=_group("parameters of resamples", draws),
        not_compared=reasons,
    )
    return verification, confirmation


def asides(groups: Mapping[str, Comparison], reasons: Mapping[str, int]) -> tuple[str, ...]:
    """Say what was compared, by group, and how many of the numbers R says nothing about, and why."""
    compared, left = sum(len(part.rows) for part in groups.values()), sum(reasons.values())
    return (
        f"R computed {compared:,} of the {compared + left:,} numbers that were asked for.",
        *(f"Compared: {len(part.rows):,}, {name}." for name, part in groups.items()),
        *(f"Not compared: {count:,}, {why}." for why, count in reasons.items()),
    )


@contextmanager
def written(study: Study) -> Iterator[Path]:
    """Have what R is asked about a study in a folder of its own, for as long as somebody reads it."""
    with tempfile.TemporaryDirectory(prefix="companion-lavaan-") as folder:
        write(study, Path(folder))
        yield Path(folder)


def asked_about(study: Study) -> dict[str, Asked]:
    """Give of every number of a study where R has it, or why it says nothing about it."""
    found = numbers.collect_side_by_side(study, os.cpu_count() or 1)
    return {key: number.asked for key, number in found.items()}


def digest(
    folder: Path,
    versions: Mapping[str, str],
    asked: Mapping[str, Asked],
    reviewed: Mapping[str, Entry],
    script: Path = SCRIPT,
) -> str:
    """Give one digest of a whole comparison: as long as it stays the same, R would agree again.

    Parameters
    ----------
    folder
        What R is asked: jobs, models, data, resamples, claims, settings (see `write`).
    versions
        Of R and lavaan.
    asked
        See `judge_numbers`.
    reviewed
        The reviewed numbers, which the answers are compared with.
    script
        What R runs, beside its parts.
    """
    compared = [
        (key, astuple(where), astuple(entry))
        for key, entry in sorted(reviewed.items())
        if not isinstance(where := asked[key], str)
    ]
    return store.digest(
        [
            store.digest_files(folder.iterdir(), folder).encode(),
            store.digest_files(script.parent.glob("*.R"), script.parent).encode(),
            store.digest_files(FITTED_BY.glob("*.py"), FITTED_BY).encode(),
            json.dumps([dict(versions), TOLERANCE, lavaan_jobs.SCRATCH, compared]).encode(),
        ]
    )


def find_rscript() -> str:
    """Give the path of Rscript, after making sure that lavaan is there.

    Raises
    ------
    InputError
        If either is not there, with the remedy.
    """
    rscript = shutil.which("Rscript")
    if rscript is None:
        raise InputError(Problem("Rscript", "is not on the path.", INSTALL))
    asked = subprocess.run([rscript, "-e", "library(lavaan)"], capture_output=True, text=True, check=False)
    if asked.returncode:
        raise InputError(Problem("lavaan", f"cannot be loaded by {rscript}: {asked.stderr.strip()}", INSTALL))
    return rscript


def versions(rscript: str) -> dict[str, str]:
    """Give the versions of R and of its lavaan."""
    said = subprocess.run([rscript, "--vanilla", "-e", VERSIONS], capture_output=True, text=True, check=True).stdout
    return dict(zip(("R", "lavaan"), said.split(), strict=True))


def write(study: Study, folder: Path) -> None:
    """Write what R needs into a folder: jobs, models, data, resamples, claims, settings."""
    rows = [_written(job, folder) for job in lavaan_jobs.jobs(study)]
    _table(folder / "jobs.csv", rows)
    scales, modelled = lavaan_jobs.scales(study), mediation.items_of(study.questionnaire, study.analysis)
    study.sample.data.to_csv(folder / "sample.csv", index=False)
    study.sample.with_missing.to_csv(folder / "with_missing.csv", index=False)
    _table(folder / "scales.csv", [{"scale": scale, "item": item} for scale, items in scales.items() for item in items])
    _table(folder / "attrition.csv", _attrition(study))
    (folder / "htmt.bin").write_bytes(lavaan_jobs.counts_of_htmt(study).tobytes())
    _claims(study, folder)
    settings: dict[str, object] = {
        "level": study.analysis.interval.level,
        "htmt_draws": study.analysis.bootstrap.draws,
        "modelled": ";".join(modelled),
        "deciding": ";".join(one.parameter for one in estimands.deciding(study.questionnaire.design)),
    }
    _table(folder / "settings.csv", [{"name": name, "value": value} for name, value in settings.items()])


def _written(job: Job, folder: Path) -> dict[str, object]:
    data = lavaan_jobs.observed(job) if job.model else job.data
    people = data.to_numpy(np.uint8).tobytes(order="F") if job.bytes else data.to_csv(index=False).encode()
    counts = ""
    if job.resamples:
        counts = f"{len(data)}-{job.resamples.draws}-{job.resamples.seed}.counts"
        if not (folder / counts).exists():
            with (folder / counts).open("wb") as handle:
                for chunk in resampled_rows([np.arange(len(data))], *job.resamples):
                    handle.write(chunk.astype(np.uint8).tobytes())
    return {
        "job": job.name,
        "kind": job.kind,
        "model": _file_of(f"{job.model}\n".encode(), folder),
        "data": _file_of(people, folder),
        "data_kind": "bytes" if job.bytes else "table",
        "columns": ";".join(data.columns),
        "people": len(data),
        "group": job.group,
        "equal": ";".join(job.equal),
        "missing": job.missing,
        "se": "standard" if job.errors else "none",
        "draws": job.resamples.draws if job.resamples else "",
        "counts": counts,
    }


def _file_of(content: bytes, folder: Path) -> str:
    """Write a file that is called by its content, so that R sees which jobs are the same one."""
    name = store.sha256(content)
    (folder / name).write_bytes(content)
    return name


def _attrition(study: Study) -> list[dict[str, object]]:
    at = study.sample.flow.set_index("rule")
    left = {"left": "left_before_outcome", "excluded": "analysed"}
    return [
        {
            "what": what,
            "randomised": at[cell]["randomised"],
            "removed": at[cell]["randomised"] - at[cell][rule],
        }
        for what, rule in left.items()
        for cell in map(" ".join, study.questionnaire.cells)
    ]


def _claims(study: Study, folder: Path) -> None:
    """Write the claims with their estimands, which fits they are judged by, and the confounded fits."""
    stated = study.stated_claims.results
    _table(
        folder / "claims.csv",
        [
            {"claim": name, "requires": ";".join(claim.requires), "named_if": ";".join(claim.named_if)}
            for name, claim in stated.items()
        ],
    )
    _table(
        folder / "estimands.csv",
        [
            {"claim": name, "effect": one.effect, "name": estimand(one).parameter, "sign": one.sign}
            for name, claim in stated.items()
            for one in claim.estimands
        ],
    )
    same = same_surveys(study)
    fitted = {name: "study" if name in same else f"planted-{name}" for name in study.planted}
    judged = {"verdict": "study"} | {f"planted.{name}.verdict": job for name, job in fitted.items()}
    _table(folder / "judged.csv", [{"key": key, "job": job} for key, job in judged.items()])
    _table(
        folder / "confounded.csv",
        [
            {"pair": "_".join(pair), "correlation": correlation, "job": lavaan_jobs.confounded(pair, correlation)}
            for pair in robustness.PAIRS
            for correlation in study.analysis.confounding
        ],
    )


def _table(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    pd.DataFrame(list(rows)).to_csv(path, index=False)


def run(rscript: str, folder: Path) -> None:
    """Let R work through the jobs of a folder.

    Raises
    ------
    EngineError
        If it fails.
    """
    command = [rscript, "--vanilla", str(SCRIPT), str(folder), str(os.cpu_count() or 1)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not (folder / "results.csv").is_file():
        raise EngineError(f"R could not finish:\n{done.stderr.strip()}")


def read(path: Path) -> Answers:
    """Read what R computed."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    versions = {row["name"]: row["value"] for row in rows if row["job"] == "versions"}
    return Answers(
        {
            (row["job"], row["solution"], row["name"]): Answer(
                _value(row["value"]), _number(row["lower"]), _number(row["upper"])
            )
            for row in rows
            if row["job"] != "versions"
        },
        versions,
    )


def _value(text: str) -> float | str:
    try:
        return _number(text)
    except ValueError:
        return text


def _number(text: str) -> float:
    return float("nan") if text == "NA" else float(text)


def same_surveys(study: Study) -> frozenset[str]:
    """Give the truths whose survey is the study's own: R does not fit it twice."""
    return frozenset(name for name, one in study.planted.items() if one.study.sample.digest == study.sample.digest)


def judge_numbers(
    reviewed: Mapping[str, Entry], asked: Mapping[str, Asked], answers: Answers, same: frozenset[str]
) -> tuple[dict[str, Comparison], dict[str, int]]:
    """Compare every number that R has with the reviewed one, by group.

    Parameters
    ----------
    reviewed
        The reviewed numbers.
    asked
        Of every number that the book makes: where R has it, or why it says nothing about it.
    answers
        What R has.
    same
        See `same_surveys`.

    Raises
    ------
    InputError
        If a reviewed number is none that the book makes.
    """
    unknown = [key for key in reviewed if key not in asked]
    if unknown:
        raise InputError([Problem(expected.FILE, f"The book makes no number {key}.", UNMADE) for key in unknown])
    ours: dict[str, dict[str, Entry]] = {group: {} for group in GROUPS}
    theirs: dict[str, dict[str, Entry]] = {group: {} for group in GROUPS}
    reasons: Counter[str] = Counter()
    for key, entry in reviewed.items():
        where = asked[key]
        if isinstance(where, str):
            reasons[where] += 1
            continue
        ours[where.group][key] = entry
        kind, _, truth = where.job.partition("-")
        value = answers.of(replace(where, job="study") if kind == "planted" and truth in same else where)
        if value is not None:
            theirs[where.group][key] = _entry(entry, value)
    return {group: compare(ours[group], theirs[group], TOLERANCE) for group in GROUPS if ours[group]}, dict(reasons)


def _entry(ours: Entry, value: Value) -> Entry:
    if isinstance(ours.value, str) or isinstance(value, str):
        return replace(ours, value=value, printed=ours.printed if value == ours.value else str(value))
    return ours.with_value(value)


def first_draws(study: Study) -> dict[str, Entry]:
    """Give our refits to the first resamples behind the intervals, by draw and parameter."""
    fit, settings = study.mediation.fit, study.analysis.bootstrap
    first = next(resampled_rows([np.arange(fit.likelihood.n)], settings.draws, settings.seed))[: lavaan_jobs.SCRATCH]
    boot = fit.refit(np.array([np.repeat(np.arange(len(times)), times) for times in first]))
    names = [str(name).rpartition("=~")[2] for name in boot.estimates]
    return {
        _draw(int(draw) + 1, name): _coefficient(float(value))
        for draw, values in zip(np.flatnonzero(boot.converged), boot.estimates.to_numpy(), strict=True)
        for name, value in zip(names, values, strict=True)
    }


def _draw(number: int, name: str) -> str:
    return f"draw {number}, {name}"


def _coefficient(value: float) -> Entry:
    return Entry(value, printed(value, "coefficient"), "coefficient")


def _group(name: str, part: Comparison) -> Group:
    return Group(name, len(part.rows), max((_relative(row) for row in part.rows), default=0.0))


def _relative(row: Row) -> float:
    """Give the difference of a row relative to its size, to two digits, which are what a machine repeats."""
    if not row.difference or row.expected is None or isinstance(row.expected.value, str):
        return 0.0
    values = row.expected.value if isinstance(row.expected.value, tuple) else (row.expected.value,)
    return float(f"{row.difference / max(1.0, *map(abs, values)):.1e}")
