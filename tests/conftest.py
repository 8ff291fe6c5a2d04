"""What all tests share."""

import os
from collections.abc import Generator

import pytest

NO_SKIP = "COMPANION_NO_SKIP"


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
