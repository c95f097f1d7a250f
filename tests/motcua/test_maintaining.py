"""`motcua maintenance on`: what is not said stays as it is."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from chassis.maintenance import Notice
from motcua import maintaining
from motcua.cli import app

BEGAN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Notice]:
    """What was switched on, the last at the end; nothing holds at first."""
    notices: list[Notice] = []
    monkeypatch.setattr(maintaining, "_owner", lambda: "")
    monkeypatch.setattr(maintaining, "_wait", lambda notice: None)
    monkeypatch.setattr("chassis.maintenance.standing", lambda dsn: notices[-1] if notices else None)
    monkeypatch.setattr("chassis.maintenance.switch_on", lambda dsn, notice: notices.append(notice))
    return notices


def on(*words: str) -> None:
    assert CliRunner().invoke(app, ["maintenance", "on", *words]).exit_code == 0


def test_it_begins_with_a_notice_ten_minutes_and_reading(told: list[Notice]) -> None:
    on()
    assert (told[0].notice, told[0].retry_after, told[0].reads) == (maintaining.NOTICE, 600, "all")


def test_what_holds_is_changed_in_what_is_said_alone(told: list[Notice]) -> None:
    """Regression: to stop reading too forgot the notice and the wait, without a word."""
    told.append(Notice(since=BEGAN, notice="Bảo trì đến 20 giờ.", retry_after=60))
    on("--reads", "none")
    assert told[-1] == Notice(since=BEGAN, notice="Bảo trì đến 20 giờ.", retry_after=60, reads="none")
    on("--notice", "Bảo trì đến 22 giờ.")
    assert told[-1] == Notice(since=BEGAN, notice="Bảo trì đến 22 giờ.", retry_after=60, reads="none")


def test_since_when_is_told_in_viet_nam_time(told: list[Notice]) -> None:
    """Regression: it was the machine's zone, unmarked, where all other commands speak Viet Nam time."""
    told.append(Notice(since=BEGAN, notice="Bảo trì."))
    assert "Since 2026-03-02 08:00" in CliRunner().invoke(app, ["maintenance", "status"]).output
