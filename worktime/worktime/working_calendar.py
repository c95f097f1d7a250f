"""The working calendar of one agency in one version."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import msgspec

from worktime.calendar_data import CalendarData, Closure, Holiday, Layer, MakeUp, Swap, Week, read_calendar_data
from worktime.derivation import Step
from worktime.moments import VN, WEEKDAYS, in_viet_nam, say_date
from worktime.table import DayTable, Halves, minutes_of

MINUTE = timedelta(minutes=1)

WEEKLY_REST = "nghỉ hằng tuần"


WrongKind = Literal["days", "half-day", "order", "rest"]


class Note(NamedTuple):
    """Why a date is not an ordinary working day: kind is `skipped`, `make-up` or `closed` (part of the day)."""

    kind: str
    name: str
    source: str


class WrongWeek(ValueError):
    """A weekly pattern that means nothing; `kind` says why: not seven `days`, one that is no `half-day`, two of a day out of `order`,
    nothing but `rest`."""

    def __init__(self, kind: WrongKind, why: str) -> None:
        super().__init__(why)
        self.kind: WrongKind = kind


class Calendar:
    """A frozen value: equal data make equal calendars. Load it with `calendar()` or `calendar_from_data()`.

    `version`: the version's name, cited in every derivation. `agency`: whose calendar, None for the province.
    """

    __slots__ = ("_exceptions", "_notes", "_official", "_opening", "_weeks", "agency", "data", "table", "told", "version")

    def __init__(self, data: CalendarData, agency: str | None = None) -> None:
        self.data = data
        self.agency = agency
        self.version = data.version
        layers = data.layers(agency)
        weeks = self._weeks = _weeks((layer.weeks for layer in layers), work_of)
        self._exceptions = _exceptions(layers, weeks)
        self._opening = _weeks((layer.opening for layer in layers), halves_of, weeks)
        self._official = frozenset(year.year for year in data.official_years)
        self._notes: dict[int, Note | None] = {}
        self.told: dict[tuple[int, int, bool, str], tuple[Step, ...]] = {}
        self.table = DayTable(weeks, {ordinal: halves for ordinal, (halves, _) in self._exceptions.items()})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and (self.data, self.agency) == (other.data, other.agency)

    def __hash__(self) -> int:
        return hash((self.version, self.agency))

    def __repr__(self) -> str:
        return f"Calendar({self.version!r}, agency={self.agency!r})"

    def is_working(self, day: date) -> bool:
        """True if at least one half-day of the date is worked."""
        return bool(self.table.halves(day.toordinal()))

    def is_official(self, year: int) -> bool:
        """False for a year without an announced table: dates that touch it are provisional."""
        return year in self._official

    def is_provisional(self, since: datetime, until: datetime) -> bool:
        """Whether a date that is counted from `since` touches a year without an announced table; midnight ends the day before it."""
        last = in_viet_nam(until - MINUTE).year
        return not all(self.is_official(year) for year in range(in_viet_nam(since).year, last + 1))

    def note(self, ordinal: int) -> Note | None:
        """What is special about a date: a day off by name, a make-up day, a partial closure; None for an ordinary day."""
        if ordinal not in self._notes:
            self._notes[ordinal] = self._note(ordinal)
        return self._notes[ordinal]

    def _note(self, ordinal: int) -> Note | None:
        if ordinal in self._exceptions:
            return self._exceptions[ordinal][1]
        return None if self.table.halves(ordinal) else Note("skipped", WEEKLY_REST, "BLLĐ 2019 Điều 111")

    def is_open(self, moment: datetime) -> bool:
        """Whether the counter receives (opening hours, NĐ 118 Đ11.3c): apart from the working calendar of the deadline."""
        local = in_viet_nam(moment)
        ordinal, minute = local.toordinal(), local.hour * 60 + local.minute
        return any(begin <= minute < end for begin, end in self._open_halves(ordinal))

    def _open_halves(self, ordinal: int) -> Halves:
        if ordinal in self._exceptions:
            return self._exceptions[ordinal][0]
        return _week_at(self._opening, ordinal)[(ordinal - 1) % 7]

    def next_working_minute(self, moment: datetime) -> datetime:
        """That moment if it is worked, else the next opening."""
        return self.table.next_working(in_viet_nam(moment))

    def working_minutes(self, begin: datetime, end: datetime) -> int:
        """Whole working minutes from `begin` to `end`, negative if `end` is earlier: what is left of a clock, the age of a gap."""
        return (self.table.worked_until(in_viet_nam(end)) - self.table.worked_until(in_viet_nam(begin))) // 60_000_000

    def changes_since(self, old: "Calendar", first: date = date.min, last: date = date.max) -> tuple[str, ...]:
        """What is different from an older version from `first` to `last`, in Vietnamese: `thứ Ba 02/06/2026: Bão số 2`; empty when
        no hour is."""
        exceptions = {day for day in {*old._exceptions, *self._exceptions} if first.toordinal() <= day <= last.toordinal()}
        days = sorted(day for day in exceptions if old.table.halves(day) != self.table.halves(day))
        weekly = ("giờ làm việc hằng tuần",) if old._weeks != self._weeks else ()
        return (*weekly, *(f"{say_date(date.fromordinal(day))}: {self._called(day)}" for day in days))

    def _called(self, ordinal: int) -> str:
        note = self.note(ordinal)
        return note.name if note else "làm việc bình thường"

    def with_entries(self, version: str, entries: Iterable[Holiday | Swap | MakeUp | Closure]) -> "Calendar":
        """A new version for this agency with more holidays, swaps, make-up days or closures, as a preview needs it."""
        fresh = tuple(entries)
        own = self.data.agencies.get(self.agency or "") if self.agency else self.data.province
        layer = _extended(own or Layer(), fresh)
        if self.agency is None:
            changed = msgspec.structs.replace(self.data, version=version, province=layer)
        else:
            changed = msgspec.structs.replace(self.data, version=version, agencies={**self.data.agencies, self.agency: layer})
        return Calendar(changed, self.agency)


def calendar_from_data(data: dict[str, Any], agency: str | None = None) -> Calendar:
    """A calendar from plain data in the shape of `CalendarData`. Wrong data raise ValueError."""
    return Calendar(read_calendar_data(data), agency)


def calendar_to_data(calendar: Calendar) -> dict[str, Any]:
    """Plain JSON data from which `calendar_from_data` makes an equal calendar."""
    plain: dict[str, Any] = msgspec.to_builtins(calendar.data)
    return plain


def _extended(layer: Layer, fresh: tuple[Holiday | Swap | MakeUp | Closure, ...]) -> Layer:
    return msgspec.structs.replace(
        layer,
        holidays=layer.holidays + tuple(entry for entry in fresh if isinstance(entry, Holiday)),
        swaps=layer.swaps + tuple(entry for entry in fresh if isinstance(entry, Swap)),
        make_ups=layer.make_ups + tuple(entry for entry in fresh if isinstance(entry, MakeUp)),
        closures=layer.closures + tuple(entry for entry in fresh if isinstance(entry, Closure)),
    )


_Weeks = list[tuple[int, tuple[Halves, ...]]]


def _weeks(layers: Iterable[tuple[Week, ...]], read: Callable[[Week], tuple[Halves, ...]], default: _Weeks | None = None) -> _Weeks:
    """The patterns of the nearest layer that has any, oldest first."""
    chosen: tuple[Week, ...] = ()
    for weeks in layers:
        chosen = weeks or chosen
    if not chosen and default is not None:
        return default
    ordered = sorted(chosen, key=lambda week: week.valid_from) or [Week()]
    if any(earlier.valid_from == later.valid_from for earlier, later in pairwise(ordered)):
        raise ValueError("two weekly patterns begin on the same day")
    if ordered[0].valid_from > date(2000, 1, 1):
        ordered.insert(0, Week())
    return [(week.valid_from.toordinal(), read(week)) for week in ordered]


def halves_of(week: Week) -> tuple[Halves, ...]:
    """The half-days of its seven days in minutes after midnight, Monday first. Raises `WrongWeek`."""
    if len(week.days) != 7:
        raise WrongWeek("days", "a weekly pattern has seven days, Monday first")
    try:
        seven = tuple(tuple(minutes_of(half) for half in day) for day in week.days)
    except ValueError as error:
        raise WrongWeek("half-day", str(error)) from error
    if any(earlier[1] > later[0] for day in seven for earlier, later in pairwise(day)):
        raise WrongWeek("order", "the half-days of a day overlap or are out of order")
    return seven


def work_of(week: Week) -> tuple[Halves, ...]:
    """`halves_of` a pattern of work. Raises `WrongWeek` also where nobody works: from that day on no date could be counted."""
    seven = halves_of(week)
    if not any(seven):
        raise WrongWeek("rest", "a weekly pattern of work in which nobody works")
    return seven


def _week_at(weeks: _Weeks, ordinal: int) -> tuple[Halves, ...]:
    return next(week for begin, week in reversed(weeks) if begin <= ordinal)


def _exceptions(layers: Iterable[Layer], weeks: _Weeks) -> dict[int, tuple[Halves, Note | None]]:
    found: dict[int, tuple[Halves, Note | None]] = {}
    for layer in layers:
        found.update(_swapped(layer, weeks))
        for holiday in layer.holidays:
            found[holiday.date.toordinal()] = (), Note("skipped", holiday.name, holiday.source)
        for closure in layer.closures:
            ordinal = closure.date.toordinal()
            week = _week_at(weeks, ordinal)
            before = found[ordinal] if ordinal in found else (week[(ordinal - 1) % 7], None)
            found[ordinal] = _closed(closure, before)
    return found


def _swapped(layer: Layer, weeks: _Weeks) -> dict[int, tuple[Halves, Note | None]]:
    found: dict[int, tuple[Halves, Note | None]] = {}
    for swap in layer.swaps:
        off, work = swap.off.toordinal(), swap.work.toordinal()
        found[off] = (), Note("skipped", f"nghỉ hoán đổi, làm bù {say_date(swap.work)}", swap.source)
        hours = _week_at(weeks, off)[(off - 1) % 7]
        found[work] = hours, Note("make-up", f"làm bù cho {say_date(swap.off)}", swap.source)
    for extra in layer.make_ups:
        ordinal = extra.date.toordinal()
        hours = _week_at(weeks, ordinal)[extra.like]
        found[ordinal] = hours, Note("make-up", f"làm việc theo giờ của {WEEKDAYS[extra.like]}", extra.source)
    return found


def _closed(closure: Closure, before: tuple[Halves, Note | None]) -> tuple[Halves, Note | None]:
    halves, note = before
    if not halves:
        return before
    begin, end = (0, 1440) if closure.hours is None else minutes_of(closure.hours)
    kept = tuple(
        piece for half in halves for piece in ((half[0], min(half[1], begin)), (max(half[0], end), half[1])) if piece[0] < piece[1]
    )
    if kept == halves:
        return before
    if not kept:
        return kept, Note("skipped", closure.reason, closure.source)
    told = f"{closure.reason}, nghỉ {'–'.join(closure.hours.split('-'))}" if closure.hours else closure.reason
    if note is not None:
        return kept, note._replace(name=f"{note.name}; {told}")
    return kept, Note("closed", told, closure.source)


__all__ = ["VN", "Calendar", "Note", "calendar_from_data", "calendar_to_data"]
