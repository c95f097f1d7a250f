"""Dossiers that the services themselves have lived through, as lines of COPY with gaps where copies differ.

The simulation runs the services' own routes, domains and inboxes over stores in memory. What they hold of a dossier then, every fact
and every row of every service, is a mould: its ids, code, applicant and numbers become gaps that `stamping` fills.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import msgspec

import worktime
from catalogue.province import load_data
from chassis.bus import Record
from chassis.ids import chance_from
from chassis.store import Table
from chassis.store.fact_rows import FACT_COLUMNS
from chassis.store.recorded import FactMapper, Recorded
from simulation.chance import SeededChance
from simulation.run import Run, Settings
from simulation.shop import Shop

NOW = datetime.combine(date(2026, 3, 30), time(9), worktime.VN)
"""Where the clock of a filled system stands: a Monday morning."""
ENDED = frozenset({3, 8, 10})
"""National statuses after which nothing happens."""
SHARED = frozenset({"catalogue_change", "catalogue_entry", "idempotency"})
"""Tables that no dossier owns."""
FACTS = tuple(name for name in FACT_COLUMNS.split(", ") if name != "position")
WANTED_FACTS = 10.0

ID, APPLICANT, CODE, REGISTER, LIFE = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"
"""The gaps. No line of COPY and no JSON holds such a character as it is."""
REGISTER_MARK = 8_300_000_000_000_001
_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}(?=-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})")
_APPLICANT = re.compile(rb"citizen-\d+")
_LIFE = re.compile(rb"NH\d{8}")

Place = tuple[str, str]
"""A service and one of its tables."""


@dataclass(frozen=True)
class Series:
    """The ordinals that copies of a mould take: copy `n` gets `n × step + first`. `step` moulds share the series."""

    name: str
    first: int = 1
    step: int = 1

    def ordinal(self, copy: int) -> int:
        return copy * self.step + self.first


@dataclass(frozen=True)
class Mould:
    """One dossier. `rows`: lines of COPY by service and table; `records`: those of the topic, in order."""

    dossier: str
    rows: dict[Place, bytes]
    records: tuple[Record, ...]
    receiving: str
    settling: str
    status: int
    agency: str = ""
    received_at: datetime | None = None
    code: Series | None = None
    register: Series | None = None
    facts: int = 0

    @property
    def ended(self) -> bool:
        return self.status in ENDED


class Town(Run):
    """A run that stops in the middle, and forgets nobody."""

    def up_to(self, until: datetime) -> None:
        """Everything that happens before a moment, and what is under way then arrives."""
        day = self.start
        while day < until:
            day = min(day + timedelta(days=1), until)
            self._expect(day)
            self.shop.run(day)
        self.shop.settle()
        if self.outcome.broken:
            raise AssertionError(self.outcome.broken[0])


Columns = dict[Place, tuple[str, ...]]
"""The columns of a table's lines, in order."""


@dataclass(frozen=True)
class Moulds:
    """Moulds in the order in which copies of them are made, and the columns of their lines."""

    each: tuple[Mould, ...]
    columns: Columns


