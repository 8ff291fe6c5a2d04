"""The level of an exercise stands beside its title, and nowhere else."""

from __future__ import annotations

import pytest
import shipped
from small_pages import SETTINGS, Pages, application, build

from companion.book.sphinx.subject import Subject
from companion.numbers import Registry

PAGE = """# Sums

```{exercise} Add
:label: ex-add
:class: apply

What is two and two?
```

```{exercise} Ask
:label: ex-ask

Why?
```

```{solution} ex-add
:class: dropdown

Four.
```
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    about = Subject(shipped.study(), Registry([]))
    app = application(
        tmp_path_factory.mktemp("levels"),
        about,
        {"index": PAGE},
        extensions=[*SETTINGS["extensions"], "sphinx_exercise"],
    )
    (built,) = build(app)
    return built


def titles(pages: Pages) -> list[str]:
    return [" ".join(title.get_text().split()) for title in pages.article().select(".admonition-title")]


@pytest.mark.slow
def test_the_level_stands_behind_the_title_of_its_exercise_alone(pages: Pages) -> None:
    assert pages.complaints == []
    assert titles(pages) == ["Exercise 1 (Add) · apply", "Exercise 2 (Ask)", "Solution to Exercise 1 (Add)"]
