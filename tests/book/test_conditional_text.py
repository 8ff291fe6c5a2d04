"""Of a sentence whose condition does not hold nothing is left on the page, and translators see it all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shipped
from small_pages import Pages, application, build, number

from companion.book.search.index import NAME
from companion.book.sphinx.subject import Subject
from companion.numbers import Registry

NUMBERS = [
    number("sample.analysed", 12, "count"),
    number("path.a.est", -0.3, interval=(-0.5, -0.1)),
    number("verdict.R2", "found", "word", values=("found", "undecided", "reversed"), label="found in the survey"),
]
PAGE = """# A page

A first sentence, with a citation {{cite:p}}`hu1999` and a note[^kept].
{inline}

{block}

A last sentence with the same citation {{cite:p}}`hu1999`, a note[^last] and $x$.

[^kept]: This note stays.
[^last]: This one, too.

```{{bibliography}}
:filter: docname in docnames
```
"""
SENTENCE = "{if}``R2 STATE: Here are {num}`sample.analysed` people {cite:p}`hayes2022`[^gone].``"
BLOCK = """:::{if} R2 STATE
(a-label)=
Here are {num}`path.a.est` and more {cite:p}`preacher2008`[^gone].

```{math}
:label: an-equation
x = 1
```

[^gone]: This note goes.
:::"""


def page(state: str = "", inline: str = SENTENCE, block: str = BLOCK) -> dict[str, str]:
    text = PAGE.format(inline=inline.replace("STATE", state), block=block.replace("STATE", state))
    return {"index": text.replace("\n\n\n\n", "\n\n")}


def made(folder: Path, sources: dict[str, str], builder: str = "html") -> Pages:
    folder.mkdir(exist_ok=True)
    about = Subject(shipped.study(), Registry(NUMBERS))
    (pages,) = build(application(folder, about, sources, builder))
    return pages


def known(pages: Pages) -> dict[str, Any]:
    """What Sphinx knows of a page, but for where it lies."""
    env = pages.app.env
    return {
        "numbers": env.metadata["index"].get("numbers"),
        "places": env.metadata["index"].get("number_places"),
        "cited": [target.key for ref in env.get_domain("cite").citation_refs for target in ref.targets],  # type: ignore[attr-defined]
        "labels": sorted(env.get_domain("std").data["anonlabels"]),
        "equations": dict(env.get_domain("math").data["objects"]),
    }


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The page as if its author had never thought of the conditional text."""
    return made(tmp_path_factory.mktemp("without"), page(inline="", block=""))


@pytest.fixture(scope="module")
def dropped(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return made(tmp_path_factory.mktemp("dropped"), page("reversed"))


@pytest.fixture(scope="module")
def stands(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return made(tmp_path_factory.mktemp("stands"), page("found"))


def words(pages: Pages) -> str:
    article = pages.article()
    for part in article.select(".takealong"):
        part.decompose()
    return " ".join(article.get_text().split())


@pytest.mark.slow
def test_where_the_condition_does_not_hold_the_page_is_the_one_without_the_text(without: Pages, dropped: Pages) -> None:
    assert words(dropped) == words(without)


@pytest.mark.slow
@pytest.mark.parametrize(
    "inner",
    [
        "{if}``path.z.est positive: It is {num}`path.z.est`.``",
        ":::{if} path.z.est positive\nIt is {num}`path.z.est`.\n:::",
    ],
)
def test_in_text_that_does_not_hold_a_condition_may_be_on_a_number_that_there_is_not(
    without: Pages, tmp_path: Path, inner: str
) -> None:
    block = f"::::{{if}} R2 reversed\n{inner}\n::::"
    pages = made(tmp_path / "nested", page(inline="", block=block))
    assert pages.complaints == without.complaints
    assert words(pages) == words(without)


@pytest.mark.slow
def test_nothing_of_it_counts(without: Pages, dropped: Pages) -> None:
    assert known(dropped) == known(without)


@pytest.mark.slow
def test_it_makes_nobody_complain(without: Pages, dropped: Pages) -> None:
    assert dropped.complaints == without.complaints


@pytest.mark.slow
def test_no_word_of_it_can_be_searched(dropped: Pages, stands: Pages) -> None:
    assert ["people" in pages.file(NAME).split("BookSearch.know")[1] for pages in (dropped, stands)] == [False, True]


@pytest.mark.slow
def test_where_the_condition_holds_everything_of_it_counts(stands: Pages) -> None:
    found = known(stands)
    assert found["numbers"] == ["sample.analysed", "path.a.est"]
    assert {"hayes2022", "preacher2008"} <= set(found["cited"])
    assert "a-label" in found["labels"]
    assert "an-equation" in found["equations"]
    assert "This note goes" in words(stands)


@pytest.mark.slow
@pytest.mark.parametrize("state", ["found", "reversed"])
@pytest.mark.parametrize("written", ["Here are {num}`path.a.est` and more", "R2 {}: Here are {{num}}`sample.analysed`"])
def test_translators_see_the_sentence_whether_it_holds_or_not(tmp_path: Path, state: str, written: str) -> None:
    catalogue = made(tmp_path / state, page(state), "gettext").file("index.pot").replace('"\n"', "")
    assert (written.format(state) if "{}" in written else written) in catalogue
