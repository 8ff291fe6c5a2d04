"""The reviewed results are written one line a number, read back as they were, and refused when damaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from companion.errors import InputError
from companion.verification import expected
from companion.verification.compare import Entry
from companion.verification.drawing import Drawing, Shapes
from companion.verification.expected import Results
from companion.verification.fingerprint import Fingerprint

RESULTS = Results(
    numbers={
        "b.est": Entry(0.1234567890123456, "0.123", "coefficient"),
        "b.ci": Entry((-0.25, 1.0), "[−0.250, 1.000]", "coefficient", 3),
        "a.n": Entry(1200, "1,200", "count"),
        "a.seed": Entry("2021", "2021", "word"),
    },
    figures={"fig-one": Fingerprint("w", "d", {"est": (0.1, -0.2)})},
    tables={"tab-one": Fingerprint("w", "d")},
    files={"data/survey.csv": "0" * 64},
    drawings={"fig-one": Drawing("d", {"wide lines": Shapes(2, "look", (1.5, 2.0))})},
    platform="System processor",
)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    expected.write(tmp_path / "expected.json", RESULTS)
    read = expected.load(tmp_path / "expected.json")
    assert read == RESULTS
    assert {key: type(entry.value) for key, entry in read.numbers.items()} == {
        key: type(entry.value) for key, entry in RESULTS.numbers.items()
    }


def test_every_number_has_a_line_of_its_own_in_the_order_of_the_keys() -> None:
    lines = expected.text(RESULTS).splitlines()
    assert [line.split('"')[1] for line in lines if '"kind"' in line] == ["a.n", "a.seed", "b.ci", "b.est"]
    assert '    "b.est": {"value": 0.1234567890123456, "printed": "0.123", "kind": "coefficient"}' in lines


def test_the_file_says_that_the_survey_is_simulated() -> None:
    assert "SIMULATED" in expected.text(RESULTS).splitlines()[1]


@pytest.mark.parametrize(
    ("pattern", "numbers", "figures"),
    [("a.*", ["a.n", "a.seed"], []), ("*.est", ["b.est"], []), ("fig-*", [], ["fig-one"]), ("nobody", [], [])],
)
def test_a_pattern_chooses_by_key_and_name(pattern: str, numbers: list[str], figures: list[str]) -> None:
    chosen = RESULTS.only(pattern)
    assert (sorted(chosen.numbers), sorted(chosen.figures), sorted(chosen.drawings)) == (numbers, figures, figures)
    assert chosen.files == RESULTS.files
    assert chosen.is_empty == (not numbers and not figures)


DAMAGE: dict[str, tuple[Callable[[str], str], str]] = {
    "cut off": (lambda text: text[:200], "row"),
    "no JSON": (lambda _: "expected", "row 1"),
    "not a number": (lambda text: text.replace("0.1234567890123456", "NaN"), "NaN is not a number"),
    "an unknown kind": (lambda text: text.replace('"count"', '"counts"'), "numbers.a.n.kind"),
    "an interval with one bound": (lambda text: text.replace("[-0.25, 1.0]", "[-0.25]"), "numbers.b.ci.value"),
    "a part that is gone": (lambda text: text.replace('"figures"', '"pictures"'), "figures"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_refused_with_its_place(tmp_path: Path, damage: str) -> None:
    change, place = DAMAGE[damage]
    path = tmp_path / "expected.json"
    path.write_text(change(expected.text(RESULTS)), encoding="utf-8")
    with pytest.raises(InputError, match="git checkout") as caught:
        expected.load(path)
    assert place in str(caught.value)


def test_a_missing_file_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to compare with"):
        expected.load(tmp_path / "nowhere.json")
