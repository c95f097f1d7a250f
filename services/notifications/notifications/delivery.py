"""The loops: one a channel, so that one that fails or is slow does not hold up the others (NO-01)."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from chassis.clock import Clock
from chassis.couriers import as_they_come
from chassis.errors import Retry
from chassis.outgoing import Outside, Unreachable
from chassis.store import Database
from chassis.threads import in_loop_thread
from notifications import application
from notifications.domain import Again, Delivered, Never, Outcome, meaning
from notifications.reading import KEPT_SECONDS
from notifications.views import Channel, Delivery
from notifications.wording import Letter, Writer

log = logging.getLogger("motcua.notices")
PAGE = 50
AT_ONCE = 4
IDLE_SECONDS = 0.5
BREAK_SECONDS = 5.0
FRESH = timedelta(seconds=KEPT_SECONDS)
"""What waits longer for its turn is written anew: its words may have been erased meanwhile."""
WriterFor = Callable[[Sequence[Delivery]], Writer]
"""Writes the notices of a page, with what it has read for all of them at once."""


class Courier:
    """Delivers one channel. `step` is one page, for tests; `run` turns until cancelled."""

    def __init__(self, channel: Channel, database: Database, writer_for: WriterFor, gateway: Outside, real: Clock) -> None:
        self.channel = channel
        self._database = database
        self._writer_for = writer_for
        self._gateway = gateway
        self._real = real
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def step(self, limit: int = PAGE) -> list[Outcome]:
        """Deliver what is due now; what came of each. Raises `Retry`."""
        claimed = await in_loop_thread(application.claim, self._database, self.channel, self._real.now(), limit)
        if not claimed:
            return []
        written_at = self._real.now()
        letters = await in_loop_thread(self._written, claimed)
        tries = [self._try(row, letter, written_at) for row, letter in zip(claimed, letters, strict=True)]
        tried = await as_they_come(tries, self._settle)
        return [outcome for _, outcome in tried]

    def _written(self, page: Sequence[Delivery]) -> list[Letter | Exception]:
        """In one go: a thread for each notice cost more than its words. One that cannot be written holds up no other."""
        writer = self._writer_for(page)
        return [_letter(writer, row) for row in page]

    async def _try(self, row: Delivery, letter: Letter | Exception, written_at: datetime) -> application.Tried:
        async with self._gate:
            try:
                if not self._late(row) and self._real.now() > written_at + FRESH:
                    (letter,) = await in_loop_thread(self._written, [row])
                return row, await self._deliver(row, letter)
            except Exception as failed:
                # another error's text may hold an address
                why = str(failed) if isinstance(failed, Unreachable) else type(failed).__name__
                log.warning("a notice waits", extra={"channel": row.channel, "fact": row.fact, "why": why})
                return row, Again(why)

    async def _settle(self, tried: Sequence[application.Tried]) -> None:
        await in_loop_thread(application.settle, self._database, tried, self._real.now())

    async def _deliver(self, row: Delivery, letter: Letter | Exception) -> Outcome:
        if isinstance(letter, Exception):
            raise letter
        if self._late(row):
            return Again("late")
        if row.channel == "account":
            return Delivered(letter.digest)
        return await self._send(row, letter) if letter.to else Never("no-address")

    def _late(self, row: Delivery) -> bool:
        """Whether the lease is over: somebody else may be at it."""
        return self._real.now() >= row.next_try_at

    async def _send(self, row: Delivery, letter: Letter) -> Outcome:
        body = {"to": letter.to, "text": letter.text, **({"subject": letter.subject} if row.channel == "email" else {})}
        headers = {"Idempotency-Key": f"{row.fact}:{row.channel}", "Content-Type": "application/json"}
        answer = await self._gateway.post(f"/gateway/{row.channel}", msgspec.json.encode(body), headers)
        return meaning(answer.status, answer.object().get("accepted") is True, letter.digest)

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            try:
                if not await self.step():
                    await asyncio.sleep(IDLE_SECONDS)
            except Retry as away:
                log.warning("delivery waits", extra={"channel": self.channel, "why": str(away)})
                await asyncio.sleep(BREAK_SECONDS)
            except Exception:
                log.exception("a page failed and will be delivered when its lease ends")
                await asyncio.sleep(BREAK_SECONDS)


def _letter(writer: Writer, row: Delivery) -> Letter | Exception:
    try:
        return writer.letter(row)
    except Exception as failed:
        return failed
