"""What a reader can take along: every number, the analysed sample with its codebook, the script that fits the model."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from types import MappingProxyType

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from companion import numbers
from companion.analysis import mediation
from companion.book.sphinx import subject
from companion.book.sphinx.outputs import to_root
from companion.book.sphinx.slips import SlipError, told
from companion.book.sphinx.subject import Subject
from companion.store import write_aside
from companion.study import Study
from companion.survey.questionnaire import codebook
from companion.survey.simulated_mark import MARK, MARK_COLUMN, marked
from companion.words import words

FOLDER = "_downloads"
SAMPLE = "analysed-sample.csv"
CODEBOOK = "codebook.csv"
SCRIPT = "study-model.R"
DUMMIES = ("neg", "like", "reply")
"""Columns of the sample that say which of the six groups a person is in, as the model reads them."""


class downloads(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """The place of the links."""


class UnknownFileError(SlipError):
    """A page offers a file that nothing makes."""


class Downloads(SphinxDirective):
    """``{downloads} numbers.json numbers.csv``: links to files that a reader can take along."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Give the place of the links."""
        names = self.arguments[0].split()
        if unknown := [name for name in names if name not in FILES]:
            slip = UnknownFileError(f"no file {', '.join(unknown)}; there are {', '.join(FILES)}")
            return [nodes.paragraph("", "", told(slip, self.get_location(), self.block_text))]
        return [downloads("", names=names)]


def sample(current: Study) -> str:
    """Give what the model needs of the analysed sample as CSV: conditions and items, and nothing else about anybody."""
    table: str = current.sample.data[_columns(current)].to_csv(index=False, float_format="%g", lineterminator="\n")
    return marked(table) if current.sample.simulated else table


def sample_codebook(current: Study) -> str:
    """Give what each column of that file means as CSV, a row a column, in the same order."""
    say = words(current.language)
    asked = codebook(current.questionnaire, current.language).set_index("name")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["column", "meaning", "values", "construct", "reversed", "note"])
    for column in _columns(current):
        if column in DUMMIES:
            meaning, values = say(f"pages.downloads.{column}"), say(f"pages.downloads.{column}_values")
            writer.writerow([column, meaning, values, "", "no", ""])
            continue
        item = asked.loc[column]
        reverse = ("yes", say("pages.downloads.reversed")) if item["reversed"] else ("no", "")
        writer.writerow([column, item["text"], item["values"], item["group"], *reverse])
    if current.sample.simulated:
        meaning, values = say("pages.downloads.origin"), say("pages.downloads.origin_values", mark=MARK)
        writer.writerow([MARK_COLUMN, meaning, values, "", "no", ""])
    return marked(text.getvalue()) if current.sample.simulated else text.getvalue()


def _columns(current: Study) -> list[str]:
    items = mediation.items_of(current.questionnaire, current.analysis)
    return [*DUMMIES, *(item for names in items.values() for item in names)]


def script(current: Study) -> str:
    """Give the R script that fits the model to that file with lavaan."""
    text = mediation.lavaan_script(
        mediation.items_of(current.questionnaire, current.analysis), current.questionnaire.design, SAMPLE
    )
    said = words(current.language)("pages.downloads.script", mark=MARK)
    return f"{said}\n{text}" if current.sample.simulated else text


FILES: Mapping[str, Callable[[Subject], str]] = MappingProxyType(
    {
        "numbers.json": lambda about: numbers.as_json(about.registry, about.language),
        "numbers.csv": lambda about: numbers.as_csv(about.registry, about.language),
        SAMPLE: lambda about: sample(about.study),
        CODEBOOK: lambda about: sample_codebook(about.study),
        SCRIPT: lambda about: script(about.study),
    }
)
"""Name of a file -> what makes its text."""


def visit_downloads(self: HTML5Translator, node: downloads) -> None:
    """Write the files into the site and the links into the page."""
    links = []
    for name in node["names"]:
        path = f"{FOLDER}/{name}"
        write_aside(self.builder.outdir / path, FILES[name](subject.of(self.config)).encode())
        links.append(f'<a href="{to_root(self)}{path}" download>{name}</a>')
    self.body.append(f'<p class="result-source">{" · ".join(links)}</p>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register node and directive."""
    app.add_node(downloads, html=(visit_downloads, None))
    app.add_directive("downloads", Downloads)
