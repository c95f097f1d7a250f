"""Servers shared by the whole run, and the result of each requirement row at its end."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from motcua_stack import Servers

ROW = "requirement row"


@pytest.fixture(scope="session")
def stack() -> "Iterator[Servers]":
    """Real PostgreSQL and Kafka (`postgres_dsn`, `kafka`), started when the first test asks."""
    from tests.servers import temporary_servers

    with temporary_servers() as started:
        yield started


@pytest.fixture(scope="module")
def database(stack: "Servers") -> str:
    """The owner's address of a new database for this test module."""
    from tests.servers import fresh_database

    return fresh_database(stack)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test's rows travel with its report, from whichever process ran it."""
    for item in items:
        item.user_properties += [(ROW, str(row)) for mark in item.iter_markers("req") for row in mark.args]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = _results_by_row(terminalreporter)
    if not rows:
        return
    terminalreporter.section("requirements")
    failed = sorted(row for row, (_, bad) in rows.items() if bad)
    for row in failed:
        terminalreporter.write_line(f"FAILED {row}: {rows[row][1]} of {sum(rows[row])} tests", red=True)
    passed = sorted(row for row, (_, bad) in rows.items() if not bad)
    terminalreporter.write_line(f"passed {len(passed)}, failed {len(failed)} rows. Passed: {', '.join(passed) or '–'}")


def _results_by_row(reporter: pytest.TerminalReporter) -> dict[str, tuple[int, int]]:
    """Row → how many of its tests passed and how many did not; a test that was not run counts as neither."""
    rows_of: dict[str, set[str]] = {}
    outcomes = {kind: list(reporter.stats.get(kind, [])) for kind in ("failed", "error", "passed")}
    for report in (report for reports in outcomes.values() for report in reports):
        rows_of.setdefault(report.nodeid, set()).update(row for name, row in getattr(report, "user_properties", ()) if name == ROW)
    bad = {report.nodeid for kind in ("failed", "error") for report in outcomes[kind]}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for test, rows in rows_of.items():
        for row in rows:
            counts[row][test in bad] += 1
    return {row: (passed, failed) for row, (passed, failed) in counts.items()}
