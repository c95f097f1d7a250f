"""What couriers share: whatever has an answer is written in one go, and nobody waits for the slowest."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def as_they_come(deliveries: Sequence[Coroutine[Any, Any, T]], write: Callable[[list[T]], Awaitable[object]]) -> list[T]:
    """Run all deliveries at once; what has come is written together while the others are still under way. Their results, in order."""
    tasks = [asyncio.ensure_future(delivery) for delivery in deliveries]
    waiting = set(tasks)
    try:
        while waiting:
            come, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            await write([task.result() for task in tasks if task in come])
    finally:
        for task in waiting:
            task.cancel()
    return [task.result() for task in tasks]


__all__ = ["as_they_come"]
