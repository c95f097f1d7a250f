"""Whether a running service lives, and whether it is ready; the gauges of what waits in it."""

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from anyio import to_thread

from chassis.errors import Retry
from chassis.lag import Lag
from chassis.virtual_clock import DatabaseClock
from chassis.waiting import RelayWatch, Waiting, waiting

if TYPE_CHECKING:
    from chassis.process import Process

MOST_IDLE_SECONDS = 120.0
LEAST_ROOM = 20_000_000
"""Bytes: with less a file of the largest size cannot be stored."""


class Health:
    """Looks at a process from outside."""

    def __init__(self, process: "Process") -> None:
        self._process = process
        self._watch = RelayWatch()

    async def live(self) -> dict[str, Any]:
        """The loops turn, and the inbox holds partitions or has waited for them less than two minutes (aiokafka issue 1187)."""
        dead = self._process.dead
        idle = self._process.consumer.idle_seconds if self._process.consumer else 0.0
        return {
            "ok": not dead and idle < MOST_IDLE_SECONDS,
            "service": self._process.blueprint.name,
            "dead": dead,
            "idle_seconds": round(idle),
        }

    async def ready(self) -> dict[str, Any]:
        """The database answers, partitions are held and read, nothing has stopped."""
        state: dict[str, Any] = {"service": self._process.blueprint.name, "started": self._process.started}
        try:
            waits = await to_thread.run_sync(self._waiting)
        except Retry:
            return {**state, "ok": False, "why": self._in_words(["database"])}
        state |= {"relay_position": waits.backlog.position, "parked": waits.parked, "timers_due": waits.due}
        state["relay_backlog"] = waits.backlog.facts if self._process.blueprint.outbound else None
        hears = bool(self._process.blueprint.handle) or self._process.blueprint.hears_catalogue
        lag = await self._lag() if hears else Lag(0)
        state["lag"] = lag.records if lag else None
        state["stopped"] = self._process.consumer.stopped if self._process.consumer else None
        notice = await to_thread.run_sync(self._process.maintenance.now)
        state["maintenance"] = notice.notice if notice else None
        if isinstance(self._process.clock, DatabaseClock):
            state["clock"] = (await to_thread.run_sync(self._process.clock.now)).isoformat()
        held = self._held(state["stopped"], lag)
        state["held"] = "; ".join(held) or None
        reasons = [
            *([] if self._process.started else ["starting"]),
            *held,
            *(["bus"] if lag is None else []),
            *([f"relay stands still, {waits.backlog.facts} facts behind"] if self._stands_still(waits) else []),
        ]
        return state | {"ok": not reasons, "why": self._in_words(reasons)}

    def _held(self, stopped: str | None, lag: Lag | None) -> list[str]:
        """What passes by no waiting: an operator must come."""
        return [
            *([f"inbox stopped: {stopped}"] if stopped else []),
            *([f"inbox is ahead of the bus, {lag.short} (another Kafka?)"] if lag and lag.short else []),
            *([f"nothing is sent: {self._process.bus.refused}"] if self._process.bus.refused else []),
        ]

    def _waiting(self) -> Waiting:
        return waiting(self._process.database, self._process.clock)

    def _stands_still(self, waits: Waiting) -> bool:
        return self._process.blueprint.outbound is not None and self._watch.stands_still(waits.backlog)

    def _in_words(self, reasons: list[str]) -> str | None:
        """Why it is not ready; a full disk is named beside what it made fail."""
        room = self._process.parts.files.room()
        if reasons and room is not None and room < LEAST_ROOM:
            reasons = [*reasons, f"disk full under {self._process.settings.files}: {room / 1e6:.1f} MB free"]
        return "; ".join(reasons) or None

    def gauge(self) -> None:
        """While the database is away the last figures stand, and `ready` says so."""
        with contextlib.suppress(Retry):
            waits = self._waiting()
            self._process.metrics.backlog.set(waits.backlog.facts if self._process.blueprint.outbound else 0)
            self._process.metrics.parked_waiting.set(waits.parked)
            self._process.metrics.timers_due.set(waits.due if self._process.blueprint.fire else 0)

    async def _lag(self) -> Lag | None:
        if self._process.consumer is None:
            return None
        try:
            return await asyncio.wait_for(self._process.consumer.lag(), 3)
        except Exception:
            return None
