"""R is asked again exactly when something has changed, or whenever all tests are to run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from again import is_needed


@pytest.mark.parametrize(
    ("confirmed", "always", "needed"),
    [("a", False, False), ("b", False, True), (None, False, True), ("a", True, True)],
    ids=["nothing has changed", "something has changed", "it was never confirmed", "everything is to be asked"],
)
def test_r_is_asked_again_when(confirmed: str | None, always: bool, needed: bool) -> None:
    told: list[object] = []
    config: Any = SimpleNamespace(getoption=lambda name: always)
    assert is_needed("a", confirmed, "it", lambda *one: told.append(one), config) == needed
    assert len(told) == (not needed)
