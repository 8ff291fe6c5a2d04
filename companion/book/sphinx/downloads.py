"""What a reader can take along: every number, the analysed people with codebooks, the script that fits the model."""

from __future__ import annotations

import csv
import html
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
from companion.survey import open_data
from companion.survey.open_data import OpenData
from companion.survey.questionnaire import codebook
from companion.survey.simulated_mark import MARK, MARK_COLUMN, marked
from companion.words import words

FOLDER = "_downloads"
SAMPLE = "analysed-sample.csv"
CODEBOOK = "codebook.csv"
SCRIPT = "study-model.R"
ANALYSED_SET = "analysed-set.csv"
ANALYSED_SET_SPSS = "analysed-set.sav"
ANALYSED_SET_CODEBOOK = "analysed-set-codebook.csv"


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
        if column in current.questionnaire.design.dummies:
            meaning, values = say(f"pages.downloads.{column}"), say(f"pages.downloads.{column}_values")
            writer.writerow([column, meaning, values, "", "no", ""])
            continue
        item = asked.loc[column]
        reverse = ("no", "")
        if item["reversed"]:
            ends = sum(current.questionnaire.bounds(current.questionnaire.construct_of(column)))
            reverse = ("yes", say("pages.downloads.reversed", ends=ends))
        writer.writerow([column, item["text"], item["values"], item["group"], *reverse])
    if current.sample.simulated:
        meaning, values = say("pages.downloads.origin"), say("pages.downloads.origin_values", mark=MARK)
        writer.writerow([MARK_COLUMN, meaning, values, "", "no", ""])
    return marked(text.getvalue()) if current.sample.simulated else text.getvalue()


def _columns(current: Study) -> list[str]:
    items = mediation.items_of(current.questionnaire, current.analysis)
    return [*current.questionnaire.design.dummies, *(item for names in items.values() for item in names)]


def script(current: Study) -> str:
    """Give the R script that fits the model to that file with lavaan."""
    text = mediation.lavaan_script(
        mediation.items_of(current.questionnaire, current.analysis), current.questionnaire.design, SAMPLE
    )
    said = words(current.language)("pages.downloads.script", mark=MARK)
    return f"{said}\n{text}" if current.sample.simulated else text


def analysed_set(about: Subject) -> OpenData:
    """Give the whole analysed set, as far as it may be handed on."""
    study = about.study
    return open_data.chosen(study.sample, study.questionnaire, study.analysis, about.language)


FILES: Mapping[str, Callable[[Subject], str | bytes]] = MappingProxyType(
    {
        "numbers.json": lambda about: numbers.as_json(about.registry, about.language),
        "numbers.csv": lambda about: numbers.as_csv(about.registry, about.language),
        SAMPLE: lambda about: sample(about.study),
        CODEBOOK: lambda about: sample_codebook(about.study),
        SCRIPT: lambda about: script(about.study),
        ANALYSED_SET: lambda about: open_data.as_csv(analysed_set(about)),
        ANALYSED_SET_SPSS: lambda about: open_data.as_system_file(analysed_set(about), about.language),
        ANALYSED_SET_CODEBOOK: lambda about: open_data.codebook(analysed_set(about), about.language),
    }
)
"""Name of a file -> what makes its content."""
NOTES: Mapping[str, Callable[[Subject], str]] = MappingProxyType(
    {ANALYSED_SET: lambda about: open_data.told(analysed_set(about), about.language)}
)
"""Name of a file -> what a page that offers it says of it."""


def visit_downloads(self: HTML5Translator, node: downloads) -> None:
    """Write the files into the site and the links into the page."""
    about, links = subject.of(self.config), []
    for name in node["names"]:
        path, content = f"{FOLDER}/{name}", FILES[name](about)
        write_aside(self.builder.outdir / path, content.encode() if isinstance(content, str) else content)
        links.append(f'<a href="{to_root(self)}{path}" download>{name}</a>')
    self.body += [f"<p>{html.escape(NOTES[name](about))}</p>" for name in node["names"] if name in NOTES]
    self.body.append(f'<p class="result-source">{" · ".join(links)}</p>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register node and directive."""
    app.add_node(downloads, html=(visit_downloads, None))
    app.add_directive("downloads", Downloads)
