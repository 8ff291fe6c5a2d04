"""The walk through the chain: one drawing of all roads to the attitude, of which each step of a list lights a part.

The drawing is in the page once. Every step shows it again, small, by a reference, so that five figures cost little more
than one: they are what readers meet without a script, on paper and where they want no motion. The script beside this
file puts the one drawing beside the steps instead, and lights in it what the step at hand is about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from companion.book.sphinx import subject
from companion.book.sphinx.outputs import page_files
from companion.book.sphinx.slips import SlipError, told
from companion.figures import marks
from companion.numbers import Number
from companion.survey.design import DESIGN, Design
from companion.words import Words

FOLDER = "_chain-walk"
HERE = Path(__file__).parent
ANCHOR, DRAWING = "chain-walk", "chain-walk-drawing"
STEPS = ("first", "later", "product", "other", "total")
"""What each step is about, in order."""

SIZE = (386, 326)
THICKEST, THINNEST, HEAD = 5.0, 0.8, 9.0
"""Width of the line of the largest path, the least that a line has, and how long an arrow's head is."""

CHOSEN = "reply"
"""The reaction whose roads are followed to the end."""


@dataclass(frozen=True)
class Road:
    """An arrow of the drawing: the key of its number, where it runs, where its number stands, and when it is lit."""

    key: str
    start: tuple[float, float]
    end: tuple[float, float]
    label: tuple[float, float]
    lit: str
    reaction: str = ""


ROADS = (
    *(
        Road(f"mediation.psr.{w}.est", (x, 243), (x, 52), (x, y), "link" if w == CHOSEN else "first", w)
        for w, x, y in zip(DESIGN.interactions, (30, 77, 124), (196, 158, 120), strict=True)
    ),
    Road("mediation.path.d.est", (156, 26), (230, 26), (190, 17), "later"),
    Road("mediation.path.b.est", (344, 51), (344, 243), (344, 152), "later"),
    Road("mediation.path.c.est", (142, 51), (245, 243), (218, 198), "other"),
    Road(f"mediation.direct_pk.{CHOSEN}.est", (142, 243), (245, 52), (218, 108), "other"),
    Road(f"mediation.direct_pa.{CHOSEN}.est", (156, 272), (230, 272), (190, 262), "other"),
)
BOXES = {"condition": (2, 246), "psr": (2, 4), "pk": (233, 4), "pa": (233, 246)}
"""Box -> its upper left corner."""
BOX = (150, 46)
SUMS = {"product": f"mediation.serial.{CHOSEN}.est", "total": f"mediation.total_pa.{CHOSEN}.est"}
"""Step -> the key of what arrives in it, which stands below the attitude."""


