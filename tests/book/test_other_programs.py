"""Solutions in other programs: tabs beside the executed cell, and R that gives the book's own numbers."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
import shipped
from small_pages import SETTINGS, Pages, application, build

from companion.book.sphinx import downloads, listings
from companion.book.sphinx.subject import Subject
from companion.numbers import Registry
from companion.verification import expected

ROOT = Path(__file__).resolve().parents[2]
OFFERED = (downloads.SAMPLE, downloads.ANALYSED_SET, downloads.SCRIPT)
DRAWS = 100
"""Draws of a test, in place of the thousand that a reader is told to make."""
MONTE_CARLO = 4 / (2 * DRAWS) ** 0.5
"""What a standard deviation of so many draws may be off by, relative: four of its standard errors."""

PAGE = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---

# Sums

```{exercise}
:label: ex-add

What is two and two?
```

````{solution-start} ex-add
:class: dropdown
````

```{code-cell} ipython3
2 + 2
```

:::{in-program} R
In *base* R:

```r
2+2
```
:::

:::{in-program} SPSS with PROCESS
```text
COMPUTE sum = 2 + 2.
```
:::

It is four.

````{solution-end}
````
"""
LOST = "# Sums\n\nIt is four.\n\n:::{in-program} R\n```r\n2 + 2\n```\n:::\n"


def built(folder: Path, page: str) -> Pages:
    app = application(
        folder,
        Subject(shipped.study(), Registry([])),
        {"index": page},
        extensions=[*SETTINGS["extensions"], "sphinx_design", "sphinx_exercise"],
        suppress_warnings=["myst-nb.lexer"],
    )
    (pages,) = build(app)
    return pages


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return built(tmp_path_factory.mktemp("programs"), PAGE)


def test_a_cell_and_the_programs_behind_it_are_tabs_of_one_set_within_the_solution(pages: Pages) -> None:
    assert pages.complaints == []
    (tabs,) = pages.article().select(".solution .sd-tab-set")
    assert [label.get_text(strip=True) for label in tabs.select("label")] == ["Python", "R", "SPSS with PROCESS"]
    first, second, third = tabs.select(".sd-tab-content")
    assert "2 + 2" in first.select_one(".cell_input").get_text()  # type: ignore[union-attr]
    assert "2+2" in second.select_one(".highlight-r").get_text()  # type: ignore[union-attr]
    assert "In base R" in second.get_text()
    assert "COMPUTE" in third.get_text()
    assert "It is four." not in tabs.get_text()


def test_a_choice_of_a_program_holds_for_every_set(pages: Pages) -> None:
    labels = pages.article().select(".sd-tab-set label")
    assert [(label["data-sync-group"], label["data-sync-id"]) for label in labels] == [
        ("program", "python"),
        ("program", "r"),
        ("program", "spss"),
    ]


def test_a_program_without_a_cell_before_it_is_told_with_its_place(tmp_path: Path) -> None:
    (complaint,) = built(tmp_path / "lost", LOST).complaints
    assert complaint.startswith("index.md:5: WARNING: R stands behind no cell")


# The R that the chapters show


class Shown(NamedTuple):
    """What the R of a solution computes, the number of the book that it must be, and how far it may be off."""

    chapter: str
    exercise: str
    value: str
    key: str
    tolerance: float = 1e-5


TURN, TWO, NORMAL = "exercise-measures-turn", "exercise-type-two", "exercise-normal-interval"
PROGRAM, AIC, REGRESSIONS = "exercise-mediation-program", "exercise-naive-aic", "exercise-robustness-regressions"
MANIFEST = "robustness.manifest.serial"
SHOWN = (
    Shown("method/measures", TURN, "turned", "measurement.reliability.psr.alpha.est"),
    Shown("results/checks-and-means", TWO, 'valence_first[3, "F value"]', "experiment.anova.psr.product.F"),
    Shown("results/checks-and-means", TWO, 'valence_first[3, "Pr(>F)"]', "experiment.anova.psr.product.p"),
    Shown("results/mediation", NORMAL, "est", "mediation.serial.reply.est"),
    Shown("results/mediation", NORMAL, "2 * half", "mediation.serial.reply.ci", MONTE_CARLO),
    Shown("results/mediation", PROGRAM, "serial$est", "mediation.serial.reply.est"),
    Shown("results/naive-output", AIC, "worse", "cross_check.rival.ours.aic"),
    Shown("results/naive-output", AIC, "df", "mediation.fit.df"),
    Shown("results/robustness", REGRESSIONS, "difference", f"{MANIFEST}.reply_minus_none.est"),
    Shown("results/robustness", REGRESSIONS, "at_reply", f"{MANIFEST}.reply.est"),
)
SCRIPTS = sorted({(one.chapter, one.exercise) for one in SHOWN})


def scripts(chapter: str) -> dict[str, str]:
    """Give the R of each solution of a chapter by its exercise."""
    text = (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")
    solutions = re.findall(r"\{solution-start\} (\S+)\n(.*?)\{solution-end\}", text, flags=re.DOTALL)
    return {
        name: listings.filled(
            "".join(re.findall(r"\{in-program\} R\n.*?```r\n(.*?)```", solution, flags=re.DOTALL)), shipped.asked()
        )
        for name, solution in solutions
    }


def test_every_r_of_a_solution_is_compared() -> None:
    chapters = [path.relative_to(ROOT / "chapters").with_suffix("") for path in (ROOT / "chapters").rglob("*.md")]
    found = {(str(chapter), name) for chapter in chapters for name, text in scripts(str(chapter)).items() if text}
    assert found == set(SCRIPTS)


@pytest.fixture(scope="module")
def offered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the chapters offer to take along."""
    folder = tmp_path_factory.mktemp("offered")
    about = Subject(shipped.study())
    for name in OFFERED:
        content = downloads.FILES[name](about)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.mark.reference
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="Rscript is not on the path")
@pytest.mark.parametrize(("chapter", "exercise"), SCRIPTS)
def test_the_r_of_a_solution_gives_the_numbers_of_the_book(chapter: str, exercise: str, offered: Path) -> None:
    asked = [one for one in SHOWN if (one.chapter, one.exercise) == (chapter, exercise)]
    written = "".join(f'cat("answer", format({one.value}, digits = 17), "\\n")\n' for one in asked)
    script = offered / f"{exercise}.R"
    script.write_text(scripts(chapter)[exercise].replace("R = 1000", f"R = {DRAWS}") + written, encoding="utf-8")
    done = subprocess.run(["Rscript", script.name], cwd=offered, check=True, capture_output=True, text=True)
    given = [float(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("answer ")]
    reviewed = expected.load(ROOT / expected.FILE).numbers
    assert len(given) == len(asked)
    for one, value in zip(asked, given, strict=True):
        book = reviewed[one.key].value
        wanted = book[1] - book[0] if isinstance(book, tuple) else book
        assert value == pytest.approx(wanted, rel=one.tolerance), one.key
