"""Citations and reference lists in the style of the APA (Publication Manual, 7th edition, chapters 8 to 10).

Jupyter Book's own bibliography knows no such style. A reference that lacks a field is printed without it: what was not
seen of a work is not filled in.

The two styles for pybtex that call themselves APA are one person's each and fill gaps with placeholders; citeproc-py
would not join sphinxcontrib-bibtex, which finds, links and lists what is cited here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

import sphinxcontrib.bibtex.plugin
from pybtex.backends.plaintext import Backend as PlaintextBackend
from pybtex.database import Entry, Person
from pybtex.plugin import register_plugin
from pybtex.richtext import HRef, Tag, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting.unsrt import Style as UnsortedStyle
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle
from pybtex.style.template import node
from sphinx.application import Sphinx
from sphinxcontrib.bibtex.style.referencing import BaseReferenceStyle, BracketStyle, GroupReferenceStyle, PersonStyle
from sphinxcontrib.bibtex.style.referencing.basic_author_year import (
    BasicAuthorYearParentheticalReferenceStyle,
    BasicAuthorYearTextualReferenceStyle,
)

from companion.book.sphinx import languages

NAME = "apa"
MOST_AUTHORS = 20
"""More are shortened to the first nineteen and the last."""

ORDINALS = {"1": "1st", "2": "2nd", "3": "3rd"}
PARTS = ("inproceedings", "incollection")
"""Types of works that stand in another work."""
THESES = {"mastersthesis": "Master's thesis", "phdthesis": "Doctoral dissertation"}


class ByKey(BaseLabelStyle):  # type: ignore[misc]
    """Labels that are told apart and never shown: the APA's lists have none."""

    def format_labels(self, sorted_entries: Sequence[Entry]) -> Iterator[str]:
        """Give the key of each entry."""
        return (entry.key for entry in sorted_entries)


class ByNames(BaseSortingStyle):  # type: ignore[misc]
    """Order by names, then year, then title, whether a name is a person's or an organisation's."""

    def sorting_key(self, entry: Entry) -> tuple[str, str, str]:
        """Give what two entries are compared by."""
        return _names(entry).casefold(), _year(entry), entry.fields["title"]


class ApaStyle(UnsortedStyle):  # type: ignore[misc]
    """Reference list in the style of the APA."""

    default_label_style = ByKey
    default_sorting_style = ByNames

    def format_entry(self, label: str, entry: Entry, bib_data: Any = None) -> FormattedEntry:
        """Give one reference: who (when). What. Where. Address."""
        who = _names(entry)
        parts = [
            Text(who if who.endswith(".") else f"{who}.", f" ({_year(entry)})."),
            *(part for part in (_work(entry), _source(entry)) if part),
        ]
        address = _address(entry)
        if address:
            parts.append(address)
        if "note" in entry.fields:
            parts.append(Text("[", Text.from_latex(entry.fields["note"]), "]"))
        return FormattedEntry(entry.key, Text(" ").join(parts), label)


def _names(entry: Entry) -> str:
    return authors(entry.persons.get("author", []))


def _year(entry: Entry) -> str:
    return str(entry.fields.get("year", "n.d."))


def authors(persons: Sequence[Person]) -> str:
    """Give names as "Hu, L.-t., & Bentler, P. M.".

    Examples
    --------
    >>> authors([Person("Hu, Li-tze"), Person("Bentler, Peter M.")])
    'Hu, L.-t., & Bentler, P. M.'
    >>> authors([Person("{European Commission}")])
    'European Commission'
    """
    names = [name(person) for person in persons]
    if names[-1:] == ["others"]:
        named = ", ".join(names[:-1])
        return f"{named}, et al." if named.endswith(".") else f"{named} et al."
    if len(names) > MOST_AUTHORS:
        return f"{', '.join(names[: MOST_AUTHORS - 1])}, . . . {names[-1]}"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}, & {names[-1]}"


def name(person: Person) -> str:
    """Give a name as surname and initials; a name in braces stays whole."""
    surname = _plain(" ".join([*person.prelast_names, *person.last_names]))
    initials = " ".join(_initial(_plain(given)) for given in [*person.first_names, *person.middle_names])
    lineage = " ".join(person.lineage_names)
    return ", ".join(part for part in (surname, initials, lineage) if part)


def _initial(given: str) -> str:
    return "-".join(f"{part[0]}." for part in given.split("-") if part)


# Every list of references formats all its works anew, and the commands of LaTeX are slow to read.
@cache
def _latex(text: str) -> Text:
    return Text.from_latex(text)


def _plain(latex: str) -> str:
    return str(_latex(latex))


@cache
def sentence_case(title: str) -> Text:
    """Give a title with a capital at its start and after a colon, question mark or full stop; what is in braces stays.

    Examples
    --------
    >>> str(sentence_case("Yes, But: The {APA} Way"))
    'Yes, but: The APA way'
    """
    text = _latex(title)
    starts = [0, *(mark.end() for mark in re.finditer(r"^“|(?:[:?!]|(?<!vs)\.) “?", str(text))), len(text)]
    return Text(*(text[start:end].capitalize() for start, end in pairwise(starts)))


