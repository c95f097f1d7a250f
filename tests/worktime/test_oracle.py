"""The library agrees with walking minute by minute. WORKTIME_CASES sets how many random cases are tried."""

import os
import random
from datetime import date, datetime, timedelta

import pytest

from tests.worktime.oracle import DAYS_OFF, SATURDAYS, Oracle, office_hours
from worktime import VN, Calendar, Pause, calendar, calendar_from_data, calendar_to_data, due, due_at, rule_set

CASES = int(os.environ.get("WORKTIME_CASES", "3000"))


def stormy() -> Calendar:
    """Shorter hours on Saturday morning, one storm afternoon, one closed week, later opening from mid-2025."""
    data = calendar_to_data(calendar())
    half = ["07:00-11:30", "13:30-17:00"]
    late = ["07:30-11:30", "13:00-17:00"]
    data["agencies"] = {
        "H60.14": {
            "weeks": [
                {"days": [half] * 5 + [["07:00-11:00"], []]},
                {"valid_from": "2025-07-01", "days": [late] * 5 + [["07:30-11:30"], []]},
            ],
            "closures": [
                {"date": "2025-10-08", "reason": "Bão", "hours": "13:00-17:00"},
                *({"date": f"2026-03-{day:02}", "reason": "Lũ"} for day in range(9, 15)),
            ],
        }
    }
    return calendar_from_data(data, "H60.14")


def stormy_hours(moment: datetime) -> bool:
    day, clock = moment.date(), moment.hour * 100 + moment.minute
    if date(2026, 3, 9) <= day <= date(2026, 3, 14) or (day == date(2025, 10, 8) and clock >= 1300):
        return False
    later = day >= date(2025, 7, 1)
    if moment.weekday() == 5 and day not in SATURDAYS:
        return 730 <= clock < 1130 if later else 700 <= clock < 1100
    if day in DAYS_OFF or moment.weekday() == 6:
        return False
    return 730 <= clock < 1130 or 1300 <= clock < 1700 if later else 700 <= clock < 1130 or 1330 <= clock < 1700


def random_moment(dice: random.Random, first: datetime, days: int) -> datetime:
    minute = dice.choice([dice.randrange(1440), 420, 690, 810, 1020, 419, 691, 1019, 900, 901, 0])
    return first + timedelta(days=dice.randrange(days), minutes=minute)


def disagreements(cases: int, seed: int, library: Calendar, oracle: Oracle) -> list[str]:
    dice, rules, found = random.Random(seed), rule_set("nd-118-2025"), []
    for _ in range(cases):
        unit = dice.choice(["wh", "wd", "d", "same-day"])
        amount = 1 if unit == "same-day" else dice.randrange(1, 40)
        term = unit if unit == "same-day" else f"{amount}{unit}"
        start = random_moment(dice, datetime(2023, 1, 1, tzinfo=VN), 1200)
        pauses = []
        for _ in range(dice.choice([0, 0, 1, 2, 3])):
            begin = random_moment(dice, start.replace(hour=0, minute=0) - timedelta(days=2), 25)
            pauses.append((begin, begin + timedelta(minutes=dice.choice([0, dice.randrange(12000)]))))
        expected = oracle.due(unit, amount, start, pauses)
        spans = [Pause(from_=begin, to=end) for begin, end in pauses]
        quick = due_at(term, start, library, spans)
        told = due(term, start, library, rules, pauses=spans).due_at
        if not quick == told == expected:
            found.append(f"{term} {start} {pauses}: {quick} {told} ≠ {expected}")
    return found


@pytest.mark.req("PR-19", "PR-09", "IN-12")
def test_random_cases_agree_with_walking_minute_by_minute() -> None:
    assert disagreements(CASES, 20260424, calendar(), Oracle(office_hours)) == []


@pytest.mark.req("PR-19")
def test_random_cases_agree_under_an_agency_with_its_own_hours_and_closures() -> None:
    assert disagreements(max(CASES // 3, 1000), 20251008, stormy(), Oracle(stormy_hours)) == []
