"""Timers are rows: due at a time, claimed so that two processes never fire the same one, fired once."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from chassis.bell import Bell
from chassis.clock import Clock
from chassis.errors import Retry, VersionConflict
from chassis.ids import Ids, new_id
from chassis.store import Because, Changes, Database, Session, Table, Unit
from chassis.store.tables import Key
from chassis.threads import in_loop_thread


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """`name` says what is due about `subject`; `detail` tells timers of one name and dossier apart."""

    name: str
    subject: UUID
    due_at: datetime
    detail: str = ""


TIMERS = Table("timer", Timer, ("name", "subject", "detail"))
ORDER = ("due_at", "name", "subject", "detail")
PUT_OFF = timedelta(minutes=5)
LIMIT = 50
log = logging.getLogger("motcua.timers")
Fire = Callable[[Unit, Timer], None]


LOOK_SECONDS, LONGEST_SECONDS = 1.0, 5.0
"""Between two looks at least, and at most while nothing is due: another process of the service may have set a timer."""


def next_due(database: Database) -> datetime | None:
    """When the next timer is due; None where there is none."""
    with database.session() as session:
        first = session.find(TIMERS, (), ("due_at",), limit=1)
    return first[0].due_at if first else None


def fire_due(
    database: Database, clock: Clock, fire: Fire, *, limit: int = LIMIT, ids: Ids = new_id, tables: Sequence[Table[Any]] = ()
) -> int:
    """Fire what is due, and forget it, in one transaction; how many were looked at.

    A timer that fails is put off; one that waits for something is left as it is, and the next page is looked at, so that it
    holds up nobody. `tables` keyed by dossier are loaded for all of them at once.
    """
    after: Key | None = None
    while True:
        with database.session() as session:
            due = session.find(TIMERS, [("due_at", "<=", clock.now())], ORDER, after, limit, claim=True)
            waiting = _fire_page(session, due, clock, fire, ids, tables)
            session.commit()
        if len(due) < limit or len(waiting) < len(due):
            return len(due) - len(waiting)
        after = _place(due[-1])


def _fire_page(session: Session, due: Sequence[Timer], clock: Clock, fire: Fire, ids: Ids, tables: Sequence[Table[Any]]) -> Sequence[Timer]:
    """Those of a page that wait for something that is away."""
    try:
        _fire(session, due, fire, ids, tables)
        return []
    except Exception as failed:
        log.warning("timers are fired again one by one", extra={"why": type(failed).__name__})
        return [timer for timer in due if not _fire_or_put_off(session, timer, clock, fire, ids)]


def _place(timer: Timer) -> Key:
    return tuple(getattr(timer, name) for name in ORDER)


def _fire(session: Session, due: Sequence[Timer], fire: Fire, ids: Ids, tables: Sequence[Table[Any]] = ()) -> None:
    """All of them or none."""
    if not due:
        return
    with session.savepoint():
        unit = Unit(session, Because(actor="system", correlation=due[0].subject), ids=ids)
        for table in tables:
            unit.prefetch_rows(table, [(timer.subject,) for timer in due])
        for timer in due:
            unit.because = Because(actor="system", correlation=timer.subject)
            unit.delete(TIMERS, timer.name, timer.subject, timer.detail)
            fire(unit, timer)
        unit.flush()


def _fire_or_put_off(session: Session, timer: Timer, clock: Clock, fire: Fire, ids: Ids) -> bool:
    """Whether it was dealt with; False for one that waits and is to be tried again soon."""
    try:
        _fire(session, [timer], fire, ids)
    except (Retry, VersionConflict) as away:
        log.warning("a timer waits", extra={"timer": timer.name, "why": f"{type(away).__name__}: {away}"})
        return False
    except Exception:
        log.exception("a timer failed and is put off", extra={"timer": timer.name, "subject": timer.subject})
        session.flush(Changes(puts={TIMERS: {TIMERS.key_of(timer): _put_off(timer, clock)}}))
    return True


def _put_off(timer: Timer, clock: Clock) -> Timer:
    return msgspec.structs.replace(timer, due_at=clock.now() + PUT_OFF)


class TimerLoop:
    """Sleeps until the next timer is due; a rung bell, and `longest`, let it look sooner. `fired` is told how many fired.

    With a clock that can be moved on, `longest` is how late a timer may be. While it is `held` nothing fires, and nothing is forgotten.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        fire: Fire,
        fired: Callable[[int], None],
        longest: float,
        tables: Sequence[Table[Any]] = (),
        held: Callable[[], bool] = lambda: False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._fire = fire
        self._fired = fired
        self._longest = longest
        self._tables = tables
        self._held = held
        self.bell = Bell()

    async def run(self) -> None:
        """Until cancelled."""
        self.bell.attach()
        while True:
            seconds = await self._turn()
            await asyncio.sleep(min(seconds, LOOK_SECONDS))
            if seconds > LOOK_SECONDS:
                await self.bell.wait(seconds - LOOK_SECONDS)

    async def _turn(self) -> float:
        try:
            fired, seconds = await in_loop_thread(self._look)
        except Retry as away:
            log.warning("timers wait", extra={"why": str(away)})
            return LOOK_SECONDS
        except Exception:
            log.exception("a timer failed and will be tried again")
            return LOOK_SECONDS
        if fired:
            self._fired(fired)
        return seconds

    def _look(self) -> tuple[int, float]:
        """How many fired, and the seconds until the next look."""
        if self._held():
            return 0, LOOK_SECONDS
        due_at, now = next_due(self._database), self._clock.now()
        if due_at is None or due_at > now:
            left = self._longest if due_at is None else (due_at - now).total_seconds()
            return 0, min(left, self._longest)
        fired = fire_due(self._database, self._clock, self._fire, limit=LIMIT, tables=self._tables)
        return fired, 0.0 if fired == LIMIT else LOOK_SECONDS
