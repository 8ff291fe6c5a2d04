"""Which numbers of the book R confirms, and where it has them; and why it says nothing about the others."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where R has a number.

    Parameters
    ----------
    group
        What it is listed under, in words.
    job, solution, name
        As in the results of R.
    part
        ``value``, ``interval``, ``lower`` or ``upper``.
    """

    group: str
    job: str
    solution: str
    name: str
    part: str = "value"


SAMPLE = "the sample: sizes, age, shares, attrition"
SCALES = "reliability, validity, factor analysis"
CELLS = "cell means, analysis of variance, simple effects, checks"
STUDY = "the study's model: fit and estimates"
BOUNDS = "the study's model: bounds of intervals"
VERDICTS = "verdicts by the written rule"
INVARIANCE = "equal measurement in all cells"
OTHER = "robustness: other models, samples and scorings"
CONFOUNDED = "robustness: an unmeasured common cause"
TRUTHS = "surveys whose truth is known"
PEERS = "beside other programs"
KNOWN = "published results on open data"

GROUPS = (
    SAMPLE,
    SCALES,
    INVARIANCE,
    CELLS,
    STUDY,
    BOUNDS,
    VERDICTS,
    OTHER,
    CONFOUNDED,
    TRUTHS,
    PEERS,
    KNOWN,
)
"""In the order in which they are listed."""

STATISTIC, DERIVED = ("statistics", "statistic"), ("derived", "statistic")
WHOLE = r"\g<0>"
AT = r"(none|like|reply|\w+_minus_\w+)"

COMPARED: tuple[tuple[str, str, str, str, str], ...] = (
    (r"sample\.(analysed|age|women|with_missing|missing\.share)\b.*", SAMPLE, *STATISTIC, WHOLE),
    (r"sample\.attrition\.\w+\.(p|difference|differs)", SAMPLE, *STATISTIC, WHOLE),
    (r"measurement\.reliability\.(\w+)\.omega", SCALES, r"omega-\1", "est", "omega"),
    (r"measurement\.(reliability|correlation|htmt)\..*", SCALES, *STATISTIC, WHOLE),
    (r"measurement\.cfa\.(\w+)", SCALES, "cfa", "measure", r"\1"),
    (r"measurement\.(ave\.\w+|loading\.(smallest|largest))", SCALES, *DERIVED, WHOLE),
    (r"measurement\.loading\.(\w+)", SCALES, "cfa-unit", "all", r"\1"),
    (r"measurement\.invariance\.(\w+)\.(chisq|df|cfi|rmsea)", INVARIANCE, r"invariance-\1", "measure", r"\2"),
    (r"measurement\.(invariance\.\w+|direct)\..*", INVARIANCE, *DERIVED, WHOLE),
    (r"experiment\..*", CELLS, *STATISTIC, WHOLE),
    (r"mediation\.fit\.(\w+)", STUDY, "study", "measure", r"\1"),
    (r"mediation\.(draws.*)", STUDY, "study", "draws", r"\1"),
    (r"mediation\.path\.(\w+)", STUDY, "study", "est", r"\1"),
    (rf"mediation\.(\w+)\.{AT}\.std", STUDY, "study", "nox", r"\1_\2"),
    (rf"mediation\.(\w+)\.{AT}", STUDY, "study", "est", r"\1_\2"),
    (r"predicted\.(\w+)\.(positive|negative)\.(\w+)", STUDY, "study", "predicted", r"\1.\2.\3"),
    (r"predicted\..*", STUDY, *DERIVED, WHOLE),
    (r"(verdict|planted\.\w+\.verdict)\..*", VERDICTS, *DERIVED, WHOLE),
    (rf"robustness\.manifest\.(\w+)\.{AT}", OTHER, "manifest", "est", r"\1_\2"),
    (rf"robustness\.samples\.(\w+)\.{AT}", OTHER, r"sample-\1", "est", r"serial_\2"),
    (rf"robustness\.fiml\.{AT}", OTHER, "fiml", "est", r"serial_\1"),
    (r"robustness\.order\.(\w+)\.(chisq|df)", OTHER, r"order-\1", "measure", r"\2"),
    (rf"robustness\.order\.(\w+)\.{AT}", OTHER, r"order-\1", "est", r"serial_\2"),
    (r"robustness\.groups\.(\w+)\.(\w+)", OTHER, "equality-free", "est", r"\1_\2"),
    (r"robustness\.moderation\..*", OTHER, *STATISTIC, WHOLE),
    (r"robustness\.(equality|specifications)\..*", OTHER, *DERIVED, WHOLE),
    (r"robustness\.confounding\..*", CONFOUNDED, *DERIVED, WHOLE),
    (r"cross_check\.(rival\.(ours|whole|without)\..*|critical\.ours)", PEERS, *DERIVED, WHOLE),
    (r"cross_check\.people", PEERS, "reply", "measure", "ntotal"),
    (r"cross_check\.(?:reply|pingouin)\.(\w+)", PEERS, "reply", "est", r"\1"),
    (rf"planted\.(\w+)\.(\w+)\.{AT}\.(rounded|careless)", TRUTHS, r"population-\1-\4", "est", r"\2_\3"),
    (rf"planted\.(\w+)\.(\w+)\.{AT}", TRUTHS, r"planted-\1", "est", r"\2_\3"),
    (
        r"known\.(\w+)\.(ntotal|chisq|df|pvalue|cfi|tli|rmsea|srmr|logl|aic|bic)\.here",
        KNOWN,
        r"known-\1",
        "measure",
        r"\2",
    ),
    (r"known\.(\w+)\.rmsea_ci_(lower|upper)\.here", KNOWN, r"known-\1", "measure", r"rmsea:\2"),
    (r"known\.(\w+)\.(\w+)\.ci_(lower|upper)\.here", KNOWN, r"resampled-\1", "est", r"\2:\3"),
    (r"known\.(\w+)\.(\w+)\.se\.here", KNOWN, r"known-\1", "se", r"\2"),
    (r"known\.(\w+)\.(\w+)\.here", KNOWN, r"known-\1", "est", r"\2"),
)
"""Pattern of a key without ``.est`` or ``.ci``, group, and job, solution and name in R; ``:lower`` asks for a bound."""

