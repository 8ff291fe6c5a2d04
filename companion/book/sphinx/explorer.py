"""The explorer: a post whose comments and reaction a reader chooses, and what the model predicts of those who see it.

All states are in the page, one for each group of the study; the style sheet shows the one that is chosen, so that it
works without a script. ``_static/explorer.js`` adds what a style sheet cannot: hearts and replies that are pressed in
the post, a new state said aloud, signs that move, and an address that keeps the state.

In its small form, for a page that is about more, it has the same post, the last mean of the chain, and its total.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from companion.book.sphinx import subject
from companion.book.sphinx.outputs import to_root
from companion.book.sphinx.roles import every_number_address, note, opened_link
from companion.book.sphinx.slips import SlipError, told
from companion.figures import marks
from companion.figures.rows import SEVEN_POINTS, Ends, answers_marked
from companion.formats import Language
from companion.numbers import Number
from companion.survey.design import DESIGN, Design, in_order
from companion.words import Words, words

THICKEST, THINNEST = 5.0, 0.8
"""Pixels of the line of the largest path of all states, and the least that a line has."""

ANCHOR = "explorer"
START = ("negative", "none")
"""The state that a reader meets."""

PATHS = {
    "a": "mediation.psr.{}",
    "d": "mediation.path.d",
    "b": "mediation.path.b",
    "c": "mediation.path.c",
    "k": "mediation.direct_pk.{}",
    "t": "mediation.direct_pa.{}",
}
"""Path -> key of its number and interval, with room for the reaction."""

SUMS = {"chain": "mediation.serial.{}", "total": "mediation.total_pa.{}"}
"""What reaches the attitude -> key of its number and interval, with room for the reaction."""

APART = 5.5
"""Percent of a scale between two small signs in one lane: their width where a scale is narrowest, on a phone."""


FACE = (
    '<svg class="face" viewBox="18 18 34 34" width="34" height="34" aria-hidden="true">'
    '<circle cx="35" cy="35" r="17" fill="#D8E6E6"/>'
    '<path d="M18.85 40.1L30.75 27.35L38.4 36.7L43.5 31.6L51.15 40.1A17 17 0 0 1 18.85 40.1Z" fill="#2F625B"/>'
    '<circle cx="40.95" cy="27.35" r="2.89" fill="#F4C95D"/></svg>'
)
"""The picture of the influencer's account, as the drawn posts have it."""


