"""A module that is run in a process of its own is as much apart as ``python -m`` would have it."""

from __future__ import annotations

import atexit
import importlib
import os
import sys
from pathlib import Path

import pytest

from companion.book.own_process import Ended, run_module

PROGRAM = """
import os, sys
print("said", *sys.argv[1:])
print("complained", file=sys.stderr)
os.system("echo said by another program")
sys.stdout.flush()
"""

FORMULAS = """
from companion.book.site import assets
assets.start_katex()
print(assets.katex_extension.KaTeXServer.katex_server.process.pid)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def ended(place: Path, program: str, *arguments: str, **variables: str) -> Ended:
    (place / "a_program.py").write_text(program)
    return run_module("a_program", arguments, place, {"PATH": os.environ["PATH"], **variables})


def test_what_it_writes_is_told_by_where_it_wrote_it_and_nothing_is_shown(
    place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    done = ended(place, PROGRAM, "one", "two words")
    assert sorted(done.said.splitlines()) == ["said by another program", "said one two words"]
    assert (done.complained, done.returncode) == ("complained\n", 0)
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("raise SystemExit(3)", 3),
        ("raise SystemExit('why')", 1),
        ("1 / 0", 1),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -9),
    ],
)
def test_its_exit_code_is_told(place: Path, program: str, code: int) -> None:
    assert ended(place, program).returncode == code


def test_why_it_failed_is_told(place: Path) -> None:
    assert "ZeroDivisionError" in ended(place, "1 / 0").complained


def test_it_has_the_variables_that_it_was_given_and_no_others(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OURS", "1")
    said = ended(place, "import os; print(os.environ.get('OURS'), os.environ.get('ITS'))", ITS="2").said
    assert said == "None 2\n"


def test_it_works_in_its_folder_and_leaves_this_process_where_it_was(place: Path) -> None:
    here, arguments = Path.cwd(), [*sys.argv]
    assert ended(place, "from pathlib import Path; print(Path.cwd())").said == f"{place}\n"
    assert (Path.cwd(), sys.argv) == (here, arguments)


def test_it_is_loaded_anew_without_a_word_where_it_was_imported(place: Path) -> None:
    (place / "of_programs").mkdir()
    (place / "of_programs/one.py").write_text("print(__name__)")
    imported = importlib.import_module("of_programs.one")
    assert run_module("of_programs.one", (), place, {}) == Ended(0, "__main__\n", "")
    assert sys.modules["of_programs.one"] is imported


@pytest.mark.parametrize("end", ["", "raise SystemExit(3)", "1 / 0"])
def test_what_it_leaves_for_its_end_is_done(place: Path, end: str) -> None:
    assert "at the end" in ended(place, f"import atexit; atexit.register(print, 'at the end')\n{end}").said


def test_what_this_process_leaves_for_its_end_is_not_done_there(place: Path) -> None:
    atexit.register(print, "at our end")
    try:
        assert ended(place, "").said == ""
    finally:
        atexit.unregister(print)


def test_the_server_that_sets_formulas_ends_with_the_program_that_started_it(place: Path) -> None:
    said = ended(place, FORMULAS).said
    with pytest.raises(ProcessLookupError):
        os.kill(int(said), 0)


def test_what_is_imported_here_is_there_and_what_it_imports_stays_with_it(place: Path) -> None:
    (place / "a_library.py").write_text("")
    assert ended(place, "import a_library").returncode == 0
    assert "a_library" not in sys.modules
