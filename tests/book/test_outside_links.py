"""The report on addresses outside the book names those that did not answer, and where they stand."""

from __future__ import annotations

import json

from companion.book.outside_links import report


def answer(status: str, line: int) -> str:
    return json.dumps(
        {"filename": "index.md", "lineno": line, "status": status, "uri": f"https://x.example/{line}", "info": "said"}
    )


def test_only_what_did_not_answer_is_reported_with_its_place() -> None:
    answers = [answer(status, line) for line, status in enumerate(["timeout", "working", "redirected", "broken"], 1)]
    assert report(answers) == ("index.md:1: https://x.example/1 (said)\nindex.md:4: https://x.example/4 (said)\n")


def test_where_everything_answers_there_is_nothing_to_report() -> None:
    assert report([answer("working", 1), answer("ignored", 2)]) == ""
