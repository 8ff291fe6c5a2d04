"""The edition for students: a folder of sources without any solution or key, from which a book is built like any other.

What is to be kept from students is cut out of the sources before anything reads them. So no page, cache, notebook, PDF
or search can hold it, whatever is ever added to the build: the folder has a ``_build`` of its own, into which nothing
goes but results of the survey. The open edition never sees this folder.

Cut out are solutions; what only the open edition says (``:::{edition} open``); and of the questions of the inventory,
which a class answers before and after a course, which answer is right and what each says.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin

from companion import study
from companion.book.other_folder import in_folder
from companion.errors import InputError, Problem
from companion.store import write_aside
from companion.study import Study

FOLDER = "_build/student"
NAME = "student"
SETTINGS = "_config.yml"
FILES = (
    "_static/**/*",
    "_toc.yml",
    "CITATION.cff",
    "chapters/**/*",
    "companion/book/moved.html",
    "data/**/*",
    "index.md",
    "package-lock.json",
    "references.bib",
    "requirements.lock",
    "results/**/*",
)
"""What a book is built from, besides its settings."""

ASKED_ONLY = "inventory-"
"""How the name of a self-test begins that is asked here and answered in class."""
DIRECTIVE = re.compile(r"\{(?P<name>[\w-]+)\}[ \t]*(?P<argument>.*)")
LEFT = re.compile(r"\{solution\b")
ANSWER = re.compile(r"^- \[[x ]\] (?P<words>.*)$")


@dataclass(frozen=True)
class Block:
    """A directive of a page.

    Parameters
    ----------
    name, argument
        As in ``{solution} exercise-name``.
    first, last
        Its first line, and the line behind its last one, counted from 0.
    """

    name: str
    argument: str
    first: int
    last: int


def laid_out(open_study: Study) -> Study:
    """Write the sources of the students' edition into their folder, and give the study of the book there.

    Parameters
    ----------
    open_study
        The study of the open edition, whose results need not be computed again.

    Raises
    ------
    InputError
        A page holds a solution that cannot be cut out for sure; nothing is written then.
    """
    root, folder = open_study.root, open_study.root / FOLDER
    wanted = dict(sources(root))
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        name = path.relative_to(folder).as_posix()
        if not name.startswith("_build/") and name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            write_aside(path, content)
    _take_results_over(root / study.FOLDER, folder / study.FOLDER)
    return in_folder(open_study, folder, open_study.language)


def sources(root: Path) -> Iterator[tuple[str, bytes]]:
    """Give each file of the students' edition by its path, from the sources of the open one.

    Raises
    ------
    InputError
        A page holds a solution that cannot be cut out for sure; all such pages are told.
    """
    yield SETTINGS, settings((root / SETTINGS).read_text(encoding="utf-8"))
    problems: list[Problem] = []
    for path in sorted({path for pattern in FILES for path in root.glob(pattern) if path.is_file()}):
        name = path.relative_to(root).as_posix()
        if path.suffix != ".md":
            yield name, path.read_bytes()
            continue
        try:
            yield name, without_keys(path.read_text(encoding="utf-8"), name).encode()
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


def settings(text: str) -> bytes:
    """Give the settings of this edition: its name, and no address, since those are of the open one."""
    given: dict[str, Any] = yaml.safe_load(text)
    given["repository"] = {**given.get("repository", {}), "url": ""}
    given["html"] = {**given.get("html", {}), "baseurl": ""}
    config = given["sphinx"]["config"]
    config["html_theme_options"] = {**config.get("html_theme_options", {}), "repository_url": ""}
    config["companion_edition"] = NAME
    return yaml.safe_dump(given, allow_unicode=True, sort_keys=False).encode()


def _take_results_over(kept: Path, here: Path) -> None:
    """Copy what was computed of the survey, and none of the cells of chapters, which solutions have too."""
    for step in vars(Study):
        for result in (kept / step).glob("*.pickle"):
            if not (here / step / result.name).is_file():
                write_aside(here / step / result.name, result.read_bytes())


def without_keys(text: str, name: str) -> str:
    """Give a page without solutions and keys.

    Parameters
    ----------
    text
        The page, in MyST Markdown.
    name
        Its file, for whoever has to mend it.

    Raises
    ------
    InputError
        A solution is not closed, or stands where it is not seen as one.

    Examples
    --------
    >>> without_keys("# Sums\\n\\n```{solution} sum\\nFour.\\n```\\n\\nThe end.\\n", "sums.md")
    '# Sums\\n\\nThe end.\\n'
    """
    lines = io.StringIO(text).readlines()
    replaced: dict[int, tuple[int, list[str]]] = {}
    opened: Block | None = None
    for block in blocks(text):
        match block.name:
            case "solution":
                replaced[block.first] = (block.last, [])
            case "edition" if block.argument != NAME:
                replaced[block.first] = (block.last, [])
            case "solution-start":
                opened = opened or block
            case "solution-end" if opened is not None:
                replaced[opened.first], opened = (block.last, []), None
            case "self-test" if block.argument.startswith(ASKED_ONLY):
                replaced[block.first] = (block.last, list(_asked(block, lines[block.first + 1 : block.last - 1])))
    kept = "".join(_put_together(lines, replaced))
    left = [number for number, line in enumerate(kept.splitlines(), start=1) if LEFT.search(line)]
    if opened is not None or left:
        raise InputError(
            Problem(
                name,
                "A solution of this page is not closed, or does not stand as a block of its own, so that it would "
                "stay in the students' edition.",
                "Close it, with a fence as long as the one that opens it or with {solution-end}.",
                row=opened.first + 1 if opened else _row(text),
            )
        )
    return kept


def _row(text: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if LEFT.search(line))


def _put_together(lines: list[str], replaced: dict[int, tuple[int, list[str]]]) -> Iterator[str]:
    place = 0
    while place < len(lines):
        if place not in replaced:
            yield lines[place]
            place += 1
            continue
        place, instead = replaced[place]
        yield from instead
        if not instead and place < len(lines) and not lines[place].strip():
            place += 1


def blocks(text: str) -> Iterator[Block]:
    """Give the directives of a page in their order, those inside others too."""
    parser = MarkdownIt("commonmark").use(colon_fence_plugin)
    return _blocks(parser, text, 0)


def _blocks(parser: MarkdownIt, text: str, before: int) -> Iterator[Block]:
    for token in parser.parse(text):
        directive = DIRECTIVE.match(token.info) if token.type in ("fence", "colon_fence") else None
        if directive is None or token.map is None:
            continue
        first, last = token.map
        yield Block(directive["name"], directive["argument"].strip(), before + first, before + last)
        yield from _blocks(parser, token.content, before + first + 1)


def _asked(block: Block, lines: Iterable[str]) -> Iterator[str]:
    """Give a question with numbered answers, in the place of one that says which is right."""
    yield f"({block.argument})=\n"
    kept, number = True, 0
    for line in lines:
        if answer := ANSWER.match(line):
            kept, number = True, number + 1
            yield f"{number}. {answer['words']}\n"
        elif kept:
            yield line
            # Behind an answer and an empty line stands what it says once it is chosen.
            kept = number == 0 or bool(line.strip())
