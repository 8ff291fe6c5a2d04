"""What studies say on the paths of the model: directions counted, effect sizes on one scale where that can be done."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

import pandas as pd

from companion.evidence.tables import FOLDER, Effect, literature
from companion.evidence.verdict import verdict
from companion.formats import Language
from companion.words import words

LEVEL = 0.95
LARGEST_BETA = 0.5
SIDES = ("for", "mixed", "null", "against", "unclear")
"""The directions, from the one that bears an expectation out to the one that is not known."""


@dataclass(frozen=True)
class EvidenceMap:
    """Studies by path of the model.

    Parameters
    ----------
    paths
        One row a path, in the order of the chain: path, label, expected, role, studies, for, mixed, null, against,
        unclear.
    findings
        One row a study and path: path, source, label, direction, design, n (not a number where not seen), country,
        platform, finding, address.
    """

    paths: pd.DataFrame
    findings: pd.DataFrame


def evidence_map(folder: Path = FOLDER) -> EvidenceMap:
    """Count, for every path, the studies for it, against it and in between.

    A study counts once for a path; findings of one study that point different ways count as mixed.

    Raises
    ------
    InputError
        The evidence tables hold a fault.
    """
    evidence = literature(folder)
    rows: dict[tuple[str, str], list[Effect]] = {}
    for effect in evidence.effects:
        rows.setdefault((effect.path, effect.source), []).append(effect)
    findings = pd.DataFrame(
        [
            {
                "path": path,
                "source": source,
                "label": evidence.label(source),
                "direction": together(effect.direction for effect in effects),
                "design": effects[0].design,
                "n": float("nan") if effects[0].n is None else float(effects[0].n),
                "country": effects[0].country,
                "platform": effects[0].platform,
                "finding": ". ".join(effect.finding for effect in effects),
                "address": effects[0].address,
            }
            for (path, source), effects in rows.items()
        ]
    )
    order = sorted(evidence.paths, key=lambda path: path.order)
    paths = pd.DataFrame(
        [
            {
                "path": path.path,
                "label": path.label,
                "expected": path.expected,
                "role": path.role,
                **counted(findings[findings["path"] == path.path]),
            }
            for path in order
        ]
    )
    position = {path.path: place for place, path in enumerate(order)}
    findings = findings.sort_values(
        ["path", "label"],
        key=lambda column: column.map(position) if column.name == "path" else column,
        ignore_index=True,
    )
    return EvidenceMap(paths, findings)


def counted(findings: pd.DataFrame) -> dict[str, int]:
    """Count the studies of one path, and how many of them lie on each side.

    Parameters
    ----------
    findings
        Rows of the findings of an evidence map, all on one path.
    """
    sides = findings["direction"]
    return {"studies": len(findings), **{side: int((sides == side).sum()) for side in SIDES}}


def judged(findings: pd.DataFrame, folder: Path = FOLDER) -> str:
    """Give the verdict of the written rule (`companion.evidence.verdict`) on the expectation of one path.

    Parameters
    ----------
    findings
        Rows of the findings of an evidence map, all on one path.
    folder
        Where the evidence tables lie.

    Raises
    ------
    InputError
        The evidence tables hold a fault.
    """
    evidence = literature(folder)
    pairs = zip(findings["direction"], findings["source"], strict=True)
    return verdict((str(direction), evidence.is_research(str(source))) for direction, source in pairs)


def together(directions: Iterable[str]) -> str:
    """Put the findings of one study on one path together: their direction where it is one, *mixed* where not.

    Examples
    --------
    >>> together(["for", "for"]), together(["for", "null"])
    ('for', 'mixed')
    """
    seen = set(directions)
    return seen.pop() if len(seen) == 1 else "mixed"


@dataclass(frozen=True)
class Forest:
    """Effects that can be put on the scale of a correlation.

    Parameters
    ----------
    effects
        One row an effect: path, path_label, label, source, outcome, what, n (not a number where not seen), r, low, high
        (95 %, Fisher's z; not a number without n), how (what it was converted from: ``r``, ``beta``, ``means``). r is
        positive where the effect lies in the expected direction.
    """

    effects: pd.DataFrame

    def in_words(self, language: Language = "en") -> pd.DataFrame:
        """Give the effects with a sentence on how each was converted."""
        return self.effects.assign(how=self.effects["how"].map(words(language).under("evidence.conversion")))


def forest(folder: Path = FOLDER) -> Forest:
    """Convert what was seen of the studies' results to correlations.

    Raises
    ------
    InputError
        The evidence tables hold a fault.
    """
    evidence = literature(folder)
    labels = {path.path: path.label for path in evidence.paths}
    order = {path.path: path.order for path in evidence.paths}
    rows = []
    for effect in sorted(evidence.effects, key=lambda effect: order[effect.path]):
        if effect.measure is None:
            continue
        n = effect.n_for_r
        r = correlation(effect)
        low, high = (float("nan"), float("nan")) if n is None else fisher_interval(r, n)
        rows.append(
            {
                "path": effect.path,
                "path_label": labels[effect.path],
                "label": evidence.label(effect.source),
                "source": effect.source,
                "outcome": effect.outcome,
                "what": effect.finding,
                "n": float("nan") if n is None else float(n),
                "r": r,
                "low": low,
                "high": high,
                "how": effect.measure,
            }
        )
    return Forest(pd.DataFrame(rows))


def correlation(effect: Effect) -> float:
    """Give an effect as a correlation, converted from what its study reports."""
    if effect.measure == "r" and effect.value is not None:
        return effect.value
    if effect.measure == "beta" and effect.value is not None:
        return r_from_beta(effect.value)
    moments = (effect.mean_1, effect.sd_1, effect.mean_2, effect.sd_2)
    if effect.measure == "means" and None not in moments:
        return r_from_means(*moments)  # type: ignore[arg-type]
    raise ValueError(f"{effect.source}, {effect.path}: nothing to compute a correlation from")


def r_from_means(mean_1: float, sd_1: float, mean_2: float, sd_2: float) -> float:
    """Give the point-biserial correlation of two groups of equal size from their means and SDs.

    d = (mean_1 - mean_2) / sqrt((sd_1^2 + sd_2^2) / 2) and r = d / sqrt(d^2 + 4), the conversion for equal groups.

    Examples
    --------
    >>> round(r_from_means(6.016, 0.919, 5.498, 1.22), 3)
    0.233
    """
    d = (mean_1 - mean_2) / math.sqrt((sd_1**2 + sd_2**2) / 2)
    return d / math.sqrt(d**2 + 4)


def r_from_beta(beta: float) -> float:
    """Give a correlation from a standardised regression coefficient.

    r = beta + .05 for coefficients from 0, r = beta below 0 (Peterson & Brown, 2005, as public code carries it; the
    form .98 beta + .05 differs from it by at most .01). The coefficient is partial: it depends on what else stood in
    that study's model, and so does the result.

    Raises
    ------
    ValueError
        The coefficient lies outside -.5 to .5, for which the formula was made.

    Examples
    --------
    >>> round(r_from_beta(0.47), 2), r_from_beta(-0.2)
    (0.52, -0.2)
    """
    if abs(beta) > LARGEST_BETA:
        raise ValueError(f"{beta} lies outside -.5 to .5, where the conversion holds")
    return beta + (0.05 if beta >= 0 else 0)


def fisher_interval(r: float, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Give the interval of a correlation by Fisher's z: tanh(artanh r -/+ z / sqrt(n - 3)).

    Examples
    --------
    >>> low, high = fisher_interval(0.5, 103)
    >>> round(low, 3), round(high, 3)
    (0.339, 0.632)
    """
    half = NormalDist().inv_cdf(0.5 + level / 2) / math.sqrt(n - 3)
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)
