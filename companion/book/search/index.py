"""The script that a page loads when somebody begins to search: MiniSearch, what to find, and how.

MiniSearch makes its index in the browser, in less time than one ready-made would take to arrive: a ready-made one
weighs several times what it is made from. Of a long section the script holds the first sentences whole, from which the
hits quote, and of the rest each word once.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import get_args

from companion.book.search.entries import Entry, Kind, SearchedPage
from companion.book.search.synonyms import Synonyms
from companion.book.sphinx.roles import row_id
from companion.figures.typeface import MissingFontsError
from companion.numbers import Number
from companion.root import ROOT
from companion.words import Words

NAME = "_static/book-search.js"
"""Where the script lies in the site."""

MINISEARCH = ROOT / "node_modules/minisearch"
FINDER = Path(__file__).with_name("find.js")

SHOWN = 224
"""Letters of a section that stand in the script as they stand in the book, up to the end of a sentence."""

KINDS = get_args(Kind)
"""The script names a kind by its place here."""

LONG: Mapping[Kind, int] = {"page": SHOWN // 2, "section": SHOWN, "exercises": SHOWN // 4}
"""Letters of the kinds of which a part is shown: a page is told by its title, exercises come behind what explains."""

SENTENCE = re.compile(r"(?<=[.?!])\s+")
WORD = re.compile(r"[^\W\d_]\w*")
PLURAL = re.compile(r"(?<=\w{3})s$")
SHORT = 2
"""Letters up to which a word of the rest of a section goes: it says nothing of what the section is about."""


def script(pages: Mapping[str, SearchedPage], rows: str, numbers: Iterable[Number], table: Synonyms, say: Words) -> str:
    """Give the script.

    Parameters
    ----------
    pages
        The pages by their address below the site.
    rows
        The page on which each number has its row.
    numbers
        The numbers of the book.
    table
        What people type and the book calls by another name.
    say
        The words of the book's language.

    Raises
    ------
    companion.figures.typeface.MissingFontsError
        The npm package of MiniSearch is not installed.
    """
    idle, called = say["pages.search.idle"], say.under("pages.search.kinds")
    content = {
        "kinds": [[kind, called[kind]] for kind in KINDS],
        "pages": [[address, page.part, page.title] for address, page in pages.items()],
        "entries": _by_column(
            _written(place, entry, idle) for place, page in enumerate(pages.values()) for entry in page.entries
        ),
        "rows": rows,
        "numbers": _by_column(
            [row_id(number.key), number.what, number.printed(say.language), number.interval_printed(say.language)]
            for number in told_once(numbers)
        ),
        "synonyms": [[synonym.book, *synonym.typed] for synonym in table.synonyms],
        "idle": idle,
    }
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    finder = _shortened(FINDER.read_text(encoding="utf-8"))
    return f"{_library()}\n{finder}\nBookSearch.know({written});\n"


def told_once(numbers: Iterable[Number]) -> list[Number]:
    """Give the numbers without the intervals that stand beside an estimate: the estimate's hit shows them."""
    found = list(numbers)
    beside = {number.interval for number in found if number.interval}
    return [number for number in found if number.value not in beside]


def _by_column(rows: Iterable[Sequence[object]]) -> list[tuple[object, ...]]:
    """Turn rows into columns: like beside like, they weigh a fifteenth less when a host has compressed them."""
    return list(zip(*rows, strict=True))


def _library() -> str:
    """MiniSearch with its licence, without the comments, which are most of it."""
    source = MINISEARCH / "dist/umd/index.js"
    if not source.exists():
        raise MissingFontsError(source)
    code = _shortened(source.read_text(encoding="utf-8"))
    version = json.loads((MINISEARCH / "package.json").read_text(encoding="utf-8"))["version"]
    licence = (MINISEARCH / "LICENSE.txt").read_text(encoding="utf-8").strip()
    return f"/*! MiniSearch {version}\n{licence} */\n{code.strip()}"


def _shortened(code: str) -> str:
    """Give a script without the comments that have lines of their own, and without indentation.

    No text of either script goes over a line, so nothing that is said begins with the blanks of its line.
    """
    return re.sub(r"\n\s+", "\n", re.sub(r"\n\s*(?:/\*\*.*?\*/|//[^\n]*)(?=\n)", "", code, flags=re.DOTALL))


def _written(page: int, entry: Entry, idle: str) -> list[object]:
    """Give an entry as the script has it: kind, page, anchor, title, headings around it, text, further words."""
    shown, rest = shortened(entry.text, LONG[entry.kind]) if entry.kind in LONG else (entry.text, "")
    further = rest_of_words(f"{rest} {entry.words}", but_for=f"{entry.title} {shown} {idle}")
    return [KINDS.index(entry.kind), page, entry.anchor, entry.title, " › ".join(entry.within), shown, further]


def shortened(text: str, letters: int = SHOWN) -> tuple[str, str]:
    """Part a text after its first sentence, or where another one would make it longer than some letters.

    Examples
    --------
    >>> shortened("One. Two.")
    ('One. Two.', '')
    """
    sentences = SENTENCE.split(text)
    shown = [sentences.pop(0)]
    while sentences and len(" ".join(shown)) + len(sentences[0]) < letters:
        shown.append(sentences.pop(0))
    return " ".join(shown), " ".join(sentences)


def rest_of_words(text: str, but_for: str) -> str:
    """Give each word of a text once, as the script compares words, but for those that stand elsewhere.

    Numerals go: a number is found by itself.

    Examples
    --------
    >>> rest_of_words("A reply, then a like and 3 replies, two likes", but_for="Then a like")
    'and replie reply two'
    """
    return " ".join(sorted({word for word in _words(text) if len(word) > SHORT} - set(_words(but_for))))


def _words(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return [PLURAL.sub("", word) for word in WORD.findall(plain)]
