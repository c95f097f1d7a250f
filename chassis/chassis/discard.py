"""Giving up a parked record for good: garbage that no mending makes readable must not stand in every list for ever.

Exactly one record is given up; what is parked behind it stays, to be redriven. The record is not counted as heard, for a good one may
have the sequence that it claimed; but where the numbering skips a sequence, a discarded record that claimed it is why, and no gap
(`chassis.skipped`).
"""

import hashlib
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

import msgspec

from chassis.parking import PARKED, Parked, held
from chassis.skipped import DISCARDED, Discarded
from chassis.store import Unit
from contracts import Envelope
from contracts.envelope import DamagedEnvelope

FIRST_NOW = "what was parked before it was discarded; not tried since"
"""The reason of a record that has become the first one."""


class Place(NamedTuple):
    """Where a record stands on the bus."""

    topic: str
    partition: int
    offset: int


def discard(unit: Unit, subject: str, reason: str, now: datetime, place: Place | None = None) -> Parked | None:
    """Give up the first record that is parked under that name, or the one at `place`, in the name of whoever acts; None without it."""
    rows = held(unit.session, subject)
    row = next((row for row in rows if place is None or (row.topic, row.partition, row.offset) == place), None)
    if row is None:
        return None
    unit.delete(PARKED, row.topic, row.partition, row.offset)
    unit.insert(DISCARDED, _given_up(row, reason, unit.because.actor, now))
    if row is rows[0] and len(rows) > 1:
        unit.put(PARKED, msgspec.structs.replace(rows[1], reason=FIRST_NOW))
    return row


def _given_up(row: Parked, reason: str, actor: str, now: datetime) -> Discarded:
    envelope = _envelope(row)
    return Discarded(
        topic=row.topic,
        partition=row.partition,
        offset=row.offset,
        subject=row.subject,
        digest=hashlib.sha256(row.value).hexdigest(),
        parked_reason=row.reason,
        parked_at=row.parked_at,
        reason=reason,
        discarded_by=actor,
        discarded_at=now,
        source=envelope.source if envelope else "",
        sequence=envelope.sequence if envelope else None,
    )


def _envelope(row: Parked) -> Envelope | None:
    with suppress(DamagedEnvelope):
        envelope = Envelope.from_headers(row.record().headers)
        return envelope if row.key == str(envelope.subject).encode() else None
    return None
