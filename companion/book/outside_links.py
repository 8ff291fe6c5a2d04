"""Ask every address outside the book whether it still answers: a report, not a gate.

    python -m companion.book.outside_links      # writes _build/links/broken.txt

A dead link elsewhere is no fault of a commit, so the exit code says only whether the addresses could be asked at all.

It is Sphinx's own linkcheck; only what counts as an answer is ours.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from companion import study
from companion.book.build import environment, run_chapters
from companion.study import Study

FOLDER = "_build/links"
REPORT = f"{FOLDER}/broken.txt"
OUTPUT = f"{FOLDER}/_build/linkcheck/output.json"
FAULTS = ("broken", "timeout")


def report(lines: Iterable[str]) -> str:
    """Give what a reader needs of the answers that Sphinx wrote down, one a line: page, line, address, what came.

    Examples
    --------
    >>> report(['{"status": "broken", "filename": "index.md", "lineno": 3, "uri": "https://x.example", "info": "404"}'])
    'index.md:3: https://x.example (404)\\n'
    """
    answers = [json.loads(line) for line in lines]
    faults = sorted(
        (answer["filename"], answer["lineno"], answer["uri"], answer["info"])
        for answer in answers
        if answer["status"] in FAULTS
    )
    return "".join(f"{page}:{line}: {address} ({info})\n" for page, line, address, info in faults)


def main(book: Study) -> int:
    """Ask, and write the report; give the exit code."""
    root = book.root
    output = root / OUTPUT
    output.unlink(missing_ok=True)
    command = [str(Path(sys.executable).parent / "jupyter-book"), "build", str(root), "--builder", "linkcheck"]
    run_chapters(book)
    # Its exit code tells a dead link, which is what the report is for.
    subprocess.run([*command, "--path-output", str(root / FOLDER), "-q"], cwd=root, env=environment(book), check=False)
    if not output.is_file():
        print("The addresses were not asked: the book could not be read.", file=sys.stderr)
        return 1
    found = report(output.read_text(encoding="utf-8").splitlines())
    (root / REPORT).write_text(found or "Every address answered.\n", encoding="utf-8")
    print(f"{len(found.splitlines())} addresses did not answer: {REPORT}")
    return 0


if __name__ == "__main__":
    sys.exit(main(study.of_this_book()))
