"""The chapters about a study in which nobody saw a like speak of one only where others have one.

Others are the thesis, the literature, the written truths and the plans. Each sentence that does stands in
`likes-of-others.csv` with the reason why it holds of such a study.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import branches
import other_questionnaires
import pytest
import shipped
from branches import Prose
from test_branches import looked_up, table

from companion.survey import scale_words

WITHOUT_A_LIKE = "nobody saw a like"
LISTED = Path(__file__).with_name("likes-of-others.csv")
SPEAKS = re.compile(
    r"\b(?:a|an|the|each|every|her|of|under|with|or|and) likes?\b(?! (?:a|the|this|that|these|those|any)\b)"
    r"|\blike (?:and|or) (?:a )?reply\b|\bhearts?\b|\bR[245]\b"
    r"|\bsix (?:posts|means|signs|groups|versions|cells|conditions|situations|predictions)\b|\bfive claims\b"
    r"|\bthree (?:effects|clouds|reactions|groups|differences|levels|interactions)\b",
    re.IGNORECASE,
)
OTHERS = ("design.", "planted.", "power.", "planning.", "false_finds.", "plan.", "literature.", "known.")
"""Keys of what shows every reaction, or says which are shown."""
HEADING = re.compile(r"^(?:#|\(|:label:|```|\|)")


def is_of_a_like(key: str) -> bool:
    """Whether the number of a key is one that a study without a like does not have."""
    return not key.startswith(OTHERS) and bool({"like", "R2", "R4", "R5"} & {*re.split(r"[._]", key)})


def read(page: str, text: str) -> tuple[str, list[str]]:
    """What a page says of the study, and the keys that it asks for in vain."""
    said_of = looked_up(table()[WITHOUT_A_LIKE])
    words = scale_words.told(other_questionnaires.without("like"), shipped.plan().model.constructs)
    missing = []

    def look_up(key: str) -> object:
        missing.extend([key] if is_of_a_like(key) else [])
        return said_of(key)

    def printed(role: str, name: str) -> str:
        if role == "asked":
            return words[name]
        missing.extend([name] if is_of_a_like(name) else [])
        return "0"

    return Prose(page, text, look_up, printed).said(), missing  # type: ignore[arg-type]


def pages() -> dict[str, str]:
    return branches.texts()


def speaking(page: str, text: str) -> Iterator[tuple[str, str]]:
    """The lines of a page that speak of a like, or of the whole design."""
    for line in read(page, text)[0].splitlines():
        if SPEAKS.search(line) and not HEADING.match(line):
            yield page, " ".join(line.split())


def listed() -> dict[tuple[str, str], str]:
    with LISTED.open(encoding="utf-8", newline="") as file:
        return {(row["page"], row["begins"]): row["why"] for row in csv.DictReader(file)}


def unlisted(texts: dict[str, str]) -> list[tuple[str, str]]:
    known = [*listed()]
    found = [pair for page, text in texts.items() for pair in speaking(page, text)]
    return [(page, line) for page, line in found if not any(page == of and line.startswith(b) for of, b in known)]


def test_no_sentence_speaks_of_a_like_but_for_those_of_others() -> None:
    assert unlisted(pages()) == []


def test_what_is_listed_is_still_said() -> None:
    said = [pair for page, text in pages().items() for pair in speaking(page, text)]
    assert [one for one in listed() if not any(one[0] == page and line.startswith(one[1]) for page, line in said)] == []


def test_no_number_is_asked_for_that_such_a_study_does_not_have() -> None:
    assert {page: keys for page, text in pages().items() if (keys := read(page, text)[1])} == {}


@pytest.mark.parametrize(
    "planted",
    ["With a like it turns.\n", "{asked}`groups`, not the six groups.\n", "Over all three reactions.\n", "R4 holds.\n"],
)
def test_a_sentence_that_speaks_of_one_is_seen(planted: str) -> None:
    assert len(unlisted({"planted": planted})) == 1


def test_a_sentence_that_waits_for_a_like_is_not_seen() -> None:
    assert unlisted({"planted": "{if}`design.like yes: With a like it turns.`\n"}) == []


def test_a_number_of_a_like_is_seen() -> None:
    text = "{num}`mediation.psr.like.est`, {num}`power.R2.360.est` and {verdict}`R4`\n"
    assert read("planted", text)[1] == ["mediation.psr.like.est", "verdict.R4"]
