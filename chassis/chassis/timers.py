"""Timers are rows: due at a time, claimed so that two processes never fire the same one, fired once."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from chassis.clock import Clock
from chassis.errors import Retry, VersionConflict
from chassis.ids import Ids, new_id
from chassis.store import Because, Changes, Database, Session, Table, Unit


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """`name` says what is due about `subject`; `detail` tells timers of one name and dossier apart."""

    name: str
    subject: UUID
    due_at: datetime
    detail: str = ""


TIMERS = Table("timer", Timer, ("name", "subject", "detail"))
PUT_OFF = timedelta(minutes=5)
log = logging.getLogger("motcua.timers")
Fire = Callable[[Unit, Timer], None]


def fire_due(database: Database, clock: Clock, fire: Fire, *, limit: int = 50, ids: Ids = new_id) -> int:
    """Fire what is due, and forget it, in one transaction; how many. A timer that fails is put off, its neighbours fire."""
    with database.session() as session:
        due = session.find(TIMERS, [("due_at", "<=", clock.now())], ("due_at",), limit=limit, claim=True)
        for timer in due:
            try:
                _fire_one(session, timer, fire, ids)
            except (Retry, VersionConflict):
                raise
            except Exception:
                log.exception("a timer failed and is put off", extra={"timer": timer.name, "subject": timer.subject})
                session.flush(Changes(puts={TIMERS: {TIMERS.key_of(timer): _put_off(timer, clock)}}))
        session.commit()
        return len(due)


def _fire_one(session: Session, timer: Timer, fire: Fire, ids: Ids) -> None:
    with session.savepoint():
        unit = Unit(session, Because(actor="system", correlation=timer.subject), ids=ids)
        unit.delete(TIMERS, timer.name, timer.subject, timer.detail)
        fire(unit, timer)
        unit.flush()


def _put_off(timer: Timer, clock: Clock) -> Timer:
    return msgspec.structs.replace(timer, due_at=clock.now() + PUT_OFF)
