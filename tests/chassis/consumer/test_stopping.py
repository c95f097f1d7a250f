"""What stops an inbox on a real Kafka, what only seems to, and what it tells of where it stands."""

import asyncio
from typing import TYPE_CHECKING

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from msgspec.structs import replace

from chassis.bus.kafka import KafkaBus
from chassis.ids import new_id
from chassis.lag import Lag
from chassis.store.postgres import PostgresDatabase
from tests.chassis.consumer.given import consuming, facts, place_of
from tests.chassis.inbox_conformance import counted, inbox
from tests.chassis.waiting import eventually

if TYPE_CHECKING:
    from motcua_stack import Servers


async def test_the_lag_counts_what_a_stopped_inbox_has_not_taken(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus
) -> None:
    """Regression: it was 0, for the client had fetched what the inbox could not apply."""
    subject = new_id()
    async with consuming(store, stack, topic) as consumer:
        await bus.send(facts(topic, subject, 1, 3))
        await eventually(lambda: counted(store) == {subject: 3})
        assert await consumer.lag() == Lag(0)
        await bus.send(facts(topic, subject, 5, 2))
        await eventually(lambda: consumer.stopped is not None)
        assert await consumer.lag() == Lag(2)
        await bus.send(facts(topic, subject, 7, 1))
        assert await consumer.lag() == Lag(3)


async def test_a_topic_that_ends_before_our_position_is_told_at_once(store: PostgresDatabase, stack: "Servers", topic: str) -> None:
    """Regression: beside another Kafka, whose topics were empty, a service was ready with a lag of less than nothing."""
    with store.connection() as conn:
        conn.execute("INSERT INTO inbox_position (topic, partition, next_offset, proof) VALUES (%s, 3, 50, 'p')", (topic,))
    async with consuming(store, stack, topic) as consumer:
        await eventually(lambda: bool(consumer.positions.assigned))
        assert await consumer.lag() == Lag(0, short=f"{topic}/3 ends at 0")


async def test_a_gap_stops_the_inbox_with_a_reason_and_leaves_its_position(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus
) -> None:
    subject = new_id()
    async with consuming(store, stack, topic) as consumer:
        await bus.send(facts(topic, subject, 1, 1))
        await eventually(lambda: counted(store) == {subject: 1})
        before = list(store.positions())
        await bus.send(facts(topic, subject, 3, 1))
        await eventually(lambda: consumer.stopped is not None)
        assert consumer.stopped is not None
        assert consumer.stopped.startswith("Gap")
        assert list(store.positions()) == before


async def test_a_bus_that_was_replaced_stops_the_inbox(store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus) -> None:
    subject = new_id()
    with store.session() as session:
        inbox().apply([replace(r, partition=place_of(subject), offset=n) for n, r in enumerate(facts(topic, subject, 1, 2))], session)
    await bus.send(facts(topic, subject, 1, 2))
    async with consuming(store, stack, topic) as consumer:
        await eventually(lambda: consumer.stopped is not None)
        assert consumer.stopped is not None
        assert consumer.stopped.startswith("BusReplaced")


async def test_a_bus_that_was_cut_short_stops_the_inbox(store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus) -> None:
    subject = new_id()
    with store.session() as session:
        inbox().apply([replace(r, partition=place_of(subject), offset=n) for n, r in enumerate(facts(topic, subject, 1, 5))], session)
    await bus.send(facts(topic, subject, 1, 2))
    async with consuming(store, stack, topic) as consumer:
        await eventually(lambda: consumer.stopped is not None)
        assert consumer.stopped is not None
        assert consumer.stopped.startswith("BusReplaced")


async def test_a_batch_read_before_the_seek_is_read_again_and_suspects_nobody(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus
) -> None:
    subject = new_id()
    async with consuming(store, stack, topic) as consumer:
        await bus.send(facts(topic, subject, 1, 2))
        await eventually(lambda: counted(store) == {subject: 2})
        await consumer.positions.on_partitions_assigned(set(consumer.positions.assigned))
        early = [replace(r, partition=place_of(subject), offset=2) for r in facts(topic, subject, 3, 1)]
        await consumer._take(early)
        await bus.send(facts(topic, subject, 3, 1))
        await eventually(lambda: counted(store) == {subject: 3})
        assert consumer.stopped is None


async def test_a_partition_never_heard_of_that_lost_its_beginning_stops_the_inbox_with_a_reason(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus
) -> None:
    """Regression: it was fenced for ever, with warnings only."""
    subject = new_id()
    await bus.send(facts(topic, subject, 1, 3))
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
    await admin.start()
    await admin.delete_records({TopicPartition(topic, place_of(subject)): RecordsToDelete(before_offset=2)})
    await admin.close()
    async with consuming(store, stack, topic) as consumer:
        await eventually(lambda: consumer.stopped is not None)
        assert consumer.stopped is not None
        assert "never heard" in consumer.stopped
    assert list(store.positions()) == []


async def test_a_member_that_holds_no_partition_counts_the_seconds_and_one_that_holds_some_does_not(
    store: PostgresDatabase, stack: "Servers", topic: str
) -> None:
    async with consuming(store, stack, topic) as consumer:
        await eventually(lambda: len(consumer.positions.assigned) == 12)
        assert consumer.idle_seconds == 0.0
        await consumer.positions.on_partitions_revoked(set(consumer.positions.assigned))
        await asyncio.sleep(0.05)
        assert consumer.idle_seconds > 0.04
        consumer.stopped = "Gap: told by ready"
        assert consumer.idle_seconds == 0.0
