"""Build the book: every warning an error, moved into place only when whole."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from companion import chapters, numbers, store
from companion.book import kept_cells, paths
from companion.book.own_process import Ended, run_module
from companion.errors import EngineError, refused_in
from companion.root import ROOT
from companion.study import Study, digest, named_in_environment
from companion.survey import whole_design
from companion.threads import VARIABLES

WORK = "_build/work"
NEW_SITE = f"{WORK}/_build/html"
DOCTREES = f"{WORK}/_build/.doctrees"
AS_WRITTEN = f"{WORK}/_build/as_written"
READ = f"{WORK}/read.json"
SITE = "_build/html"
OLD_SITE = f"{SITE}.old"
STAMP = "_build/site.digest"
KERNELS = "_build/kernels"
# Each kernel would warn that what it says to its neighbour on this machine is not encrypted.
KERNEL_SETTINGS = 'c = get_config()\nc.IPKernelApp.log_level = "ERROR"\n'
CHAPTERS = (
    "*.md",
    "chapters/**/*.md",
    paths.FILE,
    "slides/*.md",
    "_config.yml",
    "_toc.yml",
    "CITATION.cff",
    "references.bib",
    "_static/**/*",
)


def inputs(study: Study) -> dict[str, str]:
    """Give the sha256 of all that the site depends on: chapters and settings, package, data, lock, survey."""
    files = sorted({file for pattern in CHAPTERS for file in study.root.glob(pattern) if file.is_file()})
    pages = {file.relative_to(study.root).as_posix(): store.sha256(file.read_bytes()) for file in files}
    return pages | study.inputs(study.package.modules)


def shown(path: Path) -> str:
    """Name a file as it is seen from the folder in which commands are given."""
    return (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix()


def is_current(root: Path, state: str) -> bool:
    """Say whether the site in place was built from these inputs."""
    stamp = root / STAMP
    return (root / SITE / "index.html").is_file() and stamp.is_file() and stamp.read_text() == state


def environment(study: Study) -> dict[str, str]:
    """Give the environment of the build's processes.

    The survey, this interpreter's commands, one thread for linear algebra, and kernels that do not read what whoever
    builds the book has set for theirs.
    """
    store.write_aside(study.root / KERNELS / "profile_default" / "ipython_kernel_config.py", KERNEL_SETTINGS.encode())
    return {
        **os.environ,
        **named_in_environment(study),
        **VARIABLES,
        "IPYTHONDIR": str(study.root / KERNELS),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def run_chapters(study: Study) -> None:
    """Execute the chapters whose cells are not kept, in a process of its own: kernels inherit its environment."""
    pages = [str(page) for page in chapters.with_cells(study.root) if not kept_cells.find(study, page)]
    if pages:
        done = _run("companion.book.run_cells", [study.language, str(study.root), *pages], study)
        if done.returncode:
            raise EngineError(f"The cells of the chapters could not be run.\n{done.complained}")


def _run(module: str, arguments: list[str], study: Study) -> Ended:
    """Run a module in the book's folder.

    Raises
    ------
    OSError
        If it stopped because the system refused something: what is told is then that, and nothing else it said.
    """
    done = run_module(module, arguments, study.root, environment(study))
    refusal = refused_in(done.said + done.complained) if done.returncode else None
    if refusal is not None:
        raise refusal
    return done


def set_pages(study: Study, before: Mapping[str, str]) -> int:
    """Build into the work folder, every warning an error; tell what Sphinx told.

    Sphinx reads again what has changed, and writes it, or every page where pages say something else of themselves (see
    `companion.book.sphinx.unchanged_pages`). Where anything but the text of pages has changed, or the last build was
    not whole, or what it left is not as it left it, Sphinx begins with nothing. So no warning can be lost: a page is
    taken as it was read and written only if that gave none.
    """
    root, work = study.root, study.root / WORK
    pages, others = _pages_and_others(before)
    if not _keep_what_was_read(root, pages, others):
        shutil.rmtree(work, ignore_errors=True)
    (root / READ).unlink(missing_ok=True)
    shutil.rmtree(root / NEW_SITE, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    folders = [str(root), str(root / NEW_SITE), str(root / AS_WRITTEN)]
    done = _run("companion.book.typesetting", folders, study)
    if said := done.complained.replace(f"{root}{os.sep}", "").strip():
        print(said, file=sys.stderr)
    if not done.returncode:
        read = {"pages": pages, "others": others, "kept": _digest_of_what_is_kept(root)}
        store.write_aside(root / READ, json.dumps(read).encode())
    return done.returncode


def _pages_and_others(before: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Part what the site depends on: the pages by name, and one digest for all else, which pages there are included."""
    pages = {
        name: sha
        for name, sha in before.items()
        if name == "index.md" or (name.startswith(("chapters/", "slides/")) and name != paths.FILE)
    }
    return pages, digest({name: "" if name in pages else sha for name, sha in before.items()})


def _keep_what_was_read(root: Path, pages: Mapping[str, str], others: str) -> bool:
    """Say whether Sphinx may begin with what it read for the last whole build; then forget what it read of new text."""
    try:
        last = json.loads((root / READ).read_bytes())
    except (OSError, ValueError):
        return False
    if last["others"] != others or last["kept"] != _digest_of_what_is_kept(root):
        return False
    for name, sha in pages.items():
        # By itself Sphinx would go by the time at which a file was written, and a file may come back with an old one.
        if last["pages"][name] != sha:
            (root / DOCTREES / name).with_suffix(".doctree").unlink(missing_ok=True)
    return True


def _digest_of_what_is_kept(root: Path) -> str:
    folders = (root / DOCTREES, root / AS_WRITTEN)
    return store.digest_files((file for one in folders for file in one.rglob("*") if file.is_file()), root)


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
    """Compute the study, build the site, move it into place; give the exit code.

    Raises
    ------
    InputError
        If the study leaves out a reaction, of which the chapters speak, or has input that cannot be used.
    """
    whole_design.demand(study.questionnaire, study.asked_in, whole_design.BOOK)
    root = study.root
    put_back(root)
    paths.load(root)
    before = inputs(study)
    if is_current(root, digest(before)):
        print(f"Nothing has changed: {shown(root / SITE)} is the book of these inputs.")
        return 0
    print("Computing the study (step 1 of 3) ...", flush=True)
    numbers.collect_side_by_side(study, workers=os.cpu_count() or 1)
    print("Running the cells of the chapters (step 2 of 3) ...", flush=True)
    run_chapters(study)
    print("Setting the pages (step 3 of 3) ...", flush=True)
    code = set_pages(study, before)
    if code:
        print(f"The book was not built; {shown(root / SITE)} is as it was.", file=sys.stderr)
        return code
    study.refuse_changed(before, inputs(study))
    (root / STAMP).unlink(missing_ok=True)
    move_into_place(root)
    store.write_aside(root / STAMP, digest(before).encode())
    study.let_go()
    print(f"The book is in {shown(root / SITE)}/index.html")
    return 0
