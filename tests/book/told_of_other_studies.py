"""Write what the numbers of thirteen other studies say, and print each conditional sentence about them side by side.

    PYTHONPATH=tests:tests/book python tests/book/told_of_other_studies.py

takes some minutes, writes `other-studies.csv` beside this file, and prints what each sentence of the book says of which
studies: whether that is true is for a reader to judge.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import branches
import other_studies
from branches import Prose

from companion.book.sphinx.conditions import direction
from companion.numbers import Number, Registry
from companion.survey import scale_words
from companion.survey.questionnaire import Questionnaire

TABLE = Path(__file__).with_name("other-studies.csv")


def states_of(registry: Registry) -> dict[str, str]:
    """Give what the numbers of a study say on which a sentence of the book depends."""
    seen: dict[str, str] = {}

    def look_up(key: str) -> Number:
        number = registry[key]
        seen[key] = number.value if isinstance(number.value, str) else direction(number)
        return number

    for page, text in branches.texts().items():
        Prose(page, text, look_up).said()
    return seen


def asked(questionnaire: Questionnaire, registry: Registry) -> Callable[[str, str], str]:
    """Give what stands in the place of a number and of a word on the questionnaire."""
    words = scale_words.told(questionnaire, other_studies.plan().model.constructs)

    def printed(role: str, text: str) -> str:
        return words[text] if role == "asked" else registry[text].printed() if text in registry else branches.NOT_TOLD

    return printed


def side_by_side(studies: Mapping[str, tuple[Questionnaire, Registry]]) -> str:
    """What each conditional sentence says of the studies, with the studies of which it says the same."""
    lines = []
    for page, text in branches.texts().items():
        for part in branches.conditional(text):
            said: dict[str, list[str]] = {}
            for name, (questionnaire, registry) in studies.items():
                prose = Prose(page, part, registry.__getitem__, asked(questionnaire, registry))
                said.setdefault(" ".join(prose.said().split()), []).append(name)
            lines += ["", f"# {page}"]
            lines += [f"  {sentence}\n      [{'; '.join(names)}]" for sentence, names in said.items()]
    return "\n".join(lines)


def write(studies: Mapping[str, Registry]) -> None:
    """Write the table of what the numbers of the studies say."""
    states = {name: states_of(registry) for name, registry in studies.items()}
    keys = sorted({key for of_one in states.values() for key in of_one})
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["key", *states])
        writer.writerows([key, *(of_one.get(key, "") for of_one in states.values())] for key in keys)


def main() -> None:
    """Compute everything again, write the table and print the sentences."""
    with tempfile.TemporaryDirectory() as folder:
        made = {name: other_studies.study(name, Path(folder)) for name in other_studies.SURVEYS}
        told = {name: other_studies.numbers_of(study, name) for name, study in made.items()}
    write(told)
    sys.stdout.write(side_by_side({name: (study.questionnaire, told[name]) for name, study in made.items()}))


if __name__ == "__main__":
    main()
