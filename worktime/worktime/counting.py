"""Counting units: a term, pauses and an extension are all movements of one position on the calendar."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import NamedTuple

import msgspec

from worktime.moments import in_viet_nam
from worktime.table import DayTable
from worktime.term import Term, Unit

HOUR = 3_600_000_000


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """The clock stands still from `from_` to `to` (both with a zone), for a reason told in Vietnamese."""

    from_: datetime
    to: datetime
    reason: str = ""


class Shift(NamedTuple):
    """What a pause did: how many units it added and where the due moment went."""

    pause: Pause
    units: int
    due_at: datetime


def begin(term: Term, start: datetime, table: DayTable, same_day_until: time) -> int:
    """The position at which the term ends without pauses. `start` in Viet Nam time."""
    ordinal = start.toordinal()
    if term.unit == "wd":
        return table.days_until(ordinal) + term.amount
    if term.unit == "wh":
        return table.worked_until(start) + term.amount * HOUR
    if term.unit == "d":
        return ordinal + term.amount
    return table.days_until(ordinal) + (not today_counts(start, table, same_day_until))


def today_counts(start: datetime, table: DayTable, until: time) -> bool:
    """Whether a reception is early enough for the same day: worked, not closed yet, and at the latest `until` exactly."""
    ordinal = start.toordinal()
    return bool(table.halves(ordinal)) and start.timetz().replace(tzinfo=None) <= until and start < table.end_of(ordinal)


def moment_at(unit: Unit, position: int, table: DayTable) -> datetime:
    """The due moment of a position."""
    if unit == "wh":
        return table.moment_at(position)
    return table.end_of(table.roll(position) if unit == "d" else table.working_date(position))


def units_between(unit: Unit, earlier: datetime, later: datetime, table: DayTable) -> int:
    """Working microseconds for hours; else the (working) dates D with earlier < D ≤ later. Viet Nam times."""
    if unit == "wh":
        return table.worked_until(later) - table.worked_until(earlier)
    if unit == "d":
        return later.toordinal() - earlier.toordinal()
    return table.days_until(later.toordinal()) - table.days_until(earlier.toordinal())


def position_of(unit: Unit, day: date, table: DayTable) -> int:
    """The position whose due moment is the end of that date; of a date that has become a day off, of the next one worked (Đ148.5)."""
    ordinal = table.roll(day.toordinal())
    if unit == "wh":
        return table.worked_until(table.end_of(ordinal))
    return ordinal if unit == "d" else table.days_until(ordinal)


def merged(pauses: Iterable[Pause], start: datetime) -> list[Pause]:
    """Pauses in Viet Nam time, in order, cut at `start`, overlapping and touching ones made one. Backwards: ValueError."""
    result: list[Pause] = []
    for pause in sorted((_local(pause) for pause in pauses), key=lambda pause: (pause.from_, pause.to)):
        if pause.to <= start:
            continue
        if result and pause.from_ <= result[-1].to:
            result[-1] = _joined(result[-1], pause)
        else:
            result.append(msgspec.structs.replace(pause, from_=max(pause.from_, start)))
    return result


def _local(pause: Pause) -> Pause:
    local = Pause(from_=in_viet_nam(pause.from_), to=in_viet_nam(pause.to), reason=pause.reason)
    if local.to < local.from_:
        raise ValueError(f"a pause ends before it begins: {pause.from_.isoformat()}..{pause.to.isoformat()}")
    return local


def _joined(first: Pause, second: Pause) -> Pause:
    reasons = [first.reason] if second.reason in ("", first.reason) else [first.reason, second.reason]
    return Pause(from_=first.from_, to=max(first.to, second.to), reason="; ".join(reason for reason in reasons if reason))


def shifts(unit: Unit, position: int, pauses: Iterable[Pause], table: DayTable) -> Iterator[tuple[int, Shift]]:
    """Each pause that moves the due moment, with the position after it. One that starts after the due moment ends it."""
    due_at = moment_at(unit, position, table)
    for pause in pauses:
        if pause.from_ > due_at:
            return
        units = units_between(unit, pause.from_, pause.to, table)
        position += units
        due_at = moment_at(unit, position, table)
        yield position, Shift(pause, units, due_at)
