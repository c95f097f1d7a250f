"""The job behind an approved calendar: pages of open clocks, each page one transaction of facts and rows.

A clock that was looked at for the change says so in its row, in the transaction that recorded its move: a crash loses a page at most,
nothing is moved twice, and a clock that is pinned to an older version later is found at the next look. Pages are claimed, so any number
of threads and processes may sweep at once.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from chassis.catalogue import ENTRIES, Catalogue
from chassis.clock import Clock
from chassis.errors import Duplicate, Retry, VersionConflict
from chassis.ids import Ids, new_id
from chassis.rescheduling.open_clocks import OPEN_CLOCKS, OpenClock
from chassis.store import Because, Changes, Condition, Database, Recorded, Session, Table
from chassis.store.tables import Key
from contracts import Fact
from contracts.calendar_version import CalendarVersion
from worktime import DueDate

log = logging.getLogger("motcua.rescheduling")
PAGE = 1000
TRIES = 6
ORDER = ("checked", "dossier", "clock")


Codes = Callable[[Session, Sequence[UUID]], Mapping[UUID, str]]
"""The codes of dossiers, of those that have one."""


def codes_in(table: Table[Any]) -> Codes:
    """What a table of dossiers says, whose rows have a `dossier` as their key and a `code`."""
    return lambda session, dossiers: {row.dossier: row.code for row in session.rows(table, [(d,) for d in dossiers]) if row.code}


@dataclass(frozen=True)
class Owner:
    """What a service that owns clocks says: how a move is recorded, and whether its clocks are judged by the minute.

    `codes` names dossiers as people do, where they have a code.
    `is_open` looks at the dossier's own facts once more, for clocks whose end may be recorded before their row is deleted.
    """

    fact: Callable[[OpenClock, DueDate, datetime], Fact]
    codes: Codes = lambda _session, _dossiers: {}
    by_minute: bool = False
    is_open: Callable[[Sequence[Fact]], bool] | None = None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a change has come here. `finished_at`: when no clock was left that had not been looked at."""

    code: str
    number: int
    started_at: datetime
    examined: int = 0
    moved: int = 0
    stuck: int = 0
    finished_at: datetime | None = None


PROGRESS = Table("calendar_change", Progress, ("code",))


