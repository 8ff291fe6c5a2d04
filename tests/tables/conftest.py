"""Results with values written by hand, so that a table can be compared with what it was given."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shipped

from companion.analysis import estimands
from companion.analysis.claims import Judgement, Verdicts
from companion.analysis.experiment import Experiment
from companion.analysis.invariance import Invariance
from companion.analysis.measurement import Measurement
from companion.analysis.mediation import Mediation
from companion.analysis.mistakes import Mistakes
from companion.analysis.robustness import Robustness
from companion.peers.cross_check import CrossCheck
from companion.peers.known_results import KnownResults
from companion.survey import questionnaire as asked
from companion.survey import sample
from companion.survey.design import DESIGN
from companion.truth import population

INTERACTIONS = DESIGN.interactions


@pytest.fixture(scope="module")
def questionnaire() -> asked.Questionnaire:
    return shipped.asked()


@pytest.fixture(scope="module")
def analysis() -> asked.Analysis:
    return shipped.plan()


@pytest.fixture(scope="module")
def stated() -> asked.Claims:
    return shipped.claims()


@pytest.fixture(scope="module")
def truth() -> population.Truth:
    return shipped.truth()


@pytest.fixture(scope="module")
def chosen() -> sample.Sample:
    return shipped.selected()


@pytest.fixture(scope="module")
def measurement() -> Measurement:
    """Two scales with values written by hand, so that a table can be compared with what it was given."""
    both = ["psr", "pk"]
    fit: Any = SimpleNamespace(
        measures={
            "chisq": 130.2,
            "df": 129.0,
            "pvalue": 0.0004,
            "cfi": 1.0,
            "tli": 0.9996,
            "rmsea": 0.003,
            "rmsea_ci_lower": 0.0,
            "rmsea_ci_upper": 0.014,
            "srmr": 0.018,
        }
    )
    return Measurement(
        level=0.95,
        items=pd.DataFrame(
            {
                "scale": both,
                "item": ["psr1", "pk1"],
                "n": 10,
                "mean": [4.104, 3.9],
                "sd": 1.0,
                "skewness": -0.001,
                "rest": 0.7,
            }
        ),
        reliability=pd.DataFrame(
            {
                "scale": both,
                "items": [6, 5],
                "alpha": [0.91, 0.88],
                "alpha_lower": [0.90, 0.86],
                "alpha_upper": [0.92, 0.89],
                "omega": [0.92, 0.89],
                "omega_lower": [0.91, 0.87],
                "omega_upper": [0.93, 0.90],
                "mean": [4.0, 3.5],
                "sd": [1.1, 1.0],
            }
        ),
        correlations=pd.DataFrame([[1, -0.4321], [-0.4321, 1]], index=both, columns=both),
        loadings=pd.DataFrame(
            {
                "scale": both,
                "item": ["psr1", "pk1"],
                "est": [1.0, 1.0],
                "std_all": 0.8,
                "std_lower": 0.75,
                "std_upper": 0.85,
            }
        ),
        validity=pd.DataFrame({"scale": both, "ave": [0.64, 0.6]}),
        htmt=pd.DataFrame(
            {"scale_1": ["psr"], "scale_2": ["pk"], "htmt": [0.48], "ci_lower": [0.42], "ci_upper": [0.54]}
        ),
        cfa=fit,
        correlation_p=pd.DataFrame(),
    )


@pytest.fixture
def invariance() -> Invariance:
    steps = pd.DataFrame(
        {
            "chisq": [100.0, 112.5, 180.0],
            "df": [90.0, 100.0, 110.0],
            "chisq_diff": [np.nan, 12.5, 67.5],
            "df_diff": [np.nan, 10.0, 10.0],
            "pvalue": [np.nan, 0.253, 0.0000001],
            "cfi": [0.99, 0.989, 0.96],
            "delta_cfi": [np.nan, -0.001, -0.029],
            "rmsea": [0.03, 0.031, 0.06],
            "delta_rmsea": [np.nan, 0.001, 0.029],
        },
        index=["configural", "metric", "scalar"],
    )
    direct = pd.DataFrame(
        {
            "scale": ["psr", "pk"],
            "item": ["psr1", "pk1"],
            "chisq_diff": [30.0, 4.0],
            "df_diff": [5.0, 5.0],
            "p": [0.00001, 0.549],
            "p_holm": [0.00002, 0.549],
            "serial_none": [-0.1, -0.11],
            "serial_like": [0.1, 0.11],
            "serial_reply": [0.2, 0.21],
        }
    )
    return Invariance(steps, direct, (), 0.95)


@pytest.fixture
def experiment() -> Experiment:
    cells = [
        ("psr", valence, w, 20, mean, 1.2, mean - 0.5, mean + 0.5)
        for valence, means in (("positive", (4.0, 4.1, 4.2)), ("negative", (3.5, 4.6, 5.25)))
        for w, mean in zip(INTERACTIONS, means, strict=True)
    ]
    names = ["scale", "valence", "interaction", "n", "mean", "sd", "ci_lower", "ci_upper"]
    return Experiment(
        level=0.95,
        scores=pd.DataFrame(),
        valence_check=pd.DataFrame(),
        valence_difference={},
        cells=pd.DataFrame(cells, columns=names),
        anova=pd.DataFrame(
            [("psr", "valence x interaction", 2.0, 1194.0, 10.456, 0.00004, 0.0172)],
            columns=["scale", "source", "df1", "df2", "F", "p", "partial_eta2"],
        ),
        simple_effects=pd.DataFrame(
            {
                "scale": ["psr"],
                "interaction": ["none"],
                "est": [-0.5],
                "ci_lower": [-0.9],
                "ci_upper": [-0.1],
                "hedges_g": [-0.4],
                "g_lower": [-0.7],
                "g_upper": [-0.002],
                "t": [-2.5],
                "df": [37.6],
                "p_holm": [0.0341],
            }
        ),
        interaction_check=pd.DataFrame(
            [[30, 4, 3, 3], [1, 39, 0, 0], [0, 0, 20, 20]],
            index=pd.Index(INTERACTIONS, name="interaction"),
            columns=[*INTERACTIONS, "unsure"],
        ),
        recognised=pd.DataFrame(
            {
                "interaction": INTERACTIONS,
                "share": [0.75, 0.975, 0.5],
                "ci_lower": [0.6, 0.87, 0.35],
                "ci_upper": [0.86, 0.996, 0.65],
            }
        ),
    )


def effect_rows(effect: str, estimates: tuple[float, ...], at: tuple[str, ...] = INTERACTIONS) -> pd.DataFrame:
    est = np.array(estimates)
    bounds = {"ci_lower": est - 0.05, "ci_upper": est + 0.05}
    halves = {"std": est / 2, "std_lower": est / 2 - 0.025, "std_upper": est / 2 + 0.025}
    return pd.DataFrame({"effect": effect, "interaction": at, "est": est, **bounds, **halves})


@pytest.fixture
def mediation() -> Mediation:
    effects = pd.concat(
        [effect_rows("serial", (-0.06, 0.07, 0.16)), effect_rows("total_pa", (-0.3, 0.0, 0.28))], ignore_index=True
    )
    no_fit: Any = None
    return Mediation(
        level=0.95,
        design=DESIGN,
        fit=no_fit,
        simultaneous=pd.DataFrame(),
        predictions=pd.DataFrame(),
        draws=pd.DataFrame(),
        draws_not_converged=0,
        draws_inadmissible=0,
        redrawn=False,
        effects=effects,
        contrasts=effect_rows("serial", (0.13, 0.22, 0.09), ("like - none", "reply - none", "reply - like")).assign(
            name=[one.parameter for one in estimands.contrasts("serial", DESIGN)]
        ),
        paths=pd.DataFrame(
            [("a3", "psr", "neg:reply", 1.35, 1.02, 1.68)],
            columns=["label", "outcome", "predictor", "est", "ci_lower", "ci_upper"],
        ),
    )


@pytest.fixture
def robustness(mediation: Mediation) -> Robustness:
    serial = mediation.at_interactions("serial")
    return Robustness(
        equality=pd.DataFrame(),
        obstacles=(),
        confounding=pd.DataFrame(),
        draws=0,
        manifest=pd.concat([effect_rows("serial", (-0.04, 0.05, 0.12)), effect_rows("psr", (-0.3, 0.4, 0.9))]),
        samples=serial.assign(variant="primary", n=1200),
        full_information=serial.assign(n=1236),
        order=pd.concat(
            [
                serial.assign(order="relationship first", chisq=169.539, df=147),
                effect_rows("serial", (-0.02, 0.03, 0.01)).assign(order="knowledge first", chisq=169.539, df=147),
            ]
        ),
        groups=pd.DataFrame(
            [(path, w, -0.4 + i / 10, 0.05) for path in "dbc" for i, w in enumerate(INTERACTIONS)],
            columns=["path", "interaction", "est", "se"],
        ),
        moderation=pd.DataFrame(
            {
                "term": ["const", "psr", "pk", "neg", "psr_x_pk"],
                "est": [4.5, 0.3, -0.3, -0.1, 0.01],
                "ci_lower": [4.3, 0.2, -0.4, -0.3, -0.03],
                "ci_upper": [4.7, 0.4, -0.2, 0.1, 0.05],
                "t": [60.0, 10.0, -12.0, -1.4, 0.5],
                "p": [0.0, 0.0, 0.0, 0.16, 0.62],
            }
        ),
        specifications=pd.DataFrame(
            {
                "interaction": ["reply"] * 3 + ["none"] + ["like"],
                "est": [0.1, 0.3, 0.2, -0.1, 0.05],
                "ci_lower": [-0.1, 0.2, 0.1, -0.2, -0.1],
                "ci_upper": [0.3, 0.4, 0.3, -0.05, 0.2],
            }
        ),
    )


@pytest.fixture
def made(mediation: Mediation) -> Mistakes:
    """The analysis as planned, and with a mistake that makes effects small and changes one verdict of two."""
    serial = mediation.at_interactions("serial")
    return Mistakes(
        effects=pd.concat(
            [
                serial.assign(mistake="as_planned", n=1200),
                effect_rows("serial", (-0.01, 0.01, 0.02)).assign(mistake="covariate", n=1200),
            ]
        ),
        verdicts=pd.DataFrame(
            [
                ("as_planned", "R1", "found"),
                ("as_planned", "R2", "found"),
                ("covariate", "R1", "undecided"),
                ("covariate", "R2", "found"),
            ],
            columns=["mistake", "claim", "verdict"],
        ),
        everybody=pd.DataFrame(),
        draws=0,
        level=0.95,
    )


@pytest.fixture
def verdicts() -> Verdicts:
    estimands = pd.DataFrame(
        {
            "effect": ["psr", "serial"],
            "at": ["reply", "reply"],
            "minus": [None, "like"],
            "sign": ["+", "-"],
            "name": ["psr_reply", "serial_reply_minus_like"],
            "est": [0.4, 0.1],
            "ci_lower": [0.1, 0.02],
            "ci_upper": [0.7, 0.2],
            "simultaneous_lower": [-0.05, -0.01],
            "simultaneous_upper": [0.85, 0.21],
        }
    )
    return Verdicts({"R1": Judgement("R1", "undecided", "undecided", named=True, estimands=estimands)}, simulated=True)


@pytest.fixture
def check() -> CrossCheck:
    measures = {
        "chisq": (150.0, 150.0004),
        "df": (147, 162),
        "pvalue": (0.0312, 0.0002),
        "cfi": (0.9912, 1.0019),
        "tli": (0.98, 0.99),
        "rmsea": (0.0437, 0.0312),
        "logl": (-7188.228, 0.518),
        "aic": (14472.46, 94.96),
        "bic": (14658.99, 281.5),
        "critical": (176.3, 192.7),
    }
    indirect = [
        ("psr_alone", "pingouin", "bias-corrected", 0.25, 0.0, 0.1, 0.4),
        ("pk_in_total", "pingouin", "bias-corrected", 0.04, 0.29, -0.03, 0.11),
        ("psr_alone", "ours", "bias-corrected", 0.25, None, 0.11, 0.41),
        ("psr_alone", "ours", "percentile", 0.25, None, 0.09, 0.39),
        ("pk_alone", "ours", "percentile", -0.08, None, -0.16, -0.01),
        ("serial", "ours", "percentile", 0.12, None, 0.07, 0.18),
        ("pk_in_total", "ours", "percentile", 0.04, None, -0.02, 0.1),
    ]
    return CrossCheck(
        measures=pd.DataFrame(
            [(name, *both) for name, both in measures.items()], columns=["measure", "ours", "semopy"]
        ),
        estimates=pd.DataFrame(),
        runs=pd.DataFrame(
            [("stopped", 2.5e-4, 2.08e-3, 169.54011), ("tightened", 1.3e-8, 5.9e-8, 169.53947)],
            columns=["run", "gradient", "difference", "chisq"],
        ),
        rivals=pd.DataFrame(
            [("whole", 150.0, 10.0, 4.0, 20.0, 8.0), ("without the link", 300.0, 15.0, 2.0, 25.0, 6.0)],
            columns=["model", "chisq", "aic_ours", "aic_semopy", "bic_ours", "bic_semopy"],
        ),
        indirect=pd.DataFrame(indirect, columns=["effect", "program", "kind", "est", "p", "ci_lower", "ci_upper"]),
        interaction="reply",
        people=400,
        draws=5000,
        finished=True,
    )


@pytest.fixture
def known() -> KnownResults:
    rows = [
        ("one", "Slope", -0.4725, -0.472491, 4, 0, True),
        ("one", "Lower bound", 0.2471, 0.254057, 4, 5000, True),
        ("one", "Chi-square", 38.125, 38.2, 3, 0, False),
        ("two", "People", 75.0, 75.0, 0, 0, True),
    ]
    columns = ["analysis", "quantity", "value", "ours", "decimals", "draws", "agrees"]
    return KnownResults(pd.DataFrame(rows, columns=columns).assign(source="bollen1989"), draws=10_000)
