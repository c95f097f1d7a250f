"""A second, slow and obvious way to compute due dates: by walking over minutes. It shares nothing with the library.

The days off are the official tables of 2023–2026, written down once more by hand.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

OFF = {
    2023: "1-2 1-20 1-23 1-24 1-25 1-26 5-1 5-2 5-3 9-1 9-4",
    2024: "1-1 2-8 2-9 2-12 2-13 2-14 4-18 4-29 4-30 5-1 9-2 9-3",
    2025: "1-1 1-27 1-28 1-29 1-30 1-31 4-7 4-30 5-1 5-2 9-1 9-2",
    2026: "1-1 1-2 2-16 2-17 2-18 2-19 2-20 4-27 4-30 5-1 8-31 9-1 9-2 11-24",
}
DAYS_OFF = {date(year, *map(int, day.split("-"))) for year, days in OFF.items() for day in days.split()}
SATURDAYS = {date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)}
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Works = Callable[[datetime], bool]
Span = tuple[datetime, datetime]


def office_hours(moment: datetime) -> bool:
    """Is this minute worked, by the official tables and the default hours?"""
    day = moment.date()
    if day in DAYS_OFF or (day.weekday() >= 5 and day not in SATURDAYS):
        return False
    clock = moment.hour * 100 + moment.minute
    return 700 <= clock < 1130 or 1330 <= clock < 1700


class Oracle:
    """Answers by walking; remembers per date which minutes are worked, because walking is slow."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._seen: dict[date, list[bool]] = {}

    def worked(self, moment: datetime) -> bool:
        return self._minutes(moment)[moment.hour * 60 + moment.minute]

    def works_on(self, moment: datetime) -> bool:
        return any(self._minutes(moment))

    def _minutes(self, moment: datetime) -> list[bool]:
        day = moment.date()
        if day not in self._seen:
            midnight = moment.replace(hour=0, minute=0)
            self._seen[day] = [self._works(midnight + n * MINUTE) for n in range(1440)]
        return self._seen[day]

    def closing(self, moment: datetime) -> datetime:
        at = moment.replace(hour=23, minute=59)
        while not self.worked(at):
            at -= MINUTE
        return at + MINUTE

    def after_hours(self, start: datetime, minutes: int) -> datetime:
        at = start
        while minutes > 0:
            minutes -= self.worked(at)
            at += MINUTE
        return at

    def after_days(self, start: datetime, days: int) -> datetime:
        at = start
        while days > 0:
            at += DAY
            days -= self.works_on(at)
        return at

    def due(self, unit: str, amount: int, start: datetime, pauses: Iterable[Span]) -> datetime:
        received = start
        if unit == "same-day":
            start, amount, unit = self._eve(start), 1, "wd"
        units = amount * 60 if unit == "wh" else amount
        due = self._due(unit, start, units)
        for begin, end in joined(pauses):
            begin = max(begin, received)
            if begin > end or begin > due:
                continue
            units += self._count(unit, begin, end)
            due = self._due(unit, start, units)
        return due

    def _eve(self, start: datetime) -> datetime:
        """A same-day term is one working day after yesterday, or after today when it is too late today."""
        early = self.works_on(start) and f"{start:%H:%M:%S}" <= "15:00:00" and start < self.closing(start)
        return start - DAY if early else start

    def _due(self, unit: str, start: datetime, units: int) -> datetime:
        if unit == "wh":
            return self.after_hours(start, units)
        if unit == "wd":
            return self.closing(self.after_days(start, units))
        at = start + units * DAY
        while not self.works_on(at):
            at += DAY
        return self.closing(at)

    def _count(self, unit: str, begin: datetime, end: datetime) -> int:
        count, at, last = 0, begin, end
        if unit == "wh":
            while at < end:
                count += self.worked(at)
                at += MINUTE
            return count
        at, last = begin.replace(hour=12, minute=0), end.replace(hour=12, minute=0)
        while at < last:
            at += DAY
            count += unit == "d" or self.works_on(at)
        return count


def joined(pauses: Iterable[Span]) -> list[Span]:
    """Overlapping and touching pauses become one."""
    result: list[Span] = []
    for begin, end in sorted(pauses):
        if result and begin <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((begin, end))
    return result
