"""Thirteen studies with other truths, sizes and questionnaires: surveys of which the book has not said anything yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import other_questionnaires
import pandas as pd
import shipped

from companion import numbers
from companion.analysis import mediation, robustness
from companion.numbers import Registry
from companion.peers import cross_check
from companion.study import TRUTHS, Planted, Study
from companion.survey import imported, sample
from companion.survey.questionnaire import Analysis, Questionnaire
from companion.truth import recovery, simulate
from companion.truth.population import Truth

DRAWS = 100
"""Of each bootstrap: what a sentence says is at stake here, and not the last digit of a bound."""

CORRELATIONS = (-0.5, 0.0, 0.5)
POPULATION = 6_000
ROOMS = (
    "survey",
    "design",
    "sample",
    "measurement",
    "experiment",
    "mediation",
    "predicted",
    "verdict",
    "robustness",
    "cross_check",
    "planted",
)
"""What is told of a survey; the other numbers are of other studies, of the literature and of plans."""


@dataclass(frozen=True)
class Survey:
    """What a survey is drawn from, what it asked and what befell its answers."""

    paths: Mapping[str, Mapping[str, float]]
    per_cell: int
    asked: Callable[[], Questionnaire] = shipped.asked
    simulated: bool = True
    seed: int = 2020
    left_at_post: tuple[int, ...] = (1, 1, 1, 1, 1, 1)
    tones: tuple[float, float] = (5.7, 2.4)
    befell: Callable[[pd.DataFrame], pd.DataFrame] | None = None


def chain(psr: tuple[float, float, float], d: float = -0.4, b: float = -0.4, c: float = 0.3, **others: float) -> Any:
    """Paths by the effect of negative comments on the relationship without a reaction, with a like and with a reply."""
    none, like, reply = psr
    return {
        "psr": {"neg": none, "neg:like": like - none, "neg:reply": reply - none},
        "pkc": {},
        "pk": {"psr": d, "neg": others.get("pk", 0.1)},
        "pa": {"pk": b, "psr": c, "neg": others.get("pa", -0.15)},
    }


def moved(answers: pd.DataFrame) -> pd.DataFrame:
    """A reply moves one item past its construct, and makes another one say nothing."""
    changed, replied = lifted(answers), answers["interaction"] == "reply"
    changed.loc[replied, "pk3"] = np.random.default_rng(1).permutation(changed.loc[replied, "pk3"])
    return changed


def lifted(answers: pd.DataFrame) -> pd.DataFrame:
    """A reply lifts one item by a point, and not its construct."""
    changed, replied = answers.copy(), answers["interaction"] == "reply"
    changed.loc[replied, "psr2"] = (changed.loc[replied, "psr2"] + 1).clip(upper=7)
    return changed


def hardly_a_reply(answers: pd.DataFrame) -> pd.DataFrame:
    """All but the first six of each group who saw a reply are gone: too few for a model of their own."""
    replied = answers["interaction"] == "reply"
    kept = answers[replied].groupby("valence").head(6).index
    return answers[~replied | answers.index.isin(kept)].reset_index(drop=True)


def filtered(answers: pd.DataFrame, sign: int) -> pd.DataFrame:
    """The relationship decides how much persuasion knowledge goes with a poor attitude."""
    changed = answers.copy()
    product = sign * (answers["psr1"] - answers["psr1"].mean()) * (answers["pk1"] - answers["pk1"].mean()) / 3
    for item in ("pa1", "pa2", "pa4"):
        changed[item] = (answers[item] + product.round()).clip(answers[item].min(), answers[item].max())
    return changed


LEAVING_OUT = {
    f"nobody saw a {reaction}": Survey(chain((-0.8, 0.9, 0.9)), 60, partial(other_questionnaires.without, reaction))
    for reaction in ("like", "reply")
}
"""Studies that leave out a reaction."""

SURVEYS = {
    "as the thesis reports": Survey(chain((-0.4, 0.4, 1.0)), 200),
    "no reversal, many people": Survey(chain((-0.5, -0.3, -0.3)), 700),
    "signs reversed, and a filter": Survey(chain((0.7, -0.7, -1.2), pa=0.3), 150, befell=partial(filtered, sign=1)),
    "nothing at all": Survey(chain((0, 0, 0), 0, 0, 0, pk=0, pa=0), 100, tones=(4, 4)),
    "all strong": Survey(chain((-1, 1, 1.6), -0.7, -0.7, 0.2), 100, simulated=False),
    "few people": Survey(chain((-0.4, 0.4, 1.0)), 15, left_at_post=(0, 0, 0, 0, 0, 12)),
    "hardly anybody saw a reply": Survey(chain((-0.4, 0.4, 1.0)), 40, befell=hardly_a_reply),
    "five points": Survey(chain((0.7, -0.1, 1.2)), 100, lambda: other_questionnaires.asked(1, 5), simulated=False),
    "eleven points, the chain the other way round, and a filter": Survey(
        chain((-0.8, 0.8, -0.8), 0.5, 0.5),
        100,
        lambda: other_questionnaires.asked(0, 10),
        befell=partial(filtered, sign=-1),
    ),
    "three items a construct, of which a reply moves one": Survey(
        chain((-0.7, -0.7, 0.7)),
        150,
        lambda: other_questionnaires.asked(items=3),
        befell=moved,
    ),
    "a like turns more than a reply": Survey(chain((-0.8, 1.2, 0.1), pa=-0.8), 150),
    "a like turns, a reply does not, and lifts an item": Survey(chain((-0.8, 1.2, 0), pa=-0.8), 150, befell=lifted),
    "nobody saw a like": LEAVING_OUT["nobody saw a like"],
}


def truth(survey: Survey) -> Truth:
    """The shipped truth with other paths, fewer people and little mess."""
    usual = shipped.truth()
    planted = {name: (1,) * 6 if isinstance(count, tuple) else 1 for name, count in usual.planted}
    planted |= {"left_at_post": survey.left_at_post}
    positive, negative = survey.tones
    said = usual.model_dump()
    said["paths"], said["planted"] = survey.paths, planted
    said["checks"]["perceived_valence"] |= {"positive": positive, "negative": negative}
    return Truth.model_validate(said | {"per_cell": survey.per_cell, "seed": survey.seed})


def plan() -> Analysis:
    """The shipped plan with few draws."""
    usual = shipped.plan()
    redraw = usual.bootstrap.redraw.model_copy(update={"draws": DRAWS})
    bootstrap = usual.bootstrap.model_copy(update={"draws": DRAWS, "redraw": redraw})
    return usual.model_copy(update={"bootstrap": bootstrap, "confounding": CORRELATIONS})


def study(name: str, folder: Path) -> Study:
    """One of the studies, drawn into a folder."""
    survey = {**SURVEYS, **LEAVING_OUT}[name]
    asked, drawn_from = survey.asked(), truth(survey)
    file = folder / f"{name}.csv"
    file.write_bytes(simulate.survey(drawn_from, asked))
    made = Study(file)
    made.questionnaire, made.analysis, made.store = asked, plan(), shipped.Unkept(folder)
    export = imported.read(file, asked).export
    if survey.befell is not None:
        export = replace(export, data=survey.befell(export.data))
    made.sample = replace(sample.select(export, asked, made.analysis), simulated=survey.simulated)
    return made


@contextmanager
def small() -> Iterator[None]:
    """Let rooms that draw by themselves draw little, and try one set of items."""
    with (
        patch.object(robustness, "SHORT_DRAWS", DRAWS),
        patch.object(robustness.specifications, "__defaults__", (DRAWS,)),
        patch.object(robustness, "item_sets", lambda _, items: {"all": dict(items)}),
        patch.object(cross_check, "DRAWS", DRAWS),
        patch.object(recovery, "PEOPLE", POPULATION),
    ):
        yield


def numbers_of(made: Study, name: str, rooms: Sequence[str] = ROOMS) -> Registry:
    """The numbers of one of the studies, whose survey stands for that without a reversal too."""
    items = mediation.items_of(made.questionnaire, made.analysis)
    with small():
        if "planted" in rooms:
            found = recovery.recover(truth(SURVEYS[name]), made.mediation, made.questionnaire, items)
            made.planted = dict.fromkeys(TRUTHS, Planted(study=made, recovery=found))
        told = [numbers.collect_starting(made, f"{room}.") for room in rooms]
    return Registry(number for room in told for number in room.values())
