"""What all tests share."""

import gc
import os
import re
from collections import Counter
from collections.abc import Generator

import pytest

# What thousands of tests share stays to the end: to look through it for what is dead, as Python does after hundreds or
# thousands of new objects, takes a tenth of the time.
gc.set_threshold(200_000)

NO_SKIP = "COMPANION_NO_SKIP"
LANES = (
    r"book/test_browser\.py.*\[1440-light\]",
    r"book/test_no_reversal\.py",
    r"book/test_same_bytes\.py",
    r"book/test_edition\.py",
    r"book/test_inputs\.py",
    r"book/test_verify\.py",
    r"book/test_gates\.py",
    r"book/test_student_edition\.py",
    r"book/test_interrupted_builds\.py",
    r"book/test_warm_builds\.py",
    r"book/test_hard_places\.py",
    r"book/paper/test_pdf\.py",
    r"book/test_browser\.py.*\[1440-dark\]",
    r"book/test_browser\.py.*\[360-dark-http\]",
    r"book/test_browser\.py.*\[360-light\]",
    r"book/(test_published|paper/test_commands)\.py",
    r"book/paper/test_epub\.py",
    r"verification/test_lavaan\.py",
    r"tests/test_lock\.py",
)
"""Tests that share something which takes long to make, in the order in which they start: the longest first, so that no
worker is left alone with one of them at the end; the second does not need the site that the first builds."""

SLOW = ("book", "browser", "reference", "network", "cluster", "slow")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything must run, as in CI, a skipped test is a failed one."""
    report = yield
    if report.skipped and os.environ.get(NO_SKIP):
        report.outcome = "failed"
        report.longrepr = f"skipped, although {NO_SKIP} is set: {report.longrepr}"
    return report


def lane(test: str) -> int | None:
    """Give the place of a test's lane, None if it shares nothing."""
    return next((place for place, pattern in enumerate(LANES) if re.search(pattern, test)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let lanes begin first, then what is slow by itself, then the rest."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    place = lane(item.nodeid)
    slow = any(item.get_closest_marker(name) for name in SLOW)
    return place if place is not None else len(LANES) + (not slow)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Give the tests of a lane to one worker, in order.

    The marks that pytest-xdist has for this are without effect under pytest 9.2 (pytest-xdist, issue 1386).
    """
    from xdist.scheduler import LoadScopeScheduling

    class Lanes(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            place = lane(nodeid)
            return nodeid if place is None else LANES[place]

    config.option.loadscopereorder = False
    return Lanes(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make test-all` ask R again about what it has confirmed."""
    parser.addoption("--ask-r", action="store_true", help="ask R again, also where nothing has changed since it agreed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests have to tell about how they came to agree."""
    reports = terminalreporter.getreports("passed")
    told = Counter(str(said) for report in reports for name, said in report.user_properties if name == "told")
    for words, times in told.items():
        terminalreporter.write_line(f"{words} ({times} tests)" if times > 1 else words)
