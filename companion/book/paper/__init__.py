"""The book to take along, set from the pages of the built site: `manuscript` -> `pdf`, `epub`."""

from __future__ import annotations

from companion.book import build
from companion.study import Study

FOLDER = "_build/paper"
NAME = "macro-importance-of-micro-influencers"


def build_pdf(study: Study) -> int:
    """Build the site where it is out of date, print it as one PDF, and give the exit code.

    Raises
    ------
    companion.errors.InputError
        There is no Chromium on this machine.
    """
    from companion.book.paper import manuscript, pdf  # here: the command line need not load a browser's driver

    pdf.chromium()
    code = build.build(study)
    if not code:
        root = study.root
        path = root / FOLDER / f"{NAME}.pdf"
        pages = pdf.write(manuscript.read(root, root / build.SITE), path)
        print(f"{build.shown(path)}: {pages} pages, {path.stat().st_size / 1e6:.1f} MB")
    return code


def build_epub(study: Study) -> int:
    """Build the site where it is out of date, write it as one EPUB, and give the exit code."""
    from companion.book.paper import epub, manuscript

    code = build.build(study)
    if not code:
        root = study.root
        path = root / FOLDER / f"{NAME}.epub"
        epub.write(manuscript.read(root, root / build.SITE), path)
        print(f"{build.shown(path)}: {path.stat().st_size / 1e6:.1f} MB")
    return code
