"""The workflows do what the repository's own commands do, with no more rights than they need, from actions that cannot
change."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
USES = re.compile(r"^\s*-?\s*uses:\s*(\S+)(.*)$", re.MULTILINE)


def unpinned(workflow: str) -> list[str]:
    """The actions that are named by something that can be moved, or without the version that a reader knows."""
    return [
        action
        for action, comment in USES.findall(workflow)
        if not (PINNED.fullmatch(action) and re.search(r"# v\d", comment))
    ]


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    return yaml.safe_load(path.read_text())["jobs"]


def test_there_are_workflows_to_look_at() -> None:
    assert [path.stem for path in WORKFLOWS] == ["check", "exit-door", "links", "pages"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_whole_commit(path: Path) -> None:
    assert USES.search(path.read_text())
    assert unpinned(path.read_text()) == []


@pytest.mark.parametrize("action", ["actions/checkout@v4", "actions/checkout@main", "actions/checkout@11bd719 # v4"])
def test_an_action_that_can_be_moved_is_found(action: str) -> None:
    assert unpinned(f"    steps:\n      - uses: {action}\n") == [action.split()[0]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_only_read_and_knows_no_secret(path: Path) -> None:
    assert yaml.safe_load(path.read_text())["permissions"] == {"contents": "read"}
    assert "secrets." not in path.read_text()


def test_only_the_job_that_publishes_may_write_and_only_to_the_pages() -> None:
    asked = {
        (path.stem, name): job["permissions"]
        for path in WORKFLOWS
        for name, job in jobs(path).items()
        if "permissions" in job
    }
    assert asked == {("pages", "publish"): {"pages": "write", "id-token": "write"}}


def test_nothing_is_published_that_was_not_built_and_verified() -> None:
    pages = jobs(ROOT / ".github/workflows/pages.yml")
    assert pages["publish"]["needs"] == "build"
    commands = [step.get("run", "") for step in pages["build"]["steps"]]
    assert commands.index("make book") < commands.index("make verify")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_target_of_make_that_a_workflow_asks_for_exists(path: Path) -> None:
    asked = set(re.findall(r"\bmake ([a-z-]+)", path.read_text())) - {"sure"}
    listed = re.search(r"^TARGETS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert listed is not None
    assert asked <= set(listed.group(1).split())
