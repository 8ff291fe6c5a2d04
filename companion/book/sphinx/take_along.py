"""At the foot of every chapter: how to cite it, its notebook and source, the way to its repository and to Binder."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path, PurePath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from companion.book import addresses, citation, paper
from companion.book.addresses import Addresses
from companion.book.citation import Edition
from companion.book.slides import is_deck
from companion.book.sphinx import edition as editions
from companion.book.sphinx import moodle, notebooks, qti, questions, subject
from companion.formats import Language
from companion.words import words

FOLDER = "_downloads"


def preface(edition: Edition, where: Addresses, simulated: bool, language: Language = "en") -> str:
    """Give what a notebook says first: what it is, what it needs, and that its data are simulated."""
    say = words(language)
    source = say("pages.take_along.of_the_book")
    if where.repository:
        source = say("pages.take_along.from_repository", address=where.repository)
    said = say("pages.take_along.preface", title=edition.title, version=edition.version, where=source)
    return "\n>\n".join([say("pages.take_along.simulated"), said] if simulated else [said])


def numbering(environment: BuildEnvironment, docname: str) -> Any:
    """Give the function that gives the number of a figure, table or exercise of a page."""
    kinds = environment.toc_fignumbers.get(docname, {}).values()
    numbers = {name: ".".join(map(str, number)) for kind in kinds for name, number in kind.items()}
    return lambda name: numbers.get(name, "")


def files(app: Sphinx, docname: str, page: nodes.document, entry: str) -> dict[str, str | bytes]:
    """Give the files of a page by the end of their names: citation and source; what its cells and self-tests give."""
    root, edition = Path(app.srcdir), citation.read(Path(app.srcdir))
    where = addresses.read(root)
    made: dict[str, str | bytes] = {"bib": entry, "md": Path(app.env.doc2path(docname)).read_text(encoding="utf-8")}
    if notebooks.has_code(page):
        about = subject.of(app.config)
        said = preface(edition, where, about.simulated, about.language)
        made["ipynb"] = notebooks.notebook(page, app.builder, said, where.page(docname), numbering(app.env, docname))
    if editions.has_keys(app) and questions.has_questions(page):
        title = app.env.titles[docname].astext()
        made["xml"] = moodle.quiz(page, f"{edition.title}/{title}", partly(app))
        made["zip"] = qti.package(page, title, partly(app))
    return made


def partly(app: Sphinx) -> Callable[[nodes.Node], str]:
    """Give the function that gives a block of a page as HTML."""

    def html(block: nodes.Node) -> str:
        fragment: str = app.builder.render_partial(block)["fragment"]  # type: ignore[attr-defined]
        return fragment

    return html


def section(cited: str, entry: str, links: list[tuple[str, str]], whole: bool, language: Language = "en") -> str:
    """Give the section as HTML.

    Parameters
    ----------
    cited, entry
        The reference as HTML and the BibTeX entry.
    links
        HTML of a link, and what is said of it.
    whole
        Whether the page stands for the whole book.
    language
        Of the words around them.
    """
    say = words(language)
    said_of = say.under("pages.take_along.page") if whole else say.under("pages.take_along.chapter")
    items = "".join(f"<li>{link}{f' <span>{escape(said)}</span>' if said else ''}</li>" for link, said in links)
    return (
        '<section class="takealong" aria-labelledby="takealong-title">'
        f'<h2 id="takealong-title">{said_of["take"]}</h2>'
        f"<details><summary>{said_of['cite']}</summary>"
        f'<p>APA</p><div class="highlight apa"><pre>{cited}</pre></div>'
        f'<p>BibTeX</p><div class="highlight"><pre>{escape(entry, quote=False)}</pre></div></details>'
        f"<ul>{items}</ul></section>"
    )


def links(
    where: Addresses, docname: str, names: dict[str, str], source: str, language: Language = "en"
) -> list[tuple[str, str]]:
    """Give the links of a page, each with what is said of it; ``names`` holds the address of each file by its kind."""
    say = words(language)
    found = []
    if "ipynb" in names:
        notebook = _download(say("pages.take_along.notebook"), names["ipynb"])
        found.append((notebook, say("pages.take_along.notebook_note")))
    for kind in ("xml", "zip"):
        if kind in names:
            bank = _download(say(f"pages.take_along.questions_{kind}"), names[kind])
            found.append((bank, say(f"pages.take_along.questions_{kind}_note")))
    found.append((_download(say("pages.take_along.source"), names["md"]), say("pages.take_along.source_note")))
    found.append((_download(say("pages.take_along.citation"), names["bib"]), ""))
    if where.repository:
        if "ipynb" in names:
            binder = where.binder(f"_build/html/{FOLDER}/{docname}.ipynb")
            icon = '<span class="fa-solid fa-rocket"></span> '
            run = f'<a href="{escape(binder)}">{icon}{say("pages.take_along.binder")}</a>'
            found.append((run, say("pages.take_along.binder_note")))
        found.append((f'<a href="{escape(where.source(source))}">{say("pages.take_along.repository")}</a>', ""))
        found.append((f'<a href="{escape(where.issue())}">{say("pages.take_along.fault")}</a>', ""))
    return found


def whole_book(where: Addresses, language: Language = "en") -> list[tuple[str, str]]:
    """Give the links to the book in one file, which stand beside a published site and nowhere else."""
    if not where.site:
        return []
    say = words(language)
    found = ((say("pages.take_along.pdf"), "pdf"), (say("pages.take_along.epub"), "epub"))
    return [(f'<a href="{escape(where.site)}{paper.NAME}.{kind}">{said}</a>', "") for said, kind in found]


def _download(said: str, address: str) -> str:
    return f'<a href="{escape(address)}" download>{said}</a>'


def append_section(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Write the files of a page and set the section at its foot."""
    if app.builder.name != "html" or doctree is None or is_deck(PurePath(pagename)):
        return
    root = Path(app.srcdir)
    edition, where = citation.read(root), addresses.read(root)
    chapter = "" if pagename == app.config.root_doc else app.env.titles[pagename].astext()
    about = subject.of(app.config)
    address = where.page(pagename) if chapter else where.site
    cited = citation.entry(edition, chapter, address, about.simulated, about.language)
    entry = citation.bibtex(citation.key(edition, pagename, chapter), cited)
    names = {}
    for suffix, content in files(app, pagename, doctree, entry).items():
        file = Path(app.outdir) / FOLDER / f"{pagename}.{suffix}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        names[suffix] = "../" * pagename.count("/") + f"{FOLDER}/{pagename}.{suffix}"
    source = Path(app.env.doc2path(pagename)).relative_to(root).as_posix()
    _, reference = citation.apa(cited)
    ways = links(where, pagename, names, source, about.language)
    ways += [] if chapter else whole_book(where, about.language)
    context["body"] += section(reference, entry, ways, not chapter, about.language)


def setup(app: Sphinx) -> None:
    """Connect the section to the pages, before the lists of terms and numbers."""
    app.connect("html-page-context", append_section, priority=300)
