"""What is done around other people's libraries is done as long as they need it: a test that fails here says, stop."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib import font_manager
from sphinxcontrib import katex

from companion.figures import style

SLOW = """
import socket, sys, time
with socket.socket(socket.AF_UNIX) as server:
    server.bind(sys.argv[1])
    time.sleep(600)
"""
"""A server as Node may be for a while on a busy machine: its socket file is there, and it does not listen yet."""


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the extension leaves its socket open
def test_the_katex_extension_still_connects_before_node_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When this fails, `assets.start_katex` need not choose the loopback address any more."""
    started = []

    def start(*given: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", SLOW, str(tmp_path / "katex.sock")]))
        return started[0]

    monkeypatch.setattr(katex, "Popen", start)
    with pytest.raises(ConnectionRefusedError):
        katex.KaTeXServer.start_server_process(tmp_path, timeout=20)
    started[0].kill()
    started[0].wait()
    gc.collect()


def test_the_python_package_of_node_still_starts_it_through_a_script() -> None:
    """When this fails, `assets.start_katex` need not look for the program behind the command."""
    assert Path(sys.executable).with_name("node").read_bytes().startswith(b"#!")


@pytest.mark.slow
def test_a_formula_is_set_by_a_server_that_ends_with_the_build() -> None:
    command = (
        "from sphinxcontrib import katex; from companion.book.site import assets; assets.start_katex();"
        "print(katex.render_latex('a_1') [:5], katex.KaTeXServer.katex_server.process.pid)"
    )
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    began, pid = done.stdout.split()
    assert began == "<span"
    assert not Path(f"/proc/{pid}").exists()


def test_matplotlib_still_takes_the_first_of_two_fonts_with_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """When this fails, `style._load_typeface` need not take another DejaVu Sans out of matplotlib's list."""
    manager = font_manager.FontManager.__new__(font_manager.FontManager)
    bundled = next(font for font in font_manager.fontManager.ttflist if font.name == style.FALLBACK)
    other = font_manager.FontEntry(**{**vars(bundled), "fname": __file__})
    manager.__dict__.update(vars(font_manager.fontManager) | {"ttflist": [other, *font_manager.fontManager.ttflist]})
    chosen = font_manager.FontProperties(family=style.FALLBACK, style=bundled.style, weight=bundled.weight)
    assert manager.findfont(chosen) == __file__


def test_python_still_looks_for_garbage_often() -> None:
    """When this fails, `extension.look_for_garbage_seldom` may go."""
    asked = subprocess.run(
        [sys.executable, "-c", "import gc; print(gc.get_threshold()[0])"], capture_output=True, text=True, check=True
    )
    assert int(asked.stdout) < 10_000
