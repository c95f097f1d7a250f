"""A rebuild from beginning to end."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

import psycopg
from psycopg import sql

from chassis.inbox import HEARD
from chassis.rebuild.comparison import TableComparison, compare
from chassis.rebuild.copy import Copy, LockNotAvailable
from chassis.rebuild.feeding import Beside, Feed, fold, stands
from chassis.store import Table

Stage = Literal["reading", "indexing", "comparing", "switching"]
Progress = Callable[[Stage, int, int], None]
"""Told the stage, how many facts are folded and how many there are."""
CLOSE = 2_000
"""So few facts behind, the rest is folded while the service's inbox waits."""
TRIES = 20
WORTH_PROCESSES = 20_000
"""Starting processes takes a few seconds: fewer facts are folded by this one."""


class NotRebuildable(RuntimeError):
    """The service keeps more than the topic gives, or nothing."""


@dataclass(frozen=True)
class Outcome:
    """What a rebuild found. Nothing was switched when tables differ and that was not accepted.

    `parked`: how many records were, and how many are in the copy.
    """

    facts: int
    seconds: float
    tables: tuple[TableComparison, ...]
    switched: bool
    parked: tuple[int, int] = (0, 0)
    waited_seconds: float = 0.0

    @property
    def equal(self) -> bool:
        return all(table.equal for table in self.tables)


class Rebuild:
    """Builds a service's views anew. `owner_dsn` may make schemas; `feed.dsn` is the service's own role."""

    def __init__(self, owner_dsn: str, role: str, feed: Feed, *, processes: int = 2, progress: Progress = lambda *_: None) -> None:
        self._owner_dsn = owner_dsn
        self._role = role
        self._feed = feed
        self._processes = processes
        self._progress = progress
        self._blueprint = feed.blueprint()
        self._package = feed.module.partition(".")[0]
        self._schema = feed.schema
        if not self._blueprint.views:
            raise NotRebuildable(f"{self._blueprint.name} keeps no views that the topic alone gives")

    def run(self, *, accept: bool = False) -> Outcome:
        """Build, compare, switch, drop. Where the copy differs nothing is switched, unless that is accepted.

        Raises:
            NotRebuildable: the service keeps no views.
            Busy: it is being rebuilt already.
        """
        with psycopg.connect(self._owner_dsn, autocommit=True) as owner:
            copy = Copy(owner, self._schema, [table.name for table in self._blueprint.views])
            several = self._several(owner)
            try:
                copy.make(self._owner_dsn, self._blueprint.name, self._role, self._package)
                return self._build(owner, copy, accept, several)
            finally:
                if several:  # or somebody would still fold into what is dropped
                    several.end()
                with suppress(psycopg.OperationalError):  # why it was given up is what is told; the next one drops what is left
                    copy.drop()

    def _several(self, owner: psycopg.Connection[Any]) -> Beside | None:
        """Processes that fold, where there is enough for them; they start while the copy is made."""
        total = sum(stands(owner, self._schema, self._feed.topics).values())
        return Beside(self._feed.module, self._processes) if self._processes > 1 and total > WORTH_PROCESSES else None

    def _build(self, owner: psycopg.Connection[Any], copy: Copy, accept: bool, several: Beside | None) -> Outcome:
        feed = replace(self._feed, schema=copy.next)
        began = time.monotonic()
        facts = self._read(owner, feed, several)
        seconds = time.monotonic() - began
        self._progress("indexing", facts, facts)
        copy.index()
        self._catch_up(owner, feed)
        self._progress("comparing", facts, facts)
        tables = self._compare(owner, feed)
        outcome = Outcome(facts, seconds, tables, False, (self._parked(owner, self._schema), self._parked(owner, copy.next)))
        if not outcome.equal and not accept:
            return outcome
        self._progress("switching", facts, facts)
        return replace(outcome, switched=True, waited_seconds=self._switch(owner, copy, feed))

    def _parked(self, owner: psycopg.Connection[Any], schema: str) -> int:
        row = owner.execute(sql.SQL("SELECT count(*) FROM {}.parked").format(sql.Identifier(schema))).fetchone()
        return int(row[0]) if row else 0

    def _read(self, owner: psycopg.Connection[Any], feed: Feed, several: Beside | None) -> int:
        ends = stands(owner, self._schema, self._feed.topics)
        total = sum(ends.values())
        self._progress("reading", 0, total)
        if several:
            several.fold(feed, ends, lambda done: self._progress("reading", done, total))
        else:
            done = count_up()
            fold(feed, ends, lambda number: self._progress("reading", done(number), total))
        return total

    def _catch_up(self, owner: psycopg.Connection[Any], feed: Feed) -> None:
        """Fold what came meanwhile, until hardly anything is left."""
        while (behind := self._behind(owner, feed)) > 0:
            fold(feed, stands(owner, self._schema, self._feed.topics), lambda _: None)
            if behind < CLOSE:
                return

    def _behind(self, owner: psycopg.Connection[Any], feed: Feed) -> int:
        topics = self._feed.topics
        return sum(stands(owner, self._schema, topics).values()) - sum(stands(owner, feed.schema, topics).values())

    def _compare(self, owner: psycopg.Connection[Any], feed: Feed) -> tuple[TableComparison, ...]:
        """Both at one moment: the old views in a snapshot, the copy folded up to exactly where that snapshot stands."""
        with psycopg.connect(self._owner_dsn) as still:
            still.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            fold(feed, stands(still, self._schema, self._feed.topics), lambda _: None)
            compared: Sequence[Table[Any]] = (*self._blueprint.views, HEARD)
            return tuple(compare(still, self._schema, owner, feed.schema, table.name, table.key) for table in compared)

    def _switch(self, owner: psycopg.Connection[Any], copy: Copy, feed: Feed) -> float:
        """Seconds for which the inbox was held."""
        for _ in range(TRIES):
            self._catch_up(owner, feed)
            began = time.monotonic()
            try:
                with owner.transaction():
                    copy.fence()
                    fold(feed, stands(owner, self._schema, self._feed.topics), lambda _: None)
                    copy.switch()
                return time.monotonic() - began
            except LockNotAvailable:
                continue
        raise TimeoutError(f"{self._schema}: somebody holds the views for so long that they cannot be switched")


def count_up() -> Callable[[int], int]:
    """Adds up what it is told."""
    total = 0

    def add(number: int) -> int:
        nonlocal total
        total += number
        return total

    return add


__all__ = ["NotRebuildable", "Outcome", "Progress", "Rebuild", "Stage"]
