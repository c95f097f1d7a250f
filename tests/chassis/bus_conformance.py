"""What every bus must do; `test_bus.py` runs it against memory and against Kafka."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from aiokafka.partitioner import murmur2

from chassis.bus import Bus, Record
from chassis.ids import new_id
from chassis.relay import Relay, record_of
from chassis.store import Unit
from chassis.store.memory import MemoryDatabase
from tests.chassis.sample import BECAUSE, ended, voided

Read = Callable[[int], Awaitable[list[Record]]]
"""Reads that many records of the test's topic, in partition order, as a consumer gets them."""
PARTITIONS = 12


def keyed(topic: str, key: str, number: int, size: int = 1) -> Record:
    return Record(topic, key.encode(), b"%06d" % number * size, (("ce_id", b"%d" % number), ("traceparent", b"00-ab")))


class BusConformance:
    """Needs fixtures `bus`, `topic` (new, 12 partitions) and `read`."""

    async def test_a_page_arrives_whole_with_keys_bodies_and_headers(self, bus: Bus, topic: str, read: Read) -> None:
        page = [keyed(topic, f"k{n % 7}", n) for n in range(50)]
        await bus.send(page)
        assert sorted((r.key, r.value, r.headers) for r in await read(50)) == sorted((r.key, r.value, r.headers) for r in page)

    async def test_it_has_a_name_that_stays(self, bus: Bus, topic: str) -> None:
        first = await bus.name()
        await bus.send([keyed(topic, "k", 1)])
        assert first and await bus.name() == first

    async def test_order_is_kept_for_each_key(self, bus: Bus, topic: str, read: Read) -> None:
        for start in range(0, 600, 200):
            await bus.send([keyed(topic, f"k{n % 11}", n) for n in range(start, start + 200)])
        found: dict[bytes, list[int]] = {}
        for record in await read(600):
            found.setdefault(record.key, []).append(int(record.value or b""))
        assert len(found) == 11
        assert all(numbers == sorted(numbers) for numbers in found.values())

    async def test_the_partition_is_the_one_every_kafka_client_would_choose(self, bus: Bus, topic: str, read: Read) -> None:
        page = [keyed(topic, str(UUID(int=n * 7919)), n) for n in range(100)]
        await bus.send(page)
        for record in await read(100):
            assert record.partition == (murmur2(record.key) & 0x7FFFFFFF) % PARTITIONS

    async def test_a_page_larger_than_a_batch_and_a_record_larger_than_most_both_arrive(self, bus: Bus, topic: str, read: Read) -> None:
        await bus.send([keyed(topic, "one", n, size=1 if n % 50 else 30_000) for n in range(400)])
        assert [int((r.value or b"")[:6]) for r in await read(400)] == list(range(400))

    async def test_publishing_a_fact_again_gives_the_same_record_byte_for_byte(self, bus: Bus, topic: str, read: Read) -> None:
        store = MemoryDatabase("intake")
        with store.session() as session:
            unit = Unit(session, BECAUSE)
            for number in range(20):
                unit.record(new_id(), voided(number), ended())
            unit.commit()
        relay = Relay(store, bus, lambda fact: record_of(topic, fact))
        assert await relay.step() == 40
        store.set_relay_position(0)
        again = Relay(store, bus, lambda fact: record_of(topic, fact))
        assert await again.step() == 40
        found: dict[bytes, list[Record]] = {}
        for record in await read(80):
            found.setdefault(dict(record.headers)["ce_id"], []).append(record)
        assert len(found) == 40
        assert all((a.key, a.value, a.headers, a.partition) == (b.key, b.value, b.headers, b.partition) for a, b in found.values())

    async def test_an_empty_page_is_nothing(self, bus: Bus, topic: str, read: Read) -> None:
        await bus.send([])
        await bus.send([keyed(topic, "k", 1)])
        assert len(await read(1)) == 1
