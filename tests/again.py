"""R says the same as long as nothing that it is asked has changed, so it is asked again only then, or on demand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Record = Callable[[str, object], None]


def is_needed(
    digest: str, confirmed: str | None, what: str, record_property: Record, pytestconfig: pytest.Config
) -> bool:
    """Say whether R must be asked again; where not, the summary of the tests says so.

    Parameters
    ----------
    digest
        Of everything that the comparison with R rests on now.
    confirmed
        The same when R last agreed; None if it never did.
    what
        What is compared, in words.
    record_property, pytestconfig
        The fixtures of pytest.
    """
    if digest != confirmed or pytestconfig.getoption("--ask-r"):
        return True
    record_property("told", f"R was not asked again about {what}: nothing has changed since it agreed.")
    return False
