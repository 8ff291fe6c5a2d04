"""Build the book: judged on a clean Sphinx environment, moved into place only when whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from companion import numbers, store
from companion.book.sphinx.settings import execution_cache
from companion.study import SURVEY_VARIABLE, Study

WORK = "_build/work"
NEW_SITE = f"{WORK}/_build/html"
SITE = "_build/html"
OLD_SITE = f"{SITE}.old"
STAMP = "_build/site.digest"
KERNELS = "_build/kernels"
# Each kernel would warn that what it says to its neighbour on this machine is not encrypted.
KERNEL_SETTINGS = 'c = get_config()\nc.IPKernelApp.log_level = "ERROR"\n'
CHAPTERS = ("*.md", "chapters/**/*.md", "_config.yml", "_toc.yml", "CITATION.cff", "references.bib", "_static/**/*")


def inputs_digest(study: Study) -> str:
    """Give one digest of everything that the site depends on: chapters and settings, package, data, lock, survey."""
    files = {file for pattern in CHAPTERS for file in study.root.glob(pattern) if file.is_file()}
    return store.digest([store.digest_files(files, study.root).encode(), study.digest.encode()])


def is_current(root: Path, digest: str) -> bool:
    """Say whether the site in place was built from these inputs."""
    stamp = root / STAMP
    return (root / SITE / "index.html").is_file() and stamp.is_file() and stamp.read_text() == digest


def environment(study: Study) -> dict[str, str]:
    """Give the environment of the build's processes.

    The survey, this interpreter's commands, one thread for linear algebra, and kernels that do not read what whoever
    builds the book has set for theirs.
    """
    store.write_aside(study.root / KERNELS / "profile_default" / "ipython_kernel_config.py", KERNEL_SETTINGS.encode())
    return {
        **os.environ,
        SURVEY_VARIABLE: str(study.survey.resolve()),
        "OMP_NUM_THREADS": "1",
        "IPYTHONDIR": str(study.root / KERNELS),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def run_chapters(study: Study) -> None:
    """Execute the chapters that the cache lacks, in a process of its own: kernels inherit its environment."""
    command = [sys.executable, "-m", "companion.book.execution", str(study.root), str(execution_cache(study))]
    subprocess.run(command, cwd=study.root, env=environment(study), check=True)


@contextmanager
def executed(study: Study) -> Iterator[None]:
    """Have every chapter's cells in a cache that can be trusted, for as long as somebody reads it."""
    with store.sealed(execution_cache(study)):
        run_chapters(study)
        yield


def set_pages(study: Study) -> int:
    """Build into the work folder from a clean Sphinx environment, every warning an error; tell what Sphinx told."""
    root, work = study.root, study.root / WORK
    # A warm environment would hide the warnings of chapters that Sphinx does not read again.
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    command = [sys.executable, "-m", "companion.book.typesetting", str(root), str(root / NEW_SITE)]
    done = subprocess.run(command, cwd=root, env=environment(study), stderr=subprocess.PIPE, text=True, check=False)
    if said := done.stderr.replace(f"{root}{os.sep}", "").strip():
        print(said, file=sys.stderr)
    return done.returncode


def move_into_place(root: Path) -> None:
    """Swap the finished site for the old one; a reader never meets half a site."""
    site, old = root / SITE, root / OLD_SITE
    shutil.rmtree(old, ignore_errors=True)
    if site.exists():
        site.rename(old)
    (root / NEW_SITE).rename(site)
    shutil.rmtree(old, ignore_errors=True)


def put_back(root: Path) -> None:
    """Put the old site back where a build was killed after taking it away and before setting the new one there."""
    site, old = root / SITE, root / OLD_SITE
    if old.exists() and not site.exists():
        old.rename(site)


def build(study: Study) -> int:
    """Compute the study, build the site, move it into place; give the exit code."""
    root = study.root
    put_back(root)
    digest = inputs_digest(study)
    if is_current(root, digest):
        print(f"Nothing has changed: {SITE} is the book of these inputs.")
        return 0
    print("Computing the study (step 1 of 3) ...", flush=True)
    numbers.collect_side_by_side(study, workers=os.cpu_count() or 1)
    print("Running the cells of the chapters (step 2 of 3) ...", flush=True)
    with executed(study):
        print("Setting the pages (step 3 of 3) ...", flush=True)
        code = set_pages(study)
    if code:
        print(f"The book was not built; {SITE} is as it was.", file=sys.stderr)
        return code
    (root / STAMP).unlink(missing_ok=True)
    move_into_place(root)
    store.write_aside(root / STAMP, digest.encode())
    study.let_go()
    print(f"The book is in {SITE}/index.html")
    return 0
