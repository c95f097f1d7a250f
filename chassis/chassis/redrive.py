"""Trying parked records again: first in a preview that keeps nothing, then for good, whole or not at all."""

from dataclasses import dataclass

from chassis.errors import Retry
from chassis.inbox import Gap, Inbox, reason_of
from chassis.parking import PARKED
from chassis.store import Session, Unit


@dataclass(frozen=True)
class Preview:
    """What a redrive would do now: how many records it would apply, the facts that they would lead to, or why it would fail."""

    applied: int
    facts: tuple[str, ...]
    fails: str


def redrive(inbox: Inbox, unit: Unit, subject: str) -> int:
    """Try the parked records of a dossier again, in order, within a unit; how many were applied. Raises what a record raises."""
    rows = unit.session.find(PARKED, [("subject", "=", subject)], ("topic", "partition", "offset"), claim=True)
    for row in rows:
        inbox.run(unit, [row.record()])
        unit.delete(PARKED, row.topic, row.partition, row.offset)
    return len(rows)


def preview(inbox: Inbox, session: Session, subject: str) -> Preview:
    """The same without a commit. Raises `Retry` when something is away."""
    unit = inbox.unit(session)
    try:
        with session.savepoint():
            applied = redrive(inbox, unit, subject)
            unit.flush()
    except Gap as gap:
        return Preview(0, (), f"Gap: {gap}")
    except Retry:
        raise
    except Exception as still:
        return Preview(0, (), reason_of(still))
    return Preview(applied, tuple(recorded.fact.TYPE for recorded in unit.recorded), "")
