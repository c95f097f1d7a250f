"""Puts a service together: store, relay, inbox, timers and HTTP in one process.

A service's `main.py` fills a `Blueprint` and calls `run`. Tests and the simulation take the same parts without this room.
"""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from anyio import to_thread
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE

from chassis.bus import Record, connection
from chassis.bus.kafka import KafkaBus
from chassis.catalogue import Catalogue, keep
from chassis.clock import Clock, SystemClock
from chassis.consumer import Consumer
from chassis.errors import Retry
from chassis.files import Files
from chassis.http import Api, Auth, Command, create_app
from chassis.http.operations import add_parked_routes
from chassis.inbox import Handler, Inbox, Prepare
from chassis.maintenance import DatabaseMaintenance
from chassis.relay import Doorbell, Leadership, Outbound, Relay
from chassis.settings import Settings
from chassis.store import Database, Table
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry.logs import start_logging
from chassis.telemetry.metrics import Metrics
from chassis.telemetry.tracing import start_tracing, to_file
from chassis.threads import in_loop_thread, limit_requests
from chassis.timers import LONGEST_SECONDS, LOOK_SECONDS, Fire, TimerLoop
from chassis.tokens import Keys
from chassis.vault import HttpVault, Vault
from chassis.virtual_clock import DatabaseClock
from chassis.waiting import RelayWatch, Waiting, waiting
from contracts.topics import CATALOGUE, DOSSIERS

log = logging.getLogger("motcua.service")
MOST_IDLE_SECONDS = 120.0
CATALOGUE_SECONDS = 2.0
"""How long one process of a service may go by what another has replaced in their copy of the catalogue."""
GARBAGE = 20_000
"""Objects that are made before the collector looks for cycles among them."""
LEAST_ROOM = 20_000_000
"""Bytes: with less a file of the largest size cannot be stored."""


@dataclass
class Parts:
    """What a service is given to work with."""

    settings: Settings
    database: Database
    clock: Clock
    catalogue: Catalogue
    files: Files
    vault: Vault
    ring: Callable[[], None]
    real: Clock = field(default_factory=SystemClock)
    """For what does not live by a simulated clock: leases, and servers outside."""


Task = Callable[[], Coroutine[Any, Any, None]]


@dataclass
class Blueprint:
    """What makes a service this service. `handle`, `fire`, `routes` and `tasks` are made from the parts; None where there is none.

    `tables` keyed by dossier are loaded for a whole batch, and what `prepare` wants;
    `views` are those that the topic alone gives, and so can be rebuilt from it.
    """

    name: str
    version: str = "0.1.0"
    outbound: Outbound | None = None
    handle: Callable[[Parts], Handler] | None = None
    fire: Callable[[Parts], Fire] | None = None
    routes: Callable[[Api, Parts], None] | None = None
    tables: Sequence[Table[Any]] = ()
    views: Sequence[Table[Any]] = ()
    topics: Sequence[str] = (DOSSIERS,)
    hears_catalogue: bool = True
    prefetch_history: bool = True
    prepare: Prepare | None = None
    tasks: Callable[[Parts], Sequence[Task]] | None = None
    max_body: int = field(default=2 * 1024 * 1024)


