"""The relay: stored facts go to the bus, in pages, in order; the position moves when the whole page is stored there.

A crash between sending and moving the position sends the page again: readers skip by `ce_sequence`.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable

import psycopg

from chassis.bell import Bell
from chassis.bus import Bus, Record
from chassis.errors import Retry
from chassis.migrate import lock_key
from chassis.store.postgres import PostgresDatabase
from chassis.store.session import Database, OutgoingFact
from chassis.store.silence import leader_connection
from chassis.telemetry.metrics import Metrics
from chassis.telling import Telling
from chassis.threads import in_loop_thread
from contracts.envelope import plain

log = logging.getLogger("motcua.relay")
PAGE = 4000
"""Each page needs an instant without writers: a backlog goes in few large ones."""
QUIET_SECONDS, SAFETY_NET_SECONDS = 0.05, 5.0
"""Without a bell it looks again after so long, then after twice as long, and so on: a writer that held on may give up silently."""
BREATH_SECONDS, SHORTEST_BREATH_SECONDS, LONGEST_BREATH_SECONDS = 0.003, 0.02, 0.1
"""For each fact of a page that was not full, at least and at most: a lone fact leaves at once, those that follow closely leave together."""

Outbound = Callable[[OutgoingFact], Record]
"""A service's `outbound.py`: the record of a stored fact."""


def record_of(topic: str, fact: OutgoingFact) -> Record:
    """The record of a fact: key = dossier id, headers from the envelope alone, value = the stored bytes."""
    return Record(topic, plain(fact.envelope.subject), fact.value, tuple(fact.envelope.headers()))


class Relay:
    """Moves pages while it is the active one; `step` is one page, for deterministic runs and tests."""

    def __init__(self, database: Database, bus: Bus, outbound: Outbound, metrics: Metrics | None = None) -> None:
        self._database = database
        self._bus = bus
        self._outbound = outbound
        self._metrics = metrics
        self._position: int | None = None
        self.bell = Bell()
        self.active = False
        self.turned_at = 0.0

    async def step(self) -> int:
        """Send one page; the number of facts sent. Raises `Retry`."""
        if self._position is None:
            self._position = await in_loop_thread(self._database.relay_position)
        page = await in_loop_thread(self._database.page, self._position, PAGE)
        if page:
            await self._bus.send([self._outbound(fact) for fact in page])
            await in_loop_thread(self._database.set_relay_position, page[-1].position)
            self._position = page[-1].position
            if self._metrics:
                self._metrics.relayed.inc(len(page))
        return len(page)

    async def run(self) -> None:
        """Until cancelled: send, and sleep until the bell rings."""
        pause, quiet, telling = 0.1, QUIET_SECONDS, Telling(log, "relay")
        while True:
            self.turned_at = asyncio.get_running_loop().time()
            try:
                sent = await self.step()
                if sent == 0:
                    rang = await self.bell.wait(quiet)
                    quiet = QUIET_SECONDS if rang else min(quiet * 2, SAFETY_NET_SECONDS)
                elif sent < PAGE:
                    await asyncio.sleep(_breath(sent))
                telling.goes_on()
                pause = 0.1
            except Exception as away:
                self._position = None
                telling.waits(away)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)


def _breath(sent: int) -> float:
    return min(max(sent * BREATH_SECONDS, SHORTEST_BREATH_SECONDS), LONGEST_BREATH_SECONDS)


class Leadership:
    """One active relay a service: whoever holds the session lock. Stand-bys ask once a second."""

    def __init__(self, database: PostgresDatabase, relay: Relay) -> None:
        self._database = database
        self._relay = relay
        self._key = lock_key(database.schema) + 2

    async def run(self) -> None:
        """Until cancelled: become the leader, relay while the lock holds, start again when it is lost."""
        while True:
            try:
                await self._lead()
            except Exception as lost:
                log.warning("relay lost its lock", extra={"why": type(lost).__name__})
            self._relay.active = False
            await asyncio.sleep(1)

    async def _lead(self) -> None:
        async with await leader_connection(self._database.dsn) as conn:
            while not await self._try_lock(conn):
                self._relay.turned_at = asyncio.get_running_loop().time()
                await asyncio.sleep(1)
            self._relay.active = True
            self._relay._position = None
            await conn.execute(f'LISTEN "{self._channel}"')
            await _first_to_end(self._relay.run(), self._listen(conn))

    @property
    def _channel(self) -> str:
        return f"relay_{self._database.schema}"

    async def _try_lock(self, conn: psycopg.AsyncConnection) -> bool:
        row = await (await conn.execute("SELECT pg_try_advisory_lock(%s)", (self._key,))).fetchone()
        return bool(row and row[0])

    async def _listen(self, conn: psycopg.AsyncConnection) -> None:
        """Appends of other processes; also notices when the connection, and with it the lock, is gone."""
        while True:
            async for _ in conn.notifies(timeout=5):
                self._relay.bell.ring()
            await conn.execute("SELECT 1")


class Doorbell:
    """In a process whose relay stands by: tells the active one by NOTIFY, at most every 20 ms, outside the append."""

    def __init__(self, database: PostgresDatabase, relay: Relay) -> None:
        self._database = database
        self._relay = relay
        self._wanted: asyncio.Event = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def ring(self) -> None:
        """Safe from any thread."""
        if not self._relay.active and not self._wanted.is_set():
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._wanted.set)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            with contextlib.suppress(Retry):
                await in_loop_thread(self._notify)
            await asyncio.sleep(0.02)

    def _notify(self) -> None:
        with self._database.connection() as conn:
            conn.execute("SELECT pg_notify(%s, '')", (f"relay_{self._database.schema}",))


async def _first_to_end(*coroutines: object) -> None:
    tasks = [asyncio.ensure_future(c) for c in coroutines]  # type: ignore[call-overload]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