class explorer(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """The place of the explorer, with its states."""


Estimate = tuple[Number, Number]
"""An estimate and its interval."""


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
    paths: dict[str, Estimate]
    sums: dict[str, Estimate]

    @property
    def name(self) -> str:
        """Its name in the page's address."""
        return f"{self.valence}-{self.interaction}"

    @property
    def numbers(self) -> list[Number]:
        """Every number that it shows."""
        means = [number for mean in self.means.values() for number in (mean.est, mean.ci)]
        pairs = [*self.paths.values(), *self.sums.values()]
        return [*means, *(number for pair in pairs for number in pair)]


def states(
    titles: dict[str, str],
    number: Callable[[str], Number],
    ends: Ends = SEVEN_POINTS,
    *,
    design: Design = DESIGN,
    small: bool = False,
) -> list[State]:
    """Give a state for each group of the design.

    Parameters
    ----------
    titles
        Construct -> its name, in causal order.
    number
        Gives the number of a key.
    ends
        Lowest and highest answer on the scales of the constructs.
    design
        What was varied.
    small
        Only the mean of the last construct, and what reaches it in total.
    """
    shown = list(titles)[-1:] if small else list(titles)
    paths, sums = ({}, {"total": SUMS["total"]}) if small else (PATHS, SUMS)

    def mean(construct: str, valence: str, interaction: str) -> Mean:
        key = f"predicted.{construct}.{valence}.{interaction}"
        return Mean(titles[construct], number(f"{key}.est"), number(f"{key}.ci"), ends)

    def with_intervals(keys: dict[str, str], interaction: str) -> dict[str, Estimate]:
        found = {name: key.format(interaction) for name, key in keys.items()}
        return {name: (number(f"{key}.est"), number(f"{key}.ci")) for name, key in found.items()}

    return [
        State(
            valence=valence,
            interaction=interaction,
            means={construct: mean(construct, valence, interaction) for construct in shown},
            paths=with_intervals(paths, interaction),
            sums=with_intervals(sums, interaction),
        )
        for valence, interaction in design.cells
    ]


class Explorer(SphinxDirective):
    """``{explorer}``: the controls and the states; ``:small: PAGE`` is the small form, and leads to the page."""

    option_spec = {"small": directives.unchanged_required}  # noqa: RUF012  as docutils declares it

    def run(self) -> list[nodes.Node]:
        """Give the place of the explorer, after looking up each of its numbers."""
        about, whole = subject.of(self.config), self.options.get("small", "")
        current = about.study
        titles = {
            name: current.questionnaire.constructs[name].title.wording(about.language).split(",")[0]
            for name in current.analysis.model.constructs
        }
        try:
            if whole and whole not in self.env.found_docs:
                raise SlipError(f"explorer: there is no page {whole}")
            ends = current.questionnaire.bounds(next(iter(titles)))
            found = states(titles, about.look_up, ends, design=current.questionnaire.design, small=bool(whole))
        except SlipError as slip:
            return [nodes.paragraph("", "", told(slip, self.get_location(), self.block_text))]
        shown = [number for state in found for number in state.numbers]
        for number in shown:
            note(self.env, number)
        return [explorer("", states=found, shows=[number.key for number in shown], anchor=ANCHOR, whole=whole)]


def html(found: Sequence[State], address: str, language: Language = "en", root: str = "", whole: str = "") -> str:
    """Give the explorer as HTML.

    Parameters
    ----------
    found
        The states.
    address
        The way to the page "Every number".
    language
        Of its words.
    root
        The way to the root of the site, where the drawings lie.
    whole
        From the small form, the way to the page with the whole one.
    """
    say = words(language)
    scales = _Scales(
        largest=max((abs(_value(est)) for state in found for est, _ in state.paths.values()), default=0),
        reach=max(abs(bound) for state in found for pair in state.sums.values() for bound in _ends(pair)),
        lanes={} if whole else {name: lanes([state.means[name] for state in found]) for name in found[0].means},
    )
    sections = "".join(_section(state, found, scales, address, say) for state in found)
    status = '<p class="visually-hidden" role="status"></p>'
    post = _post(in_order(state.interaction for state in found), root, say)
    stage = f'<div class="explorer-stage">{post}{sections}</div>'
    onwards = f'<p><a class="explorer-whole" href="{whole}">{say("pages.explorer.whole")}</a></p>' if whole else ""
    form = "explorer explorer-small" if whole else "explorer"
    return f'<div class="{form} screen-only" id="{ANCHOR}">{status}{stage}{onwards}</div>'


@dataclass(frozen=True)
class _Scales:
    """What all states are drawn by: the largest path, the largest bound of a sum, lanes of each construct's signs."""

    largest: float
    reach: float
    lanes: dict[str, list[int]]


def lanes(means: Sequence[Mean]) -> list[int]:
    """Say in which lane above the scale each sign stands, so that none lies on another.

    Examples
    --------
    >>> from companion.numbers import Number
    >>> def at(value):
    ...     return Mean("", Number.plain("a", value), Number.plain("b", (value, value)), (1, 7))
    >>> lanes([at(4.0), at(4.1), at(6.0)])
    [0, 1, 0]
    """
    places = [mean.place(_value(mean.est)) for mean in means]
    given, ends = [0] * len(places), list[float]()
    for one in sorted(range(len(places)), key=places.__getitem__):
        free = [lane for lane, end in enumerate(ends) if places[one] - end >= APART]
        given[one] = free[0] if free else len(ends)
        ends[given[one] : given[one] + 1] = [places[one]]
    return given


def _post(interactions: Sequence[str], root: str, say: Words) -> str:
    """The post, with the two choices in it: the comments, and one of these interactions."""
    account = escape(say("pages.post.account"))
    valences = "".join(
        _choice("valence", valence, valence == START[0], say(f"design.label.{valence}")) for valence in DESIGN.valences
    )
    reactions = "".join(
        _choice("interaction", w, w == START[1], marks.svg_icon(w) + say(f"design.label.{w}"), f"v-{w}")
        for w in interactions
    )
    comments = "".join(_comment(which, interactions, say) for which in ("first", "second"))
    return (
        f'<div class="post" role="group" aria-label="{say("pages.post.name", account=account)}">'
        f'<p class="post-head">{FACE}<span><b>{account}</b> <span>{escape(say("pages.post.partner"))}</span></span></p>'
        f'<div class="post-photo"><img src="{root}_static/post-photo.svg" alt="{escape(say("pages.post.picture"))}"'
        ' width="400" height="262"></div>'
        f"<p><b>{account}</b> {escape(say('pages.post.caption'))} "
        f'<span class="post-label">{escape(say("pages.post.label"))}</span> {escape(say("pages.post.caption_on"))}</p>'
        f"<fieldset><legend>{say('pages.explorer.comments')}</legend>{valences}</fieldset>"
        f'<ul aria-label="{say("pages.post.comments")}">{comments}</ul>'
        f"<fieldset><legend>{say('pages.explorer.reaction')}</legend>{reactions}</fieldset></div>"
    )


def _comment(which: str, interactions: Sequence[str], say: Words) -> str:
    """A comment in both tones, with what the influencer may do with it, and what she then has done."""
    name, account = escape(say(f"pages.post.{which}.name")), escape(say("pages.post.account"))
    tones = "".join(
        f'<span class="when-{valence}">{escape(say(f"pages.post.{which}.{valence}"))}</span>'
        for valence in DESIGN.valences
    )
    liked = escape(say("pages.post.liked", account=account))
    replies = "".join(
        f'<span class="when-{valence}">{escape(say(f"pages.post.{which}.reply.{valence}"))}</span>'
        for valence in DESIGN.valences
    )
    does = {
        "like": '<button type="button" data-reaction="like" aria-pressed="false" hidden>'
        f'{marks.svg_icon("like", hollow=True)}<span class="visually-hidden">{say("pages.post.like", name=name)}</span>'
        "</button>",
        "reply": '<button type="button" data-reaction="reply" aria-pressed="false" '
        f'aria-label="{say("pages.post.answer_to", name=name)}" hidden>{say("pages.post.answer")}</button>',
    }
    done = {
        "like": f'<p class="post-done when-like v-like">{FACE}<span>{liked}</span></p>',
        "reply": f'<p class="post-done when-reply">{FACE}<span><b class="v-reply">{account}</b> {replies}</span></p>',
    }
    return (
        f'<li><p><b>{name}</b><span class="post-said">{tones}</span></p>'
        f'<p class="post-do">{"".join(does[w] for w in interactions if w in does)}</p>'
        f"{''.join(done[w] for w in interactions if w in done)}</li>"
    )


def _choice(group: str, value: str, checked: bool, label: str, colour: str = "") -> str:
    return (
        f'<label><input type="radio" name="explorer-{group}" value="{value}"{" checked" if checked else ""}>'
        f'<span class="choice {colour}">{label}</span></label>'
    )


def _section(state: State, found: Sequence[State], scales: _Scales, address: str, say: Words) -> str:
    rows = "".join(_row(construct, state, found, scales, address, say) for construct in state.means)
    ends = next(iter(state.means.values())).ends
    marked = answers_marked(ends)
    digits = "".join(f"<span>{digit}</span>" for digit in marked)
    simulated = state.numbers[0].simulated
    tag = f'<span class="simtag">{say("pages.simulated.tag")}</span>'
    mark = f'<p class="simulated-mark">{tag}</p>' if simulated else ""
    valence, reaction = say(f"design.label.{state.valence}"), _reaction(state, say)
    about = {"lowest": ends[0], "highest": ends[1]}
    means = "several" if len(state.means) > 1 else "one"
    said = say(f"pages.explorer.predicts.{means}", valence=valence.lower(), reaction=reaction, **about)
    return (
        f'<section class="state {state.interaction} state-{state.name}" data-state="{state.name}" '
        f'aria-label="{say("pages.explorer.state", valence=valence, reaction=reaction)}">'
        f'<div class="means" style="--steps:{len(marked) - 1}"><p class="said">{said}</p>'
        f'{rows}<div class="digits" aria-hidden="true">{digits}</div></div>'
        f"{_diagram(state, scales.largest, address, say) if state.paths else ''}"
        f'<div class="arrives">{_sums(state, scales.reach, say)}'
        f'<p class="said">{_what_arrives(state, address, say)}</p>{mark}</div></section>'
    )


def _row(construct: str, state: State, found: Sequence[State], scales: _Scales, address: str, say: Words) -> str:
    mean, given = state.means[construct], scales.lanes.get(construct, [])
    numbers = " ".join(_link(number, address, say.language) for number in (mean.est, mean.ci))
    low, high = (mean.place(bound) for bound in mean.est.interval or (0, 0))
    ghosts = "".join(
        _sign(other, other.means[construct], f"ghost{' near' * (other.interaction == state.interaction)}", lane)
        for other, lane in zip(found, given, strict=bool(given))
        if other is not state
    )
    return (
        f'<p class="mean said"><span class="mean-name">{escape(mean.title)}</span> '
        f'<span class="track" aria-hidden="true" style="--lanes:{max(given, default=-1) + 1}">{ghosts}'
        f'<span class="interval" style="left:{low:.2f}%;width:{high - low:.2f}%"></span>'
        f"{_sign(state, mean, 'chosen')}</span>"
        f'<span class="mean-numbers">{numbers}</span></p>'
    )


def _sign(state: State, mean: Mean, role: str, lane: int = 0) -> str:
    icon = marks.svg_icon(state.interaction, state.valence == "negative")
    place = f"left:{mean.place(_value(mean.est)):.2f}%" + (f";--lane:{lane}" if lane else "")
    return f'<span class="{role} v-{state.interaction}" style="{place}">{icon}</span>'


def _sums(state: State, reach: float, say: Words) -> str:
    """What reaches the attitude, along the chain and in total, on one axis about zero; the sentence below says it."""
    rows = ""
    for name, pair in state.sums.items():
        at, low, high = (50 * (1 + value / reach) for value in (_value(pair[0]), *_ends(pair)))
        rows += (
            f'<p class="sum sum-{name}"><span>{say(f"pages.explorer.sums.{name}")}</span><span class="track">'
            f'<span class="interval" style="left:{low:.2f}%;width:{high - low:.2f}%"></span>'
            f'<span class="at" style="left:{at:.2f}%"></span></span></p>'
        )
    return f'<div class="sums" aria-hidden="true">{rows}</div>'


def _reaction(state: State, say: Words) -> str:
    """Name the reaction of a state as it stands after "with"."""
    return say(f"design.with.{state.interaction}")


def _diagram(state: State, largest: float, address: str, say: Words) -> str:
    reaction = _reaction(state, say)
    chip = (
        f'<span class="v-{state.interaction}">{marks.svg_icon(state.interaction)}'
        f"{say('pages.explorer.with', reaction=reaction)}</span>"
    )
    condition = f'<div class="box condition">{say("pages.explorer.condition", reaction=chip)}</div>'
    boxes = "".join(
        f'<div class="box box-{construct}">{escape(mean.title)}</div>' for construct, mean in state.means.items()
    )
    paths = "".join(_path(name, pair, largest, address, say) for name, pair in state.paths.items())
    weights = say("pages.explorer.weights", reaction=reaction)
    return f'<div class="paths" role="group" aria-label="{weights}">{condition}{boxes}{paths}</div>'


def _path(name: str, pair: Estimate, largest: float, address: str, say: Words) -> str:
    leads = say("pages.explorer.path", path=say(f"pages.explorer.paths.{name}"))
    width = max(abs(_value(pair[0])) * THICKEST / largest, THINNEST)
    est, interval = (_link(number, address, say.language) for number in pair)
    return (
        f'<div class="path path-{name}" style="--width:{width:.2f}px"><span class="weight">'
        f'<span class="visually-hidden">{leads}</span>{est} <span class="path-interval">{interval}</span></span></div>'
    )


def _what_arrives(state: State, address: str, say: Words) -> str:
    sums = {
        name: " ".join(_link(number, address, say.language) for number in pair) for name, pair in state.sums.items()
    }
    return say(f"pages.explorer.arrives.{'_and_'.join(sums)}", reaction=_reaction(state, say), **sums)


def _link(number: Number, address: str, language: Language) -> str:
    return f"{opened_link(number.key, address)}{escape(number.printed(language))}</a>"


def _value(number: Number) -> float:
    if not isinstance(number.value, (int, float)):
        raise TypeError(f"{number.key} is {number.value!r}, no estimate")
    return float(number.value)


def _ends(pair: Estimate) -> tuple[float, float]:
    """The bounds of an estimate's interval."""
    if not isinstance(pair[1].value, tuple):
        raise TypeError(f"{pair[1].key} is {pair[1].value!r}, no interval")
    return pair[1].value


def visit_explorer(self: HTML5Translator, node: explorer) -> None:
    """Write the explorer."""
    language, builder = subject.of(self.config).language, self.builder
    whole = builder.get_relative_uri(builder.current_docname, node["whole"]) if node["whole"] else ""
    self.body.append(html(node["states"], every_number_address(self), language, to_root(self), whole))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register node, directive and script."""
    app.add_node(explorer, html=(visit_explorer, None))
    app.add_directive("explorer", Explorer)
