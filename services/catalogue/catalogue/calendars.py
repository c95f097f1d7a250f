"""Commands on calendar versions: load, ask the domain, publish."""

from datetime import datetime
from uuid import UUID

import msgspec

import worktime
from catalogue.application import alone_with, one_after_the_other, put
from catalogue.domain import NotPublishable
from catalogue.domain import calendars as domain
from chassis.catalogue import ENTRIES, Catalogue
from chassis.http.problem import ProblemError
from chassis.ids import new_id
from chassis.store import Unit
from contracts.calendar_version import CalendarVersion
from contracts.catalogue import decode
from contracts.refusal import Law, Refused

NO_SUBJECT = UUID(int=0)
CHANGES = "calendar-change"


def in_force(catalogue: Catalogue) -> worktime.CalendarData:
    """The calendar that new dossiers pin: the newest approved one, else the newest that comes with `worktime`."""
    newest = catalogue.newest_calendar()
    return worktime.calendar_from_data(newest.data).data if newest else worktime.calendar().data


def draft(unit: Unit, catalogue: Catalogue, wish: domain.Draft, by: str, now: datetime, law: Law) -> CalendarVersion:
    """Draft a version; its name must be new."""
    catalogue = alone_with(unit, catalogue)
    if unit.get(ENTRIES, f"calendar/{wish.version}") or wish.version in worktime.calendar_versions():
        raise Refused("Tên phiên bản lịch này đã dùng.", article=law.article("calendar_approval"), field="version")
    base = in_force(catalogue)
    known_since = worktime.in_viet_nam(now).date()
    try:
        data = domain.drawn(base, wish, known_since, catalogue.agencies())
    except NotPublishable as no:
        raise no.under(law) from no
    known = CalendarVersion(
        code=wish.version,
        based_on=base.version,
        document=wish.document,
        known_since=known_since,
        data=msgspec.to_builtins(data),
        drafted_by=by,
        drafted_at=now,
        change=new_id(),
    )
    put(unit, known, now)
    return known


def approve(unit: Unit, version: str, by: str, now: datetime, law: Law) -> CalendarVersion:
    """Approve a draft."""
    one_after_the_other(unit)
    known, number = _load(unit, version), unit.ordinal(CHANGES)
    approved = domain.approved(known, _newest(unit), number=number, by=by, now=now, law=law)
    put(unit, approved, now)
    return approved


def withdraw(unit: Unit, version: str, by: str, now: datetime, law: Law) -> CalendarVersion:
    """Take a draft back."""
    one_after_the_other(unit)
    known = domain.withdrawn(_load(unit, version), by=by, now=now, law=law)
    put(unit, known, now)
    return known


def _load(unit: Unit, version: str) -> CalendarVersion:
    entry = unit.get(ENTRIES, f"calendar/{version}")
    if entry is None:
        raise ProblemError(404, "Không có lịch này.")
    return _read(entry.body)


def _newest(unit: Unit) -> str:
    entries = unit.find(ENTRIES, [("kind", "=", CalendarVersion.kind), ("version", ">", 0)], ("-version",), limit=1)
    return entries[0].id if entries else worktime.calendar().version


def _read(body: str) -> CalendarVersion:
    known = decode(body.encode())
    assert isinstance(known, CalendarVersion)
    return known
