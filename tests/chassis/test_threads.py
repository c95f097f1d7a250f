"""Requests have a few threads, and neither wait long nor hold up the loops."""

import asyncio
import threading
import time

import pytest
from anyio import to_thread

from chassis.errors import Retry
from chassis.store.postgres import PostgresDatabase
from chassis.threads import in_loop_thread, limit_requests


def test_while_the_database_is_away_nobody_waits_as_long_as_the_first() -> None:
    """Requests stand in line for a few threads: the last of them would be answered after minutes."""
    store = PostgresDatabase("sample", "postgresql://nobody@127.0.0.1:1/none")
    store.pool.timeout = 1.5
    waited = []
    for _ in range(3):
        began = time.monotonic()
        with pytest.raises(Retry), store.connection():
            pass
        waited.append(time.monotonic() - began)
    store.close()
    assert waited[0] > 1.4 and max(waited[1:]) < 1.4


def test_requests_have_few_threads_and_never_those_of_the_loops() -> None:
    """A request that waits for what a loop brings must not keep the loop from bringing it."""
    released, working = threading.Event(), threading.Semaphore(0)

    def request() -> bool:
        working.release()
        return released.wait(20)

    async def both() -> list[bool]:
        limit_requests(2)
        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            requests = [group.create_task(to_thread.run_sync(request)) for _ in range(3)]
            await in_loop_thread(working.acquire)
            await in_loop_thread(working.acquire)
            assert not await in_loop_thread(working.acquire, False)
            await in_loop_thread(released.set)
        return [task.result() for task in requests]

    assert asyncio.run(both()) == [True, True, True]
