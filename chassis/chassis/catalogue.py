"""Every service's own copy of the catalogue, kept from the compacted topic `catalogue.v1`."""

import threading
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

import msgspec

import worktime
from chassis.bus import Record
from chassis.errors import NotHeardOf
from chassis.ids import new_id
from chassis.store import Database, Session, Table, Unit
from contracts.calendar_version import CalendarVersion
from contracts.catalogue import Agency, Procedure, decode, in_force, settling_agencies
from contracts.catalogue import Record as Known
from contracts.outage import Outage


class CatalogueEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One record of the catalogue as this service heard it; `body` is the record's JSON text."""

    key: str
    kind: str
    id: str
    version: int
    valid_from: date
    valid_to: date | None
    body: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Which change of the copy was the last: every process of the service reads again when it is another one."""

    name: str
    change: UUID


MOST_TOLD = 3
"""So many changes of a calendar are told; an official year has many."""
ENTRIES = Table("catalogue_entry", CatalogueEntry, ("key",))
CHANGE = Table("catalogue_change", Change, ("name",))
LAST = "last"
BuiltCalendars = dict[tuple[str, str | None], worktime.Calendar]
"""By version, and by the agency whose own entries it counts."""


def keep(unit: Unit, record: Record) -> None:
    """Inbox entry for `catalogue.v1`."""
    if record.value is not None:
        put_entry(unit, decode(record.value))


def put_entry(unit: Unit, known: Known) -> None:
    """Keep a record, and say that the copy changed."""
    unit.put(ENTRIES, entry_of(known))
    unit.put(CHANGE, Change(name=LAST, change=new_id()))


def entry_of(known: Known) -> CatalogueEntry:
    """The row of a catalogue record."""
    return CatalogueEntry(
        key=known.key,
        kind=known.kind,
        id=known.code,
        version=getattr(known, "version", 1),
        valid_from=known.valid_from,
        valid_to=known.valid_to,
        body=msgspec.json.encode(known).decode(),
    )


class Copy:
    """The copy as it was read, with the ways in that commands take."""

    def __init__(self, records: dict[str, Known]) -> None:
        self.records = records
        self._settling: dict[tuple[str, int, str], tuple[Agency, ...]] = {}

    @cached_property
    def agencies(self) -> dict[str, Agency]:
        return {record.code: record for record in self.records.values() if isinstance(record, Agency)}

    @cached_property
    def versions(self) -> dict[str, list[Procedure]]:
        found: dict[str, list[Procedure]] = defaultdict(list)
        for record in self.records.values():
            if isinstance(record, Procedure):
                found[record.code].append(record)
        return dict(found)

    def settling(self, procedure: Procedure, receiving: Agency) -> tuple[Agency, ...]:
        """Found once for each procedure and place: every dossier filed there asks."""
        place = (procedure.code, procedure.version, receiving.code)
        if place not in self._settling:
            self._settling[place] = settling_agencies(procedure, receiving, self.agencies.values())
        return self._settling[place]

    @cached_property
    def calendars(self) -> list[CalendarVersion]:
        found = [record for record in self.records.values() if isinstance(record, CalendarVersion)]
        return sorted(found, key=lambda known: (known.drafted_at, known.code))

    @cached_property
    def newest_calendar(self) -> CalendarVersion | None:
        return max((known for known in self.calendars if known.number), key=lambda known: known.number, default=None)


class Catalogue:
    """Look-ups in the copy. Records are kept decoded in memory; `forget` after the inbox applied new ones.

    `look` now and then: the inbox of another process of the service may have applied some.
    """

    def __init__(self, database: Database, *, seen: Copy | None = None, built: BuiltCalendars | None = None) -> None:
        """`seen`: what was read already; `built`: calendars that somebody shares."""
        self._database = database
        self._lock = threading.Lock()
        self._copy = seen or Copy({})
        self._calendars: BuiltCalendars = {} if built is None else built
        self._loaded = seen is not None
        self._change: UUID | None = None

    def forget(self) -> None:
        """Read again at the next question."""
        self._loaded = False

    def empty(self) -> None:
        """As of a new database: nothing is read, and no calendar is built."""
        self._calendars.clear()
        self.forget()

    def look(self) -> None:
        """Forget what was read if the copy has changed since. Raises `Retry`."""
        with self._database.session() as session:
            changed = _change(session) != self._change
        if changed:
            self.forget()

    def within(self, session: Session) -> "Catalogue":
        """As this transaction sees it, whatever others publish meanwhile. Needs no second connection beside it."""
        return Catalogue(self._database, seen=Copy(_read(session)), built=self._calendars)

    def _now(self) -> Copy:
        if not self._loaded:
            with self._lock, self._database.session() as session:
                self._change = _change(session)  # first: what changes between the two questions is read again after the next look
                self._copy = Copy(_read(session))
                self._loaded = bool(self._copy.records)
        return self._copy

    def _all(self) -> dict[str, Known]:
        return self._now().records

    def agencies(self) -> Mapping[str, Agency]:
        """All agencies by code."""
        return self._now().agencies

    def agency(self, code: str) -> Agency:
        """One agency. Raises `NotHeardOf`."""
        record = self._all().get(f"agency/{code}")
        if not isinstance(record, Agency):
            self.forget()
            raise NotHeardOf(f"agency {code}")
        return record

    def procedure(self, code: str, version: int) -> Procedure:
        """One version of a procedure. Raises `NotHeardOf`."""
        record = self._all().get(f"procedure/{code}/{version}")
        if not isinstance(record, Procedure):
            self.forget()
            raise NotHeardOf(f"procedure {code}/{version}")
        return record

    def settling(self, procedure: Procedure, receiving: Agency) -> tuple[Agency, ...]:
        """Who may settle a dossier of this procedure that `receiving` receives."""
        return self._now().settling(procedure, receiving)

    def procedure_in_force(self, code: str, on: date) -> Procedure | None:
        """The version of a procedure in force on a date; None when there is none."""
        return in_force(self._now().versions.get(code, ()), on)

    def procedures(self) -> list[Procedure]:
        """Every version of every procedure."""
        return [version for versions in self._now().versions.values() for version in versions]

    def outages(self) -> list[Outage]:
        """Every declared outage, the oldest first."""
        found = [record for record in self._all().values() if isinstance(record, Outage)]
        return sorted(found, key=lambda outage: (outage.began_at, outage.code))

    # calendars
    def calendars(self) -> list[CalendarVersion]:
        """Every version that was ever drafted, the oldest first; those that come with `worktime` are not among them."""
        return list(self._now().calendars)

    def newest_calendar(self) -> CalendarVersion | None:
        """The version approved last; None while the one that comes with `worktime` holds."""
        return self._now().newest_calendar

    def calendar(self, agency: str, version: str | None = None) -> worktime.Calendar:
        """The calendar of an agency: the newest approved version unless one is named, as a dossier pins it. Raises `NotHeardOf`."""
        if version is None:
            newest = self.newest_calendar()
            return self._built(newest, agency) if newest else worktime.calendar(agency)
        if version in worktime.calendar_versions():
            return worktime.calendar(agency, version)
        return self._built(self.calendar_version(version), agency)

    def calendar_version(self, version: str) -> CalendarVersion:
        """One version by its name. Raises `NotHeardOf`."""
        record = self._all().get(f"calendar/{version}")
        if not isinstance(record, CalendarVersion):
            self.forget()
            raise NotHeardOf(f"calendar {version}")
        return record

    def calendar_number(self, version: str) -> int:
        """How many approved changes a version includes; 0 for one that comes with `worktime`. Raises `NotHeardOf`."""
        return 0 if version in worktime.calendar_versions() else self.calendar_version(version).number

    def calendar_cause(self, version: str, agency: str, since: datetime, until: datetime) -> str:
        """Why a date moved that was counted from `since` and lies not behind `until`: the paper that orders the version, and what is new
        in the agency's hours meanwhile. Raises `NotHeardOf`."""
        known = self.calendar_version(version)
        first, last = (worktime.in_viet_nam(moment).date() for moment in (since, until))
        new = self.calendar(agency, version).changes_since(self.calendar(agency, known.based_on), first, last)
        more = [f"và {len(new) - MOST_TOLD} thay đổi khác"] if len(new) > MOST_TOLD else []
        return known.document + (f" ({'; '.join([*new[:MOST_TOLD], *more])})" if new else "")

    def _built(self, known: CalendarVersion, agency: str) -> worktime.Calendar:
        """Versions never change, so what was built stays; agencies without entries of their own share their ancestor's."""
        province = self._calendars.get((known.code, None))
        if province is None:
            province = self._calendars[(known.code, None)] = worktime.calendar_from_data(known.data)
        place = (known.code, province.data.known(agency))
        if place not in self._calendars:
            self._calendars[place] = worktime.Calendar(province.data, place[1])
        return self._calendars[place]


def _read(session: Session) -> dict[str, Known]:
    return {row.key: decode(row.body.encode()) for row in session.find(ENTRIES)}


def _change(session: Session) -> UUID | None:
    found = session.rows(CHANGE, [(LAST,)])
    return found[0].change if found else None
