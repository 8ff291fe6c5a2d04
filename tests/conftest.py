"""What all tests share."""

import os
from collections import Counter
from collections.abc import Generator

import pytest

NO_SKIP = "COMPANION_NO_SKIP"
LANES = (
    "1440-light",
    "no reversal",
    "same bytes",
    "verify",
    "gates",
    "interrupted builds",
    "paper",
    "1440-dark",
    "360-dark-http",
    "360-light",
    "published",
    "epub",
)
"""Groups of tests that share something which takes long to make, in the order in which they start: the longest first,
so that no worker is left alone with one of them at the end; the second does not need the site that the first builds."""

SLOW = ("book", "browser", "reference", "network")
TELLING = ("passed", "xfailed", "xpassed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything must run, as in CI, a skipped test is a failed one."""
    report = yield
    if report.skipped and os.environ.get(NO_SKIP) and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, although {NO_SKIP} is set: {report.longrepr}"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes longest begin first."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """Groups come first, then what is slow by itself, then the rest."""
    group = item.get_closest_marker("xdist_group")
    if group is not None:
        return LANES.index(group.args[0])
    return len(LANES) + (not any(item.get_closest_marker(name) for name in SLOW))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make test-all` ask R again about what it has confirmed."""
    parser.addoption("--ask-r", action="store_true", help="ask R again, also where nothing has changed since it agreed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests have to tell about how they came to agree."""
    reports = [report for outcome in TELLING for report in terminalreporter.getreports(outcome)]
    told = Counter(str(said) for report in reports for name, said in report.user_properties if name == "told")
    for words, times in told.items():
        terminalreporter.write_line(f"{words} ({times} tests)" if times > 1 else words)
