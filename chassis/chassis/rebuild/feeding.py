"""Partitions from an offset to an offset, into a service's own inbox; in this process or in several beside one another."""

import asyncio
import importlib
import logging
import multiprocessing
from collections.abc import Callable, Iterable, Sequence, Set
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from chassis.bus.reading import Place, reading
from chassis.catalogue import Catalogue
from chassis.clock import SystemClock
from chassis.collecting import FOLDED, collect_seldom
from chassis.consumer import record_from
from chassis.errors import Stop
from chassis.files import Files
from chassis.inbox import Inbox
from chassis.rebuild.bulk import BulkSession, Positions
from chassis.service import Blueprint, Parts
from chassis.settings import Settings
from chassis.store.postgres import PostgresDatabase
from chassis.store.statements import query
from chassis.vault import Content
from contracts.fact import VaultRef
from contracts.topics import DOSSIERS

BATCH = 5_000
_counter: Any = None
_ended: Any = None


@dataclass(frozen=True)
class Feed:
    """Whose views, where from, where to: all that a process needs that folds some of the partitions."""

    module: str
    dsn: str
    schema: str
    bootstrap: str
    topics: tuple[str, ...] = (DOSSIERS,)

    def blueprint(self) -> Blueprint:
        """The service's own."""
        found: Blueprint = importlib.import_module(self.module).BLUEPRINT
        return found


class NoVault:
    """A view is folded from facts alone: words are asked for when somebody reads it."""

    def put(self, dossier: UUID, kind: str, content: Content) -> VaultRef:
        raise Stop("a rebuild writes no words")

    def get(self, ref: VaultRef, purpose: str) -> Any:
        raise Stop("a rebuild reads no words")

    def get_many(self, refs: Iterable[VaultRef], purpose: str) -> dict[str, Any]:
        raise Stop("a rebuild reads no words")


def fold(feed: Feed, parts: dict[Place, int], tell: Callable[[int], None]) -> None:
    """Fold partitions up to these offsets, one after the other; `tell` is told of each batch. Raises what the inbox raises."""
    with psycopg.connect(feed.dsn) as conn:
        conn.execute(query(f'SET search_path TO "{feed.schema}"'))
        conn.execute("SET synchronous_commit TO off")
        given_up = discarded(conn)
        for place, end in parts.items():
            session = BulkSession(conn, positions(conn))
            asyncio.run(_partition(feed, session, place, end, given_up, tell))
            session.close()


def positions(conn: psycopg.Connection[Any]) -> Positions:
    """Where an inbox stands."""
    rows = conn.execute("SELECT topic, partition, next_offset, proof FROM inbox_position").fetchall()
    return {(topic, partition): (offset, proof) for topic, partition, offset, proof in rows}


def discarded(conn: psycopg.Connection[Any]) -> frozenset[tuple[str, int, int]]:
    """What an operator gave up: topic, partition, offset."""
    return frozenset(conn.execute('SELECT topic, partition, "offset" FROM discarded').fetchall())


async def _partition(
    feed: Feed, session: BulkSession, place: Place, end: int, given_up: Set[tuple[str, int, int]], tell: Callable[[int], None]
) -> None:
    start = session.stands(place)
    if start >= end:
        return
    database = PostgresDatabase(feed.blueprint().name, feed.dsn, pool_size=2)
    inbox = _inbox(feed, database, given_up)
    try:
        async with reading(feed.bootstrap) as reader:
            async for page in reader.pages(place, start, end, BATCH):
                inbox.apply([record_from(raw) for raw in page], session)
                tell(len(page))
    finally:
        database.close()


def _inbox(feed: Feed, database: PostgresDatabase, given_up: Set[tuple[str, int, int]]) -> Inbox:
    blueprint = feed.blueprint()
    assert blueprint.handle is not None
    parts = Parts(Settings(), database, SystemClock(), Catalogue(database), Files("memory:"), NoVault(), lambda: None)
    return Inbox(blueprint.handle(parts), SystemClock(), tables=blueprint.tables, prefetch_history=False, given_up=given_up)


class Beside:
    """Processes that fold beside one another. They start, and import what they need, as soon as this is made; `end` it."""

    def __init__(self, module: str, processes: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._counter, self._ended = context.Value("Q", 0), context.Event()
        given = (module, self._counter, self._ended)
        self._pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=given)
        for _ in range(processes):  # a process is started for each task that finds none idle
            self._pool.submit(_begun)

    def fold(self, feed: Feed, ends: dict[Place, int], tell: Callable[[int], None]) -> None:
        """As `fold`; `tell` is told a few times a second how many there are in all. Raises what the first of them raised."""
        heaviest = sorted(ends, key=lambda place: -ends[place])
        folding = {self._pool.submit(_fold_counted, feed, {place: ends[place]}) for place in heaviest}
        while folding:
            done, folding = wait(folding, timeout=0.2, return_when=FIRST_EXCEPTION)
            tell(self._counter.value)
            for each in done:
                each.result()

    def end(self) -> None:
        """Return when nobody folds any more: what is under way is given up at its next batch."""
        self._ended.set()
        self._pool.shutdown(cancel_futures=True)


def say_nothing_of_single_records() -> None:
    """In a process that only rebuilds: how many are parked is told at the end."""
    logging.getLogger("motcua.inbox").setLevel(logging.CRITICAL)


class GivenUp(Exception):
    """Another part of the same rebuild failed, or it was ended."""


def _begin(module: str, counter: Any, ended: Any) -> None:
    global _counter, _ended
    _counter, _ended = counter, ended
    say_nothing_of_single_records()
    importlib.import_module(module)
    collect_seldom(FOLDED)


def _begun() -> None:
    """Nothing: only to have a process."""


def _fold_counted(feed: Feed, parts: dict[Place, int]) -> None:
    fold(feed, parts, _add)


def _add(number: int) -> None:
    if _ended.is_set():
        raise GivenUp
    with _counter.get_lock():
        _counter.value += number


def stands(conn: psycopg.Connection[Any], schema: str, topics: Sequence[str]) -> dict[Place, int]:
    """How far a service has come in these topics."""
    rows = conn.execute(
        query(f'SELECT topic, partition, next_offset FROM "{schema}".inbox_position WHERE topic = ANY(%s)'), (list(topics),)
    ).fetchall()
    return {(topic, partition): offset for topic, partition, offset in rows}


__all__ = ["Beside", "Feed", "fold", "stands"]
