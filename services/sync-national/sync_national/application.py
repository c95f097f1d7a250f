"""Delivery: claim the first undelivered message of each dossier, send it, and mark it with the fact in one transaction.

A claim is a lease in the row, so no transaction is open while the portal answers; a message whose sender died is sent again under
the same Idempotency-Key when the lease ends.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from chassis.couriers import still_leased
from chassis.store import Because, Database, Session, Unit
from contracts.dossier.national import PortalAcknowledged, PortalParked
from sync_national.domain import Again, Delivered, Outcome, pause
from sync_national.views import OUTGOING, Outgoing

Tried = tuple[Outgoing, Outcome]
"""A message and what came of sending it."""
LEASE = timedelta(seconds=60)
BEHIND = timedelta(seconds=2)


def claim(database: Database, now: datetime, limit: int) -> list[Outgoing]:
    """Messages to send now, at most one a dossier, each leased to the caller. `now` is real time."""
    with database.session() as session:
        due = session.find(
            OUTGOING, [("state", "=", "waiting"), ("next_try_at", "<=", now)], ("next_try_at", "dossier", "n"), limit=limit, claim=True
        )
        if not due:
            return []
        before = {(row.dossier, row.n): row for row in session.rows(OUTGOING, [(row.dossier, row.n - 1) for row in due])}
        unit = _unit(session)
        ready = [taken for row in due if (taken := _take(unit, row, before.get((row.dossier, row.n - 1)), now))]
        unit.commit()
    return ready


def _take(unit: Unit, row: Outgoing, before: Outgoing | None, now: datetime) -> Outgoing | None:
    if before is None or before.state == "delivered":
        leased = msgspec.structs.replace(row, attempts=row.attempts + 1, next_try_at=now + LEASE)
        unit.put(OUTGOING, leased)
        return leased
    if before.state in ("parked", "held"):
        unit.put(OUTGOING, msgspec.structs.replace(row, state="held"))
    else:
        unit.put(OUTGOING, msgspec.structs.replace(row, next_try_at=max(before.next_try_at, now + BEHIND)))
    return None


def settle(database: Database, tried: Sequence[Tried], *, real_now: datetime, now: datetime) -> None:
    """Write what came of the tries in one transaction; of a lease that has passed to somebody else nothing. `now` dates the facts."""
    with database.session() as session:
        ours = still_leased(session, OUTGOING, tried)
        unit = _unit(session)
        unit.prefetch([sent.dossier for sent, outcome in ours if not isinstance(outcome, Again)])
        unit.prefetch_rows(OUTGOING, [(sent.dossier, sent.n + 1) for sent, outcome in ours if isinstance(outcome, Delivered)])
        for sent, outcome in ours:
            unit.because = _because(sent)
            _settle(unit, sent, outcome, real_now, now)
        unit.commit()


def _settle(unit: Unit, sent: Outgoing, outcome: Outcome, real_now: datetime, now: datetime) -> None:
    if isinstance(outcome, Again):
        unit.put(OUTGOING, msgspec.structs.replace(sent, next_try_at=real_now + pause(sent.attempts, outcome.wait), answer=outcome.why))
    elif isinstance(outcome, Delivered):
        _acknowledge(unit, sent, outcome, real_now, now)
    else:
        code = outcome.answer_code
        unit.put(OUTGOING, msgspec.structs.replace(sent, state="parked", answer=code))
        parked = PortalParked(effective_at=now, recorded_at=now, message=str(sent.fact), status=sent.status, answer_code=code)
        unit.record(sent.dossier, parked)


def _acknowledge(unit: Unit, sent: Outgoing, outcome: Delivered, real_now: datetime, now: datetime) -> None:
    unit.put(OUTGOING, msgspec.structs.replace(sent, state="delivered", delivered_at=real_now, answer=None))
    following = unit.get(OUTGOING, sent.dossier, sent.n + 1)
    if following is not None and following.state == "waiting":
        unit.put(OUTGOING, msgspec.structs.replace(following, next_try_at=real_now))
    acknowledged = PortalAcknowledged(
        effective_at=now,
        recorded_at=now,
        message=str(sent.fact),
        status=sent.status,
        attempts=sent.attempts,
        request_digest=outcome.request_digest,
        answer_digest=outcome.answer_digest,
    )
    unit.record(sent.dossier, acknowledged)


def redrive(unit: Unit, dossier: UUID, now: datetime) -> int:
    """Let a parked dossier's messages go again, in order; how many."""
    rows = unit.find(OUTGOING, [("dossier", "=", dossier), ("state", "in", ["parked", "held"])], ("n",))
    for row in rows:
        unit.put(OUTGOING, msgspec.structs.replace(row, state="waiting", attempts=0, next_try_at=now))
    return len(rows)


def _unit(session: Session) -> Unit:
    return Unit(session, Because(actor="system", correlation=UUID(int=0)))


def _because(sent: Outgoing) -> Because:
    return Because(actor="system", correlation=sent.correlation, causation=sent.fact, traceparent=sent.traceparent)
