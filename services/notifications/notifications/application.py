"""Delivery: claim what is due on a channel, send it, write what came of it.

A claim is a lease in the row, so no transaction is open while the gateway answers; a message whose sender died is sent again under the
same Idempotency-Key when the lease ends.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from chassis.couriers import still_leased
from chassis.store import Because, Database, Session, Unit
from notifications.domain import Again, Delivered, Outcome, pause
from notifications.views import DELIVERY, Channel, Delivery

Tried = tuple[Delivery, Outcome]
"""A notice and what came of sending it."""
LEASE = timedelta(seconds=60)


def claim(database: Database, channel: Channel, now: datetime, limit: int) -> list[Delivery]:
    """Notices of a channel to deliver now, each leased to the caller. `now` is real time."""
    with database.session() as session:
        where = [("channel", "=", channel), ("state", "=", "waiting"), ("next_try_at", "<=", now)]
        due = session.find(DELIVERY, where, ("next_try_at", "fact"), limit=limit, claim=True)  # type: ignore[arg-type]
        if not due:
            return []
        leased = [msgspec.structs.replace(row, attempts=row.attempts + 1, next_try_at=now + LEASE) for row in due]
        unit = _unit(session)
        for row in leased:
            unit.put(DELIVERY, row)
        unit.commit()
    return leased


def settle(database: Database, tried: Sequence[Tried], now: datetime) -> None:
    """Write what came of the tries in one transaction; of a lease that has passed to somebody else nothing."""
    with database.session() as session:
        unit = _unit(session)
        for sent, outcome in still_leased(session, DELIVERY, tried):
            unit.put(DELIVERY, _settled(sent, outcome, now))
        unit.commit()


def _settled(sent: Delivery, outcome: Outcome, now: datetime) -> Delivery:
    match outcome:
        case Delivered():
            return msgspec.structs.replace(sent, state="delivered", delivered_at=now, digest=outcome.digest, answer=None)
        case Again():
            return msgspec.structs.replace(sent, next_try_at=now + pause(sent.attempts), answer=outcome.why)
    return msgspec.structs.replace(sent, state=outcome.state, answer=outcome.why)


def _unit(session: Session) -> Unit:
    return Unit(session, Because(actor="system", correlation=UUID(int=0)))
