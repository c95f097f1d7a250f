"""Sweeps as a task of a service that owns clocks; many clocks in a process of their own, beside the service's inbox and relay."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module

from chassis.errors import NotHeardOf, Retry
from chassis.rescheduling.sweep import PAGE, Owner, Sweep
from chassis.service import Parts, Task
from chassis.threads import in_loop_thread

log = logging.getLogger("motcua.rescheduling")
PAUSE_SECONDS = 0.5
RING_SECONDS = 0.1
MANY = 30 * PAGE
"""From so many clocks on a process of its own is worth the two seconds of CPU that it takes to start."""


def owner_in(module: str) -> Owner:
    """The `OWNER` of a service's module of clocks: a process that is started anew finds it by that name."""
    owner: Owner = import_module(module).OWNER
    return owner


def sweeping(parts: Parts, module: str) -> Task:
    """The task of a service whose `module` has the `OWNER` of its clocks."""
    sweep = Sweep(parts.database, parts.catalogue, parts.clock, owner_in(module))
    return partial(_forever, sweep, partial(_elsewhere, parts, module), parts.ring)


async def _forever(sweep: Sweep, elsewhere: Task, ring: Callable[[], None]) -> None:
    while True:
        try:
            if await in_loop_thread(sweep.step) is not None:
                ring()
                if await in_loop_thread(sweep.left) >= MANY:
                    await elsewhere()
                continue
        except (Retry, NotHeardOf) as away:
            log.warning("rescheduling waits", extra={"why": str(away)})
        except Exception:
            log.exception("a page of a calendar change failed and will be tried again")
        await asyncio.sleep(PAUSE_SECONDS)


async def _elsewhere(parts: Parts, module: str) -> None:
    """A process that sweeps until nothing is left, or fails: what is left then is done here, and many are given to a new one."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "chassis.rescheduling", parts.database.service, module)
    parts.sweeping.set()
    try:
        while process.returncode is None:
            parts.ring()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), RING_SECONDS)
        parts.ring()
    finally:
        parts.sweeping.clear()
        if process.returncode is None:
            process.terminate()
            await process.wait()
