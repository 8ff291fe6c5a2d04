"""A YAML file as a checked, frozen data class; every fault names its line."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from companion import misfit
from companion.errors import InputError, Problem
from companion.misfit import Misfit, Place


class Checked(BaseModel):
    """Base of every class that a YAML file fills: frozen, and a key that it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=Checked)
Other = TypeVar("Other", bound=Checked)


@dataclass(frozen=True)
class Draft(Generic[Model]):
    """What a YAML file holds before it is accepted, so that a reader of it can look for more faults and tell all.

    Parameters
    ----------
    content
        As it stands in the file.
    model
        The checked class; None where there are faults.
    problems
        The faults.
    places
        Their places, as far as they are known.
    """

    content: Any
    model: Model | None
    problems: tuple[Problem, ...]
    places: tuple[Place, ...]

    def faulty(self, *keys: str) -> bool:
        """Say whether one of these keys of the file is missing, or has a fault below it."""
        return any(place[:1] == (key,) for place in self.places for key in keys)

    def sound(self, model: type[Other]) -> Other:
        """Give what is sound of the content as another class, all of whose keys may be absent.

        A faulty value is left out with its key, and what cannot be without it, too; a list with a fault is left out.
        """
        keys = self.content if isinstance(self.content, dict) else {}
        kept: dict[str, Any] = deepcopy({key: value for key, value in keys.items() if key in model.model_fields})
        while True:
            try:
                return model.model_validate(kept)
            except ValidationError as error:
                where = [one["loc"][:-1] if one["type"] == "missing" else one["loc"] for one in error.errors()]
                if not sum(_leave_out(kept, place) for place in where):
                    kept.pop(str(where[0][0]))  # such as one with a key that is no text


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
    read = draft(path, model)
    if read.model is None:
        raise InputError(read.problems)
    return read.model


def draft(path: str | Path, model: type[Model]) -> Draft[Model]:
    """Read a YAML file as `load` does, and keep what does not fit the class for whoever has more to say of the file.

    Raises
    ------
    InputError
        If the file cannot be read, is not YAML, or holds nothing; with the line.
    """
    root, content = _parsed(path)
    twice = [(key.start_mark.line + 1, where) for key, where in _repeated_keys(root)]
    problems = [
        Problem(path, "This key stands twice.", "Remove one of the two.", row=row, column=where) for row, where in twice
    ]
    try:
        found = model.model_validate(content)
    except ValidationError as error:
        misfits = misfit.told(error, content)
        problems += [_problem(path, root, one) for one in misfits]
        places = [one.place for one in misfits]
    else:
        places = []
    return Draft(content, None if problems else found, tuple(sorted(problems, key=_row)), tuple(places))


def refused(path: str | Path, error: ValidationError, content: object, below: Place = ()) -> InputError:
    """Give the error that names every fault of a readable YAML file with its line.

    Parameters
    ----------
    path
        The YAML file.
    error
        What its content was refused for.
    content
        The content.
    below
        The keys below which that content stands in the file.
    """
    root, _ = _parsed(path)
    misfits = misfit.told(error, content)
    return InputError([_problem(path, root, replace(one, place=(*below, *one.place))) for one in misfits])


def line_of(path: str | Path, location: Place) -> int:
    """Give the line of a readable YAML file on which a key stands; if it is missing, that of what would hold it."""
    root = yaml.compose(_text(path), Loader=yaml.SafeLoader)
    return 1 if root is None else _line(root, location)


def _parsed(path: str | Path) -> tuple[yaml.Node, Any]:
    """Give a YAML file as nodes, which know their lines, and as what they mean."""
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
    return root, content


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


def _problem(path: str | Path, root: yaml.Node, one: Misfit) -> Problem:
    return Problem(path, one.message, one.remedy, row=_line(root, one.place), column=one.key, value=one.value)


def _row(problem: Problem) -> int:
    return problem.row or 0


def _leave_out(content: dict[Any, Any], location: Place) -> bool:
    """Take away the innermost key of a location that stands in nothing but keys; say whether it was there."""
    holder, key, at = content, location[0], content.get(location[0])
    for part in location[1:]:
        if part == misfit.A_KEY or not isinstance(at, dict):
            break
        if part not in at:
            return False
        holder, key, at = at, part, at[part]
    if key not in holder:
        return False
    del holder[key]
    return True


def _line(root: yaml.Node, location: Place) -> int:
    node, line = root, root.start_mark.line
    for part in location:
        if isinstance(node, yaml.MappingNode):
            # Of a key that stands twice, the last one counts.
            found = next((pair for pair in reversed(node.value) if pair[0].value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return int(line) + 1
