"""Every table is told in the language that is asked for: its heads, its cells and its numbers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pandas as pd
import pytest
import shipped
from words_in_code import MARKUP, masked

from companion import evidence, tables, words
from companion.peers.confirmation import Confirmation, Group
from companion.survey import questionnaire as asked
from companion.survey import sample
from companion.tables import Table, method
from companion.truth.recovery import Recovery

RECORD = Confirmation(
    data="0" * 64,
    question="1" * 64,
    versions={"R": "4.2.2", "lavaan": "0.6.14"},
    tolerance=1e-5,
    groups=(Group("kinds", 1030, 2.5e-8),),
    resamples=200,
    draws=Group("resamples", 20_400, 3e-8),
    not_compared={"settings": 1},
)
RATES = pd.DataFrame({"n": [1200], "claim": ["R1"], "power": [0.99]})
FALSE_FINDS = pd.DataFrame(
    {"truth": ["nothing"], "claim": ["R1"], "holds": [True], "rate": [0.02], "ci_lower": [0.01], "ci_upper": [0.03]}
)
SIZES = pd.DataFrame(
    {"claim": ["R4"], "power": [0.8], "people": [617.0], "ci_lower": [595.0], "ci_upper": [640.0], "note": [""]}
)
CELLS = pd.DataFrame({"sample": ["equal"], "claim": ["R4"], "rate": [0.791], "ci_lower": [0.765], "ci_upper": [0.815]})
SENSITIVITY = CELLS.drop(columns="sample").assign(truth="four fifths")
REMOVING = pd.DataFrame({"link": ["d", "b"], "correlation": [-0.4, 0.6], "share": [0.4, 0.6]})
WIDTHS = pd.DataFrame(
    {"people": 600, "effect": ["serial_none", "serial_like", "serial_reply", "serial_reply_minus_like"], "width": 0.25}
)
DESIGNS = pd.DataFrame(
    {"scales": "as asked", "sample": "equal", "analysis": ["latent", "scale means"], "rate": 0.5}
).assign(ci_lower=0.45, ci_upper=0.55)
POINTS = pd.DataFrame({"pair": ["psr-pk", "pk-pa", "psr-pa"], "claim": "R1", "correlation": [0.1, None, None]})
RECOVERED = Recovery(
    pd.DataFrame(
        {
            "effect": ["serial"],
            "interaction": ["reply"],
            **dict.fromkeys(("structural", "rounded", "careless", "est", "ci_lower", "ci_upper"), 0.25),
            "covered": [True],
        }
    ),
    people=10,
)
ENGLISH = re.compile(r"[A-Za-z][a-z]+(?:[,:]? [A-Za-z][a-z]*){2,}")


def functions() -> Iterator[Callable[..., Table]]:
    """Every public function of the room that gives a table."""
    for module in iter_modules(tables.__path__, "companion.tables."):
        for name, made in vars(import_module(module.name)).items():
            own = inspect.isfunction(made) and made.__module__ == module.name and not name.startswith("_")
            if own and inspect.signature(made).return_annotation == "Table":
                yield made


FUNCTIONS = {f"{made.__module__.rpartition('.')[2]}.{made.__name__}": made for made in functions()}


@pytest.fixture
def shown(request: pytest.FixtureRequest, verdicts: Any) -> Callable[[str], Callable[..., Table]]:
    """Gives a table by the name of its function, on results that are written by hand or ship with the book."""
    literature: dict[str, Callable[[], Any]] = {
        "tiers": evidence.tiers,
        "engagement": evidence.engagement,
        "literature": evidence.literature,
        "timeline": evidence.timeline,
    }
    found = {
        "method.recovery": {"recovered": RECOVERED, "names": {"serial": "S"}, "level": 0.95},
        "method.verdicts_beside": {"first": verdicts, "second": verdicts, "stated": one_claim(), "headers": ("A", "B")},
        "method.questions": {"questionnaire": shipped.asked(), "groups": ("factor", "screening", "page time")},
        "method.items": {"questionnaire": shipped.asked(), "constructs": ("psr",)},
        "method.power": {"rates": RATES},
        "method.false_finds": {"rates": FALSE_FINDS},
        "planning.smallest": {"sizes": SIZES},
        "planning.smallest_effects": {"effects": SIZES.assign(share=0.7, points=0.066)},
        "planning.cells": {"rates": CELLS},
        "planning.sensitivity": {"rates": SENSITIVITY},
        "planning.common_cause": {"removing": REMOVING},
        "planning.widths": {"table": WIDTHS},
        "planning.designs": {"rates": DESIGNS},
        "results.effects": {"names": ("serial",)},
        "results.contrasts": {"effect": "serial"},
        "results.tipping": {"points": POINTS, "largest": 0.5},
        "known_results.comparison": {"analyses": ["one"]},
        "literature.conversions": {"found": evidence.forest()},
        "literature.evidence": {"found": evidence.evidence_map()},
        "literature.paths": {"found": evidence.evidence_map()},
        "literature.tier_claims": {"claims": evidence.tier_claims()},
        "literature.tier_profile": {"claims": evidence.tier_claims()},
        "verification.compared": {"confirmation": RECORD, "digest": RECORD.data},
        "verification.left_out": {"confirmation": RECORD, "digest": RECORD.data},
    }
    fixtures = {"result": "invariance"}

    def made(name: str) -> Callable[..., Table]:
        given = dict(found.get(name, {}))
        for parameter in inspect.signature(FUNCTIONS[name]).parameters.values():
            if parameter.name == "sample":
                given["sample"] = sample.in_words(shipped.selected(), shipped.plan(), "nl")
            elif parameter.name in literature and parameter.name not in given:
                given[parameter.name] = literature[parameter.name]()
            elif parameter.name == "level" and parameter.name not in given:
                given["level"] = 0.95
            elif parameter.default is inspect.Parameter.empty and parameter.name not in given:
                given[parameter.name] = request.getfixturevalue(fixtures.get(parameter.name, parameter.name))
        return lambda **language: FUNCTIONS[name](**given, **language)

    return made


@cache
def facts() -> str:
    """What tables quote and do not say: the coded literature, the questionnaire, what the thesis reports."""
    rows = [row for table in vars(evidence.literature()).values() if isinstance(table, tuple) for row in table]
    quoted = [*texts([row.model_dump() for row in rows]), *texts(shipped.asked().model_dump())]
    quoted += list(evidence.evidence_map().findings["finding"])
    quoted += texts(shipped.claims().model_dump())
    quoted += [text for language in ("en", "nl") for text in asked.wordings(shipped.asked(), language).values()]  # type: ignore[arg-type]
    return " ".join([*" ".join(quoted).split(), ", ".join(shipped.plan().model.constructs)]).lower()


def texts(entry: Any) -> list[str]:
    """Every text inside something, however deep."""
    if isinstance(entry, str):
        return [entry]
    inside = entry.values() if isinstance(entry, dict) else entry if isinstance(entry, (list, tuple)) else ()
    return [text for part in inside for text in texts(part)]


def one_claim() -> Any:
    stated = shipped.claims()
    return stated.model_copy(update={"results": {"R1": stated.results["R1"]}})


@pytest.fixture
def in_dutch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language in which every word of every sentence is another one."""
    (tmp_path / "en").symlink_to(words.FOLDER / "en")
    masked(words.FOLDER / "en", tmp_path / "nl")
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    words.words.cache_clear()
    yield
    words.words.cache_clear()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_table_takes_its_language_by_name_and_is_english_without(name: str) -> None:
    language = inspect.signature(FUNCTIONS[name]).parameters["language"]
    assert (language.kind, language.default) == (inspect.Parameter.KEYWORD_ONLY, "en")


@pytest.mark.slow
@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_english_is_left_in_a_table_of_another_language(
    name: str, shown: Callable[[str], Callable[..., Table]], in_dutch: None
) -> None:
    table, quoted = shown(name)(language="nl"), facts()
    said = [cell for column in table.frame for cell in (column, *table.frame[column])]
    found = [ENGLISH.search(MARKUP.sub(" · ", " ".join(cell.split()))) for cell in said]
    assert [left[0] for left in found if left and left[0].lower() not in quoted] == []


@pytest.mark.slow
def test_english_that_is_left_is_seen(
    shown: Callable[[str], Callable[..., Table]], in_dutch: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(method, "percent", lambda level, say: "most of the answers")
    found = ENGLISH.search(shown("method.rules")(language="nl").frame.to_string())
    assert found is not None
    assert found[0] == "most of the answers"


@pytest.mark.slow
def test_numbers_of_a_table_are_printed_in_its_language(
    shown: Callable[[str], Callable[..., Table]], in_dutch: None
) -> None:
    assert shown("method.power")(language="nl").frame.iloc[0].tolist() == ["1.200", ",99"]
