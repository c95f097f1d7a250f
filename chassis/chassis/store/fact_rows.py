"""Facts as rows of PostgreSQL, there and back."""

from collections.abc import Sequence
from typing import Any

from chassis.store.recorded import Because, Recorded, StoredFact
from chassis.store.session import OutgoingFact
from chassis.store.statements import Statement
from contracts import Envelope
from contracts.fact import decode

FACT_COLUMNS = (
    "originator_id, originator_version, position, topic, state, event_id, recorded_at, actor, correlation, causation, traceparent"
)
_TYPES = ("uuid", "bigint", "text", "bytea", "uuid", "timestamptz", "text", "uuid", "uuid", "text")
_ONE = f"SELECT append_one({', '.join(('%b' if t == 'bytea' else '%s') + f'::{t}' for t in _TYPES)})"
_MANY = f"SELECT * FROM append_many({', '.join(f'%b::{t}[]' for t in _TYPES)})"


def append_facts(stored: Sequence[StoredFact]) -> Statement:
    """The call that appends facts and gives their positions; without facts something that does nothing."""
    if not stored:
        return Statement("SELECT 0", [])
    if len(stored) == 1:
        return Statement(_ONE, list(_values(stored[0])))
    return Statement(_MANY, [list(column) for column in zip(*map(_values, stored), strict=True)])


def _values(s: StoredFact) -> tuple[Any, ...]:
    b = s.because
    ids = (s.originator_id, s.originator_version, s.topic, s.state, s.event_id, s.recorded_at)
    return (*ids, b.actor, b.correlation, b.causation, b.traceparent)


def stored_fact(row: tuple[Any, ...]) -> StoredFact:
    """The library's stored event from a row of `FACT_COLUMNS`."""
    because = Because(actor=row[7], correlation=row[8], causation=row[9], traceparent=row[10])
    return StoredFact(
        originator_id=row[0], originator_version=row[1], topic=row[3], state=row[4], event_id=row[5], recorded_at=row[6], because=because
    )


def recorded_fact(row: tuple[Any, ...]) -> Recorded:
    """The fact itself from a row of `FACT_COLUMNS`: what the library's mapper makes of the stored event, without one in between."""
    because = Because(actor=row[7], correlation=row[8], causation=row[9], traceparent=row[10])
    return Recorded(originator_id=row[0], originator_version=row[1], id=row[5], fact=decode(row[3], row[4]), because=because)


def outgoing(source: str, row: tuple[Any, ...]) -> OutgoingFact:
    """A fact on its way to the bus from a row of `FACT_COLUMNS`."""
    envelope = Envelope(
        id=row[5],
        type=row[3],
        source=source,
        subject=row[0],
        sequence=row[1],
        time=row[6],
        actor=row[7],
        correlation=row[8],
        causation=row[9],
        traceparent=row[10],
    )
    return OutgoingFact(row[2], envelope, row[4])
