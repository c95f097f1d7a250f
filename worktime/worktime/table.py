"""A dense index of working time, so that a due date is two look-ups instead of a walk over days."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from worktime.moments import in_viet_nam, moment_of

Halves = tuple[tuple[int, int], ...]
"""Half-days of a date as minutes after midnight: ((420, 690), (810, 1020))."""

CALENDAR_YEARS = range(2000, 2100)
"""The years that a calendar can speak of."""
SAID_YEARS = f"các năm {CALENDAR_YEARS[0]} đến {CALENDAR_YEARS[-1]}"
"""As a refusal says them."""
FIRST = date(CALENDAR_YEARS[0], 1, 1).toordinal()
LAST = date(CALENDAR_YEARS[-1], 12, 31).toordinal()

_MINUTE = 60_000_000
_TIME = r"((?:[01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)"
_HALF_DAY = re.compile(rf"{_TIME}-{_TIME}")


class OutsideCalendar(ValueError):
    """A date for which nobody has a calendar."""


def is_in_calendars(day: date) -> bool:
    """Whether calendars can speak of a date, or of a moment's date in Viet Nam."""
    return (in_viet_nam(day) if isinstance(day, datetime) else day).year in CALENDAR_YEARS


class DayTable:
    """Working dates and working minutes of 2000–2099. Positions count microseconds of working time since 2000."""

    def __init__(self, weeks: Sequence[tuple[int, tuple[Halves, ...]]], exceptions: Mapping[int, Halves]) -> None:
        self.shapes: list[Halves] = []
        self.working = array("i")
        self._days_until = array("i")
        self._minutes_before = array("i")
        self._fill(weeks, exceptions)

    def _fill(self, weeks: Sequence[tuple[int, tuple[Halves, ...]]], exceptions: Mapping[int, Halves]) -> None:
        minutes, week, later = 0, weeks[0][1], list(weeks[1:])
        for ordinal in range(FIRST, LAST + 1):
            while later and later[0][0] <= ordinal:
                week = later.pop(0)[1]
            halves = week[(ordinal - 1) % 7]
            if ordinal in exceptions:
                halves = exceptions[ordinal]
            self.shapes.append(halves)
            self._minutes_before.append(minutes)
            if halves:
                self.working.append(ordinal)
                minutes += sum(end - begin for begin, end in halves)
            self._days_until.append(len(self.working))
        self._minutes_before.append(minutes)

    def halves(self, ordinal: int) -> Halves:
        """The half-days worked on that date; empty on a day off."""
        return self.shapes[_row(ordinal)]

    def days_until(self, ordinal: int) -> int:
        """How many working dates there are up to and including that date: also the position of that date."""
        return self._days_until[_row(ordinal)]

    def working_date(self, position: int) -> int:
        """The ordinal of the working date at that position (see `days_until`)."""
        if not 0 < position <= len(self.working):
            raise OutsideCalendar("the date lies outside the calendar (2000–2099)")
        return self.working[position - 1]

    def roll(self, ordinal: int) -> int:
        """That date, or the next working date if it is a day off (BLDS 2015 Đ148.5)."""
        return ordinal if self.halves(ordinal) else self.working_date(self.days_until(ordinal) + 1)

    def end_of(self, ordinal: int) -> datetime:
        """When the last working half-day of that working date ends."""
        return moment_of(ordinal, self.halves(ordinal)[-1][1])

    def start_of(self, ordinal: int) -> datetime:
        """When the first working half-day of that working date begins."""
        return moment_of(ordinal, self.halves(ordinal)[0][0])

    def worked_until(self, local: datetime) -> int:
        """Working microseconds before that Viet Nam moment."""
        row = _row(local.toordinal())
        now = ((local.hour * 60 + local.minute) * 60 + local.second) * 1_000_000 + local.microsecond
        done = self._minutes_before[row] * _MINUTE
        for begin, end in self.shapes[row]:
            done += min(max(now - begin * _MINUTE, 0), (end - begin) * _MINUTE)
        return done

    def moment_at(self, position: int) -> datetime:
        """The first moment at which `position` working microseconds are used up: 17:00, never the next opening."""
        whole = -(-position // _MINUTE)
        row = bisect_left(self._minutes_before, whole) - 1
        if row > LAST - FIRST:
            raise OutsideCalendar("the date lies outside the calendar (2000–2099)")
        left = position - self._minutes_before[row] * _MINUTE
        for begin, end in self.shapes[row]:
            span = (end - begin) * _MINUTE
            if left <= span:
                return moment_of(FIRST + row, begin) + timedelta(microseconds=left)
            left -= span
        raise AssertionError("working minutes of a date do not add up")

    def next_working(self, local: datetime) -> datetime:
        """That moment if it is worked, else the next opening."""
        ordinal = local.toordinal()
        minute = local.hour * 60 + local.minute
        for begin, end in self.halves(ordinal):
            if minute < begin:
                return moment_of(ordinal, begin)
            if minute < end:
                return local
        return self.start_of(self.working_date(self.days_until(ordinal) + 1))


def _row(ordinal: int) -> int:
    if not FIRST <= ordinal <= LAST:
        raise OutsideCalendar(f"{date.fromordinal(ordinal).isoformat()} lies outside the calendar (2000–2099)")
    return ordinal - FIRST


def minutes_of(written: str) -> tuple[int, int]:
    """`07:00-11:30` → (420, 690); a day ends at `24:00`. Ends before it begins, or not two times of day: ValueError."""
    times = _HALF_DAY.fullmatch(written)
    if times is None:
        raise ValueError(f"not two times of day: {written!r}")
    begin, end = _minute(times[1]), _minute(times[2])
    if begin >= end:
        raise ValueError(f"not a half-day: {written!r}")
    return begin, end


def _minute(written: str) -> int:
    hour, minute = written.split(":")
    return int(hour) * 60 + int(minute)
