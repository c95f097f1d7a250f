"""What couriers share: a slow delivery holds up nobody, and what has come is written even if another fails."""

import asyncio

import msgspec
import pytest

from chassis.couriers import GATHER_SECONDS, as_they_come, still_leased
from chassis.errors import Retry
from chassis.store import Table, Unit
from chassis.store.memory import MemoryDatabase
from tests.chassis.sample import BECAUSE


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a courier's."""

    number: int
    state: str = "waiting"
    attempts: int = 1


ERRANDS = Table("errand", Errand, ("number",))


def test_only_the_try_that_still_has_its_lease_is_written() -> None:
    """A second courier has taken the second errand meanwhile, the third has come through another's hands, the fourth is gone."""
    store = MemoryDatabase("sample")
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        for row in (Errand(number=1), Errand(number=2, attempts=2), Errand(number=3, state="done")):
            unit.put(ERRANDS, row)
        unit.commit()
    tried = [(Errand(number=number), "taken") for number in (1, 2, 3, 4)]
    with store.session() as session:
        assert still_leased(session, ERRANDS, tried) == [(Errand(number=1), "taken")]


async def test_what_has_come_is_written_together_while_a_slow_one_is_still_under_way() -> None:
    written: list[list[str]] = []
    first_is_written = asyncio.Event()

    async def quick(name: str) -> str:
        return name

    async def slow() -> str:
        await first_is_written.wait()
        return "slow"

    async def write(come: list[str]) -> None:
        written.append(come)
        first_is_written.set()

    async with asyncio.timeout(10):
        results = await as_they_come([quick("a"), slow(), quick("b")], write)
    assert written == [["a", "b"], ["slow"]]
    assert results == ["a", "slow", "b"]


async def test_answers_that_follow_closely_are_written_together() -> None:
    written: list[list[int]] = []

    async def answered(turn: int) -> int:
        for _ in range(turn):
            await asyncio.sleep(0)
        return turn

    async def write(come: list[int]) -> None:
        written.append(come)

    assert await as_they_come([answered(turn) for turn in range(5)], write) == list(range(5))
    assert written == [list(range(5))]


@pytest.mark.parametrize(("seconds", "writes"), [(60.0, [["a", "b"]]), (0.0, [["a"], ["b"]])])
async def test_an_answer_waits_so_long_for_the_next(monkeypatch: pytest.MonkeyPatch, seconds: float, writes: list[list[str]]) -> None:
    monkeypatch.setattr("chassis.couriers.GATHER_SECONDS", seconds)
    written: list[list[str]] = []

    async def answered(name: str, after: float) -> str:
        await asyncio.sleep(after)
        return name

    async def write(come: list[str]) -> None:
        written.append(come)

    async with asyncio.timeout(30):
        await as_they_come([answered("a", 0), answered("b", 0.1)], write)
    assert written == writes


async def test_what_has_come_is_written_even_if_another_fails_or_all_are_told_to_stop() -> None:
    """Regression: what had come while more was waited for was dropped, and would have been sent again."""
    written: list[str] = []

    async def quick() -> str:
        return "sent"

    async def failing() -> str:
        await asyncio.sleep(0)
        raise OSError

    async def endless() -> str:
        await asyncio.Event().wait()
        return "never"

    async def write(come: list[str]) -> None:
        written.extend(come)

    with pytest.raises(OSError):
        await as_they_come([quick(), failing()], write)
    stopped = asyncio.create_task(as_they_come([quick(), endless()], write))
    await asyncio.sleep(GATHER_SECONDS / 10)
    stopped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopped
    assert written == ["sent", "sent"]


async def test_where_writing_fails_nothing_is_sent_on_in_the_background() -> None:
    ended: list[str] = []

    async def quick() -> str:
        return "a"

    async def slow() -> str:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("slow")
        return "slow"

    async def write(come: list[str]) -> None:
        raise OSError

    with pytest.raises(OSError):
        await as_they_come([slow(), quick()], write)
    await asyncio.sleep(0)
    assert ended == ["slow"]


@pytest.mark.parametrize("troubles", ["writing", "a delivery"])
async def test_who_is_told_to_stop_stops_whatever_happens_to_what_had_come(troubles: str) -> None:
    """Regression: a database that was away just then took the place of the cancellation, and the service never ended."""

    async def quick() -> str:
        return "sent"

    async def failing() -> str:
        raise OSError

    async def endless() -> str:
        await asyncio.Event().wait()
        return "never"

    async def write(come: list[str]) -> None:
        if troubles == "writing":
            raise Retry("database")

    deliveries = [quick(), *([failing()] if troubles == "a delivery" else []), endless()]
    stopped = asyncio.create_task(as_they_come(deliveries, write))
    await asyncio.sleep(GATHER_SECONDS / 10)
    stopped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopped


async def test_nothing_to_deliver_writes_nothing() -> None:
    async def write(come: list[str]) -> None:
        raise AssertionError

    assert await as_they_come([], write) == []
