"""Self-tests: a question with a few answers, of which each says, once it is chosen, whether and why it is right.

All answers and what they say are in the page; the style sheet shows what belongs to the one that is chosen, so that it
works without a script. ``_static/self-tests.js`` says it aloud. What is written is a list, as one would write it
anywhere: ``[x]`` before the right answer, ``[ ]`` before each other one, and a paragraph under each.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from companion.book.sphinx import subject
from companion.book.sphinx.slips import SlipError, told

MARKS = {"[x] ": True, "[ ] ": False}
"""What stands before an answer -> whether it is right."""


class self_test(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """A question with its answers; its first child is the question."""


class answer(nodes.Part, nodes.Element):  # noqa: N801
    """An answer, the first child, and what it says once it is chosen."""


class SelfTest(SphinxDirective):
    """``{self-test} name``: a question, and the list of its answers."""

    has_content = True
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Give the question with its answers."""
        try:
            return [question(self.arguments[0], self.parse_content_to_nodes())]
        except SlipError as slip:
            return [nodes.paragraph("", "", told(slip, self.get_location(), self.block_text))]


def question(name: str, content: list[nodes.Node]) -> self_test:
    """Make a self-test of what was written.

    Parameters
    ----------
    name
        Its anchor.
    content
        The question, a paragraph, and the list of its answers.

    Raises
    ------
    SlipError
        If it is no question with a list, or not one of the answers is right, or one does not say why.
    """
    match content:
        case [nodes.paragraph() as asked, nodes.bullet_list() as listed]:
            answers = [_answer(item) for item in listed.children]
        case _:
            raise SlipError(f"The self-test {name} is not a question, in one paragraph, and the list of its answers.")
    if (right := sum(found["right"] for found in answers)) != 1:
        raise SlipError(f"The self-test {name} has {right} answers marked as right with [x], and wants one.")
    return self_test("", asked, *answers, ids=[name])


def _answer(item: nodes.Node) -> answer:
    first, *said = item.children
    start = first.children[0] if isinstance(first, nodes.paragraph) and first.children else None
    mark = next((mark for mark in MARKS if isinstance(start, nodes.Text) and start.startswith(mark)), None)
    if mark is None:
        raise SlipError(f"The answer {item.astext()!r} does not begin with [x] or [ ].")
    if not said:
        raise SlipError(f"The answer {first.astext()!r} says nothing once it is chosen: write a paragraph under it.")
    assert isinstance(first, nodes.paragraph)
    assert isinstance(start, nodes.Text)
    first.replace(start, nodes.Text(start.removeprefix(mark)))
    return answer("", first, *said, right=MARKS[mark])


def visit_self_test(self: HTML5Translator, node: self_test) -> None:
    """Open the group of a question; its words name the group."""
    self.body.append(f'<fieldset class="self-test" id="{node["ids"][0]}"><legend>')
    _words(self, node.children[0])
    self.body.append("</legend>")
    for place, child in enumerate(node.children[1:], start=1):
        assert isinstance(child, answer)
        _write(self, child, node["ids"][0], f"{node['ids'][0]}-{place}")
    self.body.append('<p class="visually-hidden" role="status"></p></fieldset>')
    raise nodes.SkipNode


def _write(self: HTML5Translator, node: answer, group: str, name: str) -> None:
    say = subject.of(self.config).say
    role, verdict = (
        ("right", say("pages.self_test.right")) if node["right"] else ("wrong", say("pages.self_test.wrong"))
    )
    self.body.append(f'<div class="answer {role}"><input type="radio" name="{group}" id="{name}"><label for="{name}">')
    _words(self, node.children[0])
    self.body.append(f'</label><div class="feedback"><p class="judged">{verdict}</p>')
    for child in node.children[1:]:
        child.walkabout(self)
    self.body.append("</div></div>")


def _words(self: HTML5Translator, block: nodes.Node) -> None:
    for child in block.children:
        child.walkabout(self)


def setup(app: Sphinx) -> None:
    """Register nodes and directive."""
    app.add_node(self_test, html=(visit_self_test, None))
    app.add_node(answer)
    app.add_directive("self-test", SelfTest)
