"""The loop that fires timers: asleep while nothing is due, on time when something is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from chassis import timers
from chassis.clock import SystemClock
from chassis.store import Unit
from chassis.store.memory import MemoryDatabase
from chassis.timers import TIMERS, Timer, TimerLoop
from tests.chassis.sample import BECAUSE
from tests.chassis.waiting import eventually

CLOCK = SystemClock()


def set_timer(store: MemoryDatabase, number: int, due_at: datetime) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.put(TIMERS, Timer(name="t", subject=UUID(int=number), due_at=due_at))
        unit.commit()


@asynccontextmanager
async def turning(store: MemoryDatabase, fired: list[tuple[int, datetime]], longest: float = 3600.0) -> AsyncIterator[TimerLoop]:
    def fire(_: Unit, timer: Timer) -> None:
        fired.append((timer.subject.int, CLOCK.now()))

    loop = TimerLoop(store, CLOCK, fire, lambda count: None, longest)
    task = asyncio.create_task(loop.run())
    await asyncio.sleep(0.05)
    yield loop
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_timer_fires_when_it_is_due_without_a_bell() -> None:
    store, fired, due_at = MemoryDatabase("sample"), list[tuple[int, datetime]](), CLOCK.now() + timedelta(seconds=1.5)
    set_timer(store, 1, due_at)
    async with turning(store, fired):
        await eventually(lambda: len(fired) == 1)
    assert due_at <= fired[0][1] < due_at + timedelta(seconds=1)


async def test_a_bell_lets_a_sleeping_loop_see_a_new_timer() -> None:
    store, fired = MemoryDatabase("sample"), list[tuple[int, datetime]]()
    async with turning(store, fired) as loop:
        set_timer(store, 1, CLOCK.now())
        loop.bell.ring()
        await eventually(lambda: len(fired) == 1)


async def test_a_timer_that_another_process_set_is_seen_without_a_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "LOOK_SECONDS", 0.05)
    store, fired = MemoryDatabase("sample"), list[tuple[int, datetime]]()
    async with turning(store, fired, longest=0.2):
        set_timer(store, 1, CLOCK.now())
        await eventually(lambda: len(fired) == 1)


async def test_an_idle_loop_and_one_that_is_rung_all_the_time_hardly_ask_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[None] = []
    monkeypatch.setattr(timers, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(timers, "next_due", lambda _: looks.append(None))
    store, fired = MemoryDatabase("sample"), list[tuple[int, datetime]]()
    async with turning(store, fired) as loop:
        await asyncio.sleep(0.5)
        assert len(looks) == 1
        for _ in range(100):
            loop.bell.ring()
            await asyncio.sleep(0.01)
    assert 2 <= len(looks) <= 20


async def test_many_timers_that_fall_due_together_fire_in_a_few_transactions() -> None:
    store, fired = MemoryDatabase("sample"), list[tuple[int, datetime]]()
    for number in range(120):
        set_timer(store, number, CLOCK.now())
    async with turning(store, fired):
        await eventually(lambda: len(fired) == 120)
    assert sorted(number for number, _ in fired) == list(range(120))
