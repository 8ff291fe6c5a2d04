"""The explorer: choose the comments and the reaction, and see what the model predicts and which paths carry it.

All six states are in the page; the style sheet shows the one that is chosen, so that it works without a script.
``_static/explorer.js`` adds what a style sheet cannot: it says a new state aloud, and keeps it in the page's address.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from companion.book.sphinx import subject
from companion.book.sphinx.roles import every_number_address, note, opened_link
from companion.book.sphinx.slips import SlipError, told
from companion.figures import marks
from companion.figures.rows import SEVEN_POINTS, Ends, answers_marked
from companion.formats import Language
from companion.numbers import Number
from companion.survey.design import DESIGN
from companion.words import Words, words

THICKEST, THINNEST = 5.0, 0.8
"""Pixels of the line of the largest path of all states, and the least that a line has."""

ANCHOR = "explorer"
START = ("negative", "none")
"""The state that a reader meets."""

PATHS = {
    "a": "mediation.psr.{}.est",
    "d": "mediation.path.d.est",
    "b": "mediation.path.b.est",
    "c": "mediation.path.c.est",
    "k": "mediation.direct_pk.{}.est",
    "t": "mediation.direct_pa.{}.est",
}
"""Path -> key of its number, with room for the reaction."""

SUMS = {"chain": "mediation.serial.{}", "total": "mediation.total_pa.{}"}


class explorer(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """The place of the explorer, with its states."""


@dataclass(frozen=True)
class Mean:
    """A predicted mean: the construct's name, the mean, its interval, and the lowest and highest answer."""

    title: str
    est: Number
    ci: Number
    ends: Ends

    def place(self, value: float) -> float:
        """Say where a value stands on the scale, in percent of its length."""
        lowest, highest = self.ends
        return 100 * (value - lowest) / (highest - lowest)


@dataclass(frozen=True)
class State:
    """What one version of the post gives: its means, the paths in force, and what reaches the attitude."""

    valence: str
    interaction: str
    means: dict[str, Mean]
    paths: dict[str, Number]
    sums: dict[str, tuple[Number, Number]]

    @property
    def name(self) -> str:
        """Its name in the page's address."""
        return f"{self.valence}-{self.interaction}"

    @property
    def numbers(self) -> list[Number]:
        """Every number that it shows."""
        means = [number for mean in self.means.values() for number in (mean.est, mean.ci)]
        return [*means, *self.paths.values(), *(number for pair in self.sums.values() for number in pair)]


def states(titles: dict[str, str], number: Callable[[str], Number], ends: Ends = SEVEN_POINTS) -> list[State]:
    """Give the six states.

    Parameters
    ----------
    titles
        Construct -> its name, in causal order.
    number
        Gives the number of a key.
    ends
        Lowest and highest answer on the scales of the constructs.
    """
    return [_state(valence, interaction, titles, number, ends) for valence, interaction in DESIGN.cells]


def _state(
    valence: str, interaction: str, titles: dict[str, str], number: Callable[[str], Number], ends: Ends
) -> State:
    def mean(construct: str) -> Mean:
        key = f"predicted.{construct}.{valence}.{interaction}"
        return Mean(titles[construct], number(f"{key}.est"), number(f"{key}.ci"), ends)

    def with_interval(key: str) -> tuple[Number, Number]:
        return number(f"{key}.est"), number(f"{key}.ci")

    return State(
        valence=valence,
        interaction=interaction,
        means={construct: mean(construct) for construct in titles},
        paths={path: number(key.format(interaction)) for path, key in PATHS.items()},
        sums={name: with_interval(key.format(interaction)) for name, key in SUMS.items()},
    )


class Explorer(SphinxDirective):
    """``{explorer}``: the controls and the six states."""

    def run(self) -> list[nodes.Node]:
        """Give the place of the explorer, after looking up each of its numbers."""
        about = subject.of(self.config)
        current = about.study
        titles = {
            name: current.questionnaire.constructs[name].title.wording(about.language).split(",")[0]
            for name in current.analysis.model.constructs
        }
        try:
            found = states(titles, about.look_up, current.questionnaire.bounds(next(iter(titles))))
        except SlipError as slip:
            return [nodes.paragraph("", "", told(slip, self.get_location(), self.block_text))]
        shown = [number for state in found for number in state.numbers]
        for number in shown:
            note(self.env, number)
        return [explorer("", states=found, shows=[number.key for number in shown], anchor=ANCHOR)]


def html(found: Sequence[State], address: str, language: Language = "en") -> str:
    """Give the explorer as HTML.

    Parameters
    ----------
    found
        The six states.
    address
        The way to the page "Every number".
    language
        Of its words.
    """
    say = words(language)
    largest = max(abs(_value(path)) for state in found for path in state.paths.values())
    sections = "".join(_section(state, found, THICKEST / largest, address, say) for state in found)
    status = '<p class="visually-hidden" role="status"></p>'
    return f'<div class="explorer screen-only" id="{ANCHOR}">{_controls(say)}{status}{sections}</div>'


def _controls(say: Words) -> str:
    valences = "".join(
        _choice("valence", valence, valence == START[0], say(f"design.label.{valence}")) for valence in DESIGN.valences
    )
    reactions = "".join(
        _choice("interaction", w, w == START[1], marks.svg_icon(w) + say(f"design.label.{w}"), f"v-{w}")
        for w in DESIGN.interactions
    )
    return (
        f'<div class="choices"><fieldset><legend>{say("pages.explorer.comments")}</legend>{valences}</fieldset>'
        f"<fieldset><legend>{say('pages.explorer.reaction')}</legend>{reactions}</fieldset></div>"
    )


