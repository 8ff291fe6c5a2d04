"""The edition for students holds no solution and no key, wherever one looks, and the open one stays as it was."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from small_book import NOTEBOOK, ROOT, Book, copied

from companion.book import student_edition
from companion.book.student_edition import blocks, sources, without_keys
from companion.errors import InputError

PLANTED = {
    "a solution": "Kingfisher",
    "what a solution computes": "Oystercatcher",
    "a solution inside other blocks": "Goldcrest",
    "a solution between two marks": "Nightjar",
    "a paragraph of the open edition": "Waxwing",
    "a belief behind a wrong answer": "Lapwing",
    "what the right answer says": "Dunnock",
}
"""Where a word is planted that stands nowhere else -> the word."""

PAGE = (
    NOTEBOOK
    + f"""
# Birds

```{{exercise}} One
:label: exercise-one

How many?
```

```{{solution}} exercise-one
:class: dropdown

{PLANTED["a solution"]}.
```

::::{{admonition}} More
```{{exercise}} Two
:label: exercise-two

How many more?
```

```{{solution}} exercise-two
{PLANTED["a solution inside other blocks"]}.
```
::::

````{{exercise}} Three
:label: exercise-three

How many in all?
````

````{{solution-start}} exercise-three
:class: dropdown
````

```{{code-cell}} ipython3
print("".join(["Oyster", "catcher"]))
```

{PLANTED["a solution between two marks"]}.

````{{solution-end}}
````

:::{{edition}} open
{PLANTED["a paragraph of the open edition"]}.
:::

:::{{edition}} student
A redpoll.
:::

::::{{self-test}} inventory-count
Do they count?

- [ ] Ravens do not.

  *{PLANTED["a belief behind a wrong answer"]}.*

- [x] Crows do.

  {PLANTED["what the right answer says"]}.
::::

```{{code-cell}} ipython3
print("a cell that stays")
```
"""
)
EVERY_NUMBER = "# Every number\n\n```{every-number}\n```\n"
TOC = """format: jb-book
root: index
parts:
  - caption: Using it
    chapters:
      - file: chapters/using/every-number
"""
SITE = "_build/html"
IN_OPEN = {
    "a page": f"{SITE}/index.html",
    "its source": f"{SITE}/_downloads/index.md",
    "its notebook": f"{SITE}/_downloads/index.ipynb",
    "the search": f"{SITE}/_static/book-search.js",
    "what was read": "_build/work/_build/.doctrees/index.doctree",
    "pages that are kept": "_build/pages/finished/*",
    "the EPUB": "_build/paper/*.epub",
}
"""Where a word of a solution stands in the open edition, which shows that it would be found in the other."""


def texts(path: Path) -> Iterator[bytes]:
    """Give what stands in a file: itself, what is packed in it, and the words of a PDF."""
    content = path.read_bytes()
    yield content
    if path.suffix == ".pdf":
        yield "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages).encode()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def holding(folder: Path, word: str, pattern: str = "**/*") -> list[str]:
    """Give the files below a folder in which a word stands."""
    files = sorted(path for path in folder.glob(pattern) if path.is_file() and not path.is_symlink())
    found = (path for path in files if any(word.encode() in text for text in texts(path)))
    return [path.relative_to(folder).as_posix() for path in found]


def edition(book: Book, kind: str, name: str) -> None:
    command = [*book.command(kind), "--edition", name]
    done = subprocess.run(command, cwd=book.root, env=book.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def book(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A small book of which the open edition was built first, then that for students, with a stray page in its folder.

    Both are on paper, too: as EPUB, and that for students as PDF.
    """
    made = copied(tmp_path_factory.mktemp("editions"), computed=small_study)
    (made.root / "chapters/using").mkdir(parents=True)
    (made.root / "index.md").write_text(PAGE)
    (made.root / "chapters/using/every-number.md").write_text(EVERY_NUMBER)
    (made.root / "_toc.yml").write_text(TOC)
    edition(made, "epub", "open")
    stray = made.root / student_edition.FOLDER / "chapters/solutions.md"
    stray.parent.mkdir(parents=True)
    stray.write_text(PAGE)
    edition(made, "epub", "student")
    if shutil.which("chromium"):
        edition(made, "pdf", "student")
    return made


@pytest.mark.book
@pytest.mark.parametrize("planted", PLANTED)
def test_nothing_of_the_students_edition_holds_what_was_planted(book: Book, planted: str) -> None:
    assert holding(book.root / student_edition.FOLDER, PLANTED[planted]) == []


@pytest.mark.book
@pytest.mark.parametrize("place", IN_OPEN)
def test_the_same_look_finds_a_solution_in_the_open_edition(book: Book, place: str) -> None:
    assert holding(book.root, PLANTED["a solution"], IN_OPEN[place]) != []


@pytest.mark.book
def test_the_same_look_finds_what_a_solution_computes_among_the_cells_that_are_kept(book: Book) -> None:
    assert holding(book.root, PLANTED["what a solution computes"], "_build/study/cells of index/*") != []


@pytest.mark.book
@pytest.mark.parametrize("planted", PLANTED)
def test_the_page_of_the_open_edition_holds_all_that_was_planted(book: Book, planted: str) -> None:
    assert holding(book.root, PLANTED[planted], IN_OPEN["a page"]) == [IN_OPEN["a page"]]


@pytest.mark.book
def test_the_students_edition_keeps_exercises_questions_and_its_own_words(book: Book) -> None:
    page = (book.root / student_edition.FOLDER / SITE / "index.html").read_text()
    wanted = ("How many in all?", "Do they count?", "Ravens do not.", "Crows do.", "A redpoll.", "a cell that stays")
    assert [words for words in wanted if words not in page] == []
    assert "A redpoll." not in book.page()