class Process:
    """A running service: its loops, and whether they turn."""

    def __init__(self, blueprint: Blueprint, settings: Settings) -> None:
        self.blueprint = blueprint
        self.settings = settings
        self.metrics = Metrics(blueprint.name)
        self.database = PostgresDatabase(blueprint.name, settings.database_url, pool_size=settings.pool_size)
        self.maintenance = DatabaseMaintenance(self.database)
        self.clock = clock_of(settings)
        self.metrics.look = self._gauge
        self._watch = RelayWatch()
        self.relay: Relay | None = None
        self.consumer: Consumer | None = None
        self.timers: TimerLoop | None = None
        self._inbox: Inbox | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._started = False
        catalogue = Catalogue(self.database)
        vault = HttpVault(settings.vault_url, settings.service_token)
        self.parts = Parts(settings, self.database, self.clock, catalogue, Files(settings.files), vault, self._ring)

    def _ring(self) -> None:
        if self.relay is not None:
            self.relay.bell.ring()
        if self.timers is not None:
            self.timers.bell.ring()

    # loops
    async def start(self) -> None:
        """Start relay, inbox, timers and the service's own tasks."""
        blueprint = self.blueprint
        if blueprint.outbound is not None:
            self._start_relay(blueprint.outbound)
        topics = [*(blueprint.topics if blueprint.handle else ()), *((CATALOGUE,) if blueprint.hears_catalogue else ())]
        if topics:
            self._spawn("inbox", self._consume(topics))
        if blueprint.fire is not None:
            self._start_timers(blueprint.fire(self.parts))
        self._spawn("catalogue", self._look_at_catalogue())
        for task in blueprint.tasks(self.parts) if blueprint.tasks else ():
            self._spawn("task", task())
        self._started = True

    def _start_relay(self, outbound: Outbound) -> None:
        bus = KafkaBus(self.settings.kafka, f"{self.blueprint.name}-relay")
        self.relay = Relay(self.database, bus, outbound, self.metrics)
        self.relay.bell.attach()
        doorbell = Doorbell(self.database, self.relay)
        self.relay.bell.elsewhere = doorbell.ring
        self._spawn("relay", Leadership(self.database, self.relay).run())
        self._spawn("doorbell", doorbell.run())

    def _spawn(self, name: str, loop: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(loop, name=name)
        task.add_done_callback(_end_with)
        self._tasks.append(task)

    async def _consume(self, topics: Sequence[str]) -> None:
        blueprint = self.blueprint
        handle = blueprint.handle(self.parts) if blueprint.handle else _nothing
        inbox = Inbox(
            handle,
            self.clock,
            tables=blueprint.tables,
            entries={CATALOGUE: keep},
            prefetch_history=blueprint.prefetch_history,
            prepare=blueprint.prepare,
            metrics=self.metrics,
        )
        self._inbox = inbox
        name, told = self.settings.instance or f"{blueprint.name}-1", ""
        while True:
            self.consumer = Consumer(inbox, self.database, self.settings.kafka, topics, name, self.metrics, self._applied)
            try:
                await self.consumer.start()
                return
            except Exception as away:
                if (why := type(away).__name__) != told:
                    log.warning("inbox cannot join yet", extra={"why": why})
                told = why
                await asyncio.sleep(1)

    async def _look_at_catalogue(self) -> None:
        while True:
            await asyncio.sleep(CATALOGUE_SECONDS)
            with contextlib.suppress(Retry):
                await in_loop_thread(self.parts.catalogue.look)

    def inbox(self) -> Inbox:
        """Raises `Retry` before the loops were started."""
        if self._inbox is None:
            raise Retry("inbox")
        return self._inbox

    def _applied(self, records: Sequence[Record]) -> None:
        if any(record.topic == CATALOGUE for record in records):
            self.parts.catalogue.forget()
        self._ring()

    def _start_timers(self, fire: Fire) -> None:
        longest = LONGEST_SECONDS if self.settings.clock == "system" else LOOK_SECONDS
        self.timers = TimerLoop(self.database, self.clock, fire, self._timers_fired, longest, self.blueprint.tables, self._held)
        self._spawn("timers", self.timers.run())

    def _held(self) -> bool:
        return self.maintenance.now() is not None

    def _timers_fired(self, count: int) -> None:
        self.metrics.timers.inc(count)
        self._ring()

    async def stop(self) -> None:
        """End the loops: the inbox finishes its batch, the relay its page."""
        if self.consumer is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self.consumer.close(), 10)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.database.close()

    # health
    async def live(self) -> dict[str, Any]:
        """The loops turn, and the inbox holds partitions or has waited for them less than two minutes (aiokafka issue 1187)."""
        dead = [task.get_name() for task in self._tasks if task.done() and task.get_name() != "inbox"]
        idle = self.consumer.idle_seconds if self.consumer else 0.0
        return {"ok": not dead and idle < MOST_IDLE_SECONDS, "service": self.blueprint.name, "dead": dead, "idle_seconds": round(idle)}

    async def ready(self) -> dict[str, Any]:
        """The database answers, partitions are held and read, nothing has stopped."""
        state: dict[str, Any] = {"service": self.blueprint.name, "started": self._started}
        try:
            waits = await to_thread.run_sync(self._waiting)
        except Retry:
            return {**state, "ok": False, "why": self._in_words(["database"])}
        state |= {"relay_position": waits.backlog.position, "parked": waits.parked, "timers_due": waits.due}
        state["relay_backlog"] = waits.backlog.facts if self.blueprint.outbound else None
        hears = bool(self.blueprint.handle) or self.blueprint.hears_catalogue
        state["lag"] = await self._lag() if hears else 0
        state["stopped"] = self.consumer.stopped if self.consumer else None
        notice = await to_thread.run_sync(self.maintenance.now)
        state["maintenance"] = notice.notice if notice else None
        if isinstance(self.clock, DatabaseClock):
            state["clock"] = (await to_thread.run_sync(self.clock.now)).isoformat()
        reasons = [
            *([] if self._started else ["starting"]),
            *([f"inbox stopped: {state['stopped']}"] if state["stopped"] else []),
            *(["bus"] if state["lag"] is None else []),
            *([f"relay stands still, {waits.backlog.facts} facts behind"] if self._stands_still(waits) else []),
        ]
        return state | {"ok": not reasons, "why": self._in_words(reasons)}

    def _waiting(self) -> Waiting:
        return waiting(self.database, self.clock)

    def _stands_still(self, waits: Waiting) -> bool:
        return self.blueprint.outbound is not None and self._watch.stands_still(waits.backlog)

    def _in_words(self, reasons: list[str]) -> str | None:
        """Why it is not ready; a full disk is named beside what it made fail."""
        room = self.parts.files.room()
        if reasons and room is not None and room < LEAST_ROOM:
            reasons = [*reasons, f"disk full under {self.settings.files}: {room / 1e6:.1f} MB free"]
        return "; ".join(reasons) or None

    def _gauge(self) -> None:
        """While the database is away the last figures stand, and `ready` says so."""
        with contextlib.suppress(Retry):
            waits = self._waiting()
            self.metrics.backlog.set(waits.backlog.facts if self.blueprint.outbound else 0)
            self.metrics.parked_waiting.set(waits.parked)
            self.metrics.timers_due.set(waits.due if self.blueprint.fire else 0)

    async def _lag(self) -> int | None:
        if self.consumer is None:
            return None
        try:
            return await asyncio.wait_for(self.consumer.lag(), 3)
        except Exception:
            return None


