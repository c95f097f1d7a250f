"""Parked records: what could not be handled, whole and in order, until somebody redrives it."""

import base64
from collections.abc import Iterable
from datetime import datetime

import msgspec

from chassis.bus import Record
from chassis.store import Session, Table


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """One record put aside. `headers` are pairs of name and base64 value."""

    topic: str
    partition: int
    offset: int
    subject: str
    key: bytes
    value: bytes
    headers: list[tuple[str, str]]
    reason: str
    parked_at: datetime

    def record(self) -> Record:
        """The record as it came."""
        headers = tuple((name, base64.b64decode(value)) for name, value in self.headers)
        return Record(self.topic, self.key, self.value, headers, self.partition, self.offset)


PARKED = Table("parked", Parked, ("topic", "partition", "offset"))


def subject_of(record: Record) -> str:
    """Under which name a record is parked: its key as text, whatever bytes it has."""
    return storable(record.key.decode(errors="replace"))


def storable(text: str) -> str:
    """Text that PostgreSQL takes."""
    return text.replace("\x00", "\ufffd")


def park(record: Record, reason: str, now: datetime) -> Parked:
    """The parked form of a record."""
    return Parked(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        subject=subject_of(record),
        key=record.key,
        value=record.value or b"",
        headers=[(storable(name), base64.b64encode(value).decode()) for name, value in record.headers],
        reason=reason,
        parked_at=now,
    )


def parked_of(session: Session, subject: str) -> list[Parked]:
    """What is parked under a name, in the order in which it came."""
    return in_order(session.find(PARKED, [("subject", "=", subject)]))


def held(session: Session, subject: str) -> list[Parked]:
    """The same, for who deals with it: until this session ends, an inbox waits that would park one more behind them."""
    rows: list[Parked] = []
    while (now := parked_of(session, subject)) != rows:
        rows = now
        session.hold(PARKED, [PARKED.key_of(row) for row in rows])
    return rows


def in_order(rows: Iterable[Parked]) -> list[Parked]:
    """By the time of parking; on a partition by offset even so, for a clock may have been set back."""
    latest: dict[tuple[str, int], datetime] = {}
    since: dict[int, datetime] = {}
    found = sorted(rows, key=lambda row: (row.topic, row.partition, row.offset))
    for row in found:
        place = (row.topic, row.partition)
        since[id(row)] = latest[place] = max(latest.get(place, row.parked_at), row.parked_at)
    return sorted(found, key=lambda row: since[id(row)])