def _work(entry: Entry) -> Text:
    """The title, in italics where the work stands alone, and what kind of work it is."""
    title = languages.title(entry, sentence_case(entry.fields["title"]))
    if entry.type in ("article", *PARTS):
        return _with_stop(title)
    words: list[Any] = [Tag("em", title)]
    if "edition" in entry.fields:
        edition = entry.fields["edition"]
        words.append(f" ({ORDINALS.get(edition, f'{edition}th')} ed.)")
    if "version" in entry.fields:
        words.append(f" (Version {entry.fields['version']})")
    if entry.type in THESES:
        words.append(f" [{THESES[entry.type]}, {_plain(entry.fields['school'])}]")
    return _with_stop(Text(*words))


def _source(entry: Entry) -> Text | None:
    """Where the work appeared."""
    if entry.type == "article":
        return _in_journal(entry)
    if entry.type in PARTS:
        details = [
            f"{before}{value}"
            for before, value in (
                ("Version ", entry.fields.get("version")),
                ("Vol. ", entry.fields.get("volume")),
                ("No. ", entry.fields.get("number")),
                ("pp. ", _pages(entry)),
            )
            if value
        ]
        behind = f" ({', '.join(details)})." if details else "."
        return Text("In ", Tag("em", _latex(entry.fields["booktitle"])), behind)
    where = entry.fields.get("publisher") or entry.fields.get("howpublished")
    return _with_stop(_latex(where)) if where else None


def _in_journal(entry: Entry) -> Text:
    volume, number, pages = entry.fields.get("volume"), entry.fields.get("number"), _pages(entry)
    words: list[Any] = [Tag("em", _latex(entry.fields["journal"]))]
    if volume:
        words += [", ", Tag("em", volume)]
    if number:
        words.append(f"({number})" if volume else f", ({number})")
    if pages:
        words.append(f", {pages}")
    return Text(*words, ".")


def _pages(entry: Entry) -> str:
    return re.sub(r"-+", "–", entry.fields.get("pages", ""))


def _address(entry: Entry) -> HRef | None:
    fields = entry.fields
    if "doi" in fields:
        address = f"https://doi.org/{fields['doi']}"
    elif fields.get("archiveprefix") == "arXiv":
        address = f"https://arxiv.org/abs/{fields['eprint']}"
    else:
        address = fields.get("url", "")
    return HRef(address, address) if address else None


def _with_stop(text: Text) -> Text:
    return text if str(text).endswith((".", "?", "!")) else Text(text, ".")


@node  # type: ignore[untyped-decorator]
def surnames(children: Sequence[Any], data: dict[str, Any], word: str) -> str:
    """Give who is cited: one name, two with a word between them, or the first with "et al."."""
    names = [
        _plain(" ".join([*person.prelast_names, *person.last_names])) for person in data["entry"].persons["author"]
    ]
    if names[-1] == "others" or len(names) > 2:
        return f"{names[0]} et al."
    return f" {word} ".join(names)


@dataclass
class Surnames(PersonStyle):
    """Names as they are cited, with "and" or "&" between two."""

    word: str = "and"

    def author_or_editor_or_title(self, full: bool) -> Any:
        """Give the template of the names; the full list stands in the list of references only."""
        return surnames(word=self.word)


@dataclass
class ApaReferenceStyle(GroupReferenceStyle):
    """Author and year in round brackets: "Hu and Bentler (1999)" in the sentence, "(Hu & Bentler, 1999)" beside it."""

    textual: BaseReferenceStyle = field(
        default_factory=lambda: BasicAuthorYearTextualReferenceStyle(
            bracket=BracketStyle(left="(", right=")", sep=", ", sep2=" and ", last_sep=", and "), person=Surnames()
        )
    )
    parenthetical: BaseReferenceStyle = field(
        default_factory=lambda: BasicAuthorYearParentheticalReferenceStyle(
            bracket=BracketStyle(left="(", right=")", sep="; "), person=Surnames(word="&")
        )
    )

    def __post_init__(self) -> None:
        """Join the two."""
        self.styles.extend([self.textual, self.parenthetical])
        super().__post_init__()  # type: ignore[no-untyped-call]


def setup(app: Sphinx) -> None:
    """Make the style known under its name; `_config.yml` chooses it."""
    register_plugin("pybtex.style.formatting", NAME, ApaStyle)
    # Every citation asks for this writer, and looks through all installed packages unless it is registered.
    register_plugin("pybtex.backends", "plaintext", PlaintextBackend, force=True)
    sphinxcontrib.bibtex.plugin.register_plugin("sphinxcontrib.bibtex.style.referencing", NAME, ApaReferenceStyle)
