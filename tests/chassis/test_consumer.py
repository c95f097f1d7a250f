"""The inbox fed by FastStream from a real Kafka: its own positions, exactly once, and what stops it."""

import asyncio
import dataclasses
import random
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from msgspec.structs import replace

from chassis.bus import Record
from chassis.bus.kafka import KafkaBus
from chassis.consumer import Consumer
from chassis.errors import Retry
from chassis.ids import new_id
from chassis.inbox import Inbox
from chassis.parking import PARKED
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry.metrics import Metrics
from tests.chassis.inbox_conformance import POISON, counted, inbox
from tests.chassis.sample import ended, sent, voided
from tests.chassis.waiting import eventually

if TYPE_CHECKING:
    from motcua_stack import Servers


@pytest.fixture
def topic(stack: "Servers") -> str:
    from tests.servers import fresh_topics

    return fresh_topics(stack, "consumer")["dossiers.v1"]


@pytest.fixture
async def bus(stack: "Servers") -> AsyncIterator[KafkaBus]:
    bus = KafkaBus(stack.kafka, "test")
    yield bus
    await bus.close()


@asynccontextmanager
async def consuming(
    store: PostgresDatabase, stack: "Servers", topic: str, by: Inbox | None = None, resting: Callable[[], bool] = lambda: False
) -> AsyncIterator[Consumer]:
    consumer = Consumer(by or inbox(), store, stack.kafka, [topic], f"{store.service}-1", Metrics("test"), resting=resting)
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.close()


def facts(topic: str, subject: UUID, first: int, count: int) -> list[Record]:
    return [replace(sent(subject, n), topic=topic) for n in range(first, first + count)]


async def test_facts_on_the_bus_become_rows_and_facts_here(store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus) -> None:
    a, b = new_id(), new_id()
    async with consuming(store, stack, topic) as consumer:
        await bus.send([*facts(topic, a, 1, 3), *facts(topic, b, 1, 2), replace(sent(b, 3, ended()), topic=topic)])
        await eventually(lambda: counted(store) == {a: 3, b: 3})
        assert [f.envelope.subject for f in store.page(0, 10)] == [b]
        assert consumer.stopped is None
        assert await consumer.lag() == 0


async def test_of_several_brokers_each_has_an_address_of_its_own(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus, caplog: pytest.LogCaptureFixture
) -> None:
    """Regression: the addresses of three brokers were taken for the name of one, so no service came up beside a real cluster."""
    subject = new_id()
    unused = "127.0.0.1:1"
    many = dataclasses.replace(stack, kafka=f"{unused},{stack.kafka}")
    async with consuming(store, many, topic):
        await bus.send(facts(topic, subject, 1, 2))
        await eventually(lambda: counted(store) == {subject: 2})


async def test_a_service_that_is_up_before_its_topics_waits_for_them(store: PostgresDatabase, stack: "Servers", topic: str) -> None:
    early = Consumer(inbox(), store, stack.kafka, [topic, "not-made-yet.v1"], f"{store.service}-1", Metrics("test"))
    with pytest.raises(Retry, match=r"topics not-made-yet\.v1"):
        await early.start()
    await early.close()


async def test_the_lag_counts_what_a_stopped_inbox_has_not_taken(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus
) -> None:
    """Regression: it was 0, for the client had fetched what the inbox could not apply."""
    subject = new_id()
    async with consuming(store, stack, topic) as consumer:
        await bus.send(facts(topic, subject, 1, 3))
        await eventually(lambda: counted(store) == {subject: 3})
        assert await consumer.lag() == 0
        await bus.send(facts(topic, subject, 5, 2))
        await eventually(lambda: consumer.stopped is not None)
        assert await consumer.lag() == 2
        await bus.send(facts(topic, subject, 7, 1))
        assert await consumer.lag() == 3


async def test_a_topic_that_ends_before_our_position_is_told_at_once(store: PostgresDatabase, stack: "Servers", topic: str) -> None:
    """Regression: beside another Kafka, whose topics were empty, a service was ready with a lag of less than nothing."""
    with store.connection() as conn:
        conn.execute("INSERT INTO inbox_position (topic, partition, next_offset, proof) VALUES (%s, 3, 50, 'p')", (topic,))
    async with consuming(store, stack, topic) as consumer:
        await eventually(lambda: bool(consumer.positions.assigned))
        assert (await consumer.lag(), consumer.behind_the_end) == (0, f"{topic}/3 ends at 0")


async def test_a_restarted_service_goes_on_at_its_own_positions(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus
) -> None:
    subjects = [new_id() for _ in range(20)]
    for round_ in range(3):
        await bus.send([record for s in subjects for record in facts(topic, s, round_ * 2 + 1, 2)])
        async with consuming(store, stack, topic):
            await eventually(lambda n=round_: counted(store) == dict.fromkeys(subjects, n * 2 + 2))  # type: ignore[misc]


async def test_a_parked_dossier_does_not_hold_up_the_bus(store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus) -> None:
    good, bad = new_id(), new_id()
    async with consuming(store, stack, topic) as consumer:
        await bus.send([replace(sent(bad, 1, voided(POISON)), topic=topic), *facts(topic, good, 1, 2)])
        await eventually(lambda: counted(store) == {good: 2})
        await bus.send([*facts(topic, bad, 2, 1), *facts(topic, good, 3, 1)])
        await eventually(lambda: counted(store) == {good: 3})

        def both_parked() -> bool:
            with store.session() as session:
                return session.count(PARKED) == 2

        await eventually(both_parked)
        assert consumer.stopped is None