def _end_with(task: asyncio.Task[None]) -> None:
    """A loop that died of a bug ends the process in order: its supervisor starts it anew, and the log says why."""
    if not task.cancelled() and (bug := task.exception()) is not None:
        log.critical("a loop died", exc_info=bug, extra={"loop": task.get_name()})
        os.kill(os.getpid(), signal.SIGTERM)


def _nothing(*_: object) -> None:
    """A service that hears only the catalogue."""


def clock_of(settings: Settings) -> Clock:
    """The clock that the settings name."""
    if settings.clock == "system":
        return SystemClock()
    if settings.env == "production":
        raise SystemExit("The virtual clock is refused in production: unset MOTCUA_CLOCK.")
    return DatabaseClock(settings.database_url)


def application(blueprint: Blueprint, settings: Settings) -> tuple[FastAPI, Process]:
    """The service's app, with its loops in the app's lifespan."""
    process = Process(blueprint, settings)
    start_tracing(blueprint.name, to_file(Path(settings.traces)) if settings.traces else None, settings.trace_ratio)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        limit_requests(settings.request_threads)
        await process.start()
        yield
        await process.stop()

    app = create_app(blueprint.name, blueprint.version, process.metrics, process.live, process.ready, lifespan)
    app.state.max_body = blueprint.max_body
    app.state.maintenance = process.maintenance
    auth = Auth(Keys(settings.jwks, settings.issuer, settings.audience, production=settings.env == "production"))
    api = Api(app, process.database, process.clock, auth, Command(process.database, process.clock, ring=process._ring))
    if blueprint.routes is not None:
        blueprint.routes(api, process.parts)
    add_parked_routes(api, process.inbox)
    return app, process


def _shared_port(settings: Settings) -> socket.socket:
    """The service's port, at which other replicas on this machine may listen too: the system deals out the connections."""
    shared = socket.socket(socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    shared.bind((settings.http_host, settings.http_port))
    return shared


def run(blueprint: Blueprint) -> None:
    """Run the service until SIGTERM or SIGINT."""
    settings = Settings()
    start_logging(blueprint.name, settings.log_level, connection.WhileAway())
    app, _ = application(blueprint, settings)
    collect_seldom()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=5,
            timeout_keep_alive=30,
            loop="uvloop",
            http="httptools",
        )
    )
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[_shared_port(settings)] if settings.share_port else None)
    if not server.started:
        sys.exit(STARTUP_FAILURE)
    sys.exit(0)


def collect_seldom() -> None:
    """Facts and rows have no cycles: a batch of 500 dossiers must not be searched for them a hundred times while it is built."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 20)


__all__ = ["Blueprint", "Parts", "Process", "application", "run"]
