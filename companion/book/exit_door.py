"""The way out of Jupyter Book 1.x, which is frozen: the same chapters under the newest plain Sphinx and MyST-NB.

``python -m companion.book.exit_door`` makes an environment of its own from the newest versions on the package index,
writes the ``conf.py`` that Jupyter Book would have used, and builds the book with Sphinx alone. It says in one line
what happened; nobody reads the site that it makes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from companion import study
from companion.book import build
from companion.study import Study

FOLDER = "_build/exit-door"
SOURCES = (
    "CITATION.cff",
    "_config.yml",
    "_static",
    "_toc.yml",
    "chapters",
    "companion/book/moved.html",
    "index.md",
    "references.bib",
    "slides",
)
OF_JUPYTER_BOOK = (
    "jupyter_book",
    "sphinx_comments",
    "sphinx_jupyterbook_latex",
    "sphinx_multitoc_numbering",
    "sphinx_thebe",
)
"""Extensions that do not work, or have nothing to do, without Jupyter Book 1.x."""

NEWEST = (
    "docutils",
    "jupyter-cache",
    "myst-nb",
    "numpydoc",
    "sphinx",
    "sphinx-book-theme",
    "sphinx-copybutton",
    "sphinx-design",
    "sphinx-exercise",
    "sphinx-external-toc",
    "sphinx-reredirects",
    "sphinx-sitemap",
    "sphinx-togglebutton",
    "sphinxext-opengraph",
    "sphinxcontrib-bibtex",
    "sphinxcontrib-katex",
)
"""What makes the pages, in whatever version is the newest; what makes the numbers stays as it is pinned."""

ERROR = re.compile(r"[\w.]*(Error|Exception)(: |$)|\w+ error[:!]")


def settings(root: Path) -> dict[str, Any]:
    """Give the Sphinx settings that Jupyter Book makes of ``_config.yml`` and ``_toc.yml``, without what is its own."""
    from jupyter_book.config import get_final_config  # here: it is what the way out does without

    given, _ = get_final_config(
        user_yaml=root / "_config.yml", cli_config={"latex_individualpages": False}, sourcedir=root
    )
    extensions = [name for name in given["extensions"] if name not in OF_JUPYTER_BOOK]
    # Cells run here under other versions: the outputs in the cache of the book must not change.
    return {**given, "extensions": extensions, "nb_execution_mode": "force"}


def configuration(root: Path) -> str:
    """Give the text of the ``conf.py``."""
    return "".join(f"{name} = {value!r}\n" for name, value in sorted(settings(root).items()))


def requirements(root: Path) -> list[str]:
    """Give what the environment installs: the newest of what makes the pages, the pinned rest, no Jupyter Book."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = {re.split("[=<>]", pin, maxsplit=1)[0]: pin for pin in project["dependencies"]}
    return [*NEWEST, *(pin for name, pin in sorted(pinned.items()) if name not in {*NEWEST, "jupyter-book"})]


def make_environment(root: Path, folder: Path) -> Path:
    """Make the environment; give its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    interpreter = folder / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    install = [str(uv), "pip", "install", "--quiet", "--python", str(interpreter)]
    subprocess.run([*install, *requirements(root)], cwd=root, check=True)
    # The package itself, because MyST-NB finds the drawing of figures and tables through what is installed.
    subprocess.run([*install, "--no-deps", "--editable", str(root)], cwd=root, check=True)
    return interpreter


def versions(interpreter: Path) -> str:
    """Say which Sphinx and MyST-NB an environment has."""
    code = 'from importlib.metadata import version as v; print(f\'Sphinx {v("sphinx")}, MyST-NB {v("myst-nb")}\')'
    return subprocess.run([str(interpreter), "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def summary(log: str, failed: bool, pages: int) -> str:
    """Say in one line how a build went, from what it wrote.

    Parameters
    ----------
    log
        What Sphinx wrote on its way.
    failed
        Whether it gave up.
    pages
        Number of pages that it made.
    """
    warnings = len(re.findall(r"\bWARNING: ", log))
    if not failed:
        return f"open: {pages} pages, {warnings} warnings"
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if ERROR.match(line)]
    return f"shut: {(errors or lines or ['no word of why'])[-1]}"


def build_with_sphinx(book: Study, interpreter: Path) -> tuple[str, bool]:
    """Build the book with Sphinx alone; give the line that sums it up, and whether it was built."""
    root, folder = book.root, book.root / FOLDER
    source, site = folder / "source", folder / "html"
    for made in (source, site):
        shutil.rmtree(made, ignore_errors=True)
    source.mkdir(parents=True)
    for name in SOURCES:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, source / name)
    (source / "conf.py").write_text(configuration(root), encoding="utf-8")
    command = [str(interpreter), "-m", "sphinx", "-b", "html", "-q", "-n", "-E", str(source), str(site)]
    environment = {**build.environment(book), "PYTHONPATH": str(root)}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    (folder / "log.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    pages = len([page for page in site.rglob("*.html") if "_static" not in page.parts])
    return summary(done.stdout + done.stderr, bool(done.returncode), pages), not done.returncode


def main() -> int:
    """Try the way out; 0 when the book was built, 1 when not."""
    book = study.of_this_book()
    try:
        interpreter = make_environment(book.root, book.root / FOLDER / "environment")
    except subprocess.CalledProcessError as error:
        print(f"Exit door shut: no environment, {Path(error.cmd[0]).name} left with {error.returncode}")
        return 1
    said, built = build_with_sphinx(book, interpreter)
    print(f"Exit door ({versions(interpreter)}) {said}; see {FOLDER}/log.txt")
    return 0 if built else 1


if __name__ == "__main__":
    sys.exit(main())
