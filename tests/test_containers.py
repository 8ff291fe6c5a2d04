"""A container starts from an official Python and gives the README's two commands, and nothing else of its own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
DEVCONTAINER = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
COMMANDS = ["make book", "make verify"]
KNOWN = {"FROM", "WORKDIR", "COPY", "RUN", "EXPOSE", "CMD"}


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """Give each instruction of a Dockerfile with its words; comments and continued lines are read as Docker does."""
    lines = [line for line in dockerfile.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    found = [line.partition(" ") for line in "\n".join(lines).replace("\\\n", " ").splitlines()]
    return [(name, words.strip()) for name, _, words in found]


def faults(dockerfile: str) -> list[str]:
    """Name what a Dockerfile does that it should not, or does not do that it should."""
    read = instructions(dockerfile)
    ran = [words for name, words in read if name == "RUN"]
    found = [f"unknown instruction {name}" for name, _ in read if name not in KNOWN]
    if read[0][0] != "FROM" or not re.fullmatch(r"python:3\.1[1-4]-bookworm", read[0][1]):
        found.append("does not start from an official Python that the lock is made for")
    if ran != COMMANDS:
        found.append(f"runs {ran}")
    return found


def test_the_two_commands_are_those_of_the_readme() -> None:
    shown = re.findall(r"^    (make \w+)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert set(COMMANDS) <= set(shown)


def test_the_container_runs_the_two_commands() -> None:
    assert faults(DOCKERFILE) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("FROM python:3.13-bookworm", "FROM ubuntu:24.04"),
        ("FROM python:3.13-bookworm", "FROM python:3.10-bookworm"),
        ("RUN make verify\n", ""),
        ("RUN make book", "RUN pip install jupyter-book && make book"),
        ("WORKDIR", "WORKDIRR"),
    ],
)
def test_a_container_that_does_something_else_is_found(right: str, wrong: str) -> None:
    assert right in DOCKERFILE
    assert faults(DOCKERFILE.replace(right, wrong)) != []


def test_it_serves_the_site_as_a_command_that_needs_no_shell() -> None:
    [command] = [json.loads(words) for name, words in instructions(DOCKERFILE) if name == "CMD"]
    assert command == ["python", "-m", "http.server", "--directory", "_build/html", "8000"]


def test_nothing_that_was_made_on_another_machine_gets_in() -> None:
    assert {".venv", "_build", "node_modules"} <= set((ROOT / ".dockerignore").read_text().split())


def test_the_editors_container_is_the_same() -> None:
    assert ("FROM", DEVCONTAINER["image"]) in instructions(DOCKERFILE)
    assert DEVCONTAINER["postCreateCommand"] == " && ".join(COMMANDS)
