"""Giving up parked records for good: garbage that no mending makes readable must not stand in every list for ever.

What was discarded counts as heard, as far as it can be read: the next fact of its dossier would else be a gap, which stops the inbox.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import msgspec

from chassis.inbox import HEARD, Heard
from chassis.parking import PARKED, Parked
from chassis.store import Table, Unit
from contracts import Envelope
from contracts.envelope import DamagedEnvelope


class Discarded(msgspec.Struct, frozen=True, kw_only=True):
    """Who gave a record up, when and why. `digest` is the SHA-256 of its value, which stays on the topic."""

    topic: str
    partition: int
    offset: int
    subject: str
    digest: str
    parked_reason: str
    parked_at: datetime
    reason: str
    discarded_by: str
    discarded_at: datetime


DISCARDED = Table("discarded", Discarded, ("topic", "partition", "offset"))


def discard(unit: Unit, subject: str, reason: str, now: datetime) -> int:
    """Give up everything that is parked under that name, in the name of whoever acts; how many records."""
    rows = unit.session.find(PARKED, [("subject", "=", subject)], ("topic", "partition", "offset"), claim=True)
    for row in rows:
        unit.delete(PARKED, row.topic, row.partition, row.offset)
        unit.insert(DISCARDED, _given_up(row, reason, unit.because.actor, now))
    _count_as_heard(unit, rows)
    return len(rows)


def _given_up(row: Parked, reason: str, actor: str, now: datetime) -> Discarded:
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
    )


def _count_as_heard(unit: Unit, rows: Sequence[Parked]) -> None:
    """Each record follows the last one heard of its source, but for those before it that nobody can read."""
    unreadable = 0
    for row in rows:
        envelope = _envelope(row)
        if envelope is None:
            unreadable += 1
            continue
        heard = unit.get(HEARD, envelope.source, envelope.subject)
        last = heard.sequence if heard else 0
        if last < envelope.sequence <= last + 1 + unreadable:
            unit.put(HEARD, Heard(source=envelope.source, subject=envelope.subject, sequence=envelope.sequence))


def _envelope(row: Parked) -> Envelope | None:
    with suppress(DamagedEnvelope):
        envelope = Envelope.from_headers(row.record().headers)
        return envelope if row.key == str(envelope.subject).encode() else None
    return None
