"""Trying parked records again: first in a preview that keeps nothing, then for good, from the first one on as far as it goes."""

from dataclasses import dataclass

import msgspec

from chassis.errors import Retry, VersionConflict
from chassis.inbox import Inbox, reason_of
from chassis.parking import PARKED, Parked, held
from chassis.store import Session


@dataclass(frozen=True)
class Redriven:
    """How many records were applied, the facts that they led to, how many are left, and the one that still cannot be handled, and why."""

    applied: int
    facts: tuple[str, ...]
    left: int
    stopped: Parked | None = None
    fails: str = ""


def redrive(inbox: Inbox, session: Session, subject: str) -> Redriven:
    """Apply the parked records of a dossier again, in order, up to the first that still fails; the session's owner commits.

    Raises `Retry` or `VersionConflict` when something is away or was faster: that is no verdict on a record.
    """
    rows = held(session, subject)
    facts: list[str] = []
    for number, row in enumerate(rows):
        try:
            facts += _one(inbox, session, row)
        except (Retry, VersionConflict):
            raise
        except Exception as still:
            why = reason_of(still)
            _say_why(inbox, session, row, why)
            return Redriven(number, tuple(facts), len(rows) - number, row, why)
    return Redriven(len(rows), tuple(facts), 0)


def preview(inbox: Inbox, session: Session, subject: str) -> Redriven:
    """The same, for a session that does not commit. Raises `Retry` when something is away."""
    return redrive(inbox, session, subject)


def _one(inbox: Inbox, session: Session, row: Parked) -> list[str]:
    with session.savepoint():
        unit = inbox.unit(session)
        inbox.run(unit, [row.record()])
        unit.delete(PARKED, row.topic, row.partition, row.offset)
        unit.flush()
    return [str(recorded.fact.TYPE) for recorded in unit.recorded]


def _say_why(inbox: Inbox, session: Session, row: Parked, why: str) -> None:
    unit = inbox.unit(session)
    unit.put(PARKED, msgspec.structs.replace(row, reason=why[:300]))
    unit.flush()
