"""Run the cells of the chapters side by side and keep what they give, before Sphinx reads the chapters one by one."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import cast

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_client.manager import AsyncKernelManager
from myst_nb.core.read import read_myst_markdown_notebook
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode
from zmq import ZMQError

from companion import chapters, study
from companion.book import kept_cells
from companion.book.kernels import kernels_of
from companion.book.other_folder import in_folder
from companion.formats import Language
from companion.study import Study

TIMEOUT = 300
FOLDER = "_build/executed"


def execute(current: Study, pages: Sequence[Path]) -> None:
    """Execute pages and keep their cells with what they give.

    A page that fails is not kept: Sphinx executes it again, and the build stops there with the page's name.
    """
    kernels = kernels_of(len(pages))
    states = {page: kept_cells.state(current, page) for page in pages}
    with ThreadPoolExecutor(os.cpu_count()) as side_by_side:
        for page, executed in zip(pages, side_by_side.map(partial(_executed, kernels), pages), strict=True):
            if executed and kept_cells.state(current, page) == states[page]:
                kept_cells.keep(current, page, states[page], executed)


def lay_out(current: Study, folder: Path) -> None:
    """Set everything that is kept of the present chapters into a folder, as the cache in which MyST-NB looks."""
    shutil.rmtree(folder, ignore_errors=True)
    cache = get_cache(str(folder))
    for page in chapters.with_cells(current.root):
        if text := kept_cells.find(current, page):
            kept = CacheBundleIn(nbformat.from_dict(json.loads(text)), str(page))  # type: ignore[no-untyped-call]
            cache.cache_notebook_bundle(kept, check_validity=False, overwrite=True)


def _executed(kernels: type[AsyncKernelManager], page: Path) -> str:
    notebook = read_myst_markdown_notebook(page.read_text(encoding="utf-8"))
    client = NotebookClient(
        notebook,
        kernel_manager_class=kernels,
        timeout=TIMEOUT,
        record_timing=False,
        resources={"metadata": {"path": str(page.parent)}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError):
        return ""
    except (RuntimeError, OSError, EOFError, ZMQError):  # the kernel did not start, or died
        return ""
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in notebook.cells:
        cell.outputs = whole_streams(cell.outputs)
    return json.dumps(notebook)


def whole_streams(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Give outputs in which each stream is one piece.

    A kernel sends what is printed whenever its clock strikes, in the middle of a line too, and MyST-NB would end a line
    after each piece: the same cell would give other bytes on a busy machine.

    Examples
    --------
    >>> from nbformat.v4 import new_output
    >>> pieces = [new_output("stream", text="two and "), new_output("stream", text="two\\n")]
    >>> [output["text"] for output in whole_streams(pieces)]
    ['two and two\\n']
    """
    whole: list[NotebookNode] = []
    streams: dict[str, NotebookNode] = {}
    for output in outputs:
        if output["output_type"] == "stream" and output["name"] in streams:
            streams[output["name"]]["text"] += output["text"]
            continue
        copied = NotebookNode(output)  # type: ignore[no-untyped-call]
        if output["output_type"] == "stream":
            streams[output["name"]] = copied
        whole.append(copied)
    return whole


def main(given: Sequence[str]) -> None:
    """Execute pages as a program is told to: in which language, in which folder, and which."""
    language, folder, *pages = given
    about = in_folder(study.of_this_book(), Path(folder), cast(Language, language))
    execute(about, [Path(page) for page in pages])
