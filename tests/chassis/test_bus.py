"""The bus' conformance suite against memory and against Kafka."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

from chassis.bus import Bus, Record
from chassis.bus.kafka import KafkaBus
from chassis.bus.memory import MemoryBus
from chassis.consumer import record_from
from chassis.errors import Retry
from tests.chassis.bus_conformance import PARTITIONS, BusConformance, Read, keyed

if TYPE_CHECKING:
    from motcua_stack import Servers


class TestInMemory(BusConformance):
    @pytest.fixture
    def bus(self) -> Bus:
        return MemoryBus(PARTITIONS)

    @pytest.fixture
    def topic(self) -> str:
        return "dossiers.v1"

    @pytest.fixture
    def read(self, bus: MemoryBus, topic: str) -> Read:
        async def read(count: int) -> list[Record]:
            return [record for n in range(PARTITIONS) for record in bus.read(topic, n, 0, 10_000)]

        return read


async def read_topic(bootstrap: str, topic: str, count: int) -> list[Record]:
    """That many records of a topic from its beginning, partition after partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, n) for n in range(PARTITIONS)])
        found: list[Record] = []
        async with asyncio.timeout(30):
            while len(found) < count:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += map(record_from, records)
    finally:
        await consumer.stop()
    return sorted(found, key=lambda record: (record.partition, record.offset))


class TestOnKafka(BusConformance):
    @pytest.fixture
    async def bus(self, stack: "Servers") -> AsyncIterator[Bus]:
        bus = KafkaBus(stack.kafka, "test-relay")
        yield bus
        await bus.close()

    @pytest.fixture
    def topic(self, stack: "Servers") -> str:
        from tests.servers import fresh_topics

        return fresh_topics(stack, "bus")["dossiers.v1"]

    @pytest.fixture
    def read(self, stack: "Servers", topic: str) -> Read:
        async def read(count: int) -> list[Record]:
            return await read_topic(stack.kafka, topic, count)

        return read


async def test_a_bus_that_is_away_is_a_reason_to_try_again() -> None:
    bus = KafkaBus("127.0.0.1:1", "test-relay")
    with pytest.raises(Retry):
        await bus.send([keyed("t", "k", 1)])
    await bus.close()


def test_a_broker_that_hangs_up_between_two_requests_is_a_broken_connection_under_uvloop_too(stack: "Servers") -> None:
    async def hang_up_and_send() -> None:
        host, _, port = stack.kafka.partition(":")
        connection = await create_conn(host, int(port))
        waiting = asyncio.ensure_future(connection.send(MetadataRequest([])))
        connection._writer.transport.abort()
        await asyncio.sleep(0)
        with pytest.raises(KafkaConnectionError):
            await connection.send(MetadataRequest([]))
        with pytest.raises(KafkaConnectionError):
            await waiting
        assert not connection.connected()

    for loops in (asyncio.new_event_loop, uvloop.new_event_loop):
        with asyncio.Runner(loop_factory=loops) as runner:
            runner.run(hang_up_and_send())
