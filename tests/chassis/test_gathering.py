"""What follows closely travels together: a lone fact leaves, and is taken, at once, those behind it in one page and one batch."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from chassis.bus import Record
from chassis.bus.kafka import KafkaBus
from chassis.bus.memory import MemoryBus
from chassis.consumer import Consumer
from chassis.ids import new_id
from chassis.relay import Relay, record_of
from chassis.store import Database, Unit
from chassis.store.memory import MemoryDatabase
from chassis.telemetry.metrics import Metrics
from contracts import DOSSIERS
from tests.chassis.inbox_conformance import inbox
from tests.chassis.sample import BECAUSE, postgres_store, sent, voided
from tests.chassis.waiting import eventually
from tests.servers import fresh_topics

if TYPE_CHECKING:
    from motcua_stack import Servers

LONG = 2.0
"""Seconds: longer than it takes to tell the next ones on a busy machine."""


class Pages(MemoryBus):
    """Remembers how many records came together."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    async def send(self, records: Sequence[Record]) -> None:
        self.sizes.append(len(records))
        await super().send(records)


@pytest.fixture
def topic(stack: "Servers") -> str:
    return fresh_topics(stack, "gathering")[DOSSIERS]


def record(store: Database) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(new_id(), voided(1))
        unit.commit()


async def test_a_lone_fact_leaves_at_once_and_those_that_follow_closely_leave_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.relay.SHORTEST_BREATH_SECONDS", LONG)
    monkeypatch.setattr("chassis.relay.LONGEST_BREATH_SECONDS", LONG)
    store, bus = MemoryDatabase("intake"), Pages()
    relay = Relay(store, bus, lambda fact: record_of(DOSSIERS, fact))
    running = asyncio.create_task(relay.run())
    record(store)
    await eventually(lambda: bus.sizes == [1])
    for _ in range(3):
        record(store)
        relay.bell.ring()
        await asyncio.sleep(LONG / 10)
    await eventually(lambda: sum(bus.sizes) == 4)
    running.cancel()
    assert bus.sizes[0] == 1 and len(bus.sizes) < 4


async def test_a_lone_record_is_taken_at_once_and_those_that_follow_closely_are_taken_together(
    stack: "Servers", topic: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.consumer.GATHER_SECONDS", LONG)
    bus, sizes = KafkaBus(stack.kafka, "test"), list[int]()
    with postgres_store(stack, database) as store:
        metrics, name = Metrics("test"), f"{store.service}-1"
        consumer = Consumer(inbox(), store, stack.kafka, [topic], name, metrics, lambda batch: sizes.append(len(batch)))
        await consumer.start()
        for following in (1, 3):
            before = sum(sizes)
            for _ in range(following):
                await bus.send([replace(sent(new_id(), 1), topic=topic)])
                await asyncio.sleep(LONG / 10)
            await eventually(lambda before=before, following=following: sum(sizes) == before + following)  # type: ignore[misc]
        await consumer.close()
        await bus.close()
    assert sizes[0] == 1 and len(sizes) < 4