def _choice(group: str, value: str, checked: bool, label: str, colour: str = "") -> str:
    return (
        f'<label><input type="radio" name="explorer-{group}" value="{value}"{" checked" if checked else ""}>'
        f'<span class="choice {colour}">{label}</span></label>'
    )


def _section(state: State, found: Sequence[State], per_unit: float, address: str, say: Words) -> str:
    rows = "".join(_row(construct, state, found, address, say) for construct in state.means)
    ends = next(iter(state.means.values())).ends
    marked = answers_marked(ends)
    digits = "".join(f"<span>{digit}</span>" for digit in marked)
    simulated = state.numbers[0].simulated
    tag = f'<span class="simtag">{say("pages.simulated.tag")}</span>'
    mark = f'<p class="simulated-mark">{tag}</p>' if simulated else ""
    valence, reaction = say(f"design.label.{state.valence}"), _reaction(state, say)
    about = {"lowest": ends[0], "highest": ends[1]}
    said = say("pages.explorer.predicts", valence=valence.lower(), reaction=reaction, **about)
    return (
        f'<section class="state {state.interaction} state-{state.name}" data-state="{state.name}" '
        f'aria-label="{say("pages.explorer.state", valence=valence, reaction=reaction)}">'
        f'<p class="said">{said}</p>'
        f'<div class="means" style="--steps:{len(marked) - 1}">'
        f'{rows}<div class="digits" aria-hidden="true">{digits}</div></div>'
        f"{_diagram(state, per_unit, address, say)}"
        f'<p class="said">{_what_arrives(state, address, say)}</p>{mark}</section>'
    )


def _row(construct: str, state: State, found: Sequence[State], address: str, say: Words) -> str:
    mean = state.means[construct]
    numbers = " ".join(_link(number, address, say.language) for number in (mean.est, mean.ci))
    low, high = (mean.place(bound) for bound in mean.est.interval or (0, 0))
    ghosts = "".join(
        _sign(other, other.means[construct], "ghost near" if other.interaction == state.interaction else "ghost")
        for other in sorted(found, key=lambda other: other.interaction == state.interaction)
        if other is not state
    )
    return (
        f'<p class="mean said"><span class="mean-name">{escape(mean.title)}</span> '
        f'<span class="track" aria-hidden="true">{ghosts}'
        f'<span class="interval" style="left:{low:.2f}%;width:{high - low:.2f}%"></span>'
        f"{_sign(state, mean, 'chosen')}</span>"
        f'<span class="mean-numbers">{numbers}</span></p>'
    )


def _sign(state: State, mean: Mean, role: str) -> str:
    icon = marks.svg_icon(state.interaction, state.valence == "negative")
    return f'<span class="{role} v-{state.interaction}" style="left:{mean.place(_value(mean.est)):.2f}%">{icon}</span>'


def _reaction(state: State, say: Words) -> str:
    """Name the reaction of a state as it stands after "with"."""
    return say(f"design.with.{state.interaction}")


def _diagram(state: State, per_unit: float, address: str, say: Words) -> str:
    reaction = _reaction(state, say)
    chip = (
        f'<span class="v-{state.interaction}">{marks.svg_icon(state.interaction)}'
        f"{say('pages.explorer.with', reaction=reaction)}</span>"
    )
    condition = f'<div class="box condition">{say("pages.explorer.condition", reaction=chip)}</div>'
    boxes = "".join(
        f'<div class="box box-{construct}">{escape(mean.title)}</div>' for construct, mean in state.means.items()
    )
    paths = "".join(_path(name, number, per_unit, address, say) for name, number in state.paths.items())
    weights = say("pages.explorer.weights", reaction=reaction)
    return f'<div class="paths" role="group" aria-label="{weights}">{condition}{boxes}{paths}</div>'


def _path(name: str, number: Number, per_unit: float, address: str, say: Words) -> str:
    leads = say("pages.explorer.path", path=say(f"pages.explorer.paths.{name}"))
    width = max(abs(_value(number)) * per_unit, THINNEST)
    return (
        f'<div class="path path-{name}" style="--width:{width:.2f}px"><span class="weight">'
        f'<span class="visually-hidden">{leads}</span>{_link(number, address, say.language)}</span></div>'
    )


def _what_arrives(state: State, address: str, say: Words) -> str:
    chain, total = (" ".join(_link(number, address, say.language) for number in state.sums[name]) for name in SUMS)
    return say("pages.explorer.arrives", reaction=_reaction(state, say), chain=chain, total=total)


def _link(number: Number, address: str, language: Language) -> str:
    return f"{opened_link(number.key, address)}{escape(number.printed(language))}</a>"


def _value(number: Number) -> float:
    if not isinstance(number.value, (int, float)):
        raise TypeError(f"{number.key} is {number.value!r}, no estimate")
    return float(number.value)


def visit_explorer(self: HTML5Translator, node: explorer) -> None:
    """Write the explorer."""
    self.body.append(html(node["states"], every_number_address(self), subject.of(self.config).language))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register node, directive and script."""
    app.add_node(explorer, html=(visit_explorer, None))
    app.add_directive("explorer", Explorer)
