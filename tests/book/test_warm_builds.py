"""Where only the text of pages has changed, a build reads these alone, and gives what one from nothing gives."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from small_book import NOTEBOOK, Book, copied

FIRST = """(first)=
# A book

The analysis rests on {num}`sample.analysed` respondents, see {ref}`second` and {cite:t}`hayes2015`.

{term}`A word`

```{bibliography}
:filter: docname in docnames
```
"""
FIGURE = """```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-tiers
    caption: Who is called micro.
  image:
    alt: Ranges of followers.
---
from companion import evidence
from companion.figures import literature

literature.tier_ranges(evidence.tiers())
```
"""
SECOND = (
    NOTEBOOK
    + """
(second)=
# A second page

```{exercise}
:label: one
Count to {num}`sample.analysed`.
```

```{code-cell} ipython3
print("from a cell")
```

"""
    + FIGURE
    + """
## Every number

```{every-number}
```
"""
)
TOC = "format: jb-book\nroot: index\nchapters:\n  - file: chapters/first\n  - file: chapters/using/every-number\n"

pytestmark = pytest.mark.book


@pytest.fixture(scope="module")
def book(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A small book of three pages that refer to one another, built once."""
    book = copied(tmp_path_factory.mktemp("warm"), computed=small_study)
    (book.root / "chapters/using").mkdir(parents=True)
    (book.root / "index.md").write_text(
        "# The book\n\nSee {ref}`first`.\n\n```{glossary}\nA word\n  What it means.\n```\n"
    )
    (book.root / "chapters/first.md").write_text(FIRST)
    (book.root / "chapters/using/every-number.md").write_text(SECOND)
    (book.root / "_toc.yml").write_text(TOC)
    built(book)
    return book


def built(book: Book) -> subprocess.CompletedProcess[str]:
    result = book.build()
    assert result.returncode == 0, result.stdout + result.stderr
    return result


EDITS = {
    "words of prose": [("chapters/first.md", "The analysis rests", "All of it rests")],
    "the title of a page that others name": [("chapters/first.md", "# A book", "# Another title")],
    "a number that is no longer named": [("chapters/first.md", "{num}`sample.analysed`", "many")],
    "a figure before another": [
        ("chapters/using/every-number.md", FIGURE, f"{FIGURE.replace('fig-tiers', 'fig-before')}\n{FIGURE}")
    ],
    "what is said of a figure": [("chapters/using/every-number.md", "Ranges of followers", "Bars of followers")],
    "a cell": [("chapters/using/every-number.md", "from a cell", "from another cell")],
    "an exercise before another": [
        ("chapters/first.md", "{term}", "```{exercise}\n:label: zero\nCount.\n```\n\n{term}"),
    ],
    "a work that is no longer cited": [("chapters/first.md", " and {cite:t}`hayes2015`", "")],
    "two pages at once": [
        ("index.md", "# The book", "# Our book"),
        ("chapters/using/every-number.md", "# A second page", "# Page two"),
    ],
}


def test_edits_of_pages_one_after_the_other_give_the_site_that_a_build_from_nothing_gives(book: Book) -> None:
    for name, changes in EDITS.items():
        for file, old, new in changes:
            book.change(file, old, new)
        unread = book.root / "_build/work/_build/.doctrees/index.doctree"
        before = unread.stat().st_mtime_ns
        built(book)
        if not any(file == "index.md" for file, _, _ in changes):
            assert unread.stat().st_mtime_ns == before, f"{name}: a page that stayed was read again"
    warm = book.site()
    shutil.rmtree(book.root / "_build/work")
    (book.root / "_build/site.digest").unlink()
    built(book)
    assert {name: content for name, content in book.site().items() if warm.get(name) != content} == {}
    assert book.site().keys() == warm.keys()


def test_the_page_of_a_figures_data_is_written_again_only_where_what_stands_on_it_may_have_changed(book: Book) -> None:
    written = book.root / "_build/work/_build/as_written/site/data/fig-tiers.html"
    before = written.stat().st_mtime_ns
    book.change("index.md", "See {ref}", "Read {ref}")
    built(book)
    assert written.stat().st_mtime_ns == before
    book.change("chapters/using/every-number.md", "Ranges of followers", "Ranges of people who follow")
    built(book)
    assert written.stat().st_mtime_ns != before
    assert "of people who follow" in written.read_text()
    book.change("index.md", "Read {ref}", "See {ref}")


def test_a_reference_that_leads_nowhere_since_another_page_changed_stops_the_build(book: Book) -> None:
    before = book.site()
    book.change("chapters/first.md", "(first)=", "(moved)=")
    result = book.build()
    assert result.returncode != 0
    assert "first" in result.stdout + result.stderr
    assert book.site() == before
    book.change("chapters/first.md", "(moved)=", "(first)=")
    built(book)


def test_a_page_that_comes_back_with_an_old_time_is_read_again(book: Book) -> None:
    page = book.root / "index.md"
    times = page.stat()
    book.change("index.md", "See {ref}", "Look at {ref}")
    os.utime(page, ns=(times.st_atime_ns, times.st_mtime_ns - 10**12))
    built(book)
    assert "Look at" in book.page()
    book.change("index.md", "Look at {ref}", "See {ref}")


def test_what_is_damaged_of_the_pages_as_they_were_read_is_read_again(book: Book) -> None:
    before = book.site()["chapters/first.html"]
    read = [path for path in (book.root / "_build/work/_build/.doctrees").rglob("*.doctree") if path.is_file()]
    assert len(read) == 3
    for path in read:
        path.write_bytes(path.read_bytes()[:-10])
    book.change("index.md", "See {ref}", "Turn to {ref}")
    built(book)
    assert "Turn to" in book.page()
    assert book.site()["chapters/first.html"] == before
    book.change("index.md", "Turn to {ref}", "See {ref}")
