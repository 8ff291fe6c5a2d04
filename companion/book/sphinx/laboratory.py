"""The laboratory: the book's numbers computed again in the reader's own browser, from the analysed sample.

The engine is written in ``_static/lab/`` as modules that Node tests. Pages load classic scripts, which work from a disk
too, so the modules are put one behind the other; the sample, the models and the registry come as a second script.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from companion.analysis import claims, estimands, measurement, mediation, mistakes, robustness
from companion.book.sphinx import covered, experiments, subject
from companion.book.sphinx.experiments import EXPERIMENTS, FILLED, simulated
from companion.book.sphinx.outputs import to_root
from companion.book.sphinx.subject import Subject
from companion.formats import Value
from companion.numbers.number import SIGNIFICANT_DIGITS
from companion.store import write_aside
from companion.study import TRUTHS, Study
from companion.survey.design import DESIGN, Design
from companion.survey.questionnaire import Claims
from companion.truth import recovery
from companion.truth.population import Truth
from companion.words import Words

SOURCES = "_static/lab"
"""Where the modules lie in the folder of the book."""
MODULES = (
    "slices",
    "algebra",
    "distributions",
    "random",
    "syntax",
    "moments",
    "describe",
    "likelihood",
    "optimise",
    "latent",
    "truth",
    "frame",
    "picture",
    "check",
    "hidden",
    "cause",
    "page",
    "surveys",
    "another",
    "resampling",
    "mistakes",
    "predicted",
)
"""Modules in the order in which they lean on one another."""

PAGE = "chapters/laboratory/check-this-book"
"""The page that computes the numbers again."""
AGAIN = re.compile(
    r"sample\.analysed|experiment\.|mediation\.(?!fit\.impossible$)|verdict\.|robustness\.manifest\.|predicted\.(?!\w+\.(lowest|highest)$)"
    r"|measurement\.(ave|cfa(?!\.impossible$)|correlation|htmt|loading|reliability)\."
)
"""How the keys of the numbers begin that it computes; a test asks the engine."""

IMPORTED = re.compile(r'^import \{([^}]+)\} from "\./(\w+)\.mjs";$', flags=re.MULTILINE)
EXPORTED = re.compile(r"^export (?:const|class|function\*?) (\w+)", flags=re.MULTILINE)

FOLDER = "_laboratory"
ENGINE, BOOK = "engine.js", "book.js"
ANCHOR = "laboratory"
PERCEIVED = ("perceived_valence", "perceived_interaction")


class laboratory(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """The place of an instrument of the laboratory: the check of the book, or an experiment by its name."""


class Laboratory(SphinxDirective):
    """``{laboratory}``: the instrument that checks the book; with a name, an experiment."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Give the place of the instrument.

        Raises
        ------
        ExtensionError
            If no experiment has this name; with those that there are.
        """
        name = self.arguments[0] if self.arguments else ""
        if name and name not in EXPERIMENTS:
            known = ", ".join(sorted(EXPERIMENTS))
            raise ExtensionError(f"{self.get_location()}: no experiment {name!r}; there are: {known}")
        return [laboratory("", name=name)]


def bundled(root: Path) -> str:
    """Give the modules in the folder of the book as one classic script, each with names of its own.

    What one imports stands before it.
    """
    parts = []
    for name in MODULES:
        text = (root / SOURCES / f"{name}.mjs").read_text(encoding="utf-8")
        text = IMPORTED.sub(r"const {\1} = $\2;", text)
        given = ", ".join(EXPORTED.findall(text))
        text = re.sub(r"^export ", "", text, flags=re.MULTILINE)
        parts.append(f"const ${name} = (() => {{\n{text}return {{ {given} }};\n}})();\n")
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n"


def computes(key: str) -> bool:
    """Say whether the engine computes the number of a key.

    Examples
    --------
    >>> computes("mediation.serial.reply.est"), computes("literature.tiers.most-from")
    (True, False)
    """
    return AGAIN.match(key) is not None


def book(about: Subject) -> dict[str, Any]:
    """Give what the engine computes from, and what it compares with: sample, models, rule and registry."""
    current = about.study
    design, items = current.questionnaire.design, mediation.items_of(current.questionnaire, current.analysis)
    scales = {name: tuple(construct.items) for name, construct in current.questionnaire.constructs.items()}
    of_design, turned = estimands.by_parameter(design), recovery.turned_items(current.questionnaire)
    return {
        "simulated": current.sample.simulated,
        "sample": _columns(
            current.sample.data, design, [*(item for names in scales.values() for item in names), *PERCEIVED]
        ),
        "scales": scales,
        "model": {"constructs": list(items)},
        "models": {
            "study": mediation.model(items, design),
            "cfa": measurement.factor_model(scales),
            "omega": {name: measurement.omega_model(name, names) for name, names in scales.items()},
            "manifest": robustness.manifest_model(design),
        },
        "hidden": _hidden(about, items),
        "mistakes": _mistakes(current, items),
        "valences": list(design.valences),
        "interactions": list(design.interactions),
        "paths": [label for outcome in mediation.LETTERS for label in mediation.labels(outcome, design).values()]
        + ["d", "b", "c"],
        "effects": {name: one.key for name, one in of_design.items()},
        "deciding": [one.key for one in estimands.deciding(design)],
        "claims": _claims(claims.testable(current.stated_claims, design)),
        "level": current.analysis.interval.level,
        "draws": current.analysis.bootstrap.draws,
        "seed": current.analysis.bootstrap.seed,
        "whole": _whole(current, items) if design.left_out else None,
        "truths": {name: truth(current.truth(file), turned) for name, file in TRUTHS.items()},
        "power": current.power[["n", "claim", "power"]].to_dict("records"),
        "numbers": {key: _short(number.value) for key, number in about.registry.items()},
        "again": AGAIN.pattern,
        "workings": {key: number.working for key, number in about.registry.items() if number.working and computes(key)},
    }


def _hidden(about: Subject, items: mediation.Items) -> dict[str, Any]:
    """What the page on hidden causes fits, and the correlations at which the book's verdicts change."""
    current, design = about.study, about.study.questionnaire.design
    changes = {
        "-".join(pair): {
            claim: number.value
            for claim in current.stated_claims.results
            if (number := about.registry.get(f"robustness.confounding.{'_'.join(pair)}.{claim}.at"))
        }
        for pair in robustness.PAIRS
    }
    return {
        "models": {"-".join(pair): robustness.confounded_model(items, design, pair, 0.0) for pair in robustness.PAIRS},
        "swapped": robustness.reversed_order(items, design),
        "draws": robustness.SHORT_DRAWS,
        "changes": changes,
    }


