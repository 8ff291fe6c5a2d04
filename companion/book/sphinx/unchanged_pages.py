"""Pages that nothing has changed are not written again: the site as Sphinx wrote it is kept, and the next build begins
with it.

What stands on a page comes from its own text and from what the pages say of themselves: titles, numbers of figures and
exercises, places of numbers, works that they cite, what the glossary explains, what is drawn on them. Where all that is
as it was, Sphinx writes the pages whose text has changed. Where any of it is not, or something is there of which nobody
says how it is compared, every page is written anew.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import glossary
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from companion import store
from companion.book.sphinx import notebooks

FOLDER = "companion_as_written"
"""Sphinx's setting that says where the site is kept; none is when it is empty. Whoever names a folder sees to it that
settings, package and data are those of the build before."""

SITE = "site"
SAID = "said.json"
MADE = "made"
"""Where the digest of what is made on a page, and may be shown on others, is kept among what Sphinx knows of it."""

OWN = __name__.split(".")[0]
NOT_SAID = (
    "_pickled_doctree_cache",
    "_write_doc_doctree_cache",
    "all_docs",
    "app",
    "config",
    "config_status",
    "config_status_extra",
    "dependencies",
    "doctreedir",
    "domains",
    "events",
    "nb_metadata",
    "nb_new_exec_data",
    "project",
    "settings",
    "sphinx_exercise_gated_registry",
    "srcdir",
)
"""What Sphinx and its extensions know that stands on no page: themselves, the folders, and when a page was read. What
is known of the running of cells has the time in it, or says whether a page with cells was read; their output stands in
their own page."""
OF_ONE_PAGE = ("line", "mtime", "source_map", "wordcount")
"""What changes and no other page can show: when a file was written, where things begin, how many words there are."""

AS_READ = ("citation_refs", "citations")
"""Lists in the order in which pages were read, which stands nowhere."""


def folder(app: Sphinx) -> Path | None:
    """Give where the site of an application is kept as it was written; nothing where it is not kept."""
    named = app.config[FOLDER]
    return Path(named) if named else None


def stands(app: Sphinx, name: str) -> bool:
    """Tell whether a page that an extension makes of others is there as it was written for the last build.

    It is as long as the pages say the same of themselves; else nothing is there when such pages are made.
    """
    return folder(app) is not None and (Path(app.outdir) / f"{name}.html").is_file()


def note_made(app: Sphinx, doctree: nodes.document) -> None:
    """Note what a page that was read makes by this package's directives, what it explains, and whether it has code."""
    elements = filter(_is_own, doctree.findall(nodes.Element))
    made = [(type(element).__name__, element.attributes) for element in elements]
    explained = [terms.pformat() for terms in doctree.findall(glossary)]
    app.env.metadata[app.env.docname][MADE] = _digest([made, explained, notebooks.has_code(doctree)])


def _is_own(element: nodes.Element) -> bool:
    return type(element).__module__.split(".")[0] == OWN


def canonical(value: object) -> str:
    """Give a value as text that is the same whenever the value is, but for what concerns one page alone.

    Examples
    --------
    >>> canonical({"b": {2, 1}, "a": ("x", None), "line": 7})
    "{'a':['x',None],'b':{1,2}}"

    Raises
    ------
    TypeError
        For a value of a kind of which nothing is known.
    """
    if value is None or isinstance(value, str | bool | int | float | Path):
        return repr(value)
    if isinstance(value, nodes.Node):
        return value.pformat()
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return canonical(value._asdict())
    if isinstance(value, dict):
        shown = {key: one for key, one in value.items() if key not in OF_ONE_PAGE}
        texts = (f"{key!r}:{_sorted(one) if key in AS_READ else canonical(one)}" for key, one in shown.items())
        return f"{{{','.join(sorted(texts))}}}"
    if isinstance(value, set | frozenset):
        return _sorted(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(canonical, value))}]"
    if isinstance(value, type):
        return value.__qualname__
    if (value == str(value)) is True:  # words that Sphinx translates when they are printed
        return repr(str(value))
    if (hasattr(value, "__dict__") or hasattr(value, "__slots__")) and not callable(value):
        return f"{type(value).__name__}{canonical(value.__getstate__())}"
    raise TypeError(f"{type(value).__name__}: not known how to compare")


def _sorted(values: Iterable[object]) -> str:
    return f"{{{','.join(sorted(map(canonical, values)))}}}"


def _digest(value: object) -> str | None:
    """Give the digest of a value; nothing where it holds what is not known how to compare."""
    try:
        return store.sha256(canonical(value).encode())
    except (TypeError, RecursionError):
        return None


def said(env: BuildEnvironment) -> str | None:
    """Give the digest of what the pages of a book say of themselves; nothing where it cannot be told."""
    if any(known.get(MADE, "") is None for known in env.metadata.values()):
        return None
    return _digest({name: one for name, one in vars(env).items() if name not in NOT_SAID})


class AsWritten:
    """The site of one application as it was written before, and as it is written now.

    Parameters
    ----------
    kept
        The folder in which it is kept.
    """

    def __init__(self, kept: Path) -> None:
        self.site = kept / SITE
        self.before = kept / SAID
        self.now: str | None = None

    def begin(self, app: Sphinx) -> None:
        """Begin with the site as it was written for the last build."""
        if self.before.is_file():
            shutil.copytree(self.site, app.outdir, dirs_exist_ok=True)

    def changed(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Give the pages that must be written although their text is as it was: none, or all.

        A site with an address has a map, which sphinx-sitemap makes of the pages that are written.
        """
        self.now = said(env)
        before = json.loads(self.before.read_bytes()) if self.before.is_file() else None
        if self.now is not None and self.now == before and not app.config.html_baseurl:
            return []
        self._forget(Path(app.outdir))
        return sorted(env.found_docs)

    def _forget(self, site: Path) -> None:
        """Delete what a site began with, unless it has been written since."""
        for file in self.site.rglob("*"):
            there = site / file.relative_to(self.site)
            if there.is_file() and there.stat().st_mtime_ns == file.stat().st_mtime_ns:
                there.unlink()

    def keep(self, app: Sphinx, exception: Exception | None) -> None:
        """Keep the site as it is written, before anything is done to its finished pages."""
        if exception is None:
            shutil.rmtree(self.site, ignore_errors=True)
            shutil.copytree(app.outdir, self.site)
            store.write_aside(self.before, json.dumps(self.now).encode())


def use(app: Sphinx, config: Config) -> None:
    """Connect where it is asked for: behind what numbers sections and figures, and before the last pass over pages."""
    if config[FOLDER]:
        as_written = AsWritten(Path(config[FOLDER]))
        app.connect("builder-inited", as_written.begin)
        app.connect("env-get-updated", as_written.changed, priority=900)
        app.connect("build-finished", as_written.keep, priority=790)


def setup(app: Sphinx) -> None:
    """Register the setting, and note of each page that is read what it makes."""
    app.add_config_value(FOLDER, default="", rebuild="")
    app.connect("config-inited", use)
    app.connect("doctree-read", note_made, priority=900)
