"""The experiments of the laboratory as HTML: a form of controls, buttons, a bar, a line that speaks, room for results.

What an experiment does is written in ``_static/lab/``; what it says stands in the words below ``pages.laboratory``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from html import escape
from typing import TypeAlias

from companion.analysis import mistakes
from companion.analysis.mistakes import MISTAKES
from companion.survey.design import Design
from companion.words import Words

FILLED = (
    "agree",
    "book",
    "catch",
    "claim",
    "claims",
    "correlation",
    "count",
    "df",
    "differ",
    "est",
    "found",
    "guess",
    "here",
    "high",
    "item",
    "key",
    "low",
    "miss",
    "missing",
    "number",
    "outcome",
    "people",
    "person",
    "plain",
    "sd",
    "share",
    "truth",
    "why",
)
"""What the pages fill into sentences, which are handed to them with their braces."""


@dataclass(frozen=True)
class Slider:
    """A number between two ends: its name in the page's address, the ends, the step, and where it begins."""

    name: str
    low: float
    high: float
    step: float
    start: float

    @property
    def decimals(self) -> int:
        """Places after the point that its steps need."""
        return len(f"{self.step:g}".partition(".")[2])


@dataclass(frozen=True)
class Choice:
    """One of some options, by name; the first is chosen at the beginning."""

    name: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Whole:
    """A whole number that is typed, between two ends."""

    name: str
    low: int
    high: int
    start: int


Control: TypeAlias = Slider | Choice | Whole


@dataclass(frozen=True)
class Experiment:
    """What a page of the laboratory offers.

    Parameters
    ----------
    name
        Of its sentences, below ``pages.laboratory``.
    controls
        Fields of the form, in groups; each group has a sentence as its legend.
    buttons
        Names of its buttons, the main one first. ``stop`` comes by itself.
    draws_surveys
        Whether its surveys are drawn from a truth, whatever the survey of the book is.
    """

    name: str
    controls: tuple[tuple[str, tuple[Control, ...]], ...]
    buttons: tuple[str, ...]
    draws_surveys: bool = False

    @property
    def anchor(self) -> str:
        """Its id on the page."""
        return self.name.replace("_", "-")


EXPERIMENTS = {
    "another-survey": Experiment(
        name="another_survey",
        controls=(
            (
                "truth",
                (
                    Choice("truth", ("reversal", "no_reversal", "own")),
                    Slider("none", -1, 1.2, 0.1, -0.4),
                    Slider("like", -1, 1.2, 0.1, 0.4),
                    Slider("reply", -1, 1.2, 0.1, 1),
                    Slider("d", -0.6, 0.6, 0.1, -0.4),
                    Slider("b", -0.6, 0.6, 0.1, -0.4),
                    Slider("reliability", 0.6, 0.95, 0.01, 0.9),
                ),
            ),
            (
                "survey",
                (
                    Slider("people", 30, 200, 10, 60),
                    Choice(
                        "effect", ("serial_like", "serial_none", "serial_reply", "serial_reply_minus_like", "psr_like")
                    ),
                    Choice("draws", ("200", "1000")),
                    Whole("first", 1, 400, 1),
                ),
            ),
        ),
        buttons=("one", "hundred", "clear"),
        draws_surveys=True,
    ),
    "resampling": Experiment(
        name="resampling",
        controls=(
            (
                "what",
                (
                    Choice("effect", ("serial_reply", "serial_like", "serial_none", "psr_like")),
                    Whole("seed", 1, 9999, 2021),
                ),
            ),
        ),
        buttons=("one", "thousand", "clear"),
    ),
    "hidden-cause": Experiment(
        name="hidden_cause",
        controls=(
            ("cause", (Choice("pair", ("psr_pk", "pk_pa", "psr_pa")), Slider("correlation", -0.5, 0.5, 0.05, 0))),
            ("order", (Choice("order", ("relationship", "knowledge")),)),
        ),
        buttons=("draw", "begin"),
    ),
    "common-mistakes": Experiment(
        name="common_mistakes",
        controls=(
            ("mistake", (Choice("mistake", MISTAKES),)),
            ("guess", (Choice("guess", ("none", "same", "smaller", "larger", "turned")),)),
        ),
        buttons=("show", "begin"),
    ),
}
"""The experiments by their names, which their pages and addresses have."""


