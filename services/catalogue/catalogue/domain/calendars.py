"""A new version of the calendar: drawn from the one in force, approved by a second person, never edited."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from catalogue.domain.publication import NotPublishable
from contracts.calendar_version import CalendarVersion
from contracts.refusal import Law, Refused
from worktime import (
    SAID_YEARS,
    Calendar,
    CalendarData,
    Closure,
    Holiday,
    Layer,
    MakeUp,
    OfficialYear,
    Swap,
    Week,
    WrongParent,
    WrongWeek,
    halves_of,
    is_in_calendars,
    minutes_of,
    say_date,
    work_of,
)

UNCOUNTABLE = "hai mẫu tuần bắt đầu cùng ngày"
NO_HALF_DAY = "Ghi giờ từ–đến trong ngày, dạng 13:30-17:00."
WRONG_WEEKS = {
    "days": "Ghi đủ 7 ngày trong tuần, thứ hai trước; ngày nghỉ để trống.",
    "half-day": NO_HALF_DAY,
    "order": "Các buổi của một ngày chồng nhau hoặc sai thứ tự.",
    "rest": "Mẫu tuần làm việc phải có ít nhất một buổi làm việc.",
}
DAYS_OFF = "days_off"
"""The point that is cited for what a calendar holds."""
WHOLE_DAYS = ("holidays", "swaps", "make_ups")
ENTRIES = (*WHOLE_DAYS, "closures")
"""What a layer holds of single days."""


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one layer (`agency` None: the whole province) gets: entries to add, weeks to replace, dates whose entries are taken back."""

    agency: str | None = None
    parent: str | None = None
    taken_back: tuple[date, ...] = ()
    weeks: tuple[Week, ...] = ()
    opening: tuple[Week, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    swaps: tuple[Swap, ...] = ()
    make_ups: tuple[MakeUp, ...] = ()
    closures: tuple[Closure, ...] = ()


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wish for a new version. An official year replaces what was estimated of that year for the province."""

    version: str
    document: str
    changes: tuple[Change, ...] = ()
    official_years: tuple[OfficialYear, ...] = ()


def drawn(base: CalendarData, draft: Draft, known_since: date, agencies: Collection[str]) -> CalendarData:
    """The whole new calendar. Raises `NotPublishable` for a change that says nothing, contradicts itself or names no agency."""
    data = _with_years(replace(base, version=draft.version, known_since=known_since), draft.official_years)
    for number, change in enumerate(draft.changes):
        _check_said(change, number)
        _check_agency(change, agencies, number)
        _check_dates(change, number)
        _check_hours(change, number)
    data = _with_layers(data, draft.changes)
    for number, change in enumerate(draft.changes):
        _check_once(_layer(data, change.agency), change, number)
        _check_swaps(_counted(data, change.agency, draft.changes), change, number)
        data = _with_change(data, change)
    _check_years(base, data, draft.official_years)
    if replace(data, version=base.version, known_since=base.known_since) == base:
        raise NotPublishable("Lịch mới không khác lịch đang dùng.", point=DAYS_OFF, field="changes")
    for agency in (None, *data.agencies):
        _counted(data, agency, draft.changes)
    return data


def _counted(data: CalendarData, agency: str | None, changes: Sequence[Change]) -> Calendar:
    """The calendar by which dates would be counted: of the whole draft, and half-way, for the next change is held against it."""
    try:
        return Calendar(data, agency)
    except WrongParent as wrong:
        why = f"Lịch của {agency} không thể dựa trên cơ quan đã ghi: cơ quan đó chưa có lịch riêng, hoặc lại dựa trên chính {agency}."
        raise NotPublishable(why, point=DAYS_OFF, field=_parent_of(changes)) from wrong
    except ValueError as broken:
        raise NotPublishable(f"Lịch của {agency or 'tỉnh'} không tính được: {UNCOUNTABLE}.", point=DAYS_OFF, field="changes") from broken


def _with_layers(data: CalendarData, changes: Sequence[Change]) -> CalendarData:
    """Every agency that the draft names has entries, whichever change comes first: one may build on another of the same draft."""
    named = {change.agency: Layer() for change in changes if change.agency is not None}
    return replace(data, agencies=named | data.agencies)


def _layer(data: CalendarData, agency: str | None) -> Layer:
    return data.province if agency is None else data.agencies[agency]


def _parent_of(changes: Sequence[Change]) -> str:
    """The first change that names a parent: only such a one can bring a wrong one."""
    return next((f"changes.{number}.parent" for number, change in enumerate(changes) if change.parent), "changes")


def _with_years(data: CalendarData, years: Sequence[OfficialYear]) -> CalendarData:
    fresh = {year.year for year in years}
    if not fresh:
        return data
    province = replace(
        data.province,
        holidays=tuple(entry for entry in data.province.holidays if entry.date.year not in fresh),
        swaps=tuple(entry for entry in data.province.swaps if entry.off.year not in fresh),
        make_ups=tuple(entry for entry in data.province.make_ups if entry.date.year not in fresh),
    )
    kept = tuple(year for year in data.official_years if year.year not in fresh)
    return replace(data, province=province, official_years=(*kept, *years))


def _check_years(base: CalendarData, data: CalendarData, years: Sequence[OfficialYear]) -> None:
    """An official year brings its own days off, no fewer than were estimated (BLLĐ Đ112)."""
    for number, each in enumerate(years):
        wanted, given = _days_off(base, each.year), _days_off(data, each.year)
        if len(given) < max(len(wanted), 1):
            missing = "; ".join(f"{say_date(entry.date)}: {entry.name}" for entry in wanted if entry not in given)
            raise NotPublishable(
                f"Năm {each.year} công bố chính thức có {len(given)} ngày nghỉ lễ, tết, dự kiến {len(wanted)}; ghi đủ cả ngày không đổi"
                + (f". Chưa có: {missing}." if missing else "."),
                point=DAYS_OFF,
                field=f"official_years.{number}",
            )


def _days_off(data: CalendarData, year: int) -> list[Holiday]:
    return [entry for entry in data.province.holidays if entry.date.year == year]


def _check_said(change: Change, number: int) -> None:
    if change == Change(agency=change.agency):
        raise NotPublishable("Thay đổi này không ghi gì.", point=DAYS_OFF, field=f"changes.{number}")


def _check_agency(change: Change, agencies: Collection[str], number: int) -> None:
    for name in ("agency", "parent"):
        code = getattr(change, name)
        if code is not None and code not in agencies:
            raise NotPublishable(f"Không có cơ quan {code} trong danh mục.", point=DAYS_OFF, field=f"changes.{number}.{name}")
    if change.parent is not None and change.agency is None:
        why = "Lịch của tỉnh không dựa trên lịch của cơ quan nào; hãy ghi cơ quan có lịch riêng."
        raise NotPublishable(why, point=DAYS_OFF, field=f"changes.{number}.parent")


def _check_dates(change: Change, number: int) -> None:
    """An entry of a year that no calendar counts would be in force and never mean anything: a slip of the keyboard."""
    for name in ("weeks", "opening", *ENTRIES):
        for place, entry in enumerate(getattr(change, name)):
            if not all(is_in_calendars(day) for day in _dates_of(entry)):
                raise NotPublishable(f"Lịch chỉ tính {SAID_YEARS}.", point=DAYS_OFF, field=f"changes.{number}.{name}.{place}")


def _dates_of(entry: Week | Holiday | Swap | MakeUp | Closure) -> tuple[date, ...]:
    if isinstance(entry, Swap):
        return entry.off, entry.work
    if isinstance(entry, Week):
        return () if entry.valid_from == date.min else (entry.valid_from,)
    return (entry.date,)


def _check_hours(change: Change, number: int) -> None:
    for place, closure in enumerate(change.closures):
        if closure.hours is not None:
            _check_half_day(closure.hours, f"changes.{number}.closures.{place}.hours")
    for name, read in (("weeks", work_of), ("opening", halves_of)):
        for place, week in enumerate(getattr(change, name)):
            _check_week(week, read, f"changes.{number}.{name}.{place}.days")


def _check_half_day(written: str, field: str) -> None:
    try:
        minutes_of(written)
    except ValueError:
        raise NotPublishable(NO_HALF_DAY, point=DAYS_OFF, field=field) from None


def _check_week(week: Week, read: Callable[[Week], object], field: str) -> None:
    try:
        read(week)
    except WrongWeek as wrong:
        raise NotPublishable(WRONG_WEEKS[wrong.kind], point=DAYS_OFF, field=field) from None


def _check_once(layer: Layer, change: Change, number: int) -> None:
    """A day is a holiday, swapped or made up once in a layer, an office shut once at the same hours: of two, their order would count."""
    left = _left(layer, change.taken_back)
    for names in (WHOLE_DAYS, ("closures",)):
        taken = {day for _, entry in _entries(left, names) for day in _days_of(entry)}
        for place, entry in _entries(change, names):
            if again := taken.intersection(_days_of(entry)):
                why = f"{say_date(min(day for day, _ in again))} ghi hai lần; muốn thay mục đang có thì ghi ngày ấy vào taken_back."
                raise NotPublishable(why, point=DAYS_OFF, field=f"changes.{number}.{place}")
            taken.update(_days_of(entry))


def _entries(of: Layer | Change, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Each with its place, as `swaps.0`."""
    for name in names:
        for place, entry in enumerate(getattr(of, name)):
            yield f"{name}.{place}", entry


def _days_of(entry: Holiday | Swap | MakeUp | Closure) -> list[tuple[date, str | None]]:
    """The days it is for; of a closure also the hours, for an office may be shut twice on a day."""
    return [(day, entry.hours if isinstance(entry, Closure) else None) for day in _dates_of(entry)]


def _check_swaps(before: Calendar, change: Change, number: int) -> None:
    """A swap takes a day that is worked and gives one that is not; a make-up day is a day of rest (BLLĐ Đ111, Đ112)."""
    for swap in change.swaps:
        if not before.is_working(swap.off):
            raise NotPublishable(f"{say_date(swap.off)} vốn là ngày nghỉ.", point=DAYS_OFF, field=f"changes.{number}.swaps")
        if before.is_working(swap.work):
            raise NotPublishable(f"{say_date(swap.work)} vốn là ngày làm việc.", point=DAYS_OFF, field=f"changes.{number}.swaps")
    for extra in change.make_ups:
        if before.is_working(extra.date):
            raise NotPublishable(f"{say_date(extra.date)} vốn là ngày làm việc.", point=DAYS_OFF, field=f"changes.{number}.make_ups")


def _with_change(data: CalendarData, change: Change) -> CalendarData:
    left = _left(_layer(data, change.agency), change.taken_back)
    new = Layer(
        parent=change.parent or left.parent,
        weeks=change.weeks or left.weeks,
        opening=change.opening or left.opening,
        holidays=(*left.holidays, *change.holidays),
        swaps=(*left.swaps, *change.swaps),
        make_ups=(*left.make_ups, *change.make_ups),
        closures=(*left.closures, *change.closures),
    )
    if change.agency is None:
        return replace(data, province=new)
    return replace(data, agencies={**data.agencies, change.agency: new})


def _left(layer: Layer, taken_back: Collection[date]) -> Layer:
    """Without the entries of these days."""
    kept = {name: tuple(entry for entry in getattr(layer, name) if not set(_dates_of(entry)) & set(taken_back)) for name in ENTRIES}
    return replace(layer, **kept)


def approved(known: CalendarVersion, newest: str, *, number: int, by: str, now: datetime, law: Law) -> CalendarVersion:
    """The draft in force. Refused when it is none, when its author approves it, or when another one was approved since it was drawn."""
    _must_be_draft(known, law)
    if by == known.drafted_by:
        raise Refused(
            "Người lập dự thảo không tự duyệt lịch; cần người thứ hai.", article=law.article("calendar_approval"), field="version"
        )
    if known.based_on != newest:
        why = f"Dự thảo dựa trên lịch {known.based_on}, nay đã có lịch {newest}; xin lập lại dự thảo."
        raise Refused(why, article=law.article("calendar_approval"), field="based_on")
    return replace(known, status="approved", number=number, decided_by=by, decided_at=now)


def withdrawn(known: CalendarVersion, *, by: str, now: datetime, law: Law) -> CalendarVersion:
    """The draft taken back; its name is not used again."""
    _must_be_draft(known, law)
    return replace(known, status="withdrawn", decided_by=by, decided_at=now)


def _must_be_draft(known: CalendarVersion, law: Law) -> None:
    if known.status != "draft":
        said = "đã được duyệt" if known.status == "approved" else "đã rút"
        raise Refused(f"Lịch {known.code} {said}.", article=law.article("calendar_approval"), field="version")
