"""Waiting for something that happens elsewhere: asked again and again, up to a limit."""

import asyncio
import time
from collections.abc import Callable


async def eventually(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Return when `holds()` is true. Raises `AssertionError` when it never becomes so."""
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(holds):
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.02)
