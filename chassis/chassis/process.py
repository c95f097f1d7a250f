"""A running service: store, relay, inbox, timers and the service's own tasks in one process."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Coroutine, Sequence
from typing import Any

from chassis.bus import Record
from chassis.bus.kafka import KafkaBus
from chassis.bus.same import SameBus
from chassis.catalogue import Catalogue, keep
from chassis.consumer import Consumer
from chassis.errors import Refused, Retry
from chassis.files import Files
from chassis.health import Health
from chassis.inbox import Inbox
from chassis.maintenance import DatabaseMaintenance
from chassis.relay import Doorbell, Leadership, Outbound, Relay
from chassis.service import Blueprint, Parts
from chassis.settings import Settings
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry.metrics import Metrics
from chassis.threads import in_loop_thread
from chassis.timers import LONGEST_SECONDS, LOOK_SECONDS, Fire, TimerLoop
from chassis.vault import HttpVault
from chassis.virtual_clock import clock_of
from contracts.topics import CATALOGUE

log = logging.getLogger("motcua.service")
CATALOGUE_SECONDS = 2.0
"""How long one process of a service may go by what another has replaced in their copy of the catalogue."""


class Process:
    """A running service: its loops, and whether they turn."""

    def __init__(self, blueprint: Blueprint, settings: Settings) -> None:
        self.blueprint = blueprint
        self.settings = settings
        self.metrics = Metrics(blueprint.name)
        self.database = PostgresDatabase(blueprint.name, settings.database_url, pool_size=settings.pool_size)
        self.maintenance = DatabaseMaintenance(self.database)
        self.clock = clock_of(settings)
        self.bus = SameBus(KafkaBus(settings.kafka, f"{blueprint.name}-relay"), self.database)
        self.relay: Relay | None = None
        self.consumer: Consumer | None = None
        self.timers: TimerLoop | None = None
        self._inbox: Inbox | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.started = False
        catalogue = Catalogue(self.database)
        vault = HttpVault(settings.vault_url, settings.service_token)
        self.parts = Parts(settings, self.database, self.clock, catalogue, Files(settings.files), vault, self.ring)
        self.health = Health(self)
        self.metrics.look = self.health.gauge

    def ring(self) -> None:
        """Something was stored: the relay and the timers look at once."""
        if self.relay is not None:
            self.relay.bell.ring()
        if self.timers is not None:
            self.timers.bell.ring()

    async def start(self) -> None:
        """Start relay, inbox, timers and the service's own tasks."""
        blueprint = self.blueprint
        if blueprint.outbound is not None:
            self._start_relay(blueprint.outbound)
        if blueprint.sender is not None:
            self._spawn("sender", blueprint.sender(self.parts, self.bus))
        topics = [*(blueprint.topics if blueprint.handle else ()), *((CATALOGUE,) if blueprint.hears_catalogue else ())]
        if topics:
            self._spawn("inbox", self._consume(topics))
        if blueprint.fire is not None:
            self._start_timers(blueprint.fire(self.parts))
        self._spawn("catalogue", self._look_at_catalogue())
        for task in blueprint.tasks(self.parts) if blueprint.tasks else ():
            self._spawn("task", task())
        self.started = True

    def _start_relay(self, outbound: Outbound) -> None:
        self.relay = Relay(self.database, self.bus, outbound, self.metrics)
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
            parked_share=self.settings.parked_share,
            park_gaps=self.settings.park_gaps,
        )
        self._inbox = inbox
        name, told = self.settings.instance or f"{blueprint.name}-1", ""
        while True:
            self.consumer = Consumer(
                inbox, self.database, self.settings.kafka, topics, name, self.metrics, self._applied, self.parts.sweeping.is_set
            )
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

    @property
    def dead(self) -> list[str]:
        """The loops that have ended; the inbox's task has when it joined."""
        return [task.get_name() for task in self._tasks if task.done() and task.get_name() != "inbox"]

    def inbox(self) -> Inbox:
        """Raises `Retry` before the loops were started, `Refused` (404) where the service hears nothing."""
        if self.blueprint.handle is None:
            raise Refused("Dịch vụ này không nghe chủ đề nào, nên không có gì bị giữ lại.", status=404)
        if self._inbox is None:
            raise Retry("inbox")
        return self._inbox

    def _applied(self, records: Sequence[Record]) -> None:
        if any(record.topic == CATALOGUE for record in records):
            self.parts.catalogue.forget()
        self.ring()

    def _start_timers(self, fire: Fire) -> None:
        longest = LONGEST_SECONDS if self.settings.clock == "system" else LOOK_SECONDS
        self.timers = TimerLoop(self.database, self.clock, fire, self._timers_fired, longest, self.blueprint.tables, self._held)
        self._spawn("timers", self.timers.run())

    def _held(self) -> bool:
        return self.maintenance.now() is not None

    def _timers_fired(self, count: int) -> None:
        self.metrics.timers.inc(count)
        self.ring()

    async def stop(self) -> None:
        """End the loops: the inbox finishes its batch, the relay its page."""
        if self.consumer is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self.consumer.close(), 10)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.bus.close()
        self.database.close()


def _end_with(task: asyncio.Task[None]) -> None:
    """A loop that died of a bug ends the process in order: its supervisor starts it anew, and the log says why."""
    if not task.cancelled() and (bug := task.exception()) is not None:
        log.critical("a loop died", exc_info=bug, extra={"loop": task.get_name()})
        os.kill(os.getpid(), signal.SIGTERM)


def _nothing(*_: object) -> None:
    """A service that hears only the catalogue."""
