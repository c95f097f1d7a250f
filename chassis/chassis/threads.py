"""Two sets of threads: a few for requests, so that they do not fight over the interpreter, and others for a service's own loops.

A loop must never wait until requests are done: they may be waiting for what only the loop brings.
"""

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

LOOPS = 40
Given = TypeVarTuple("Given")
Result = TypeVar("Result")
_loops: RunVar[CapacityLimiter] = RunVar("motcua_loops")


def limit_requests(threads: int) -> None:
    """How many requests are worked on at once; the others wait their turn in order. Said within the running event loop."""
    to_thread.current_default_thread_limiter().total_tokens = threads


async def in_loop_thread(work: Callable[[*Given], Result], *given: *Given) -> Result:
    """Do a blocking piece of a service's loop (relay, inbox, timers, couriers) in a thread of theirs."""
    try:
        limiter = _loops.get()
    except LookupError:
        limiter = CapacityLimiter(LOOPS)
        _loops.set(limiter)
    return await to_thread.run_sync(work, *given, limiter=limiter)
