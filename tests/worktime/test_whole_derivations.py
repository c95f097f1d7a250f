"""Whole derivations, word for word, as `derivations.json` beside this file has them after a person read them.

After a change of what is told, run `python -m tests.worktime.test_whole_derivations` and read the difference before committing it.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from worktime import (
    Calendar,
    Closure,
    DueDate,
    Extension,
    Holiday,
    Pause,
    Running,
    calendar,
    check_extension,
    due,
    gate_due,
    handover_due,
    parse_moment,
    restart_after_supplement,
    rule_set,
)

PINNED = Path(__file__).with_name("derivations.json")
CAL, TQ, ND61 = calendar(), rule_set("tuyen-quang-2025"), rule_set("nd-61-2018")
at = parse_moment
START = at("2026-04-24T16:10")
WAITED = Pause(from_=at("2026-05-05T09:00"), to=at("2026-05-08T10:00"), reason="chờ nộp lệ phí")
NO_REASON = Pause(from_=at("2026-05-12T09:00"), to=at("2026-05-12T14:15"))


def slip(term: str, new_date: str, asked_at: str, due_at: datetime | None = None) -> Extension:
    current = due_at or due(term, START, CAL, TQ).due_at
    new = date.fromisoformat(new_date)
    asked: dict[str, Any] = {"new_date": new, "asked_at": at(asked_at), "already_extended": False}
    return check_extension(term=term, due_at=current, calendar=CAL, rules=TQ, **asked)


def extended(term: str, new_date: str, asked_at: str, restart: datetime | None = None) -> DueDate:
    return due(term, START, CAL, TQ, restart=restart, extension=slip(term, new_date, asked_at))


def stormy(agency: str = "H60.14") -> Calendar:
    """A storm afternoon, a closed Tuesday without a source, the same day also a holiday, and a short Wednesday."""
    closures = [
        Closure(date=date(2026, 5, 6), reason="Bão số 1", hours="13:30-17:00", source="CV 12/UBND"),
        Closure(date=date(2026, 5, 12), reason="Lũ"),
        Closure(date=date(2026, 5, 14), reason="Mất điện"),
        Closure(date=date(2026, 5, 13), reason="Di dời trụ sở", hours="09:00-10:00"),
    ]
    return CAL.with_entries("t.2", [Holiday(date=date(2026, 5, 14), name="Ngày hội tỉnh"), *closures])


CASES: dict[str, Callable[[], DueDate]] = {
    "working days over holidays": lambda: due("15wd", START, CAL, TQ),
    "two pauses": lambda: due("15wd", START, CAL, TQ, pauses=[WAITED, NO_REASON]),
    "pauses of hours": lambda: due("40wh", at("2026-05-04T18:00"), CAL, TQ, pauses=[WAITED, NO_REASON]),
    "pauses of calendar days": lambda: due("20d", START, CAL, ND61, pauses=[WAITED]),
    "a restart": lambda: restart_after_supplement("5wd", at("2026-05-06T09:00"), CAL, TQ, start=START),
    "an extension in time": lambda: extended("15wd", "2026-05-27", "2026-05-19T23:00"),
    "an extension too late": lambda: extended("15wd", "2026-05-22", "2026-05-20T08:00"),
    "an extension of calendar days": lambda: extended("15d", "2026-05-15", "2026-05-06T08:00"),
    "an extension of hours": lambda: extended("40wh", "2026-05-07", "2026-04-29T08:00"),
    "an extension spent by a restart": lambda: extended("15wd", "2026-05-27", "2026-05-06T08:00", at("2026-05-12T10:00")),
    "an end that rolls over three days": lambda: due("7d", at("2026-04-24T09:00"), CAL, ND61),
    "an end that rolls over Tet": lambda: due("10d", at("2026-02-05T09:00"), CAL, TQ),
    "hours over a make-up Saturday": lambda: due("8wh", at("2026-01-09T16:00"), CAL, TQ),
    "a year without an official table": lambda: due("5wd", at("2026-12-29T09:00"), CAL, TQ),
    "calendar days on Friday": lambda: due("3d", at("2026-05-08T16:00"), CAL, TQ),
    "the same day": lambda: due("same-day", at("2026-05-08T15:00"), CAL, TQ),
    "the same day too late": lambda: due("same-day", at("2026-05-08T15:01"), CAL, TQ),
    "storm and closures": lambda: due("10wd", at("2026-05-05T09:00"), stormy(), TQ),
    "hours through storm and closures": lambda: due("30wh", at("2026-05-06T08:00"), stormy(), TQ),
    "the gate from receipt": lambda: gate_due(at("2026-05-08T20:00"), at("2026-05-09T08:00"), CAL, TQ),
    "the gate from submission": lambda: gate_due(at("2026-05-08T16:00"), at("2026-05-11T08:00"), CAL, rule_set("son-la-2019")),
    "paper today": lambda: handover_due(at("2026-05-08T15:00"), CAL, TQ),
    "paper in the morning": lambda: handover_due(at("2026-05-08T15:00:01"), CAL, TQ),
    "paper at the end of an official year": lambda: handover_due(at("2026-12-31T16:00"), CAL, TQ),
    "a term named by its own point": lambda: due("1wd", START, CAL, TQ, point="paper_other_level"),
}
RUNNING = Running(term="15wd", start=START, rule_set="tuyen-quang-2025", pauses=(WAITED,))
EXTENDED = msgspec.structs.replace(RUNNING, extension=slip("15wd", "2026-05-27", "2026-05-25T08:00", at("2026-05-25T17:00")))


def told(name: str) -> dict[str, Any]:
    answer = CASES[name]()
    return {**msgspec.json.decode(msgspec.json.encode(answer)), "said": answer.sentences()}


@pytest.mark.req("PR-19", "IN-11")
@pytest.mark.parametrize("name", CASES)
def test_a_whole_derivation_is_told_word_for_word(name: str) -> None:
    assert told(name) == msgspec.json.decode(PINNED.read_bytes())[name]


def test_a_running_clock_is_counted_anew_as_it_was_told() -> None:
    assert RUNNING.recount(CAL) == due("15wd", START, CAL, TQ, pauses=[WAITED])
    assert RUNNING.dates(CAL) == (at("2026-05-25T17:00"), at("2026-05-25T17:00"))
    restarted = msgspec.structs.replace(RUNNING, restart=at("2026-05-12T10:00"), pauses=(), point="gate_term")
    assert restarted.recount(CAL) == due("15wd", START, CAL, TQ, restart=at("2026-05-12T10:00"), point="gate_term")
    assert restarted.dates(CAL) == (at("2026-06-02T17:00"), at("2026-06-02T17:00"))


def test_a_running_clock_with_a_late_slip_keeps_the_date_it_is_judged_by() -> None:
    assert EXTENDED.recount(CAL) == due("15wd", START, CAL, TQ, pauses=[WAITED], extension=EXTENDED.extension)
    assert EXTENDED.dates(CAL) == (at("2026-05-27T17:00"), at("2026-05-25T17:00"))


def test_a_running_same_day_clock_keeps_the_hour_of_its_rule_set() -> None:
    same_day = Running(term="same-day", start=at("2026-05-08T15:00"), rule_set="tuyen-quang-2025")
    assert same_day.dates(CAL) == (at("2026-05-08T17:00"),) * 2


if __name__ == "__main__":
    PINNED.write_bytes(msgspec.json.format(msgspec.json.encode({name: told(name) for name in CASES}), indent=1) + b"\n")
