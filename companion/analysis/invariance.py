"""Whether the items work alike in all cells of the design: measurement invariance, and paths from condition to item."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from companion import sem
from companion.analysis import convergence, estimands, mediation
from companion.analysis.estimands import SERIAL
from companion.analysis.experiment import holm
from companion.analysis.mediation import Items
from companion.quantities import (
    INVARIANCE,
    MEASURES,
    OWN_FIT,
    Block,
    Place,
    Quantity,
    Tables,
    derived,
    each,
    one_row,
    whether,
)
from companion.survey.design import Design
from companion.survey.questionnaire import Analysis, Questionnaire
from companion.survey.sample import Sample

CELL = "cell"
EQUAL: dict[str, tuple[str, ...]] = {
    "configural": (),
    "metric": ("loadings",),
    "scalar": ("loadings", "intercepts"),
}
"""Step of invariance -> what is held equal over the cells; factor means are free from the scalar step on."""


@dataclass(frozen=True)
class Invariance:
    """Whether the items work alike in all cells.

    Parameters
    ----------
    steps
        Comparison of the multi-group factor models (see `companion.sem.compare`), by step: configural metric scalar.
        All NaN where a model could not be fitted.
    direct
        A row an item: scale item chisq_diff df_diff p p_holm of the study's model with the conditions' paths to this
        item freed, against the study's model; and serial_none serial_like serial_reply, the serial effects then.
    obstacles
        Why the multi-group models could not be fitted, in words; empty where they were.
    level
        Level of the tests, as a share: 0.95 rejects at p < 0.05.
    """

    steps: pd.DataFrame
    direct: pd.DataFrame
    obstacles: tuple[str, ...]
    level: float

    @property
    def tested(self) -> bool:
        """Whether all multi-group models could be fitted."""
        return not self.obstacles

    def rejected(self, step: str) -> bool:
        """Say whether what a step holds equal is rejected by the chi-square difference to the step before."""
        return bool(self.steps["pvalue"][step] < 1 - self.level)

    @property
    def flagged(self) -> tuple[str, ...]:
        """Items that the conditions reach past their construct, after Holm's correction."""
        hit = self.direct["p_holm"] < 1 - self.level
        return tuple(self.direct.loc[hit, "item"])


