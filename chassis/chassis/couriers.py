"""What couriers share: whatever has an answer is written in one go, and nobody waits for the slowest."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar

from chassis.store import Session, Table
from chassis.store.tables import Key, R

GATHER_SECONDS = 0.05
"""After the first answer: a transaction for each of those that follow closely would cost more than their wait."""
T = TypeVar("T")
log = logging.getLogger("motcua.couriers")


async def as_they_come(deliveries: Sequence[Coroutine[Any, Any, T]], write: Callable[[list[T]], Awaitable[object]]) -> list[T]:
    """Run all deliveries at once; what has come is written together while the others are still under way. Their results, in order.

    After a failure, or when it is cancelled, the others are cancelled and what had come is written all the same, if it can be.
    """
    tasks = [asyncio.ensure_future(delivery) for delivery in deliveries]
    waiting = list(tasks)
    try:
        while waiting:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(waiting, timeout=GATHER_SECONDS)
            await _write_come(waiting, write)
    except BaseException:
        for task in waiting:
            task.cancel()
        await _write_if_it_can_be(waiting, write)
        raise
    return [task.result() for task in tasks]


async def _write_if_it_can_be(waiting: list[asyncio.Task[T]], write: Callable[[list[T]], Awaitable[object]]) -> None:
    """Why the page ends counts for more than this: a cancellation that got lost here would leave a service that never stops."""
    try:
        await _write_come(waiting, write)
    except Exception as failed:
        log.warning("answers that came last are not written: each is sent again", extra={"why": type(failed).__name__})


async def _write_come(waiting: list[asyncio.Task[T]], write: Callable[[list[T]], Awaitable[object]]) -> None:
    """What has come, out of what is waited for; then the first failure among it."""
    come = [task for task in waiting if task.done()]
    waiting[:] = [task for task in waiting if not task.done()]
    answers = [task.result() for task in come if not task.cancelled() and task.exception() is None]
    if answers:
        await write(answers)
    for task in come:
        task.result()


def still_leased(session: Session, table: Table[R], tried: Sequence[tuple[R, T]]) -> list[tuple[R, T]]:
    """Those tries whose lease nobody has taken meanwhile, their rows held. A row of such a table has `state` and counts its `attempts`."""
    held: dict[Key, Any] = {table.key_of(row): row for row in session.hold(table, [table.key_of(sent) for sent, _ in tried])}
    return [(sent, outcome) for sent, outcome in tried if _same_try(held.get(table.key_of(sent)), sent)]


def _same_try(held: Any, sent: Any) -> bool:
    return held is not None and held.state == "waiting" and held.attempts == sent.attempts


__all__ = ["as_they_come", "still_leased"]
