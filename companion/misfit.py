"""What a checked class refuses, in our own words: where, what is needed there, what stands there, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

Place: TypeAlias = tuple[int | str, ...]

A_KEY = "[key]"
"""What stands at the end of a place where the key itself is refused, and not its value."""

WHOLE, NUMBER, TEXT, TRUTH_VALUE = "a whole number", "a number", "a text", "true or false"
KEYS, LIST, DAY = "a set of keys, each with its value", "a list", "a day, as 2020-11-29"
NEEDED: Mapping[str, str] = {
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": "a whole number of fewer digits",
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": "a number that is not infinite",
    "string_type": TEXT,
    "string_too_short": "a text of {min_length} or more characters",
    "bool_type": TRUTH_VALUE,
    "bool_parsing": TRUTH_VALUE,
    "dict_type": KEYS,
    "mapping_type": KEYS,
    "model_type": KEYS,
    "model_attributes_type": KEYS,
    "dataclass_type": KEYS,
    "list_type": LIST,
    "tuple_type": LIST,
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "literal_error": "{expected}",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
}
"""Kind of fault -> what is needed in its place."""

COUNTED: Mapping[str, tuple[str, str, str]] = {
    "too_short": ("at least", "min_length", "Add what is missing."),
    "too_long": ("at most", "max_length", "Remove what is too much."),
}
"""Kind of fault of a list -> how many entries it needs, under which name the checker tells their number, the remedy."""

REMEDIES: Mapping[str, str] = {
    TEXT: "Put the value in quotes.",
    KEYS: "Write the keys below it, indented, each with its value.",
    LIST: "Write it as [first, second], or a line each that begins with a dash.",
    NEEDED["literal_error"]: "Write one of these.",
    NEEDED["greater_than"]: "Write a larger number.",
    NEEDED["greater_than_equal"]: "Write a larger number.",
    NEEDED["less_than"]: "Write a smaller number.",
    NEEDED["less_than_equal"]: "Write a smaller number.",
}
"""What is needed -> what to do, where it is more than to correct the value."""

UNKNOWN = ("extra_forbidden", "invalid_key")
"""Kinds of fault of a key that a class does not have."""

CORRECT = "Correct the value."
SPELLING = "Remove the key or correct its spelling."
PREFIX = "Value error, "
"""What the checker writes before the message of a `ValueError` that one of our own rules raises."""


@dataclass(frozen=True)
class Misfit:
    """One thing that a class refused.

    Parameters
    ----------
    place
        The keys, and numbers of entries of lists, that lead there.
    message
        What is wrong, and what is needed.
    remedy
        What to do about it.
    value
        What stands there, where it is no list and has no keys.
    """

    place: Place
    message: str
    remedy: str
    value: str | None

    @property
    def key(self) -> str | None:
        """The place as one text; None for the whole."""
        return ".".join(map(str, self.place)) or None


def told(error: ValidationError, content: object) -> list[Misfit]:
    """Give everything that a class refused, in the order in which it was checked.

    Parameters
    ----------
    error
        What the class raised.
    content
        What it was given: where a value may be of several kinds, the checker names them in the place, too.

    Examples
    --------
    >>> from pydantic import TypeAdapter
    >>> given = {"people": "many"}
    >>> try:
    ...     TypeAdapter(dict[str, int]).validate_python(given)
    ... except ValidationError as error:
    ...     [one] = told(error, given)
    >>> one.key, one.value, one.message
    ('people', 'many', 'This has to be a whole number.')
    """
    at: dict[tuple[Place, bool], list[Any]] = {}
    for one in error.errors(include_url=False):
        of_key = one["loc"][-1:] == (A_KEY,)
        place = _place(one["loc"][:-1] if of_key else one["loc"], one["type"], content)
        at.setdefault((place, of_key), []).append(one)
    return [misfit for (place, of_key), ones in at.items() for misfit in _of_one_place(place, of_key, ones)]


def fault(message: str, remedy: str = CORRECT) -> PydanticCustomError:
    """Give the error for a validator whose fault has a remedy of its own.

    Examples
    --------
    >>> fault("the first level is the reference", "Put it first.").context["remedy"]
    'Put it first.'
    """
    return PydanticCustomError("told", "{message}", {"message": message, "remedy": remedy})


def faults(found: Iterable[tuple[Place, str]]) -> None:
    """Raise all that a validator found, each at its place below what it checks; nothing where it found nothing.

    Raises
    ------
    ValidationError
        The checked class, or the one that holds it, tells it as its own.
    """
    lines = [InitErrorDetails(type=fault(message), loc=place, input=None) for place, message in found]
    if lines:
        raise ValidationError.from_exception_data("faults", lines)


def _place(location: Place, kind: str, content: object) -> Place:
    """Give a location without the kinds of value that stand in it as if they were keys."""
    kept: list[int | str] = []
    at = content
    for number, part in enumerate(location):
        if _has(at, part):
            at = at[part]  # type: ignore[index]
            kept.append(part)
        elif kind in ("missing", "told") and number == len(location) - 1:
            kept.append(part)
    return tuple(kept)


def _has(content: object, part: int | str) -> bool:
    if isinstance(content, Mapping):
        return part in content
    return isinstance(content, (list, tuple)) and isinstance(part, int) and part < len(content)


def _of_one_place(place: Place, of_key: bool, ones: Sequence[Any]) -> list[Misfit]:
    """Tell the faults of one place; where it may be of several kinds, that it is none of them is one fault."""
    subject = "This key" if of_key else "This"
    needed = list(dict.fromkeys(NEEDED[one["type"]] for one in ones if one["type"] in NEEDED))
    found = [_one(place, one) for one in ones if one["type"] not in NEEDED and not _is_counted_wrongly(one)]
    if not needed:
        return found
    first = next(one for one in ones if one["type"] in NEEDED)
    filled = {name: _printed(value) for name, value in first.get("ctx", {}).items()}
    message = f"{subject} has to be {' or '.join(needed).format(**filled)}{_instead(first['input'])}."
    remedies = {TEXT: "Put the key in quotes."} if of_key else REMEDIES
    remedy = remedies.get(needed[-1], SPELLING if of_key else CORRECT)
    return [Misfit(place, message, remedy, _scalar(first["input"])), *found]


def _is_counted_wrongly(one: Any) -> bool:
    """Say whether a list is called too short only since the checker does not count its entries that have a fault."""
    return one["type"] == "too_short" and bool(len(one["input"]) >= one["ctx"]["min_length"])


def _one(place: Place, one: Any) -> Misfit:
    kind, context = one["type"], one.get("ctx", {})
    if kind in UNKNOWN:
        message, remedy = "This key is unknown.", SPELLING
    elif kind == "missing" and isinstance(place[-1], int):
        message, remedy = f"This list ends too early: entry {place[-1] + 1} is missing.", "Add the entry."
    elif kind == "missing":
        message, remedy = "This key is missing.", "Add the key."
    elif kind in COUNTED:
        wanted, name, remedy = COUNTED[kind]
        message = f"This needs {wanted} {_entries(context[name])}, and has {len(one['input'])}."
    elif kind in ("told", "value_error"):
        message = f"{one['msg'].removeprefix(PREFIX).removesuffix('.')}."
        remedy = context.get("remedy", CORRECT)
    else:
        message, remedy = "This is not what is needed here.", CORRECT
    return Misfit(place, message, remedy, _scalar(one["input"]))


def _entries(number: int) -> str:
    return f"{number} {'entry' if number == 1 else 'entries'}"


def _instead(value: object) -> str:
    """Say what stands there where it cannot be shown as a value."""
    if value is None:
        return ", and nothing stands here"
    if isinstance(value, Mapping):
        return ", and keys stand here"
    return ", and a list stands here" if isinstance(value, (list, tuple)) else ""


def _scalar(value: object) -> str | None:
    return str(value) if isinstance(value, (str, int, float, bool)) else None


def _printed(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
