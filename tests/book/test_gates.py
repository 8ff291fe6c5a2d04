"""Every gate of the build turns red on a planted fault, and then leaves the site that was there as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from small_book import NOTEBOOK, Book, copied, twin

PAGE = (
    NOTEBOOK
    + """
# A page

The analysis rests on {num}`sample.analysed` respondents.
The mean of one group is {num}`experiment.cell.psr.negative.reply.mean.est`.

```{code-cell} ipython3
from companion import formats, study
print("printed:", formats.printed(study.of_this_book().experiment.cells["mean"].iloc[0], "coefficient"))
```
"""
)
EVERY_NUMBER = "# Every number\n\n```{every-number}\n```\n"
TOC = "format: jb-book\nroot: index\nchapters:\n  - file: chapters/using/every-number\n"

pytestmark = pytest.mark.book


@pytest.fixture(scope="module")
def built(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A small book that was built once, so that its caches are warm."""
    book = copied(tmp_path_factory.mktemp("book"), computed=small_study)
    (book.root / "chapters/using").mkdir(parents=True)
    (book.root / "index.md").write_text(PAGE)
    (book.root / "chapters/using/every-number.md").write_text(EVERY_NUMBER)
    (book.root / "_toc.yml").write_text(TOC)
    result = book.build()
    assert result.returncode == 0, result.stderr
    assert "[IPKernelApp]" not in result.stderr
    return book


@pytest.fixture
def book(built: Book, tmp_path: Path) -> Book:
    """A copy of the built book that a test may break."""
    return twin(built, tmp_path / "book")


def mean_on_page(page: str) -> str:
    found = re.search(r'data-num="experiment-cell-psr-negative-reply-mean-est"[^>]*>([^<]+)<', page)
    assert found is not None
    return found[1]


FAULTS: dict[str, tuple[Callable[[Book], None], str]] = {
    "a failing cell": (
        lambda book: book.change("index.md", "from companion import", "1 / 0\nfrom companion import"),
        "index",
    ),
    "a reference that leads nowhere": (
        lambda book: book.change("index.md", "The analysis", "{ref}`nowhere` The analysis"),
        "nowhere",
    ),
    "a work that is not in the bibliography": (
        lambda book: book.change("index.md", "The analysis", "{cite:t}`nobody` The analysis"),
        "nobody",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_stops_the_build_with_its_place_and_the_site_stays(book: Book, fault: str) -> None:
    plant, place = FAULTS[fault]
    before = book.site()
    plant(book)
    result = book.build()
    assert result.returncode != 0
    assert place in result.stdout + result.stderr
    assert book.site() == before


def test_slips_are_told_all_at_once_in_a_line_each_without_a_word_of_the_programs(book: Book) -> None:
    before = book.site()
    book.change("index.md", "sample.analysed", "sample.invented")
    book.change("index.md", "experiment.cell.psr", "experiment.cells.psr")
    book.change("index.md", "The mean", "{if}``R2 confirmed: Yes.`` The mean")
    result = book.build()
    assert result.returncode == 1
    slips, last = result.stderr.strip().splitlines()[:-1], result.stderr.strip().splitlines()[-1]
    assert slips[0].startswith("index.md:13: WARNING: no number 'sample.invented' is computed; nearest: sample.")
    assert [re.sub(r"; nearest: .*", "", slip) for slip in slips] == [
        "index.md:13: WARNING: no number 'sample.invented' is computed",
        "index.md:13: WARNING: verdict.R2 is never 'confirmed'; it is one of found, undecided, reversed",
        "index.md:13: WARNING: no number 'experiment.cells.psr.negative.reply.mean.est' is computed",
    ]
    assert last == "The book was not built; _build/html is as it was."
    assert book.site() == before


def test_after_a_fault_is_mended_the_book_builds_again(book: Book) -> None:
    book.change("index.md", "sample.analysed", "sample.invented")
    assert book.build().returncode != 0
    book.change("index.md", "sample.invented", "sample.analysed")
    assert book.build().returncode == 0


def test_a_changed_answer_changes_the_printed_number_although_every_cache_is_warm(book: Book) -> None:
    before = mean_on_page(book.page())
    survey = book.root / "data/survey.csv"
    text = survey.read_text(encoding="utf-8")
    # Everybody who fully agreed with anything now fully disagrees: no mean can stay what it was.
    survey.write_text(text.replace("Helemaal akkoord", "Helemaal niet akkoord"), encoding="utf-8")
    assert book.build().returncode == 0
    assert mean_on_page(book.page()) != before


def test_a_changed_function_changes_the_outputs_although_every_cache_is_warm(book: Book) -> None:
    assert "printed: " in book.page()
    book.change("companion/formats.py", '"coefficient": 3', '"coefficient": 5')
    assert book.build().returncode == 0
    assert re.search(r"printed: \d\.\d{5}\b", book.page())


def test_nothing_is_built_when_nothing_has_changed(book: Book) -> None:
    assert book.build().returncode == 0
    stamp = (book.root / "_build/html/index.html").stat().st_mtime_ns
    result = book.build()
    assert result.returncode == 0
    assert "Nothing has changed" in result.stdout
    assert (book.root / "_build/html/index.html").stat().st_mtime_ns == stamp


def damaged(book: Book, change: Callable[[str], str]) -> Path:
    path = book.root / "_build" / "damaged.csv"
    path.write_text(change((book.root / "data/survey.csv").read_text(encoding="utf-8")), encoding="utf-8")
    return path


INPUTS: dict[str, tuple[Callable[[Book], Path], str]] = {
    "a missing survey": (lambda book: book.root / "nowhere.csv", "nowhere.csv"),
    "an answer outside its scale": (
        lambda book: damaged(book, lambda text: text.replace("Eerder akkoord", "Ooit akkoord")),
        "Ooit akkoord",
    ),
    "an empty cell of the design": (
        lambda book: damaged(book, lambda text: re.sub(r",positief,geen,", ",positief,like,", text)),
        "positive",
    ),
}


@pytest.mark.parametrize("case", INPUTS)
def test_wrong_input_is_told_with_exit_code_two_and_the_site_stays(book: Book, case: str) -> None:
    make, named = INPUTS[case]
    before = book.site()
    result = book.build(survey=make(book))
    assert result.returncode == 2
    assert named in result.stderr
    assert "Traceback" not in result.stderr
    assert book.site() == before


def test_an_unknown_key_in_a_setting_is_told_with_its_line_and_exit_code_two(book: Book) -> None:
    before = book.site()
    book.change("data/analysis.yml", "covariates:", "covariate:")
    result = book.build()
    assert result.returncode == 2
    assert re.search(r"analysis\.yml, row \d+", result.stderr)
    assert book.site() == before