NOT_COMPARED: tuple[tuple[str, str], ...] = (
    (
        r"sample\..*|survey\.simulated",
        "counts of the flow: the rules are applied to the raw export by us alone",
    ),
    (r"measurement\.invariance\.tested", "whether our own fit could be made"),
    (r"planted\..*\.structural", "effects as the truth has them: written down, not estimated"),
    (r"planted\.\w+\.(covered|effects|people)", "counts of intervals and effects in our tables"),
    (r"cross_check\.pingouin\..*\.ci|cross_check\.zero_p", "printed by pingouin, from random numbers of its own"),
    (
        r"cross_check\.(semopy|critical\.semopy|rival\.semopy|same_side|stopped|tightened|finished)\b.*",
        "made by semopy",
    ),
    (r"plan\..*|robustness\.draws|cross_check\.draws", "settings of the analysis plan"),
    (r"power\..*", "power: thousands of simulated surveys, not fitted again"),
    (r"literature\..*", "counted from the coded literature: no model"),
    (r"known\..*", "as others published them, and counts of agreement"),
)
"""Pattern of a key, and why R says nothing about it."""


def place(key: str) -> Place | None:
    """Say where R has the number of a key; None where it has none.

    Examples
    --------
    >>> where = place("mediation.serial.reply.std.ci")
    >>> where.job, where.solution, where.name, where.part
    ('study', 'nox', 'serial_reply', 'interval')
    >>> place("power.R1.360.est")
    """
    if re.fullmatch(r"cross_check\.pingouin\..*\.ci", key):
        return None
    stem, part = key.removesuffix(".est"), "value"
    if key.endswith(".ci"):
        stem, part = key.removesuffix(".ci"), "interval"
    for pattern, group, job, solution, name in COMPARED:
        found = re.fullmatch(pattern, stem)
        if found:
            named, _, bound = found.expand(name).partition(":")
            if group == STUDY and part == "interval":
                group = BOUNDS
            return Place(group, found.expand(job), solution, named, bound or part)
    return None


def reason(key: str) -> str:
    """Say why R says nothing about the number of a key.

    Raises
    ------
    LookupError
        If no reason is written down.
    """
    for pattern, why in NOT_COMPARED:
        if re.fullmatch(pattern, key):
            return why
    raise LookupError(f"{key} is neither compared with R, nor does companion.verification.coverage say why not")
