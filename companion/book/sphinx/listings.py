"""What a page shows for other programs, and tables with a row an item, are those of the questionnaire in force.

In a block of code, ``@items(psr)`` stands for the names of the items of a construct, with commas between them;
``@quoted(psr)`` for the same in quotation marks, ``@reversed(psr)`` for the reversed ones in quotation marks,
``@item1(psr)`` for the first of them alone, ``@rest(psr)`` for the others with plus signs between them, as a model has
them, and ``@ends(psr)`` for the sum of the lowest and the highest answer, from which a reversed one is taken. The
directive ``with-items`` fills them into text. A line that names an item where the construct has none is left out, and
so is one that ends with ``@with(like)`` in a study in which nobody sees a like, or with ``@without(like)`` in another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from companion.book.sphinx import subject
from companion.book.sphinx.slips import SlipError, told
from companion.survey.design import DESIGN
from companion.survey.questionnaire import Questionnaire

MARK = re.compile(r"@(?P<how>items|quoted|reversed|ends|rest|item(?P<number>[1-9]))\((?P<construct>\w+)\)")

LINE = re.compile(r" @(?P<how>with|without)\((?P<reaction>\w+)\)$", re.MULTILINE)
WITHIN = re.compile(r"@with(?:out)?\(\w+\)")


class UnknownNameError(SlipError):
    """A listing names a construct that was not asked about, or a reaction that no study shows or inside a line."""


def filled(text: str, questionnaire: Questionnaire) -> str:
    """Give a text with the names of items in the place of its marks, and with the lines that hold of the design.

    Raises
    ------
    UnknownNameError
        With the constructs that the questionnaire has, the reactions that there are, or what is out of place.

    Examples
    --------
    >>> from companion.root import ROOT
    >>> from companion.survey.questionnaire import load_questionnaire
    >>> asked = load_questionnaire(ROOT / "data" / "questionnaire.yml")
    >>> filled("COMPUTE pa = MEAN(@items(pa)).", asked)
    'COMPUTE pa = MEAN(pa1, pa2, pa3, pa4).'
    >>> filled("@item1(pa) and @item9(pa)", asked)
    ''
    >>> filled("lm(psr ~ like + reply) @with(like)\\nlm(psr ~ reply) @without(like)", asked)
    'lm(psr ~ like + reply)'
    """
    kept = [LINE.sub("", line) for line in text.split("\n") if _holds(LINE.search(line), questionnaire)]
    stray = next((found[0] for line in kept if (found := WITHIN.search(line))), None)
    if stray:
        raise UnknownNameError(f"{stray} has to end its line, after one space")
    lines = [(line, [_names(found, questionnaire) for found in MARK.finditer(line)]) for line in kept]
    return "\n".join(_with(line, names) for line, names in lines if all(names))


def _holds(found: re.Match[str] | None, questionnaire: Questionnaire) -> bool:
    """Say whether a line is about a study with the reactions of this one."""
    if found is None:
        return True
    if found["reaction"] not in DESIGN.reactions:
        raise UnknownNameError(f"no study shows {found['reaction']!r}, but {' or '.join(DESIGN.reactions)}")
    return (found["how"] == "with") == (found["reaction"] in questionnaire.design.reactions)


def _with(line: str, names: list[str]) -> str:
    left = iter(names)
    return MARK.sub(lambda _: next(left), line)


def _names(found: re.Match[str], questionnaire: Questionnaire) -> str:
    """Give what stands in the place of a mark; nothing where the construct has no such item."""
    construct = found["construct"]
    if construct not in questionnaire.constructs:
        raise UnknownNameError(
            f"the questionnaire does not ask about {construct!r}, but about {', '.join(questionnaire.constructs)}"
        )
    items = list(questionnaire.constructs[construct].items)
    if found["number"]:
        place = int(found["number"])
        return "".join(items[place - 1 : place])
    match found["how"]:
        case "quoted":
            return _quoted(items)
        case "reversed":
            return _quoted(name for name in items if questionnaire.items[name].reversed)
        case "rest":
            return " + ".join(items[1:])
        case "ends":
            return str(sum(questionnaire.bounds(construct)))
    return ", ".join(items)


def _marked(text: str) -> bool:
    return MARK.search(text) is not None or WITHIN.search(text) is not None


def _quoted(items: Iterable[str]) -> str:
    return ", ".join(f'"{item}"' for item in items)


class ItemsOfListings(SphinxTransform):
    """Fill the names of items into the blocks of code of a page."""

    default_priority = 15

    def apply(self, **kwargs: object) -> None:
        """Change the page in place."""
        for block in [one for one in self.document.findall(nodes.literal_block) if _marked(one.astext())]:
            try:
                text = filled(block.astext(), subject.of(self.config).study.questionnaire)
            except UnknownNameError as slip:
                block.replace_self(told(slip, block, block.astext()))
            else:
                block.rawsource = text
                block[:] = [nodes.Text(text)]


class WithItems(SphinxDirective):
    """``:::{with-items}``: text, such as a table with a row an item, in which marks stand for the names of items."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Give what the filled text says."""
        written = "\n".join(self.content)
        try:
            text = filled(written, subject.of(self.config).study.questionnaire)
        except UnknownNameError as slip:
            return [told(slip, self.get_location(), written)]
        return self.parse_text_to_nodes(text)


def setup(app: Sphinx) -> None:
    """Register directive and transform."""
    app.add_directive("with-items", WithItems)
    app.add_transform(ItemsOfListings)
