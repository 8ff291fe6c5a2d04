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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_choice_of_a_program_holds_for_every_set(pages: Pages) -> None:
    labels = pages.article().select(".sd-tab-set label")
    assert [(label["data-sync-group"], label["data-sync-id"]) for label in labels] == [
        ("program", "python"),
        ("program", "r"),
        ("program", "spss"),
    ]


@pytest.mark.slow
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


class OnDrawn(NamedTuple):
    """What the R of a solution computes on a survey that misbehaves, and what the Python of the solution calls it."""

    chapter: str
    exercise: str
    value: str
    python: str


CEILING, AGREE, CARELESS = "exercise-measures-ceiling", "exercise-measures-agree", "exercise-sample-careless"
DROPOUT, MODERATOR = "exercise-sample-dropout", "exercise-experiment-moderator"
ON_DRAWN = (
    OnDrawn("method/measures", CEILING, "highest", "highest"),
    OnDrawn("method/measures", CEILING, "skewness", "skewness"),
    OnDrawn("method/measures", CEILING, "spread", "product.mean(axis=1).std()"),
    OnDrawn("method/measures", AGREE, "alike[1]", "alike"),
    OnDrawn("method/measures", AGREE, "alike[2]", "r.loc[turned[0], turned[1]]"),
    OnDrawn("method/measures", AGREE, "against", "against"),
    OnDrawn("method/sample", CARELESS, "beyond", "beyond"),
    OnDrawn("method/sample", DROPOUT, 'kept["negative reply"]', "kept"),
    OnDrawn("method/sample", DROPOUT, 'closeness["negative reply"]', "closeness[inside].mean()"),
    OnDrawn("method/experiment", MODERATOR, 'longer["reply"]', 'longer["reply"]'),
)
SCRIPTS_ON_DRAWN = sorted({(one.chapter, one.exercise) for one in ON_DRAWN})


def solutions(chapter: str) -> dict[str, str]:
    """Give the source of each solution of a chapter by its exercise."""
    text = (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")
    return dict(re.findall(r"\{solution-start\} (\S+)\n(.*?)\{solution-end\}", text, flags=re.DOTALL))


def in_r(told: str, language: str = "r") -> str:
    """Give what stands in R's tab of a solution in a language: R, or the Python that writes the file for it."""
    tabs = re.findall(r"\{in-program\} R\n(.*?)\n:::", told, flags=re.DOTALL)
    shown = "".join(code for tab in tabs for code in re.findall(rf"```{language}\n(.*?)```", tab, flags=re.DOTALL))
    return listings.filled(shown, shipped.asked())


def in_python(told: str) -> str:
    """Give the cells of a solution."""
    return "".join(re.findall(r"```\{code-cell\} ipython3\n(.*?)```", told, flags=re.DOTALL))


def given_by_r(folder: Path, script: str, values: list[str]) -> list[float]:
    """Run R in a folder and give some values that it computed."""
    written = "".join(f'cat("answer", format({value}, digits = 17), "\\n")\n' for value in values)
    (folder / "solution.R").write_text(script + written, encoding="utf-8")
    done = subprocess.run(["Rscript", "solution.R"], cwd=folder, check=True, capture_output=True, text=True)
    given = [float(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("answer ")]
    assert len(given) == len(values)
    return given


def test_every_r_of_a_solution_is_compared() -> None:
    chapters = [path.relative_to(ROOT / "chapters").with_suffix("") for path in (ROOT / "chapters").rglob("*.md")]
    found = {(str(one), name) for one in chapters for name, told in solutions(str(one)).items() if in_r(told)}
    assert found == {*SCRIPTS, *SCRIPTS_ON_DRAWN}


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
    script = in_r(solutions(chapter)[exercise]).replace("R = 1000", f"R = {DRAWS}")
    reviewed = expected.load(ROOT / expected.FILE).numbers
    for one, value in zip(asked, given_by_r(offered, script, [one.value for one in asked]), strict=True):
        book = reviewed[one.key].value
        wanted = book[1] - book[0] if isinstance(book, tuple) else book
        assert value == pytest.approx(wanted, rel=one.tolerance), one.key


@pytest.mark.reference
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="Rscript is not on the path")
@pytest.mark.parametrize(("chapter", "exercise"), SCRIPTS_ON_DRAWN)
def test_the_r_of_a_solution_on_a_survey_that_misbehaves_gives_what_its_python_gives(
    chapter: str, exercise: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [one for one in ON_DRAWN if (one.chapter, one.exercise) == (chapter, exercise)]
    told = solutions(chapter)[exercise]
    names: dict[str, object] = {"survey": shipped.study()}
    monkeypatch.chdir(tmp_path)
    exec(in_python(told) + in_r(told, "python"), names)
    given = given_by_r(tmp_path, in_r(told), [one.value for one in asked])
    for one, value in zip(asked, given, strict=True):
        assert value == pytest.approx(eval(one.python, names), rel=1e-9), one.value