def of_design(one: Experiment, design: Design) -> Experiment:
    """Give an experiment without the options that a study has no answers for, as it leaves out a reaction.

    Examples
    --------
    >>> design = Design(("positive", "negative"), ("none", "reply"))
    >>> of_design(EXPERIMENTS["resampling"], design).controls[0][1][0].options
    ('serial_reply', 'serial_none')
    """
    if one.draws_surveys:
        return one  # from a truth, which shows every reaction
    nothing_of = {*MISTAKES} - {*mistakes.possible(design)}

    def kept(control: Control) -> Control:
        if not isinstance(control, Choice):
            return control
        options = [
            name for name in control.options if name not in nothing_of and not {*name.split("_")} & {*design.left_out}
        ]
        return replace(control, options=tuple(options))

    return replace(one, controls=tuple((group, tuple(map(kept, fields))) for group, fields in one.controls))


def html(one: Experiment, of_simulated: bool, say: Words) -> str:
    """Give an experiment on a survey as HTML, without its scripts; every control of the form is a field with a name."""
    mark = simulated(say) if of_simulated or one.draws_surveys else ""
    survey = say(f"pages.laboratory.survey.{'simulated' if of_simulated else 'observed'}")
    kept = {name: f"{{{name}}}" for name in FILLED} | {"survey": survey}
    told = say.under(f"pages.laboratory.{one.name}.told", **kept) | say.under("pages.laboratory.every", **kept)
    button = say.under(f"pages.laboratory.{one.name}.button")
    groups = "".join(
        f"<fieldset><legend>{escape(say(f'pages.laboratory.{one.name}.group.{group}'))}</legend>"
        f"{''.join(_control(control, one, say) for control in controls)}</fieldset>"
        for group, controls in one.controls
    )
    buttons = "".join(
        f'<button type="button" name="{name}"{first}>{escape(button[name])}</button> '
        for name, first in zip(one.buttons, (' class="laboratory-start"', *([""] * len(one.buttons))), strict=False)
    )
    return (
        f'<div class="laboratory screen-only" id="{one.anchor}" data-words="{_attribute(told)}">'
        f"<noscript><p>{escape(say(f'pages.laboratory.{one.name}.no_script'))}</p></noscript>"
        f'<div class="laboratory-instrument" hidden><form class="laboratory-form">{groups}</form>'
        f'<p class="laboratory-buttons">{buttons}'
        f'<button type="button" name="stop" disabled>{escape(say("pages.laboratory.stop"))}</button></p>'
        f'<p><progress max="1" value="0" aria-label="{escape(say("pages.laboratory.progress"))}"></progress></p>'
        f'<p class="laboratory-count" role="status"></p><div class="laboratory-results"></div>{mark}</div>'
    )


def simulated(say: Words) -> str:
    """Give the mark that says that all this is simulated."""
    return f'<p class="simulated-mark"><span class="simtag">{escape(say("pages.simulated.tag"))}</span></p>'


def _attribute(told: dict[str, str]) -> str:
    return escape(json.dumps(told, ensure_ascii=False), quote=True)


def _control(control: Control, one: Experiment, say: Words) -> str:
    label = escape(say(f"pages.laboratory.{one.name}.label.{control.name}"))
    identity = f"{one.anchor}-{control.name}"
    match control:
        case Slider():
            ends = f'min="{control.low:g}" max="{control.high:g}" step="{control.step:g}" value="{control.start:g}"'
            field = (
                f'<input type="range" id="{identity}" name="{control.name}" {ends}>'
                f'<output for="{identity}" data-decimals="{control.decimals}"></output>'
            )
        case Whole():
            ends = f'min="{control.low}" max="{control.high}" value="{control.start}"'
            field = f'<input type="number" id="{identity}" name="{control.name}" {ends}>'
        case Choice():
            options = say.under(f"pages.laboratory.{one.name}.{control.name}")
            listed = "".join(f'<option value="{name}">{escape(options[name])}</option>' for name in control.options)
            field = f'<select id="{identity}" name="{control.name}">{listed}</select>'
    return f'<p class="laboratory-control"><label for="{identity}">{label}</label>{field}</p>'
