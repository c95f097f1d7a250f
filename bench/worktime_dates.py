"""Due dates a second for 15-working-day terms, against counting day by day in the same run.

    python bench/worktime_dates.py

Needs: 50,000 a second without and 10,000 with the derivation, in one process. Three runs, best and worst shown.
"""

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from worktime import VN, Pause, calendar, due, due_at, rule_set

CALENDAR = calendar()
RULES = rule_set("tuyen-quang-2025")
DAY = timedelta(days=1)


def day_by_day(start: datetime) -> datetime:
    """The baseline: step over days, ask the calendar about each."""
    day, left = start.astimezone(VN).date(), 15
    while left:
        day += DAY
        left -= CALENDAR.is_working(day)
    return CALENDAR.table.end_of(day.toordinal())


def starts(count: int) -> list[datetime]:
    dice = random.Random(4)
    return [datetime(2023, 1, 1, tzinfo=VN) + timedelta(minutes=dice.randrange(4 * 365 * 1440)) for _ in range(count)]


def rate(count: Callable[[datetime], object], moments: list[datetime]) -> float:
    begun = time.perf_counter()
    for moment in moments:
        count(moment)
    return len(moments) / (time.perf_counter() - begun)


def paused(moment: datetime) -> datetime:
    return due_at("15wd", moment, CALENDAR, (Pause(from_=moment + DAY, to=moment + 3 * DAY),))


def main() -> None:
    moments = starts(20_000)
    assert all(day_by_day(moment) == due_at("15wd", moment, CALENDAR) for moment in moments)
    kinds: dict[str, Callable[[datetime], object]] = {
        "day by day (baseline)": day_by_day,
        "due_at": lambda moment: due_at("15wd", moment, CALENDAR),
        "due_at with a pause": paused,
        "due_at, 8 working hours": lambda moment: due_at("8wh", moment, CALENDAR),
        "due, with derivation": lambda moment: due("15wd", moment, CALENDAR, RULES),
    }
    baseline = 0.0
    for name, count in kinds.items():
        runs = sorted(rate(count, moments) for _ in range(3))
        baseline = baseline or runs[1]
        print(f"{name:26} {runs[0]:>9,.0f} … {runs[2]:>9,.0f} a second, {runs[1] / baseline:5.2f} × baseline")


if __name__ == "__main__":
    main()
