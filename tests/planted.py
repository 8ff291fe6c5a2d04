"""Tables of results with another value in every cell, and the numbers that are declared on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import count, product
from typing import Any

import pandas as pd

from companion.analysis import (
    claims,
    estimands,
    experiment,
    invariance,
    measurement,
    mediation,
    predictions,
    robustness,
)
from companion.evidence import counts
from companion.numbers import Number, Registry
from companion.numbers.declared import Source, numbers_of
from companion.peers import cross_check, known_results
from companion.quantities import YES_NO, Block, Quantity
from companion.survey import design, questionnaire, sample
from companion.survey.design import DESIGN
from companion.truth import kept_plans, planning, power, recovery

Rows = Sequence[Mapping[str, Any]]

SCALES = ("psr", "pk")
TITLES = {"psr": "closeness", "pk": "doubt"}
COLUMNS = ("scale", "construct", "one", "two", "scale_1", "scale_2")
CELLS = [{"valence": valence, "interaction": interaction} for valence, interaction in DESIGN.cells]
AT = [{"interaction": interaction} for interaction in DESIGN.interactions]
OF_SCALES = [{"scale": scale} for scale in SCALES]
ESTIMANDS = [
    {
        "name": name,
        "effect": one.effect,
        "interaction": one.place,
        "estimand": one.key,
        "working": mediation.working(one, DESIGN),
        "working_std": mediation.difference(one, "mediation", "std.est"),
    }
    for name, one in estimands.by_parameter(DESIGN).items()
]
SOURCE = Source(
    digest="",
    simulated=True,
    level=0.95,
    names={
        **dict.fromkeys(COLUMNS, TITLES),
        "interaction": {"none": "no reaction", "like": "a like", "reply": "a reply"},
        "name": {name: one.words() for name, one in estimands.by_parameter(DESIGN).items()},
    },
)


def _each(*parts: Rows) -> Rows:
    return [{key: cell for part in row for key, cell in part.items()} for row in product(*parts)]


@dataclass(frozen=True)
class Room:
    """What a room declares, and for each of its tables what names its rows; else one row without a name."""

    blocks: tuple[Block, ...]
    rows: Mapping[str, Rows]
    filled: Mapping[str, str]


ROOMS = {
    "sample": Room(
        sample.QUANTITIES,
        {
            "flow": [
                *({"rule": box, "place": box, "sort": f"box.{box}", "said": ""} for box in sample.BOXES),
                {"rule": "age", "place": "removed.age", "sort": "removed", "said": "too old"},
                {"rule": "age", "place": "left.age", "sort": "left", "said": "too old"},
                {"rule": "analysed", "place": "analysed.positive.none", "sort": "cell", "said": "positive none"},
            ],
            "stages": [{"short": "before", "stage": "before randomisation"}],
            "attrition": [
                {"short": "left", "what": "left", "method": "chi-square"},
                {"short": "excluded", "what": "left out", "method": "permutation"},
            ],
            "flags": [{"flag": "fast", "words": "quick"}],
            "hits": [{"hits": 2}],
            "variants": [{"variant": "without straight lines", "short": "without_straight_lines"}],
        },
        {},
    ),
    "design": Room(design.QUANTITIES, {"reactions": [{"interaction": "like"}, {"interaction": "reply"}]}, {}),
    "measurement": Room(
        measurement.QUANTITIES,
        {
            "reliability": OF_SCALES,
            "correlations": [{"one": "psr", "two": "pk"}],
            "loadings": [{"item": "psr1"}, {"item": "pk3"}],
            "validity": OF_SCALES,
            "htmt": [{"scale_1": "psr", "scale_2": "pk"}],
        },
        {},
    ),
    "invariance": Room(
        invariance.QUANTITIES,
        {
            "steps": [{"step": step} for step in invariance.EQUAL],
            "direct": [{"item": "psr1"}, {"item": "psr2"}],
            "direct_serial": AT,
        },
        {},
    ),
    "experiment": Room(
        experiment.QUANTITIES,
        {
            "cells": _each(OF_SCALES, CELLS),
            "anova": _each(OF_SCALES, [{"term": term} for term in ("valence", "interaction", "product")]),
            "simple_effects": _each(OF_SCALES, AT),
            "valence_check": [{"valence": valence} for valence in DESIGN.valences],
            "recognised": AT,
        },
        {},
    ),
    "mediation": Room(
        mediation.QUANTITIES,
        {"paths": [{"label": "a1", "outcome": "psr", "predictor": "neg"}], "effects": ESTIMANDS},
        {},
    ),
    "predictions": Room(
        (*predictions.QUANTITIES, *predictions.GAP),
        {"groups": _each([{"construct": "psr"}], CELLS), "range": [{"construct": "psr"}]},
        {"groups": "six"},
    ),
    "verdicts": Room(
        claims.QUANTITIES,
        {"claims": [{"claim": claim, "verdict_label": "", "simultaneous_label": ""} for claim in ("R1", "R2")]},
        {"prefix": "verdict"},
    ),
    "robustness": Room(
        robustness.QUANTITIES,
        {
            "manifest": ESTIMANDS,
            "samples": _each([{"short": "primary", "variant": "primary"}], AT),
            "full_information": AT,
            "order": _each([{"short": "knowledge", "order": "knowledge first"}], AT),
            "order_fit": [{"short": "knowledge", "order": "knowledge first"}],
            "groups": _each([{"path": path} for path in "dbc"], AT),
            "specifications": AT,
        },
        {},
    ),
    "removing": Room(robustness.REMOVING, {"removing": [{"link": "d"}, {"link": "b"}]}, {}),
    "confounding": Room(
        claims.CONFOUNDING, {"confounding": [{"constructs": "psr_pk", "pair": "psr-pk", "claim": "R1"}]}, {}
    ),
    "cross-check": Room(
        cross_check.QUANTITIES,
        {
            "critical": [{"program": "ours"}, {"program": "semopy"}],
            "runs": [{"run": "stopped"}, {"run": "tightened"}],
            "changes": _each(
                [{"program": "ours"}, {"program": "semopy"}],
                [{"measure": name, "criterion": name.upper()} for name in ("aic", "bic")],
            ),
            "rivals": [{"short": "whole"}, {"short": "without"}],
            "indirect": [
                *(
                    {"made_by": "reply", "program": "ours", "effect": effect, "kind": "percentile"}
                    for effect in ("pk_alone", "serial", "pk_in_total")
                ),
                {"made_by": "pingouin", "program": "pingouin", "effect": "psr_alone", "kind": "bias-corrected"},
            ],
        },
        {"interaction": "reply"},
    ),
    "recovery": Room(recovery.QUANTITIES, {"effects": ESTIMANDS}, {"truth": "no_reversal", "said": "no reversal"}),
    "plan": Room(questionnaire.PLAN, {}, {}),
    "power": Room(power.QUANTITIES, {"rates": [{"claim": "R1", "n": 360}, {"claim": "R1-R4", "n": 360}]}, {}),
    "false finds": Room(
        kept_plans.QUANTITIES, {"rates": [{"claim": "R1", "truth": "no last link", "truth_key": "no_last_link"}]}, {}
    ),
    "planning": Room(
        planning.QUANTITIES,
        {
            "rates": [{"truth": "reversal", "truth_key": "reversal", "claim": "R1", "claim_key": "R1", "people": 360}],
            "smallest": [{"claim": "all together", "claim_key": "all_together", "power": 0.8}],
            "smallest_effects": [{"claim": "R4", "claim_key": "R4"}],
            "widths": [{"name": "serial_reply", "people": 360}],
            "designs": [
                {
                    "scales": "three items",
                    "scales_key": "three_items",
                    "sample": "equal",
                    "sample_key": "equal",
                    "analysis": "scale means",
                    "analysis_key": "scale_means",
                }
            ],
            "cells": [{"sample": "equal", "sample_key": "equal", "claim": "R4", "claim_key": "R4", "people": 600}],
            "sensitivity": [
                {
                    "truth": "four fifths",
                    "truth_key": "four_fifths",
                    "claim": "all together",
                    "claim_key": "all_together",
                }
            ],
            "omega": [{"scales": "three items", "scales_key": "three_items", "construct": "psr", "items": 3}],
        },
        {},
    ),
    "literature": Room(
        (*counts.QUANTITIES, *counts.CLAIM, *counts.REST),
        {
            "called": [{"followers": 8000, "said": "8,000"}],
            "claim": [{"claim": "T1"}],
            "parts": [{"name": "wide-reach", "statement": "They reach many"}],
            "paths": [{"name": "psr-pk", "label": "closeness to doubt"}],
            "effects": [{"source": "one2020", "name": "psr-pk", "label": "", "path_label": "", "what": ""}],
            "held": [{"name": "held", "held": "held", "year": 2026}],
        },
        {"claim": "T1"},
    ),
    "known results": Room(
        known_results.QUANTITIES,
        {
            "comparison": [
                {"analysis": "tal_or", "key": key, "quantity": "It", "said": "tal or", "decimals": 3}
                for key in ("indirect", "indirect.ci_lower", "indirect.ci_upper", "a.se", "cfi", "rmsea_ci_upper")
            ]
        },
        {},
    ),
}


def tables(room: Room) -> dict[str, pd.DataFrame]:
    """Give the room's tables: in each cell that is declared a value that no other cell has."""
    cells = count(1)
    planted = {}
    for block in room.blocks:
        rows = room.rows.get(block.table, [{}])
        frame = planted.get(block.table, pd.DataFrame(rows, index=range(len(rows))))
        for quantity in block.quantities:
            for column in quantity.columns:
                if column not in frame:
                    frame[column] = [_value(quantity, next(cells)) for _ in rows]
        planted[block.table] = frame
    return planted


def _value(quantity: Quantity, number: int) -> Any:
    if quantity.possible == YES_NO:
        return number % 2 == 0
    if quantity.kind == "word":
        return f"word {number}"
    return number if quantity.kind == "count" else number / 1024


def numbers(room: Room, blocks: tuple[Block, ...] | None = None) -> Registry:
    """Give the numbers of a room's planted tables, by its own declarations or by others."""
    return Registry(numbers_of(blocks or room.blocks, tables(room), SOURCE, **room.filled))


@cache
def all_numbers() -> dict[str, Number]:
    """Give the numbers of all planted tables, by key."""
    return {key: number for room in ROOMS.values() for key, number in numbers(room).items()}


def swapped(room: Room, table: str, part: str, **columns: Any) -> tuple[Block, ...]:
    """Give a room's declarations with one quantity that reads other columns: a fault."""

    def changed(block: Block) -> Iterator[Quantity]:
        for quantity in block.quantities:
            at_fault = block.table == table and quantity.part == part
            yield replace(quantity, **columns) if at_fault else quantity

    return tuple(replace(block, quantities=tuple(changed(block))) for block in room.blocks)
