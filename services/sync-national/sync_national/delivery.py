"""The loops: delivery and heartbeat."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

from chassis.clock import Clock
from chassis.couriers import as_they_come
from chassis.errors import Retry
from chassis.store import Database
from chassis.threads import in_loop_thread
from sync_national import application
from sync_national.domain import Again, Outcome
from sync_national.portal import Portal
from sync_national.views import Outgoing

log = logging.getLogger("motcua.portal")
PAGE = 50
AT_ONCE = 8
IDLE_SECONDS = 0.3
HEARTBEAT_SECONDS = 30.0
LONGEST_BREAK = 30.0


class Delivery:
    """`step` is one page, for tests and deterministic runs; `run` turns until cancelled."""

    def __init__(self, database: Database, portal: Portal, clock: Clock, real: Clock, ring: Callable[[], None]) -> None:
        self._database = database
        self._portal = portal
        self._clock = clock
        self._real = real
        self._ring = ring
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def step(self, limit: int = PAGE) -> list[Outcome]:
        """Send what may be sent now, one message a dossier; what came of each. Raises `Retry`."""
        claimed = await in_loop_thread(application.claim, self._database, self._real.now(), limit)
        tried = await as_they_come([self._send(message) for message in claimed], self._settle)
        return [outcome for _, outcome in tried]

    async def _send(self, message: Outgoing) -> application.Tried:
        async with self._gate:
            return message, await self._portal.send(message)

    async def _settle(self, tried: Sequence[application.Tried]) -> None:
        await in_loop_thread(partial(application.settle, real_now=self._real.now(), now=self._clock.now()), self._database, tried)
        self._ring()

    async def run(self) -> None:
        """Deliver; while the portal is away, only one message at a time asks whether it is back."""
        failures = 0
        while True:
            try:
                outcomes = await self.step(PAGE if failures == 0 else 1)
                failures = failures + 1 if _all_away(outcomes) else failures if not outcomes else 0
            except Retry as away:
                log.warning("delivery waits", extra={"why": str(away)})
                failures += 1
            except Exception:
                log.exception("a page failed and will be sent again when its lease ends")
                failures += 1
            if failures:
                await asyncio.sleep(min(2.0 ** (failures - 1), LONGEST_BREAK))
            elif not outcomes:
                await asyncio.sleep(IDLE_SECONDS)

    async def beat(self) -> None:
        """Heartbeat, until cancelled."""
        while True:
            await self._portal.beat()
            await asyncio.sleep(HEARTBEAT_SECONDS)


def _all_away(outcomes: Sequence[Outcome]) -> bool:
    return bool(outcomes) and all(isinstance(outcome, Again) and outcome.away for outcome in outcomes)
