"""What a reader can take along of the main model: the analysed sample and the lavaan script that fits it."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from companion import mediation, study
from companion.book.outputs import to_root
from companion.store import write_aside
from companion.study import Study

FOLDER = "_downloads"
SAMPLE = "analysed-sample.csv"
SCRIPT = "study-model.R"


class main_model(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """The place of the links."""


class MainModel(SphinxDirective):
    """``{main-model}``: links to the analysed sample and to the lavaan script."""

    def run(self) -> list[nodes.Node]:
        """Give the place of the links."""
        return [main_model()]


def files(current: Study) -> dict[str, str]:
    """Give the files by name: what the model needs of the analysed sample, and the script that reads it."""
    items = mediation.items_of(current.questionnaire, current.analysis)
    columns = ["neg", "like", "reply", *(item for names in items.values() for item in names)]
    return {
        SAMPLE: current.sample.data[columns].to_csv(index=False, float_format="%g", lineterminator="\n"),
        SCRIPT: mediation.lavaan_script(items, SAMPLE),
    }


def visit_main_model(self: HTML5Translator, node: main_model) -> None:
    """Write the files into the site and the links into the page."""
    links = []
    for name, text in files(study.current()).items():
        path = f"{FOLDER}/{name}"
        write_aside(self.builder.outdir / path, text.encode())
        links.append(f'<a href="{to_root(self)}{path}" download>{name}</a>')
    self.body.append(f'<p class="result-source">{" · ".join(links)}</p>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register node and directive."""
    app.add_node(main_model, html=(visit_main_model, None), singlehtml=(visit_main_model, None))
    app.add_directive("main-model", MainModel)
