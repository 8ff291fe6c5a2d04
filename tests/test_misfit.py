"""What a checked class refuses is told in our own words, at its place, once."""

from __future__ import annotations

import datetime
import importlib
import pkgutil
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import core_schema

import companion
from companion import misfit
from companion.survey.checked_yaml import Checked
from companion.survey.questionnaire import Choice


def told(kind: Any, given: object) -> list[misfit.Misfit]:
    with pytest.raises(ValidationError) as raised:
        TypeAdapter(kind).validate_python(given)
    return misfit.told(raised.value, given)


@pytest.mark.parametrize(
    ("kind", "given", "message", "value"),
    [
        (int, "many", "This has to be a whole number.", "many"),
        (int, 1.5, "This has to be a whole number.", "1.5"),
        (float, None, "This has to be a number, and nothing stands here.", None),
        (float, [1], "This has to be a number, and a list stands here.", None),
        (str, True, "This has to be a text.", "True"),
        (Annotated[str, Field(min_length=2)], "a", "This has to be a text of 2 or more characters.", "a"),
        (str, {"a": 1}, "This has to be a text, and keys stand here.", None),
        (bool, "perhaps", "This has to be true or false.", "perhaps"),
        (Literal["a", "b"], "c", "This has to be 'a' or 'b'.", "c"),
        (tuple[int, ...], 3, "This has to be a list.", "3"),
        (dict[str, int], 3, "This has to be a set of keys, each with its value.", "3"),
        (datetime.date, "yesterday", "This has to be a day, as 2020-11-29.", "yesterday"),
        (Annotated[float, Field(gt=0.5)], 0.5, "This has to be more than 0.5.", "0.5"),
        (Annotated[int, Field(ge=10_000_000)], 1, "This has to be at least 10000000.", "1"),
        (Annotated[float, Field(lt=1)], 1, "This has to be less than 1.", "1"),
        (Annotated[float, Field(le=1)], 2, "This has to be at most 1.", "2"),
        (Annotated[float, Field(allow_inf_nan=False)], float("inf"), "a number that is not infinite.", "inf"),
        (Annotated[tuple[int, ...], Field(min_length=1)], [], "This needs at least 1 entry, and has 0.", None),
        (tuple[int, int], [1, 2, 3], "This needs at most 2 entries, and has 3.", None),
    ],
)
def test_a_value_is_told_by_what_is_needed_in_its_place(kind: object, given: object, message: str, value: str) -> None:
    [one] = told(kind, given)
    assert one.message.endswith(message)
    assert one.value == value


def test_a_value_that_may_be_of_two_kinds_is_told_once_where_it_stands() -> None:
    [one] = told(tuple[Choice, ...], [{"nl": "ja", "en": "yes", "code": [1]}])
    assert (one.key, one.message) == ("0.code", "This has to be a whole number or a text, and a list stands here.")


def test_a_list_with_a_faulty_entry_is_not_called_short() -> None:
    assert [one.place for one in told(Annotated[tuple[int, ...], Field(min_length=2)], [1, "x"])] == [(1,)]


def test_a_list_that_ends_early_names_the_entry_that_is_missing() -> None:
    [one] = told(dict[str, tuple[int, int]], {"ends": [1]})
    assert (one.key, one.message, one.remedy) == (
        "ends.1",
        "This list ends too early: entry 2 is missing.",
        "Add the entry.",
    )


def test_a_key_that_is_a_number_is_to_be_put_in_quotes() -> None:
    [one] = told(dict[str, int], {300: 1})
    assert (one.key, one.message, one.remedy) == ("300", "This key has to be a text.", "Put the key in quotes.")


def test_a_rule_of_our_own_tells_all_that_it_found_each_at_its_place() -> None:
    def rule(given: dict[str, Any]) -> dict[str, Any]:
        misfit.faults(((name,), f"There is no {name}") for name in given)
        return given

    class Held(BaseModel):
        parts: Annotated[dict[str, int], AfterValidator(rule)]

    found = told(Held, {"parts": {"one": 1, "two": 2}})
    assert [(one.key, one.message) for one in found] == [
        ("parts.one", "There is no one."),
        ("parts.two", "There is no two."),
    ]


def every_class() -> list[type[Checked]]:
    for module in pkgutil.walk_packages(companion.__path__, "companion."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, waiting = [], [Checked]
    while waiting:
        below = waiting.pop().__subclasses__()
        found += [one for one in below if one.__module__.startswith("companion.")]
        waiting += below
    return found


NOTHING: tuple[object, ...] = (None, "", [], [None], {})
JUNK = (*NOTHING, True, -7, 1.5, 10**30, float("inf"), "x", ["x"] * 9, {"x": None}, {3: 1})


def refusal(model: type[Checked], given: dict[str, object]) -> ValidationError | None:
    try:
        model.model_validate(given)
    except ValidationError as error:
        return error
    return None


def test_every_kind_of_fault_that_junk_brings_about_has_words_of_its_own() -> None:
    without: set[str] = set()
    classes = every_class()
    assert len(classes) > 40
    for model in classes:
        for name in model.model_fields:
            for junk in JUNK:
                error = refusal(model, {name: junk})
                if error is not None:
                    assert misfit.told(error, {name: junk})
                    without |= {one["type"] for one in error.errors()}
    known = {*misfit.NEEDED, *misfit.COUNTED, *misfit.UNKNOWN, "missing", "told", "value_error"}
    assert without - known == set()


def test_a_kind_of_fault_without_words_of_its_own_is_not_told_in_those_of_the_checker() -> None:
    [one] = told(Annotated[str, Field(pattern="a+")], "b")
    assert (one.message, one.remedy, one.value) == ("This is not what is needed here.", "Correct the value.", "b")


def test_every_kind_that_has_words_is_one_of_the_checkers() -> None:
    kinds = set(get_args(core_schema.ErrorType))
    assert {*misfit.NEEDED, *misfit.COUNTED} - kinds == set()