def steps(data: pd.DataFrame, items: Items, cell: str = CELL) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Compare the factor model of all cells with loadings, then intercepts too, held equal; and say what hindered it.

    The steps are those of Putnick & Bornstein (2016). The residual step is left out: the study compares latent
    variables, and those do not need equal residuals.
    """
    text = mediation.measurement_model(items)
    fits = {step: sem.fit(text, data, group=cell, equal=equal) for step, equal in EQUAL.items()}
    obstacles = convergence.obstacles(fits)
    if not obstacles:
        return sem.compare(fits), ()
    columns = ["chisq", "df", "chisq_diff", "df_diff", "pvalue", "cfi", "delta_cfi", "rmsea", "delta_rmsea"]
    return pd.DataFrame(np.nan, index=list(EQUAL), columns=columns), obstacles


def direct(data: pd.DataFrame, items: Items, design: Design) -> pd.DataFrame:
    """Free the paths from all conditions to one item at a time, and test each by its likelihood ratio (Holm-adjusted).

    The likelihood ratio does not depend on which item is the marker, so the marker's own paths are freed as they
    stand: the construct's other items then carry the effects of the conditions.

    Raises
    ------
    companion.sem.ModelError
        If one of the models did not converge.
    """
    study, serial = mediation.model(items, design), estimands.at_interactions(SERIAL, design)
    base = convergence.demanded(sem.fit(study, data), "the study's model").measures
    rows = []
    for scale, names in items.items():
        for item in names:
            freed = sem.fit(f"{study}\n{item} ~ {' + '.join(design.predictors)}", data)
            fit = convergence.demanded(freed, f"the study's model with the paths from the conditions to {item} freed")
            defined = fit.estimates[fit.estimates["op"] == ":="].set_index("lhs")["est"]
            row: dict[str, object] = {"scale": scale, "item": item}
            row |= {f"{name}_diff": base[name] - fit.measures[name] for name in ("chisq", "df")}
            rows.append(row | {one.parameter: defined[one.parameter] for one in serial})
    table = pd.DataFrame(rows)
    p = chdtrc(table["df_diff"], table["chisq_diff"].clip(lower=0)).to_numpy()
    table.insert(4, "p", p)
    table.insert(5, "p_holm", holm(p))
    return table


def examine(sample: Sample, questionnaire: Questionnaire, analysis: Analysis) -> Invariance:
    """Ask of the analysed respondents whether the items of the model work alike in all cells.

    Raises
    ------
    companion.sem.ModelError
        If the study's model cannot be estimated from the sample.
    """
    items = mediation.items_of(questionnaire, analysis)
    cells = pd.Categorical(
        sample.data["valence"].astype(str) + " " + sample.data["interaction"].astype(str),
        [" ".join(cell) for cell in questionnaire.cells],
    )
    compared, obstacles = steps(sample.data.assign(**{CELL: cells}), items)
    return Invariance(
        steps=compared,
        direct=direct(sample.data, items, questionnaire.design),
        obstacles=obstacles,
        level=analysis.interval.level,
    )


_block = partial(Block, function="analysis.invariance.examine", asked=derived(INVARIANCE))
_FIT = Place(INVARIANCE, "invariance-{step}", "measure", "{part}")
_STEP = (
    *(replace(one, decimals=None, asked=_FIT) for one in MEASURES if one.part in ("chisq", "df", "cfi", "rmsea")),
    Quantity("chisq_diff", "statistic", optional=True),
    Quantity("df_diff", "count", optional=True),
    Quantity("p", "p", "pvalue", optional=True),
    *each("coefficient", "delta_cfi", "delta_rmsea", optional=True),
    whether("rejected", optional=True),
)
_DIRECT = (Quantity("chisq_diff", "statistic"), Quantity("df_diff", "count"), *each("p", "p", "p_holm"))
_TOGETHER = (Quantity("smallest", "p"), whether("any"), Quantity("flagged", "word", optional=True))
_SERIAL = each("coefficient", "lowest", "highest")
QUANTITIES = (
    _block(
        "measurement.invariance",
        "tested",
        "invariance",
        (whether("tested", asked=OWN_FIT),),
    ),
    _block("measurement.invariance.{step}", "steps", "invariance", _STEP, of="step"),
    _block("measurement.direct", "direct_count", "direct", each("count", "items")),
    _block("measurement.direct.{item}", "direct", "direct", _DIRECT, of="direct"),
    _block("measurement.direct", "direct_together", "direct", _TOGETHER),
    _block("measurement.direct.serial.{interaction}", "direct_serial", "direct", _SERIAL, said=("interaction",)),
)
"""The numbers of the book in `Invariance`."""


def tables(result: Invariance, design: Design) -> Tables:
    """Give the tables that `QUANTITIES` reads."""
    rejected = np.array([result.rejected(step) if equal else None for step, equal in EQUAL.items()], dtype=object)
    steps = result.steps.rename_axis("step").reset_index().assign(rejected=rejected)
    serial = [(one.at, result.direct[one.parameter]) for one in estimands.at_interactions(SERIAL, design)]
    ends = [(interaction, effects.min(), effects.max()) for interaction, effects in serial]
    return {
        "tested": one_row(tested=result.tested),
        "steps": steps if result.tested else steps.head(0),
        "direct_count": one_row(items=len(result.direct)),
        "direct": result.direct,
        "direct_together": one_row(
            smallest=result.direct["p_holm"].min(),
            any=bool(result.flagged),
            flagged=", ".join(result.flagged) or None,
        ),
        "direct_serial": pd.DataFrame(ends, columns=["interaction", "lowest", "highest"]),
    }
