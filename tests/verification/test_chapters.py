"""A chapter's cells are run as a notebook runs them, and give the figures and tables that they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.tables import Table
from companion.verification import cells as chapters

HEAD = "---\njupytext:\n  text_representation:\n    format_name: myst\nkernelspec:\n  name: python3\n---\n\n# A page\n"
TABLE = 'Table(pd.DataFrame({"a": [word]}), "f")'


def chapter(folder: Path, *cells: str) -> Path:
    path = folder / "chapter.md"
    blocks = [f"```{{code-cell}} ipython3\n{cell}\n```\n" for cell in cells]
    path.write_text("\n".join([HEAD, *blocks]))
    return path


def named(name: str, source: str) -> str:
    return f"---\nmystnb:\n  figure:\n    name: {name}\n---\n{source}"


FIRST = 'import pandas as pd\nfrom companion.tables import Table\nword = "one"\nprint(word)'


def every(name: str) -> bool:
    return True


def test_a_named_cell_gives_what_its_last_line_shows_with_the_names_of_earlier_cells(tmp_path: Path) -> None:
    path = chapter(tmp_path, FIRST, named("tab-one", f"word += '!'\n{TABLE}"), TABLE)
    found = chapters.shown(path, every)
    assert list(found) == ["tab-one"]
    assert isinstance(found["tab-one"], Table)
    assert found["tab-one"].frame.loc[0, "a"] == "one!"


def test_the_names_are_known_without_running_a_cell(tmp_path: Path) -> None:
    assert chapters.shown_names(chapter(tmp_path, "1 / 0", named("tab-one", "1 / 0"))) == ["tab-one"]


def test_cells_after_the_last_wanted_one_are_not_run(tmp_path: Path) -> None:
    path = chapter(tmp_path, FIRST, named("tab-one", TABLE), named("tab-two", "1 / 0"))
    assert list(chapters.shown(path, lambda name: name == "tab-one")) == ["tab-one"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("1 / 0", "code cell 2: ZeroDivisionError: division by zero"),
        ("word", "code cell 2: the cell is named tab-one and shows neither a figure nor a table"),
        ("word = (", "code cell 2: SyntaxError"),
    ],
)
def test_a_cell_that_does_not_show_what_it_names_is_told_with_its_place(tmp_path: Path, source: str, said: str) -> None:
    with pytest.raises(chapters.CellError, match=r"chapter\.md") as caught:
        chapters.shown(chapter(tmp_path, FIRST, named("tab-one", source)), every)
    assert said in str(caught.value)
