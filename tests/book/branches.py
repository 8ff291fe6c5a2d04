"""What the prose may say, and what it says about one survey: its conditional sentences, directions and verdicts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from companion.book.sphinx.conditions import SIGNS, claim_key, direction, holds
from companion.numbers import Number

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "index.md", *(ROOT / "chapters").rglob("*.md"), *(ROOT / "slides").glob("*.md")))
VERDICTS = ("found", "undecided", "reversed")
HOLDS, FAILS = "holds", "does not hold"
NOT_TOLD = "(not told)"

ROLE = re.compile(r"\{(if|direction|verdict|num|asked)\}(`+)(?!`)(.+?)(?<!`)\2(?!`)", re.DOTALL)
BLOCK = re.compile(r"^(?P<fence>:{3,})\{if\} (?P<under>[^\n]+)\n(?P<text>.*?)^(?P=fence)\n", re.DOTALL | re.MULTILINE)
CONDITIONAL = re.compile(r"\{(?:if|direction|verdict)\}(?=[` ])")


@dataclass(frozen=True, order=True)
class Branch:
    """One thing that a page may say: what it depends on, and in which state of that."""

    page: str
    under: str
    state: str

    def __str__(self) -> str:
        return f"{self.page}: {self.under} {self.state}"


@dataclass
class Prose:
    """A page's source, read about one survey, or about none to know what it may say.

    Parameters
    ----------
    look_up
        Gives the number on which a sentence depends; raises KeyError where the survey has none.
    printed
        Gives what stands in the place of a number or of a word on the questionnaire, by the role and its text.
    """

    page: str
    text: str
    look_up: Callable[[str], Number] | None = None
    printed: Callable[[str, str], str] = lambda role, text: NOT_TOLD
    branches: set[Branch] = field(default_factory=set)
    """Those that are taken; those that there are, without a survey."""
    roles: int = 0

    def said(self) -> str:
        """Give what stands on the page."""
        return self._whole(self.text)

    def _whole(self, text: str) -> str:
        return self._inline(BLOCK.sub(lambda found: self._if(found["under"], found["text"]), text))

    def _inline(self, text: str) -> str:
        return ROLE.sub(lambda found: self._role(found[1], found[3].strip()), text)

    def _role(self, name: str, text: str) -> str:
        if name == "if":
            under, _, sentence = text.partition(":")
            return self._if(under, sentence.strip())
        if name == "direction":
            key, *words = (part.strip() for part in text.split("|"))
            return self._state(key, SIGNS, words, lambda look_up: direction(look_up(key)))
        if name == "verdict":
            key = claim_key(text)
            return self._state(key, VERDICTS, VERDICTS, lambda look_up: str(look_up(key).value))
        return self.printed(name, text)

    def _if(self, under: str, sentence: str) -> str:
        def now(look_up: Callable[[str], Number]) -> str:
            return HOLDS if holds(under.strip(), look_up) else FAILS

        return self._whole(self._state(under, (HOLDS, FAILS), (sentence, ""), now))

    def _state(
        self,
        under: str,
        states: Sequence[str],
        words: Sequence[str],
        now: Callable[[Callable[[str], Number]], str],
    ) -> str:
        self.roles += 1
        if self.look_up is None:
            self.branches |= {Branch(self.page, under.strip(), state) for state in states}
            return words[0]
        try:
            state = now(self.look_up)
        except KeyError:  # a number that there is not in every survey: neither state is taken
            return NOT_TOLD
        self.branches.add(Branch(self.page, under.strip(), state))
        return words[states.index(state)]


def texts() -> dict[str, str]:
    """Give the text of every page and deck, by its name."""
    return {path.relative_to(ROOT).with_suffix("").as_posix(): path.read_text(encoding="utf-8") for path in SOURCES}


def possible(pages: Mapping[str, str]) -> set[Branch]:
    """Give every branch of some pages.

    Raises
    ------
    AssertionError
        A conditional role or directive stands in a page that is not read here.
    """
    every: set[Branch] = set()
    for page, text in pages.items():
        prose = Prose(page, text)
        prose.said()
        assert prose.roles == len(CONDITIONAL.findall(text)), f"{page}: not every conditional sentence was read"
        every |= prose.branches
    return every


def conditional(text: str) -> Iterator[str]:
    """Give the blocks and lines of a page whose words depend on a survey; a role that runs on keeps its lines."""
    yield from (found[0] for found in BLOCK.finditer(text))
    whole = ""
    for line in BLOCK.sub("", text).splitlines():
        whole = f"{whole}\n{line}" if whole else line
        if line.startswith("```") or whole.count("``") % 2 == 0:
            if CONDITIONAL.search(whole):
                yield whole.strip()
            whole = ""