class chain_walk(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """The place of the walk: its steps as a list, and the numbers of its drawing."""


class ChainWalk(SphinxDirective):
    """``{chain-walk}``: the drawing, and a numbered list with a sentence or two for each of its steps."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Give the steps, after looking up each number of the drawing."""
        try:
            about = subject.of(self.config)
            design = about.study.questionnaire.design
            shown = [about.look_up(key) for key in keys(design)]
            steps = _steps(self.parse_content_to_nodes())
        except SlipError as slip:
            return [nodes.paragraph("", "", told(slip, self.get_location(), self.block_text))]
        return [chain_walk("", steps, roads=roads_of(design), numbers={number.key: number for number in shown})]


def _steps(content: list[nodes.Node]) -> nodes.enumerated_list:
    """Give the list of the steps, each with its small drawing before its words."""
    match content:
        case [nodes.enumerated_list() as steps] if len(steps) == len(STEPS):
            pass
        case _:
            raise SlipError(f"A walk is one numbered list of {len(STEPS)} steps: {', '.join(STEPS)}.")
    for item, step in zip(steps.children, STEPS, strict=True):
        assert isinstance(item, nodes.list_item)
        item["classes"] = [f"walk-{step}"]
        item.insert(0, nodes.raw("", small(), format="html"))
    return steps


def roads_of(design: Design) -> list[Road]:
    """Give the roads of a study's drawing: a first link at each reaction that it shows, and those that follow."""
    return [road for road in ROADS if not road.reaction or road.reaction in design.interactions]


def keys(design: Design) -> list[str]:
    """Give the keys of the numbers that the drawing shows."""
    return [*(road.key for road in roads_of(design)), *SUMS.values()]


def small() -> str:
    """Give the drawing once more, small, by a reference to it; the words beside it say what it shows."""
    width, height = SIZE
    return (
        f'<svg class="walk-small" viewBox="0 0 {width} {height}" aria-hidden="true"><use href="#{DRAWING}"></use></svg>'
    )


def html(roads: Sequence[Road], number: Callable[[str], Number], say: Words) -> str:
    """Give the drawing with its buttons as HTML.

    Parameters
    ----------
    roads
        The arrows.
    number
        Gives the number of a key.
    say
        The words of the book's language.
    """
    width, height = SIZE
    back, onwards = (escape(say(f"pages.chain_walk.{name}")) for name in ("back", "onwards"))
    tag = escape(say("pages.simulated.tag"))
    mark = f'<p class="simulated-mark"><span class="simtag">{tag}</span></p>' if number(roads[0].key).simulated else ""
    said, drawn = escape(_described(roads, number, say)), drawing(roads, number, say)
    return (
        f'<div class="walk-view"><svg viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{said}"><g id="{DRAWING}">{drawn}</g></svg>{mark}'
        f'<p class="walk-buttons" hidden><button type="button" name="back">{back}</button> '
        f'<button type="button" name="onwards">{onwards}</button></p>'
        '<p class="visually-hidden" role="status"></p></div>'
    )


def _described(roads: Sequence[Road], number: Callable[[str], Number], say: Words) -> str:
    """Say in words what the drawing shows, each path with its number."""
    paths = [(name, say(f"pages.explorer.paths.{name}")) for name in "dbckt"]
    first = [
        (say("pages.explorer.with", reaction=say(f"design.with.{road.reaction}")), road)
        for road in roads
        if road.reaction
    ]
    starts = [
        say(
            "pages.chain_walk.path",
            path=f"{say('pages.explorer.paths.a')}, {reaction}",
            size=_printed(number(road.key), say),
        )
        for reaction, road in first
    ]
    later = [
        say("pages.chain_walk.path", path=path, size=_printed(number(road.key), say))
        for (_, path), road in zip(paths, roads[len(first) :], strict=True)
    ]
    return say("pages.chain_walk.drawing", paths="; ".join([*starts, *later]))


def drawing(roads: Sequence[Road], number: Callable[[str], Number], say: Words) -> str:
    """Give the inside of the drawing: arrows as wide as their paths are large, boxes, and what arrives."""
    per_point = THICKEST / max(abs(_value(number(road.key))) for road in roads)
    lines = "".join(_road(road, number(road.key), per_point, say) for road in roads)
    labels = "".join(_label(road, number(road.key), say) for road in roads)
    boxes = "".join(_box(name, corner, say) for name, corner in BOXES.items())
    sums = "".join(_sum(step, number(key), say) for step, key in SUMS.items())
    return f"{lines}{labels}{boxes}{sums}"


def _road(road: Road, number: Number, per_point: float, say: Words) -> str:
    (x, y), (to_x, to_y) = road.start, road.end
    length = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
    along = ((to_x - x) / length, (to_y - y) / length)
    width = max(abs(_value(number)) * per_point, THINNEST)
    half = max(HEAD / 2, 0.9 * width)
    neck = (to_x - HEAD * along[0], to_y - HEAD * along[1])
    across = (half * along[1], half * along[0])
    sides = " ".join(f"L{neck[0] - side * across[0]:.1f} {neck[1] + side * across[1]:.1f}" for side in (-1, 1))
    return (
        f'<g class="walk-road walk-is-{road.lit}{f" v-{road.reaction}" if road.reaction else ""}">'
        f'<path class="walk-line{f" walk-{road.reaction}-line" if road.reaction else ""}" '
        f'd="M{x} {y}L{neck[0]:.1f} {neck[1]:.1f}" stroke-width="{width:.2f}"/>'
        f'<path d="M{to_x} {to_y}{sides}Z"/></g>'
    )


def _label(road: Road, number: Number, say: Words) -> str:
    x, y = road.label
    sign = ""
    if road.reaction:
        at, over = marks.CENTRES[road.reaction]
        place = f"translate({x - 0.75 * at:g} {y - 22 - 0.75 * over:g}) scale(.75)"
        sign = f'<path transform="{place}" d="{marks.svg_path(road.reaction)}"/>'
    return (
        f'<g class="walk-number walk-if-{road.lit}{f" v-{road.reaction}" if road.reaction else ""}">{sign}'
        f'<text x="{x}" y="{y}">{escape(_printed(number, say))}</text></g>'
    )


def _box(name: str, corner: tuple[float, float], say: Words) -> str:
    (x, y), (width, height) = corner, BOX
    round_corner = 4 if name == "condition" else 16
    lines = say("figures.chain.condition_narrow" if name == "condition" else f"figures.chain.{name}").splitlines()
    middle = x + width / 2
    words = "".join(
        f'<text x="{middle:g}" y="{y + height / 2 - 4 + 17 * place:g}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    return (
        f'<rect class="walk-box{" walk-condition" if name == "condition" else ""}" '
        f'x="{x}" y="{y}" width="{width}" height="{height}" rx="{round_corner}"/>{words}'
    )


def _sum(step: str, number: Number, say: Words) -> str:
    name = {"product": "chain"}.get(step, step)
    said = say("pages.chain_walk.sum", size=_printed(number, say), way=say(f"pages.explorer.sums.{name}"))
    return f'<text class="walk-sum walk-if-{step}" x="{SIZE[0] - 4}" y="314">{escape(said)}</text>'


def _printed(number: Number, say: Words) -> str:
    return number.printed(say.language)


def _value(number: Number) -> float:
    if not isinstance(number.value, (int, float)):
        raise TypeError(f"{number.key} is {number.value!r}, no estimate")
    return float(number.value)


def visit_chain_walk(self: HTML5Translator, node: chain_walk) -> None:
    """Write the drawing before the steps, with style sheet and script."""
    numbers: dict[str, Number] = node["numbers"]
    self.body.append(
        f'{page_files(self, FOLDER, "walk", HERE)}<div class="walk" id="{ANCHOR}">'
        f"{html(node['roads'], numbers.__getitem__, subject.of(self.config).say)}"
    )


def depart_chain_walk(self: HTML5Translator, node: chain_walk) -> None:
    """Close what the visit opened."""
    self.body.append("</div>")


def setup(app: Sphinx) -> None:
    """Register node and directive."""
    app.add_node(chain_walk, html=(visit_chain_walk, depart_chain_walk))
    app.add_directive("chain-walk", ChainWalk)
