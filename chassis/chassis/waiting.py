"""What waits in a service's database: facts for the relay, parked records, due timers. Asked by `ready` and by the gauges."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from chassis.clock import Clock
from chassis.parking import PARKED
from chassis.store import Database
from chassis.store.session import Backlog
from chassis.timers import TIMERS

STILL_SECONDS = 30.0
"""A fact that the relay leaves so long while it may send is no delay any more."""


@dataclass(frozen=True)
class Waiting:
    """`backlog` is the relay's, `parked` counts records, `due` timers that should have fired."""

    backlog: Backlog
    parked: int
    due: int


def waiting(database: Database, clock: Clock) -> Waiting:
    """Count now. Raises `Retry` when the database is away."""
    backlog = database.backlog()
    with database.session() as session:
        return Waiting(backlog, session.count(PARKED), session.count(TIMERS, [("due_at", "<=", clock.now())]))


class RelayWatch:
    """Whether the oldest waiting fact is the same one as long ago: then the relay stands still, whoever of the processes leads it."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._oldest: int | None = None
        self._since = 0.0

    def stands_still(self, backlog: Backlog) -> bool:
        now = self._seconds()
        if backlog.oldest != self._oldest:
            self._oldest, self._since = backlog.oldest, now
        return backlog.oldest is not None and now - self._since >= STILL_SECONDS