@pytest.mark.book
def test_only_the_open_edition_offers_its_questions_to_a_learning_platform(book: Book) -> None:
    assert (book.root / SITE / "_downloads/index.xml").is_file()
    assert list((book.root / student_edition.FOLDER / SITE).rglob("*.xml")) == []


@pytest.mark.book
def test_nothing_changes_when_the_students_edition_is_built_again(book: Book) -> None:
    command = [*book.command(), "--edition", "student"]
    done = subprocess.run(command, cwd=book.root, env=book.environment(), capture_output=True, text=True, check=True)
    assert done.stdout == f"Nothing has changed: {student_edition.FOLDER}/{SITE} is the book of these inputs.\n"


def question(right: int) -> str:
    """A question of the inventory of which one answer is right."""
    answers = "".join(
        f"- [{'x' if place == right else ' '}] Answer {place},\n  on two lines.\n\n  {'Yes' * (place == right)}!\n\n"
        for place in range(3)
    )
    return f"# Beliefs\n\n::::{{self-test}} inventory-one\nWhich?\n\n{answers}::::\n"


def test_what_students_get_of_a_question_is_the_same_whichever_answer_is_right() -> None:
    one, *others = (without_keys(question(right), "page.md") for right in range(3))
    assert others == [one, one]
    assert one.startswith(
        "# Beliefs\n\n(inventory-one)=\nWhich?\n\n"
        "1. Answer 0,\n  on two lines.\n\n2. Answer 1,\n  on two lines.\n\n3. Answer 2,\n  on two lines.\n\n"
    )


def test_a_self_test_that_is_answered_in_the_page_keeps_its_answers() -> None:
    page = question(1).replace("inventory-one", "test-one")
    assert without_keys(page, "page.md") == page


CUT_OUT = {
    "a fence": "a\n\n```{solution} x\nNo.\n```\n\nb\n",
    "a fence of tildes": "a\n\n~~~{solution} x\nNo.\n~~~\n\nb\n",
    "colons": "a\n\n:::{solution} x\nNo.\n:::\n\nb\n",
    "a longer fence around code": "a\n\n````{solution} x\n```python\nno()\n```\n````\n\nb\n",
    "two marks": "a\n\n```{solution-start} x\n```\n\nNo.\n\n```{solution-end}\n```\n\nb\n",
    "the open edition": "a\n\n:::{edition} open\nNo.\n:::\n\nb\n",
    "a fence that the file's end closes": "a\n\nb\n```{solution} x\nNo.\n",
}


@pytest.mark.parametrize("form", CUT_OUT)
def test_a_solution_is_cut_out_in_whatever_form_it_is_written(form: str) -> None:
    assert without_keys(CUT_OUT[form], "page.md") == ("a\n\nb\n")


NOT_SEEN = {
    "a solution that nothing ends": "a\n\n```{solution-start} x\n```\n\nNo.\n",
    "a solution that is commented out": "a\n\n<!--\n```{solution} x\nNo.\n```\n-->\n",
    "a solution behind other words": "a\n\nNow: ```{solution} x\nNo.\n```\n",
    "an end without a beginning": "a\n\nNo.\n\n```{solution-end}\n```\n",
}


@pytest.mark.parametrize("fault", NOT_SEEN)
def test_a_solution_that_would_stay_is_told_with_its_row_and_nothing_is_written(fault: str) -> None:
    with pytest.raises(InputError) as told:
        without_keys(NOT_SEEN[fault], "chapters/page.md")
    (problem,) = told.value.problems
    assert problem.file == "chapters/page.md"
    assert "solution" in NOT_SEEN[fault].splitlines()[int(problem.row or 0) - 1]


@pytest.mark.slow
def test_the_book_as_it_is_can_be_given_to_students() -> None:
    pages = {name: content.decode() for name, content in sources(ROOT) if name.endswith(".md")}
    opened = {path.relative_to(ROOT).as_posix(): path.read_text() for path in (ROOT / "chapters").rglob("*.md")}
    cut = [block for text in opened.values() for block in blocks(text) if block.name.startswith("solution")]
    left = [block for text in pages.values() for block in blocks(text) if block.name.startswith("solution")]
    assert len(cut) >= 90
    assert left == []
    kept = [block for block in blocks(pages["chapters/using/concept-inventory.md"]) if block.name == "self-test"]
    assert kept == []


@pytest.mark.slow
def test_the_students_edition_takes_over_every_kept_result_and_no_deck_of_slides() -> None:
    names = {name for name, _ in sources(ROOT)}
    kept = {path.relative_to(ROOT).as_posix() for path in (ROOT / "results").rglob("*") if path.is_file()}
    assert kept - names == set()
    assert {name for name in names if name.startswith("slides/")} == set()


def test_every_question_of_the_inventory_is_one_of_those_that_are_only_asked() -> None:
    page = (ROOT / "chapters/using/concept-inventory.md").read_text(encoding="utf-8")
    names = [block.argument for block in blocks(page) if block.name == "self-test"]
    assert len(names) == 12
    assert [name for name in names if not name.startswith(student_edition.ASKED_ONLY)] == []


def test_the_address_of_the_open_edition_does_not_stand_in_that_for_students() -> None:
    text = (ROOT / "_config.yml").read_text(encoding="utf-8")
    placed = text.replace('url: ""', 'url: "https://example.org/open"').replace(
        'baseurl: ""', 'baseurl: "https://o.org"'
    )
    assert placed.count("https://") == text.count("https://") + 3
    assert b"example.org" not in student_edition.settings(placed)
    assert b"//o.org" not in student_edition.settings(placed)
