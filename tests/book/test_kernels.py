"""Kernels that are split off from a process that has loaded what chapters import: as any other, only sooner there."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from shipped import DATA, SURVEY

from companion.book import build, kept_cells, kernels
from companion.book.loaded_ahead import MODULES
from companion.book.own_process import FORKS
from companion.study import Study

MANY = kernels.WORTH_IT
pytestmark = [pytest.mark.book, pytest.mark.skipif(not FORKS, reason="the libraries of the system do not bear a fork")]

BUILD = """
import sys
import test_kernels
if __name__ == "__main__":
    test_kernels.printed("import os, time; open('kernel', 'w').write(str(os.getpid())); time.sleep(600)", sys.argv[1])
"""
PATIENCE = 120
CHAPTER = """---
kernelspec:
  name: python3
---
```{code-cell} ipython3
import sys
print("companion.study" in sys.modules, {"nbclient", "jupyter_cache", "companion.book.execution"} & {*sys.modules})
```
"""


def client(code: str, folder: str, pages: int = MANY, timeout: int = PATIENCE) -> NotebookClient:
    notebook = new_notebook(cells=[new_code_cell(code)])  # type: ignore[no-untyped-call]
    of, where = kernels.kernels_of(pages), {"metadata": {"path": folder}}
    return NotebookClient(notebook, kernel_manager_class=of, timeout=timeout, resources=where)


def printed(code: str, folder: str = ".", pages: int = MANY) -> str:
    """Give what a cell prints in a kernel of its own, one of so many."""
    [cell] = client(code, folder, pages).execute().cells
    return "".join(output["text"] for output in cell.outputs)


def until(there: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def alive(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_few_pages_start_kernels_as_always_and_more_are_split_off() -> None:
    assert [kernels.kernels_of(MANY - 1), kernels.kernels_of(MANY)] == [AsyncKernelManager, kernels.SplitOffManager]


def test_where_temporary_files_have_long_names_kernels_start_as_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/" + kernels.LONGEST * "t")
    assert kernels.kernels_of(MANY) is AsyncKernelManager


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_where_a_process_cannot_be_split_off_there_is_nothing_to_split_it_off_with() -> None:
    """Windows has no such process, and builds the book all the same."""
    gone = "import multiprocessing.context as context; del context.ForkServerProcess;"
    assert run(f"{gone} from companion.book import kernels; print(kernels.kernels_of(1).__name__)") == (
        "AsyncKernelManager\n"
    )


def test_a_chapter_finds_nothing_that_only_the_build_has_loaded(tmp_path: Path) -> None:
    """A process that is split off loads the program again from which it comes."""
    (tmp_path / "data").symlink_to(DATA)
    (tmp_path / "chapters").mkdir()
    pages = [tmp_path / "index.md", *(tmp_path / f"chapters/{name}.md" for name in "ab")]
    for page in pages:
        page.write_text(CHAPTER)
    book = Study(SURVEY, tmp_path)
    build.run_chapters(book)
    found = [json.loads(kept_cells.find(book, page))["cells"][0]["outputs"] for page in pages]
    assert [[output["text"] for output in outputs] for outputs in found] == [["True set()\n"]] * 3


def test_what_most_chapters_import_is_there_before_the_first_cell() -> None:
    code = f"import sys; print({{*{MODULES}}} - {{*sys.modules}})"
    assert [printed(code), "study" in printed(code, pages=1)] == ["set()\n", True]


@pytest.mark.parametrize(
    "code",
    [
        "import os; print(os.getcwd())",
        "import os; print([*filter(lambda held: held[0] != 'JPY_PARENT_PID', sorted(os.environ.items()))])",
        "import sys; print(sys.flags, sys.executable)",
        "import os; print(os.getsid(0) == os.getpid())",
        f"import warnings, {', '.join(MODULES)}; print(sorted(map(str, warnings.filters)))",
        "import matplotlib; print(matplotlib.get_backend())",
        "import pandas; print(pandas.describe_option(_print_desc=False).lower())",
    ],
)
def test_a_cell_finds_what_it_finds_in_a_kernel_that_is_not_split_off(code: str, tmp_path: Path) -> None:
    assert printed(code, str(tmp_path)) == printed(code, str(tmp_path), pages=1) != ""


def test_a_cell_imports_from_where_it_would_and_not_from_beside_the_program_of_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary = printed("import sys; print(sys.path)", str(tmp_path), pages=1)
    monkeypatch.setattr(sys, "path", ["beside the program", *filter(None, ast.literal_eval(ordinary))])
    assert printed("import sys; print(sys.path)", str(tmp_path)) == ordinary


def test_a_kernel_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    place = Path(printed("import sys; print(sys.argv[2])").strip())
    assert [place.parts[: len(tmp_path.parts)], list(tmp_path.iterdir())] == [tmp_path.parts, []]


def test_kernels_share_nothing_that_a_cell_changes() -> None:
    code = "import pandas; print(pandas.options.display.precision); pandas.options.display.precision = 2"
    assert [printed(code), printed(code)] == ["6\n", "6\n"]


@pytest.mark.parametrize(
    ("code", "timeout", "error"),
    [("import os; os._exit(3)", PATIENCE, DeadKernelError), ("import time; time.sleep(600)", 15, CellTimeoutError)],
)
def test_a_kernel_that_dies_or_hangs_is_told_and_gone(
    code: str, timeout: int, error: type[Exception], tmp_path: Path
) -> None:
    file = tmp_path / "kernel"
    stops = client(f"import os; open({str(file)!r}, 'w').write(str(os.getpid())); {code}", ".", timeout=timeout)
    with pytest.raises(error):
        stops.execute()
    until(lambda: not alive(int(file.read_text())))


@pytest.mark.parametrize("number", ["SIGKILL", "SIGTERM"])
def test_a_kernel_ends_with_the_build_that_is_ended(number: str, tmp_path: Path) -> None:
    script, file = tmp_path / "build.py", tmp_path / "kernel"
    script.write_text(BUILD)
    place, said = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}, tmp_path / "said"
    with said.open("w") as errors:
        started = subprocess.Popen([sys.executable, str(script), str(tmp_path)], env=place, stderr=errors)
    try:
        until(lambda: started.poll() is not None or (file.exists() and file.read_text()))
        assert started.poll() is None, said.read_text()
        others = [child.pid for child in psutil.Process(started.pid).children(recursive=True)]
        assert int(file.read_text()) in others
        started.send_signal(getattr(signal, number))
    except BaseException:
        started.kill()
        raise
    finally:
        started.wait()
    until(lambda: not any(map(alive, others)))
