"""Pages built in this process, by the book's own extension, about a study and a few of its numbers."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.testing.util import SphinxTestApp
from sphinx.util.console import strip_colors

from companion.book.sphinx.subject import Subject
from companion.formats import Kind
from companion.numbers import Number

ROOT = Path(__file__).resolve().parents[2]
SETTINGS: dict[str, Any] = {
    "extensions": ["myst_nb", "sphinxcontrib.bibtex", "sphinx_book_theme", "companion.book.sphinx.extension"],
    "html_theme": "sphinx_book_theme",
    "html_theme_options": {"use_download_button": False, "use_fullscreen_button": False},
    "myst_enable_extensions": ["colon_fence"],
    "bibtex_bibfiles": ["references.bib"],
    "bibtex_default_style": "apa",
    "bibtex_reference_style": "apa",
    "nb_execution_mode": "off",
    "exclude_patterns": ["_build"],
    "nitpicky": True,
}


def number(key: str, value: float | str, kind: Kind = "coefficient", **given: Any) -> Number:
    """A number that says which function of the package made it, as the pages ask."""
    return replace(Number.plain(key, value, kind), function="companion.analysis.mediation.analyse", **given)


@dataclass(frozen=True)
class Pages:
    """What a build made and what it complained of."""

    app: SphinxTestApp

    @property
    def complaints(self) -> list[str]:
        """Each complaint on a line, with its place in the folder of the pages."""
        return strip_colors(self.app.warning.getvalue()).replace(f"{self.app.srcdir}/", "").strip().splitlines()

    def file(self, name: str = "index.html") -> str:
        return (Path(self.app.outdir) / name).read_text()

    def article(self, page: str = "index") -> Tag:
        """The words of a page, without what stands around them."""
        found = BeautifulSoup(self.file(f"{page}.html"), "html.parser").article
        assert found is not None
        return found

    def read(self, page: str = "index") -> nodes.document:
        """The page as Sphinx read it."""
        return self.app.env.get_doctree(page)


def application(
    folder: Path, about: Subject, sources: dict[str, str], builder: str = "html", **settings: Any
) -> SphinxTestApp:
    """Give Sphinx as it stands before it builds some pages, of which ``index`` is the first, about a subject."""
    folder.mkdir(exist_ok=True)
    for name, text in sources.items():
        path = folder / (name if Path(name).suffix else f"{name}.md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name in ("_config.yml", "CITATION.cff", "references.bib"):
        shutil.copy(ROOT / name, folder)
    (folder / "conf.py").touch()
    return SphinxTestApp(builder, folder, confoverrides={**SETTINGS, "companion_subject": about, **settings})


def dressed(folder: Path, about: Subject, sources: dict[str, str], *styles: str, **settings: Any) -> Path:
    """Build some pages with the book's own look, and further style sheets of `_static`; give the first."""
    shutil.copytree(ROOT / "_static", folder / "_static")
    app = application(
        folder,
        about,
        sources,
        html_static_path=["_static"],
        html_css_files=["custom.css", *styles],
        **settings,
    )
    [pages] = build(app)
    return Path(pages.app.outdir) / "index.html"


def build(*apps: SphinxTestApp) -> list[Pages]:
    """Build side by side, then let go of what Sphinx keeps for the whole process."""
    try:
        for app in apps:
            app.build()
    finally:
        for app in apps:
            app.cleanup()
    return [Pages(app) for app in apps]
