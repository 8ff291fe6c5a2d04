"""The model text: what is read, and where a fault is said to be."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from companion import sem
from companion.sem.syntax import parse
from companion.sem.table import build


def formulas(text: str) -> list[tuple[str, str, str]]:
    return [(f.lhs, f.op, f.rhs) for f in parse(text).formulas]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y ~ x", [("y", "~", "x")]),
        ("f =~ a + b", [("f", "=~", "a"), ("f", "=~", "b")]),
        ("a ~~ b", [("a", "~~", "b")]),
        ("y ~ 1", [("y", "~1", "")]),
        ("y ~ 1 + x", [("y", "~1", ""), ("y", "~", "x")]),
        ("y ~ u:v", [("y", "~", "u:v")]),
        ("a + b ~ x + z", [("a", "~", "x"), ("a", "~", "z"), ("b", "~", "x"), ("b", "~", "z")]),
        ("y ~ x  # why\n! all of this is a comment\nz ~ y", [("y", "~", "x"), ("z", "~", "y")]),
        ("y ~ x; z ~ y", [("y", "~", "x"), ("z", "~", "y")]),
        ("f =~ a +\n  b\n  + c", [("f", "=~", "a"), ("f", "=~", "b"), ("f", "=~", "c")]),
        ("café ~ schoolâge", [("café", "~", "schoolâge")]),
        ("y.1 ~ x_2", [("y.1", "~", "x_2")]),
    ],
)
def test_formulas_are_read_as_lavaan_reads_them(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert formulas(text) == expected


def test_modifiers_hold_labels_fixed_and_start_values() -> None:
    a, b, c, d = parse("y ~ k*u + 0.5*v + start(-2)*w + NA*z").formulas
    assert a.labels == ("k",)
    assert b.fixed == (0.5,)
    assert c.start == (-2.0,)
    assert math.isnan(d.fixed[0] or 0.0)


def test_a_list_gives_each_group_its_own_modifier() -> None:
    first, second = parse("y ~ c(a, b)*u + c(1, NA)*v").formulas
    assert first.labels == ("a", "b")
    assert second.fixed[0] == 1.0
    assert math.isnan(second.fixed[1] or 0.0)


def test_a_term_written_twice_joins_its_modifiers() -> None:
    (only,) = parse("f =~ k*x\nf =~ 0.7*x").formulas
    assert only.labels == ("k",)
    assert only.fixed == (0.7,)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a + b*2", 8.0),
        ("(a + b)*2", 10.0),
        ("-a^2", -4.0),
        ("a^b^1", 8.0),
        ("2^-1", 0.5),
        ("a - b - 1", -2.0),
        ("b/a/3", 0.5),
        ("exp(log(b))*sqrt(a + 2)", 6.0),
        ("1.5e1 - .5", 14.5),
    ],
)
def test_definitions_follow_the_rules_of_arithmetic(expression: str, value: float) -> None:
    model = parse(f"y ~ a*u + b*v\nresult := {expression}")
    assert model.definitions[0].expression.value({"a": 2.0, "b": 3.0}) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("level: 1\n  f =~ x1 + x2", 1, 6, "multilevel models are not supported"),
        ("y ~ x\nlevel : 2", 2, 7, "multilevel models are not supported"),
        ("efa('a')*f =~ x1 + x2", 1, 5, "exploratory blocks are not supported"),
        ('y ~ "x"', 1, 5, "has no meaning"),
        ("y ~ x +", 1, 8, "expected a variable"),
        ("f =~ a\ny ~~ $b", 2, 6, "no meaning"),
        ("y ~ x\nz", 2, 2, "the operators are"),
        ("y ~ x z", 1, 7, "expected '+'"),
        ("y == x", 1, 3, "not supported"),
        ("y ~*~ y", 1, 3, "not supported"),
        ("u | t1", 1, 3, "not supported"),
        ("y ~ 2x", 1, 6, "expected '*'"),
        ("y ~ c(1, 2*x", 1, 11, "expected ')'"),
        ("y ~ equal(a)*x", 1, 5, "not supported"),
        ("y ~ y", 1, 5, "explain itself"),
        ("y ~ a*x\nb := a + q", 2, 10, "'q' is no label"),
        ("y ~ a*x\nb := a*(2", 2, 10, "expected ')'"),
        ("y ~ a*x\nb := max(a)", 2, 6, "unknown function"),
        ("y ~ a*x\na := 2", 2, 1, "already the label"),
        ("y ~ a*x\nb := a\nb := 2*a", 3, 1, "defined twice"),
        ("y ~ c(a, b)*x", 1, 13, "2 values for 1 group"),
    ],
)
def test_a_fault_is_shown_at_its_line_and_column(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(sem.ModelError, match=r".*") as caught:
        build(parse(text))
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in caught.value.message
    assert str(caught.value).splitlines()[1].strip() == text.split("\n")[line - 1]
    assert str(caught.value).splitlines()[2].index("^") == column + 1


@pytest.mark.parametrize("text", ["", "  \n# nothing\n"])
def test_an_empty_model_is_refused(text: str) -> None:
    with pytest.raises(sem.ModelError, match="empty"):
        parse(text)


def frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(rng.normal(size=(60, 4)), columns=["x", "y", "z", "w"]).assign(word="a", empty=np.nan)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("y ~ x\nz ~ y + q", 2, 9, "no column 'q'"),
        ("nobody ~ x", 1, 1, "no column 'nobody'"),
        ("y ~ x:q", 1, 5, "no column 'q'"),
        ("y ~ word", 1, 5, "does not hold numbers"),
    ],
)
def test_a_name_that_the_data_lack_is_shown_in_the_model(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(sem.ModelError, match=words) as caught:
        sem.fit(text, frame())
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("f =~ x + y\nf ~~ f", "not identified"),
        ("f =~ NA*x + y + z + w", "not identified"),
        ("f =~ x + y + z + w\nf ~~ NA*f\nf =~ NA*x", "not identified"),
        ("x ~ y\ny ~ x", "not identified"),
        ("f =~ x\ng =~ y\nf ~~ g\nx ~~ x", "not identified"),
    ],
)
def test_a_model_that_cannot_be_identified_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(sem.ModelError, match=words) as caught:
        sem.fit(text, frame())
    assert caught.value.line is not None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"equal": ("slopes",), "group": "w"}, "slopes"),
        ({"equal": "loadings", "group": "w"}, "list of names"),
        ({"equal": ("loadings",)}, "needs a group"),
        ({"se": "sandwich"}, "sandwich"),
        ({"missing": "pairwise"}, "pairwise"),
        ({"missing": "fiml", "group": "w"}, "one group"),
        ({"group": "nobody"}, "nobody"),
    ],
)
def test_an_option_that_does_not_exist_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(sem.ModelError, match=words):
        sem.fit("y ~ x", frame(), **options)  # type: ignore[arg-type]
