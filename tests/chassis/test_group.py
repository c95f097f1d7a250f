"""The consumer group as others see it: offsets for lag tools, and a member that keeps its name and partitions."""

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from msgspec.structs import replace

from chassis.bus import Message
from chassis.bus.kafka import KafkaBus
from chassis.clock import VirtualClock
from chassis.consumer import Consumer
from chassis.ids import new_id
from chassis.inbox import Inbox
from chassis.store import Unit
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry.metrics import Metrics
from tests.chassis.inbox_conformance import counted, inbox
from tests.chassis.sample import NOW, sent
from tests.chassis.waiting import eventually

if TYPE_CHECKING:
    from motcua_stack import Servers


@pytest.fixture
def topic(stack: "Servers") -> str:
    from tests.servers import fresh_topics

    return fresh_topics(stack, "group")["dossiers.v1"]


async def test_lag_tools_see_the_positions_that_are_stored(store: PostgresDatabase, stack: "Servers", topic: str) -> None:
    subjects = [new_id() for _ in range(30)]
    bus, admin = KafkaBus(stack.kafka, "test"), AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
    await bus.send([replace(sent(subject, 1), topic=topic) for subject in subjects])
    await bus.close()
    consumer = Consumer(inbox(), store, stack.kafka, [topic], f"{store.service}-1", Metrics("test"))
    await consumer.start()
    await eventually(lambda: counted(store) == dict.fromkeys(subjects, 1))
    await admin.start()
    stored = {TopicPartition(t, p): o for t, p, o, _ in store.positions()}
    assert sum(stored.values()) == 30
    async with asyncio.timeout(10):
        while {place: found.offset for place, found in (await admin.list_consumer_group_offsets(store.service)).items()} != stored:
            await asyncio.sleep(0.1)
    await admin.close()
    await consumer.close()


async def test_a_slow_batch_does_not_hold_up_the_loop_of_the_process(store: PostgresDatabase, stack: "Servers", topic: str) -> None:
    """The library's store is synchronous: on the loop it would stop heartbeats, HTTP and health."""
    began = asyncio.Event()
    loop = asyncio.get_running_loop()

    started: list[float] = []

    def slow(unit: Unit, message: Message) -> None:
        started.append(time.monotonic())
        loop.call_soon_threadsafe(began.set)
        time.sleep(1)

    bus = KafkaBus(stack.kafka, "test")
    consumer = Consumer(Inbox(slow, VirtualClock(NOW)), store, stack.kafka, [topic], f"{store.service}-1", Metrics("test"))
    await consumer.start()
    await bus.send([replace(sent(new_id(), 1), topic=topic)])
    async with asyncio.timeout(30):
        await began.wait()
    assert time.monotonic() - started[0] < 0.9
    turns, until = 0, time.monotonic() + 0.5
    while time.monotonic() < until:
        await asyncio.sleep(0.01)
        turns += 1
    assert turns > 5
    await eventually(lambda: len(list(store.positions())) == 1)
    await consumer.close()
    await bus.close()
