"""Timers are rows: due at a time, claimed so that two processes never fire the same one, fired once."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from chassis.clock import Clock
from chassis.ids import Ids, new_id
from chassis.store import Because, Database, Table, Unit


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """`name` says what is due about `subject`; `detail` tells timers of one name and dossier apart."""

    name: str
    subject: UUID
    due_at: datetime
    detail: str = ""


TIMERS = Table("timer", Timer, ("name", "subject", "detail"))
Fire = Callable[[Unit, Timer], None]


def fire_due(database: Database, clock: Clock, fire: Fire, *, limit: int = 50, ids: Ids = new_id) -> int:
    """Fire what is due, and forget it, in one transaction; how many."""
    with database.session() as session:
        due = session.find(TIMERS, [("due_at", "<=", clock.now())], ("due_at",), limit=limit, claim=True)
        if due:
            unit = Unit(session, Because(actor="system", correlation=UUID(int=0)), ids=ids)
            for timer in due:
                unit.because = Because(actor="system", correlation=timer.subject)
                unit.delete(TIMERS, timer.name, timer.subject, timer.detail)
                fire(unit, timer)
            unit.commit()
        return len(due)