def _whole(current: Study, items: mediation.Items) -> dict[str, Any]:
    """What surveys of the written truths are analysed by where the study leaves out a reaction that they show."""
    return {
        "models": {"study": mediation.model(items, DESIGN)},
        "effects": {name: one.key for name, one in estimands.by_parameter(DESIGN).items()},
        "claims": _claims(current.stated_claims),
    }


def _mistakes(current: Study, items: mediation.Items) -> dict[str, Any]:
    """What the page on mistakes needs besides: those who were left out, what turns an item, and two names."""
    left_out = current.mistakes.everybody[len(current.sample.data) :]
    answers = _columns(left_out, current.questionnaire.design, [item for names in items.values() for item in names])
    fewer, last = mistakes.taken_for_covariate(items)
    return {
        "turning": mistakes.turning(current.questionnaire),
        # Answers of real people whom the plan leaves out are not handed on: the page then has no such mistake to make.
        "left_out": answers if current.sample.simulated else None,
        "covariate": last,
        "with_covariate": mediation.model(fewer, current.questionnaire.design, [last]),
        "reference": mistakes.first_by_alphabet(current.questionnaire.design),
        "draws": robustness.SHORT_DRAWS,
    }


def truth(written: Truth, turned: frozenset[str]) -> dict[str, Any]:
    """Give of a truth what a survey is drawn from, and which items a straight line answers the other way round."""
    return {
        "seed": written.seed,
        "paths": written.paths,
        "items": {
            name: {"base": one.base, "loading": one.loading, "sd": one.sd} for name, one in written.items.items()
        },
        "careless": written.careless,
        "turned": sorted(turned),
    }


def _short(value: Value) -> Value:
    """A value to ten significant digits: those that follow are others on another processor."""
    if isinstance(value, tuple):
        return float(f"{value[0]:.{SIGNIFICANT_DIGITS}g}"), float(f"{value[1]:.{SIGNIFICANT_DIGITS}g}")
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if isinstance(value, float) else value


def _claims(stated: Claims) -> dict[str, Any]:
    return {
        name: {
            "estimands": [{"effect": o.effect, "at": o.at, "minus": o.minus, "sign": o.sign} for o in claim.estimands],
            "requires": list(claim.requires),
            "named_if": list(claim.named_if),
        }
        for name, claim in stated.results.items()
    }


def _columns(data: pd.DataFrame, design: Design, answers: Sequence[str]) -> dict[str, list[Any]]:
    names = ["valence", "interaction", *design.dummies, *answers]
    return {name: [_cell(value) for value in data[name]] for name in names}