class Sweep:
    """Looks at every open clock for the newest approved calendar, one claimed page after another."""

    def __init__(
        self, database: Database, catalogue: Catalogue, clock: Clock, owner: Owner, *, page: int = PAGE, ids: Ids = new_id
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._owner = owner
        self._page = page
        self._ids = ids
        self._after: Key | None = None

    def run(self) -> int:
        """Pages until no clock is left; how many clocks moved."""
        moved = 0
        while (done := self.step()) is not None:
            moved += done
        return moved

    def step(self) -> int | None:
        """One page; how many of its clocks moved, None when there is nothing to do. Raises `Retry`, `NotHeardOf`.

        Where a command was faster on a dossier of the page the page is done again, in the end dossier by dossier.
        """
        for attempt in range(TRIES):
            try:
                return self._once(max(1, self._page >> (3 * attempt)))
            except (VersionConflict, Duplicate):
                log.info("a page met a command and is done again", extra={"attempt": attempt})
        raise Retry("commands are faster")

    def left(self) -> int:
        """How many clocks have not been looked at for the newest calendar."""
        with self._database.session() as session:
            change = self._newest(session)
            return session.count(OPEN_CLOCKS, [("checked", "<", change.number)]) if change else 0

    def _once(self, limit: int) -> int | None:
        with self._database.session() as session:
            change = self._newest(session)
            if change is None:
                return None
            begun = _begun(session, change, self._clock.now())
            clocks = self._next(session, change, limit)
            if clocks:
                moved = self._record(session, change, clocks)
                self._after = tuple(getattr(clocks[-1], name) for name in ORDER)
                return moved
            if begun.finished_at is None and not session.count(OPEN_CLOCKS, [("checked", "<", change.number)]):
                _finish(session, change, self._clock.now())
            return None

    def _next(self, session: Session, change: CalendarVersion, limit: int) -> list[OpenClock]:
        """The page behind the last one: before it the index is full of rows that are done. When none are left there, from the beginning."""
        there: list[Condition] = [("checked", "<", change.number)]
        clocks = session.find(OPEN_CLOCKS, there, ORDER, self._after, limit, claim=True)
        if not clocks and self._after is not None:
            self._after = None
            clocks = session.find(OPEN_CLOCKS, there, ORDER, limit=limit, claim=True)
        return clocks

    def _newest(self, session: Session) -> CalendarVersion | None:
        """The newest version of the rows, not of memory: another process of this service may have heard it."""
        there = session.tally(ENTRIES, ["version"], [("kind", "=", CalendarVersion.kind), ("version", ">", 0)])
        number = max((int(version) for (version,) in there), default=0)
        known = self._catalogue.newest_calendar()
        if number > (known.number if known else 0):
            self._catalogue.forget()
            known = self._catalogue.newest_calendar()
        return known

    def _record(self, session: Session, change: CalendarVersion, clocks: Sequence[OpenClock]) -> int:
        now = self._clock.now()
        looked = [self._look(clock, change, now) for clock in clocks]
        rows = {OPEN_CLOCKS.key_of(row): row for row, _ in looked}
        moves = [(row.dossier, fact) for row, fact in looked if fact is not None]
        closed, versions = self._versions(session, list(dict.fromkeys(dossier for dossier, _ in moves)))
        facts = self._recorded([move for move in moves if move[0] not in closed], versions, change)
        progress = _held(session, change)
        told = replace(
            progress,
            examined=progress.examined + len(clocks),
            moved=progress.moved + len(facts),
            stuck=progress.stuck + sum(row.stuck is not None for row, _ in looked),
        )
        over = {key for key, row in rows.items() if row.dossier in closed}
        kept = {key: row for key, row in rows.items() if key not in over}
        puts: dict[Table[Any], dict[Key, Any]] = {OPEN_CLOCKS: kept, PROGRESS: {PROGRESS.key_of(told): told}}
        session.commit(Changes(facts=facts, puts=puts, deletes={OPEN_CLOCKS: over} if over else {}))
        return len(facts)

    def _look(self, clock: OpenClock, change: CalendarVersion, now: datetime) -> tuple[OpenClock, Fact | None]:
        try:
            calendar = self._catalogue.calendar(clock.agency, change.code)
            if clock.moves_to(calendar) is None:
                return replace(clock, checked=change.number, stuck=None), None
            told = clock.running.recount(calendar)
            fact = self._owner.fact(clock, told, now)
        except (ValueError, KeyError) as broken:
            log.error("a clock could not be counted anew", extra={"subject": clock.dossier, "why": type(broken).__name__})
            return replace(clock, checked=change.number, stuck=type(broken).__name__), None
        pinned = replace(
            clock, checked=change.number, calendar=change.code, due_at=told.due_at, original_due_at=told.original_due_at, stuck=None
        )
        return pinned, fact

    def _versions(self, session: Session, dossiers: Sequence[UUID]) -> tuple[set[UUID], dict[UUID, int]]:
        """The dossiers whose clock has ended after all, and the stream versions of the others."""
        if self._owner.is_open is None:
            return set(), session.versions(dossiers)
        histories = session.history(dossiers)
        closed = {dossier for dossier, facts in histories.items() if not self._owner.is_open([recorded.fact for recorded in facts])}
        return closed, {dossier: len(facts) for dossier, facts in histories.items()}

    def _recorded(self, moves: Sequence[tuple[UUID, Fact]], versions: dict[UUID, int], change: CalendarVersion) -> list[Recorded]:
        because = Because(actor=change.decided_by or "system", correlation=change.change)
        recorded = []
        for dossier, fact in moves:
            versions[dossier] += 1
            recorded.append(
                Recorded(originator_id=dossier, originator_version=versions[dossier], id=self._ids(), fact=fact, because=because)
            )
        return recorded


def _begun(session: Session, change: CalendarVersion, now: datetime) -> Progress:
    """The row of the job, made with its first page. Raises `Duplicate` where another process makes it just now."""
    for known in session.rows(PROGRESS, [(change.code,)]):
        return known
    begun = Progress(code=change.code, number=change.number, started_at=now)
    session.flush(Changes(inserts={PROGRESS: {PROGRESS.key_of(begun): begun}}))
    return begun


def _held(session: Session, change: CalendarVersion) -> Progress:
    """The row of the job as others left it, held from here to the end: only while a page is written, not while it is counted."""
    (held,) = session.hold(PROGRESS, [(change.code,)])
    return held


def _finish(session: Session, change: CalendarVersion, now: datetime) -> None:
    done = replace(_held(session, change), finished_at=now)
    session.commit(Changes(puts={PROGRESS: {PROGRESS.key_of(done): done}}))
