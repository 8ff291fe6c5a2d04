"""`companion verify` agrees on the book as it is, and names what was changed wherever a fault is planted."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import shipped
from playwright.sync_api import Browser
from small_book import NOTEBOOK, ROOT, TYPEFACES, Book, copied, kept_environment, kill_when, twin

from companion.verification import report, surroundings
from companion.verification.compare import Entry, compare
from companion.verification.expected import EVERYTHING
from companion.verification.verification import Verification

PAGE = (
    NOTEBOOK
    + """
# A page

```{code-cell} ipython3
from companion import study
from companion.figures import results as figures
from companion.tables import results as tables

mediation = study.of_this_book().mediation
```

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-serial
---
figures.conditional_effects(mediation.at_interactions("serial"), mediation.draws_of("serial"), simulated=True)
```

```{code-cell} ipython3
---
mystnb:
  figure:
    name: tab-chain
---
tables.effects(mediation, ("psr", "pk_via_psr", "serial"))
```
"""
)
EXPECTED = "results/expected.json"
REPORT = "_build/verification"

pytestmark = pytest.mark.book


class Copy:
    """A small copy of the book that a test may break."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def start(self, *arguments: str, **given: str) -> subprocess.Popen[str]:
        """Verify in the background; ``given`` adds to the environment."""
        command = [sys.executable, "-c", "from companion.cli import app; app()", "verify", *arguments]
        environment = kept_environment() | {"PYTHONPATH": str(self.root), "COLUMNS": "200"} | given
        pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, cwd=self.root, env=environment, text=True, **pipes)

    def verify(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        said, complained = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, said, complained)

    def report(self) -> dict[str, Any]:
        return json.loads((self.root / f"{REPORT}.json").read_text())

    def misses(self, part: str) -> list[str]:
        compared = self.report()["compared"]
        return [row["key"] for row in compared[part]["rows"] if row["outcome"] not in ("same", "tie")]

    def noted(self, part: str) -> list[str]:
        return [row["key"] for row in self.report()["noted"][part]["rows"] if row["outcome"] != "same"]

    def change(self, file: str, old: str, new: str, everywhere: bool = False) -> None:
        path = self.root / file
        text = path.read_text()
        assert text.count(old) >= 1, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new, -1 if everywhere else 1))


@pytest.fixture(scope="module")
def reviewed(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A small book whose expected results are those that it has stored."""
    copy = Copy(copied(tmp_path_factory.mktemp("verify"), computed=small_study).root)
    (copy.root / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (copy.root / "index.md").write_text(PAGE)
    # As in the folder of a recomputation, there is no typeface of the book's to draw with.
    (copy.root / "node_modules").unlink()
    shutil.rmtree(copy.root / TYPEFACES, ignore_errors=True)
    command = [sys.executable, "-m", "companion.verification.worker", EVERYTHING, EXPECTED]
    subprocess.run(command, cwd=copy.root, env=Book(copy.root).environment(), check=True)
    return copy


@pytest.fixture
def copy(reviewed: Copy, tmp_path: Path) -> Copy:
    """A copy of the small book that a test may break."""
    return Copy(twin(Book(reviewed.root), tmp_path / "book").root)


def test_what_nobody_changed_agrees_in_every_part(copy: Copy) -> None:
    result = copy.verify()
    assert result.returncode == 0, result.stdout + result.stderr
    report = copy.report()
    assert {name: set(part["outcomes"]) for name, part in report["compared"].items()}.keys() == {
        "numbers",
        "figures",
        "drawings",
        "tables",
        "replications",
    }
    for part in report["compared"].values():
        assert part["outcomes"]["same"] == len(part["rows"]) > 0
    assert copy.noted("files") == []


def test_a_changed_answer_makes_its_numbers_differ_and_no_others(copy: Copy) -> None:
    rows = shipped.rows()
    column = rows[0].index(shipped.asked().constructs["psr"].items["psr1"].column)
    first = rows[3]
    assert first[rows[0].index("ResponseId")] == "R_SIMULATED_00554"
    answers = [choice.nl for choice in shipped.asked().scales[shipped.asked().constructs["psr"].scale]]
    first[column] = next(answer for answer in (answers[0], answers[-1]) if answer != first[column])
    shipped.write(copy.root / "data/survey.csv", rows)
    result = copy.verify("--only", "experiment.*")
    assert result.returncode == 1, result.stdout + result.stderr
    cell = "experiment.cell.psr.positive.reply"
    assert {f"{cell}.mean.est", f"{cell}.mean.ci", f"{cell}.sd"} <= set(copy.misses("numbers"))
    assert all(".psr." in key for key in copy.misses("numbers"))
    assert f"{cell}.mean.est: expected" in result.stdout
    assert "data/survey.csv" in copy.noted("files")


def test_a_file_that_is_written_otherwise_is_noted_and_not_a_miss(copy: Copy) -> None:
    shipped.write(copy.root / "data/survey.csv", [*shipped.rows()])
    with (copy.root / "data/survey.csv").open("a") as file:
        file.write("\n")
    result = copy.verify("--only", "sample.*")
    assert result.returncode == 0, result.stdout + result.stderr
    assert copy.noted("files") == ["data/survey.csv"]
    assert "data/survey.csv: changed" in result.stdout


def test_one_changed_value_in_the_expected_results_is_named_and_nothing_else(copy: Copy) -> None:
    key = "experiment.simple.psr.reply.est"
    line = re.search(rf'"{key}": {{"value": (\S+),', (copy.root / EXPECTED).read_text())
    assert line is not None
    copy.change(EXPECTED, line.group(), line.group().replace(line[1], str(float(line[1]) + 2e-6)))
    assert copy.verify("--only", "experiment.*").returncode == 1
    assert copy.misses("numbers") == [key]
    assert copy.noted("files") == []


def test_a_changed_line_of_the_package_is_named_with_the_numbers_that_it_moved(copy: Copy) -> None:
    copy.change("companion/analysis/estimands.py", '"{psr}*c"', '"{psr}*b"')
    result = copy.verify("--only", "mediation.*")
    assert result.returncode == 1
    moved = copy.misses("numbers")
    assert "mediation.pa_via_psr.reply.est" in moved
    assert all(key.startswith("mediation.pa_via_psr.") for key in moved)
    assert copy.noted("files") == ["companion/analysis/estimands.py"]
    assert "companion/analysis/estimands.py: changed" in result.stdout


def test_a_changed_cell_is_named_by_its_figure_with_the_columns(copy: Copy) -> None:
    copy.change("index.md", 'at_interactions("serial")', 'at_interactions("total_pa")')
    assert copy.verify("--only", "fig-*").returncode == 1
    assert copy.misses("figures") == ["fig-serial"]
    row = copy.report()["compared"]["figures"]["rows"][0]
    assert row["where"] == "in est, ci_lower, ci_upper"


def test_a_changed_cell_is_named_by_its_table(copy: Copy) -> None:
    copy.change("index.md", '("psr", "pk_via_psr", "serial"))', '("psr", "pa_via_psr", "serial"))')
    assert copy.verify("--only", "tab-*").returncode == 1
    assert copy.misses("tables") == ["tab-chain"]


def test_a_picture_that_is_drawn_wrongly_from_the_right_data_is_named(copy: Copy) -> None:
    copy.change(
        "companion/figures/results.py",
        "row, sample = row_at(rows, interaction), samples[interaction]",
        'row, sample = row_at(rows, "like"), samples[interaction]',
    )
    assert copy.verify("--only", "fig-*").returncode == 1
    assert (copy.misses("figures"), copy.misses("drawings")) == ([], ["fig-serial"])
    row = copy.report()["compared"]["drawings"]["rows"][0]
    assert "wide marks" in row["where"]


def test_another_version_in_the_lock_is_named_and_not_a_miss(copy: Copy) -> None:
    copy.change("requirements.lock", "\nnumpy==2", "\nnumpy==1")
    result = copy.verify("--only", "plan.*")
    assert result.returncode == 0, result.stdout + result.stderr
    assert copy.noted("packages") == ["numpy"]
    assert re.search(r"numpy: expected 1\.\S+, recomputed 2\.", result.stdout)
    assert copy.noted("files") == ["requirements.lock"]


def test_a_number_that_nobody_reviewed_is_a_miss(copy: Copy) -> None:
    text = (copy.root / EXPECTED).read_text()
    line = next(line for line in text.splitlines(keepends=True) if '"plan.seed"' in line)
    copy.change(EXPECTED, line, "")
    assert copy.verify("--only", "plan.*").returncode == 1
    assert [row["outcome"] for row in copy.report()["compared"]["numbers"]["rows"] if row["key"] == "plan.seed"] == [
        "new"
    ]


CANNOT_RUN = {
    "no expected results": (lambda copy: (copy.root / EXPECTED).unlink(), "expected.json: There is no such file"),
    "damaged expected results": (lambda copy: copy.change(EXPECTED, '"kind": "count"', '"kind": count'), "damaged"),
    "no survey": (lambda copy: (copy.root / "data/survey.csv").unlink(), "data/survey.csv: There is no such file"),
    "a survey with an unknown answer": (
        lambda copy: copy.change("data/survey.csv", "Eerder akkoord", "Ooit akkoord", everywhere=True),
        "data/survey.csv, row",
    ),
    "a setting with an unknown key": (
        lambda copy: copy.change("data/analysis.yml", "covariates:", "covariate:"),
        "covariate",
    ),
    "a cell that fails": (
        lambda copy: copy.change("index.md", "mediation = study", "mediation = studies"),
        "index.md, code cell 1: NameError",
    ),
}


@pytest.mark.parametrize("fault", CANNOT_RUN)
def test_what_cannot_run_is_told_with_exit_code_two_and_leaves_no_report(copy: Copy, fault: str) -> None:
    plant, named = CANNOT_RUN[fault]
    plant(copy)
    result = copy.verify("--only", "fig-*" if "cell" in fault else "sample.*")
    assert result.returncode == 2, result.stdout + result.stderr
    assert named in result.stderr
    assert "Traceback" not in result.stderr
    assert "/tmp" not in result.stderr.replace(str(copy.root), "")
    assert not (copy.root / f"{REPORT}.json").exists()


def test_expected_results_are_not_changed_without_somebody_who_agrees(copy: Copy) -> None:
    before = (copy.root / EXPECTED).read_bytes()
    result = copy.verify("--update")
    assert result.returncode == 2
    assert "nobody to ask" in result.stderr
    assert (copy.root / EXPECTED).read_bytes() == before


def test_a_verification_killed_midway_leaves_no_report_and_the_next_gives_what_a_clean_one_gives(
    copy: Copy, tmp_path: Path
) -> None:
    arguments = ("--only", "experiment.*")
    assert copy.verify(*arguments).returncode == 0
    clean = {kind: (copy.root / f"{REPORT}.{kind}").read_bytes() for kind in ("html", "json")}
    for kind in clean:
        (copy.root / f"{REPORT}.{kind}").unlink()
    inputs_are_there = "companion-verify-*/data/survey.csv"
    kill_when(copy.start(*arguments, TMPDIR=str(tmp_path)), lambda: any(tmp_path.glob(inputs_are_there)))
    assert list((copy.root / "_build").glob("*verification*")) == []
    assert copy.verify(*arguments).returncode == 0
    assert {kind: (copy.root / f"{REPORT}.{kind}").read_bytes() for kind in ("html", "json")} == clean


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_on_the_report_and_no_page_is_wider_than_the_screen(
    browser: Browser, tmp_path: Path, scheme: Any, width: int
) -> None:
    entry = Entry(0.5, "0.500", "coefficient")
    before = {f"mediation.serial.reply.of_a_long_name_{i}.est": entry for i in range(3)}
    part = compare(before, {key: entry.with_value(0.7) for key in list(before)[1:]})
    files = compare({"data/survey.csv": Entry.word("0" * 64, "0" * 12)}, {})
    shown = Verification("companion", {"numbers": part}, {"files": files}, surroundings.machine())
    report.write(shown, tmp_path / "verification")
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.goto((tmp_path / "verification.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")["violations"]
    assert [rule["id"] for rule in found] == []
    assert heard == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