def _cell(value: Any) -> Any:
    """A cell as JSON has it: a missing one is null, a whole number has no decimals."""
    if pd.isna(value):
        return None
    if isinstance(value, str):
        return value
    number = float(value)
    return int(number) if number.is_integer() else number


def script(about: Subject) -> str:
    """Give the sample and the registry as a classic script."""
    text = json.dumps(book(about), ensure_ascii=False, separators=(",", ":"), default=_plain)
    return f"globalThis.laboratoryBook = {text};\n"


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} has no place in JSON")


def html(of_simulated: bool, say: Words, unscripted: str = "") -> str:
    """Give the instrument that checks the book as HTML, without its scripts.

    Parameters
    ----------
    of_simulated
        Whether the survey is simulated.
    say
        The words of the book's language.
    unscripted
        What a reader without a script sees below the sentence that says so, as HTML.
    """
    words = {
        name: say(f"pages.laboratory.{name}", **{one: f"{{{one}}}" for one in FILLED})
        for name in (
            "waiting",
            "running",
            "cancelled",
            "finished",
            "failed",
            "agree",
            "differ",
            "missing",
            "more",
            "none_differ",
            "verdicts_moved",
            "verdicts_stay",
            "changed_answer",
            "changed_dropped",
            "changed_turned",
            "unchanged",
            "key",
            "in_book",
            "here",
            "caption_differ",
            "caption_agree",
            "caption_missing",
            "one_running",
            "one_agrees",
            "one_differs",
            "one_missing",
            "one_unknown",
        )
    }
    told = escape(json.dumps(words, ensure_ascii=False), quote=True)
    mark = simulated(say) if of_simulated else ""
    option = "".join(
        f'<option value="{name}">{escape(say(f"pages.laboratory.fault.{name}"))}</option>'
        for name in ("nothing", "answer", "drop", "turn")
    )
    return (
        f'<div class="laboratory screen-only" id="{ANCHOR}" data-words="{told}">'
        f"<noscript><p>{escape(say('pages.laboratory.no_script'))}</p>{unscripted}</noscript>"
        f'<div class="laboratory-instrument" hidden>'
        f'<div class="laboratory-one" aria-live="polite" tabindex="-1"></div>'
        f'<p><label for="laboratory-fault">{escape(say("pages.laboratory.change"))}</label> '
        f'<select id="laboratory-fault">{option}</select></p>'
        f'<div class="laboratory-places" hidden><label>{escape(say("pages.laboratory.person"))} '
        f'<input id="laboratory-person" type="number" min="1" value="1"></label> '
        f'<label>{escape(say("pages.laboratory.item"))} <select id="laboratory-item"></select></label></div>'
        f'<p><label><input type="checkbox" id="laboratory-intervals" checked> '
        f"{escape(say('pages.laboratory.intervals'))}</label></p>"
        f'<p class="laboratory-buttons"><button type="button" class="laboratory-start">'
        f"{escape(say('pages.laboratory.start'))}</button> "
        f'<button type="button" class="laboratory-stop" disabled>{escape(say("pages.laboratory.stop"))}</button> '
        f'<button type="button" class="laboratory-save" disabled>{escape(say("pages.laboratory.save"))}</button></p>'
        f'<p><progress max="1" value="0" aria-label="{escape(say("pages.laboratory.progress"))}"></progress></p>'
        f'<p class="laboratory-count" role="status">{escape(say("pages.laboratory.waiting"))}</p>'
        f'<div class="laboratory-results"></div>{mark}</div>'
        "</div>"
    )


def visit_laboratory(self: HTML5Translator, node: laboratory) -> None:
    """Write the scripts into the site and the instrument into the page."""
    about, root, name = subject.of(self.config), to_root(self), node["name"]
    for file, text in ((ENGINE, bundled(Path(self.builder.srcdir))), (BOOK, script(about))):
        write_aside(self.builder.outdir / FOLDER / file, text.encode())
    if name:
        self.body.append(
            experiments.html(
                experiments.of_design(EXPERIMENTS[name], about.study.questionnaire.design), about.simulated, about.say
            )
        )
    else:
        self.body.append(
            html(
                about.simulated,
                about.say,
                covered.html(covered.parts(about.registry, computes), about.simulated, about.say),
            )
        )
    self.body.extend(f'<script src="{root}{FOLDER}/{file}"></script>' for file in (BOOK, ENGINE))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register node and directive."""
    app.add_node(laboratory, html=(visit_laboratory, None))
    app.add_directive("laboratory", Laboratory)
