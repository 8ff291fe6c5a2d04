"""A YAML file as a checked, frozen data class; every fault names its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from companion.errors import InputError, Problem


class Checked(BaseModel):
    """Base of every class that a YAML file fills: frozen, and a key that it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=Checked)


def load(path: str | Path, model: type[Model]) -> Model:
    """Read a YAML file into a checked class.

    Parameters
    ----------
    path
        The YAML file.
    model
        The class that says which keys and values are allowed.

    Returns
    -------
    Model
        The content of the file, frozen.

    Raises
    ------
    InputError
        If the file cannot be read, is not YAML, says a key twice, or does not fit the class; with the line of each
        fault.
    """
    text = _text(path)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "it cannot be parsed"
        raise InputError(
            Problem(
                path,
                f"This is not valid YAML: {reason}.",
                "Indent with spaces, never tabs, and put a text with a colon or a # in quotes.",
                row=None if mark is None else mark.line + 1,
            )
        ) from error
    if root is None:
        raise InputError(
            Problem(path, "The file holds no settings.", "Take the file of this name from the repository.")
        )
    repeated = [
        Problem(path, "This key stands twice.", "Remove one of the two.", row=key.start_mark.line + 1, column=where)
        for key, where in _repeated_keys(root)
    ]
    if repeated:
        raise InputError(repeated)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise refused(path, error) from error


def refused(path: str | Path, error: ValidationError, below: Sequence[str] = ()) -> InputError:
    """Give the error that names every fault of a readable YAML file with its line.

    Parameters
    ----------
    path
        The YAML file.
    error
        What its content was refused for.
    below
        The keys below which that content stands in the file.
    """
    return InputError(
        [
            _problem(
                path, (*below, *one["loc"]), one["type"], one["msg"], one["input"], one.get("ctx", {}).get("remedy")
            )
            for one in error.errors()
        ]
    )


def fault(message: str, remedy: str) -> PydanticCustomError:
    """Give the error for a validator whose fault has a remedy of its own.

    Examples
    --------
    >>> fault("the first level is the reference", "Put it first.").context["remedy"]
    'Put it first.'
    """
    return PydanticCustomError("told", "{message}", {"message": message, "remedy": remedy})


def line_of(path: str | Path, location: Sequence[int | str]) -> int:
    """Give the line of a readable YAML file on which a key stands; if it is missing, that of what would hold it."""
    root = yaml.compose(_text(path), Loader=yaml.SafeLoader)
    return 1 if root is None else _line(root, location)


def _text(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(Problem(path, "There is no such file.", "Check the path.")) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Problem(path, f"The file cannot be read: {error}.", "Save it as a text file in UTF-8.")
        ) from error


def _repeated_keys(node: yaml.Node, path: str = "") -> Iterator[tuple[yaml.Node, str]]:
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            where = f"{path}.{key.value}".lstrip(".")
            if key.value in seen:
                yield key, where
            seen.add(key.value)
            yield from _repeated_keys(value, where)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _repeated_keys(value, f"{path}.{number}")


def _problem(
    path: str | Path, location: Sequence[int | str], kind: str, message: str, value: object, remedy: str | None
) -> Problem:
    remedies = {
        "extra_forbidden": "Remove the key or correct its spelling.",
        "missing": "Add the key.",
        "string_type": "Put the value in quotes.",
    }
    scalar = isinstance(value, (str, int, float, bool))
    return Problem(
        path,
        "This key is unknown." if kind == "extra_forbidden" else f"{message.removeprefix('Value error, ')}.",
        remedy or remedies.get(kind, "Correct the value."),
        row=line_of(path, location),
        column=".".join(str(part) for part in location) or None,
        value=str(value) if scalar else None,
    )


def _line(root: yaml.Node, location: Sequence[int | str]) -> int:
    node, line = root, root.start_mark.line
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return int(line) + 1