def moulds(ended: int = 280, under_way: int = 40) -> Moulds:
    """Moulds of so many dossiers: some of the last weeks that have ended, some of the last days that have not.

    They have ten facts on the topic on average: the shortest of the ended ones are left out until that is so.
    """
    columns: Columns = {}
    old = [mould for mould in _lived(1, 25, 34, ended * 6 // 5, columns) if mould.ended][:ended]
    new = [mould for mould in _lived(2, 7, 8, under_way * 3, columns) if not mould.ended][:under_way]
    old.sort(key=lambda mould: mould.facts)
    while len(old) > 1 and sum(mould.facts for mould in [*old, *new]) < WANTED_FACTS * len([*old, *new]):
        del old[0]
    return Moulds(tuple(_numbered(_mixed(old, new))), columns)


def _mixed(old: Sequence[Mould], new: Sequence[Mould]) -> list[Mould]:
    """Open ones spread evenly among the ended ones, and lengths too."""
    places = [((n * 0.618033988749895) % 1, mould) for n, mould in enumerate(old)]
    places += [((n + 0.5) / len(new), mould) for n, mould in enumerate(new)]
    return [mould for _, mould in sorted(places, key=lambda place: place[0])]


def _lived(seed: int, days: int, before: int, dossiers: int, columns: Columns) -> list[Mould]:
    """What the services hold of dossiers that came over `days`, from `before` days before `NOW` on; their `columns` are noted."""
    settings = Settings(seed=seed, days=days, dossiers=dossiers, thorough=False, start=NOW.date() - timedelta(days=before))
    shop = Shop(tuple(load_data()))
    shop.clock.restart(settings.beginning)
    with chance_from(SeededChance(seed, shop.clock)):
        Town(settings, shop).up_to(NOW)
    return [_mould(shop, UUID(key.decode()), columns) for key in shop.bus.places]


def _mould(shop: Shop, dossier: UUID, columns: Columns) -> Mould:
    seen = shop.stations["tracking"].storage.tables["dossier"][(dossier,)]
    rows: dict[Place, bytes] = {}
    for name, station in shop.stations.items():
        for table, lines in _lines(name, station.storage, dossier, columns).items():
            rows[name, table] = _with_gaps(b"\n".join(lines), seen.code)
    records = tuple(_record_with_gaps(record, seen.code) for record in shop.bus.records(str(dossier).encode()))
    return Mould(
        dossier=_with_gaps(str(dossier).encode(), None).decode(),
        rows=rows,
        records=records,
        receiving=seen.receiving,
        settling=seen.settling,
        status=seen.status,
        agency=seen.code.rsplit("-", 2)[0] if seen.code else "",
        received_at=seen.received_at,
        facts=len(records),
    )


def _lines(service: str, storage: Any, dossier: UUID, columns: Columns) -> dict[str, list[bytes]]:
    lines: dict[str, list[bytes]] = defaultdict(list)
    for recorded in storage.streams.get(dossier, ()):
        lines["facts"].append(_fact(recorded))
        columns[service, "facts"] = FACTS
    for (name, _), row in storage.rows_about(dossier).items():
        if name not in SHARED:
            table: Table[Any] = Table(name, type(row), ())
            columns[service, name] = table.names
            lines[name].append(line_of(table.to_values(_marked(row))))
    return lines


def _fact(recorded: Recorded) -> bytes:
    stored = FactMapper().to_stored_event(msgspec.structs.replace(recorded, fact=_marked(recorded.fact)))
    b = stored.because
    ids = (stored.originator_id, stored.originator_version, stored.topic, stored.state, stored.event_id, stored.recorded_at)
    traceparent = b.traceparent or f"00-{b.correlation.hex}-{stored.event_id.hex[16:]}-00"
    return line_of((*ids, b.actor, b.correlation, b.causation, traceparent))


def _marked(row: Any) -> Any:
    """The register's ordinal is a number: a number that is nowhere else stands for its gap."""
    return msgspec.structs.replace(row, register_ordinal=REGISTER_MARK) if getattr(row, "register_ordinal", 0) else row


def line_of(values: Sequence[Any]) -> bytes:
    """Values as a line of COPY's text format, without its end."""
    return b"\t".join(map(_value, values))


def _value(value: Any) -> bytes:
    if value is None:
        return rb"\N"
    if isinstance(value, bool):
        return b"t" if value else b"f"
    if isinstance(value, bytes):  # bytea's own escapes, beneath those of COPY
        return _escaped(value.replace(b"\\", rb"\\"))
    if isinstance(value, int):
        return b"%d" % value
    return _escaped(value.isoformat().encode() if isinstance(value, date | datetime) else str(value).encode())


def _escaped(text: bytes) -> bytes:
    return text.replace(b"\\", rb"\\").replace(b"\t", rb"\t").replace(b"\n", rb"\n").replace(b"\r", rb"\r")


def _with_gaps(text: bytes, code: str | None) -> bytes:
    """`code` is the dossier's own, whose ordinal becomes a gap with the rest of it."""
    text = _LIFE.sub(LIFE, _APPLICANT.sub(APPLICANT, _ID.sub(ID, text)))
    text = text.replace(b"%d" % REGISTER_MARK, REGISTER)
    return text.replace(code.encode(), CODE) if code else text


def _record_with_gaps(record: Record, code: str | None) -> Record:
    """The value is the fact as its service stored it, but for the register's ordinal, which is marked after the encoding."""
    value = re.sub(rb'"register_ordinal":[1-9]\d*', b'"register_ordinal":%d' % REGISTER_MARK, record.value or b"")
    headers = tuple((name, _with_gaps(content, code)) for name, content in record.headers)
    return Record(record.topic, _with_gaps(record.key, code), _with_gaps(value, code), headers)


def _numbered(made: Sequence[Mould]) -> list[Mould]:
    """Moulds that share a series share its ordinals."""
    names = [_series(mould) for mould in made]
    steps = Counter(name for pair in names for name in pair if name)
    places: dict[str, Iterator[int]] = defaultdict(lambda: count(1))

    def series(name: str) -> Series | None:
        return Series(name, next(places[name]), steps[name]) if name else None

    return [replace(mould, code=series(code), register=series(register)) for mould, (code, register) in zip(made, names, strict=True)]


def _series(mould: Mould) -> tuple[str, str]:
    if mould.received_at is None:
        return "", ""
    day = worktime.in_viet_nam(mould.received_at)
    return f"code/{mould.agency}/{day:%y%m%d}", f"register/{mould.receiving}/{day:%Y}"


__all__ = [
    "APPLICANT",
    "CODE",
    "ENDED",
    "ID",
    "LIFE",
    "NOW",
    "REGISTER",
    "Columns",
    "Mould",
    "Moulds",
    "Place",
    "Series",
    "line_of",
    "moulds",
]
