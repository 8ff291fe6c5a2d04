"""The prose of the book is spelled as in Britain, with -ise, by a dictionary and the project's own list of words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import hunspell
import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted([ROOT / "index.md", *(ROOT / "chapters").glob("*/*.md"), *(ROOT / "slides").glob("*.md")])
WORDS = Path(__file__).with_name("words.txt")
DICTIONARY = ROOT / "node_modules" / "dictionary-en-gb"

FENCE = re.compile(r"^\s*(`{3,}|:{3,})\s*(?:\{([\w-]+)\})?(.*)$")
CODE = ("", "math", "bibliography", "stimuli", "legend", "every-number", "index", "eval-rst")
"""Blocks that hold no prose; the empty one is a block of plain code."""
TITLED = ("admonition", "exercise", "grid-item-card", "list-table")
SHOWN = re.compile(r"^\s*(?:caption|alt): \|$")
OPTION = re.compile(r"^\s*:(?!alt:)[\w-]+:")
WITH_WORDS = re.compile(r"\{if\}``[^:]*:((?:`[^`]+`|[^`])*)``|\{if\}`[^:`]*:([^`]*)`|\{term\}`([^`<]+?)(?: <[^`]*)?`")
ALTERNATIVES = re.compile(r"\{direction\}`[^|`]*\|([^`]*)`")
NO_WORDS = re.compile(
    r"\{[\w:-]+\}`[^`]*`"  # any other role
    r"|(`+)(?!`).*?\1"  # code
    r"|\$[^$]+\$"  # a formula
    r"|(?<=\])\([^)]*\)"  # where a link leads
    r"|https?://\S+"
    r"|(?<=^- )\[[\w-]+\]"  # the part of a figure that a guide speaks of
    r"|\*Dutch: .*?\*"
)
WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:'[^\W\d_]+)*(?!\w)")
"""A word without a digit: 97.5th, sha256 and HC3 are names and not words."""
WITH_Z = re.compile(r"^(.{3,})iz(e|es|ed|er|ers|ing|ation|ations)$")


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Give number and words of each line that a reader reads: no front matter, code, formula, option or citation."""
    lines = text.splitlines()
    start = lines.index("---", 1) + 1 if lines and lines[0] == "---" else 0
    inside: list[tuple[str, str]] = []
    rules, shown = 0, None
    for number, line in enumerate(lines[start:], start=start + 1):
        fence, block = FENCE.match(line), inside[-1][1] if inside else "text"
        if fence and inside and line.strip() == inside[-1][0]:
            inside.pop()
        elif fence and block not in (*CODE, "code-cell"):
            marks, name, title = fence.groups()
            inside.append((marks, name or ("container" if marks[0] == ":" else "")))
            rules, shown = 0, None
            if name in TITLED:
                yield number, plain(title)
        elif block == "code-cell":
            indent = len(line) - len(line.lstrip())
            rules += line == "---"
            if rules == 1 and shown is not None and (indent > shown or not line.strip()):
                yield number, plain(line)
            else:
                shown = indent if rules == 1 and SHOWN.match(line) else None
        elif block not in CODE and not OPTION.match(line):
            yield number, plain(line.removeprefix(":alt:"))


def plain(line: str) -> str:
    """Give the words of a line: what roles say in words stays, everything else in a role, code or address goes."""
    while WITH_WORDS.search(line):
        line = WITH_WORDS.sub(lambda found: next(filter(None, found.groups()), ""), line)
    return NO_WORDS.sub(" ", ALTERNATIVES.sub(r"\1", line))


def own_words(file: Path = WORDS) -> set[str]:
    """Give the project's own words; lines that begin with # say what kind of words follow."""
    return {line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")}


def speller() -> hunspell.Hunspell:
    return hunspell.Hunspell("index", hunspell_data_dir=f"{DICTIONARY}/")


def misspelled(text: str, dictionary: hunspell.Hunspell, own: set[str]) -> Iterator[tuple[int, str]]:
    """Give line and word of everything that neither the dictionary nor the list knows, and every -ize for -ise."""
    for number, words in prose(text):
        for word in WORD.findall(words.replace("’", "'")):
            stem = word.removesuffix("'s")
            if not {stem, stem.lower()} & own and (not dictionary.spell(stem) or has_z(stem, dictionary)):
                yield number, word


def has_z(word: str, dictionary: hunspell.Hunspell) -> bool:
    """Say whether a word has -ize where -ise is a word as well: the dictionary allows both, the book writes one."""
    found = WITH_Z.match(word)
    return found is not None and dictionary.spell(f"{found[1]}is{found[2]}")


@pytest.fixture(scope="module")
def dictionary() -> hunspell.Hunspell:
    return hunspell.Hunspell("index", hunspell_data_dir=f"{DICTIONARY}/")


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_every_word_of_a_chapter_is_known(chapter: Path, dictionary: hunspell.Hunspell) -> None:
    unknown = list(misspelled(chapter.read_text(encoding="utf-8"), dictionary, own_words()))
    places = "\n".join(f"{chapter.relative_to(ROOT)}:{number}: {word}" for number, word in unknown)
    assert not unknown, f"mend these words, or add those that are right to {WORDS.relative_to(ROOT)}:\n{places}"


@pytest.mark.slow
def test_every_word_of_the_list_is_needed(dictionary: hunspell.Hunspell) -> None:
    unknown = {
        form
        for chapter in CHAPTERS
        for _, word in misspelled(chapter.read_text(encoding="utf-8"), dictionary, set())
        for form in (word.removesuffix("'s"), word.removesuffix("'s").lower())
    }
    assert own_words() - unknown == set()


PAGE = """---
kernelspec: recieve
---

# A title

Words, {cite:p}`recieve2020` and `recieve` and [a link](recieve.md).

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-recieve
    caption: |
      A caption.
---
recieve()
```
"""


def test_code_citations_and_addresses_are_not_read(dictionary: hunspell.Hunspell) -> None:
    assert list(misspelled(PAGE, dictionary, set())) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# A title", "# A titel"),
        ("Words", "Wrods"),
        ("Words", "Behavior"),
        ("Words", "Organizations"),
        ("Words", "{if}``R2 found: Wrods, {num}`key`.``"),
        ("Words", "{direction}`key | up | dwon | undecided`"),
        ("Words", "{term}`mediaters <mediator>`"),
        ("[a link]", "[a lnik]"),
        ("A caption.", "A captoin."),
        ("Words", ":::{admonition} Kee points\n:class: keypoints\n:::\n"),
    ],
)
def test_a_planted_misspelling_is_seen(old: str, new: str, dictionary: hunspell.Hunspell) -> None:
    assert old in PAGE
    assert len(list(misspelled(PAGE.replace(old, new), dictionary, set()))) == 1


def test_a_word_of_the_list_is_known(dictionary: hunspell.Hunspell) -> None:
    assert list(misspelled("Webcare and Boerman's", dictionary, {"webcare", "Boerman"})) == []
