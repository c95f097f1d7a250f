"""A due date is counted again from what its derivation says: its term, its pauses, and an extension to a day that was promised."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chassis.deadlines import deadline
from contracts.dossier.parts import Deadline
from simulation.clocks import recount
from worktime import Calendar, Extension, Holiday, Pause, calendar, due, rule_set

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in Viet Nam."""
RULES, PLAIN = rule_set("tuyen-quang-2025"), calendar("H60.1")
PROMISED = date(2026, 3, 20)
STORM = PLAIN.with_entries("with-a-storm", [Holiday(date=PROMISED, name="nghỉ chống bão", source="công điện")])
GRANTED = Extension(
    new_date=PROMISED,
    due_at=datetime(2026, 3, 20, 10, tzinfo=UTC),
    old_due_at=datetime(2026, 3, 13, 10, tzinfo=UTC),
    asked_at=START + timedelta(days=4),
    late_notice=False,
    cap=None,
    legal_dates=(),
    article="",
)


def paused(first: int, last: int) -> Pause:
    return Pause(from_=START + timedelta(days=first), to=START + timedelta(days=last))


def counted(term: str, dates: Calendar = PLAIN, **moved: Any) -> Deadline:
    return deadline(due(term, START, dates, RULES, **moved), term, dates.version)


@pytest.mark.parametrize(
    "moved",
    [
        {},
        {"pauses": [paused(1, 3)]},
        {"pauses": [paused(1, 3), paused(2, 5), paused(7, 8)]},
        {"extension": GRANTED},
        {"extension": GRANTED, "pauses": [paused(1, 3), paused(5, 9)]},
        {"restart": START + timedelta(days=6), "extension": GRANTED, "pauses": [paused(7, 8)]},
    ],
    ids=["alone", "paused", "paused often", "extended", "extended and paused", "extended before a restart"],
)
@pytest.mark.parametrize("term", ["10wd", "10d", "40wh"])
def test_the_count_comes_to_the_same_whatever_moved_the_date(term: str, moved: dict[str, Any]) -> None:
    told = counted(term, **moved)
    assert recount(told, {PROMISED}, PLAIN)[0] == told.due_at


def test_a_promised_day_that_became_a_day_off_is_the_next_working_one() -> None:
    told = counted("10wd", STORM, extension=GRANTED)
    assert told.due_at.isoformat() == "2026-03-23T17:00:00+07:00"
    assert recount(told, {PROMISED}, STORM)[0] == told.due_at


def test_an_extension_to_a_day_that_nobody_promised_is_not_counted() -> None:
    told = counted("10wd", extension=GRANTED)
    assert recount(told, {PROMISED + timedelta(days=3)}, PLAIN)[0] < told.due_at