async def test_records_of_any_bytes_are_parked_and_hold_up_nobody(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus
) -> None:
    good = new_id()
    damaged = [
        Record(topic, b"not-a-uuid", b"{broken", ()),
        Record(topic, b"\xff\xfe\x00", None, (("ce_type", b"\xff"), ("content-type", b"\xfe"))),
        Record(topic, b"", b"", (("\u1ed7", b"\x00"),)),
        replace(sent(new_id(), 1), topic=topic, value=None),
    ]
    async with consuming(store, stack, topic) as consumer:
        for number, record in enumerate(damaged):
            await bus.send([record, *facts(topic, good, number + 1, 1)])
            await eventually(lambda n=number: counted(store) == {good: n + 1})  # type: ignore[misc]

        def all_parked() -> bool:
            with store.session() as session:
                return session.count(PARKED) == len(damaged)

        await eventually(all_parked)
        assert consumer.stopped is None
    async with consuming(store, stack, topic) as consumer:
        await bus.send(facts(topic, good, len(damaged) + 1, 1))
        await eventually(lambda: counted(store) == {good: len(damaged) + 1})
        assert consumer.stopped is None


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
        inbox().apply([replace(r, partition=_partition(subject), offset=n) for n, r in enumerate(facts(topic, subject, 1, 2))], session)
    await bus.send(facts(topic, subject, 1, 2))
    async with consuming(store, stack, topic) as consumer:
        await eventually(lambda: consumer.stopped is not None)
        assert consumer.stopped is not None
        assert consumer.stopped.startswith("BusReplaced")


async def test_a_bus_that_was_cut_short_stops_the_inbox(store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus) -> None:
    subject = new_id()
    with store.session() as session:
        inbox().apply([replace(r, partition=_partition(subject), offset=n) for n, r in enumerate(facts(topic, subject, 1, 5))], session)
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
        early = [replace(r, partition=_partition(subject), offset=2) for r in facts(topic, subject, 3, 1)]
        await consumer._take(early)
        await bus.send(facts(topic, subject, 3, 1))
        await eventually(lambda: counted(store) == {subject: 3})
        assert consumer.stopped is None


async def test_a_killed_inbox_loses_nothing_and_does_nothing_twice(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus
) -> None:
    chance = random.Random(20260302)
    subjects = [new_id() for _ in range(40)]
    sent_of = dict.fromkeys(subjects, 0)

    async def send_some() -> None:
        for _ in range(10):
            page = []
            for subject in chance.sample(subjects, 15):
                sent_of[subject] += 1
                page.append(replace(sent(subject, sent_of[subject], ended()), topic=topic))
            await bus.send(page)

    for _ in range(4):
        process = _start(store, stack, topic)
        try:
            done = sum(counted(store).values())
            await send_some()
            await eventually(lambda at=done: sum(counted(store).values()) > at)  # type: ignore[misc]
        finally:
            process.kill()
            await asyncio.to_thread(process.wait)
    async with consuming(store, stack, topic):
        await eventually(lambda: counted(store) == {s: n for s, n in sent_of.items() if n})
    own = [(f.envelope.subject, f.envelope.sequence) for f in store.page(0, 100_000)]
    assert sorted(own) == sorted((s, n) for s, count in sent_of.items() for n in range(1, count + 1))


async def test_a_partition_never_heard_of_that_lost_its_beginning_stops_the_inbox_with_a_reason(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus
) -> None:
    """Regression: it was fenced for ever, with warnings only."""
    subject = new_id()
    await bus.send(facts(topic, subject, 1, 3))
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
    await admin.start()
    await admin.delete_records({TopicPartition(topic, _partition(subject)): RecordsToDelete(before_offset=2)})
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


def _start(store: PostgresDatabase, stack: "Servers", topic: str) -> "subprocess.Popen[bytes]":
    module = "tests.chassis.consumer_process"
    return subprocess.Popen([sys.executable, "-m", module, store.service, store.dsn, stack.kafka, topic], stderr=subprocess.DEVNULL)


def _partition(subject: UUID) -> int:
    from aiokafka.partitioner import murmur2

    number: int = (murmur2(str(subject).encode()) & 0x7FFFFFFF) % 12
    return number


async def test_while_something_more_urgent_is_recorded_it_rests_and_then_goes_on(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus
) -> None:
    urgent, asked, subject = threading.Event(), asyncio.Event(), new_id()
    urgent.set()

    def resting() -> bool:
        asked.set()
        return urgent.is_set()

    async with consuming(store, stack, topic, resting=resting):
        await bus.send([replace(sent(subject, 1), topic=topic)])
        async with asyncio.timeout(30):
            await asked.wait()
        assert counted(store) == {}
        urgent.clear()
        await eventually(lambda: counted(store) == {subject: 1})


async def test_it_does_not_rest_for_ever(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.consumer.MOST_RESTS", 2)
    subject = new_id()
    async with consuming(store, stack, topic, resting=lambda: True):
        await bus.send([replace(sent(subject, 1), topic=topic)])
        await eventually(lambda: counted(store) == {subject: 1})
