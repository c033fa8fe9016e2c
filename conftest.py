"""Tests of the server run inside a real Jupyter server. Tests that try many points of one kind tell
how many, and the end of the run sums them up."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

pytest_plugins = ("pytest_jupyter.jupyter_server",)
POINTS = "points tried"


@pytest.fixture
def points(record_property: Callable[[str, object], None]) -> Callable[[int], None]:
    """Called with how many points a test has tried."""
    return lambda number: record_property(POINTS, number)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    tried: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", []):
        for name, number in report.user_properties:
            if name == POINTS:
                tried[report.nodeid.partition("::")[0]] += int(number)
    for file, number in sorted(tried.items()):
        terminalreporter.write_line(f"{file}: {number} {POINTS}")
