"""What `make chaos` does to whole systems for minutes, on one inbox and one relay over the real servers in seconds."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from msgspec.structs import replace

from chassis.bus import Message, Record
from chassis.bus.kafka import KafkaBus
from chassis.clock import VirtualClock
from chassis.consumer import Consumer
from chassis.errors import Stop
from chassis.ids import new_id
from chassis.inbox import Inbox
from chassis.lag import Lag
from chassis.parking import PARKED
from chassis.relay import Relay, record_of
from chassis.store import Unit
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry.metrics import Metrics
from contracts.dossier.processing import Assigned
from tests.chaos.poison import KINDS
from tests.chassis.conformance.given import redriven
from tests.chassis.inbox_conformance import counted, handle, inbox
from tests.chassis.sample import BECAUSE, CASES, NOW, ended, postgres_store, sent
from tests.chassis.waiting import eventually

if TYPE_CHECKING:
    from motcua_stack import Servers

LIMIT = 120.0
"""Seconds: two services' worth of work take two of them, on a machine that does much else many times that."""


@pytest.fixture
def store(stack: "Servers", database: str) -> Iterator[PostgresDatabase]:
    with postgres_store(stack, database) as store:
        yield store


@pytest.fixture
def topic(stack: "Servers") -> str:
    from tests.servers import fresh_topics

    return fresh_topics(stack, "chaos")["dossiers.v1"]


@pytest.fixture
async def bus(stack: "Servers") -> AsyncIterator[KafkaBus]:
    bus = KafkaBus(stack.kafka, "test")
    yield bus
    await bus.close()


@asynccontextmanager
async def consuming(
    store: PostgresDatabase, stack: "Servers", topic: str, by: Inbox, metrics: Metrics | None = None
) -> AsyncIterator[Consumer]:
    consumer = Consumer(by, store, stack.kafka, [topic], f"{store.service}-1", metrics or Metrics("test"))
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.close()


def parked(store: PostgresDatabase) -> dict[str, str]:
    """Subject → why, of everything parked."""
    with store.session() as session:
        return {row.subject: row.reason for row in session.find(PARKED)}


def knows_its_dossiers(unit: Unit, message: Message) -> None:
    """As processing does: what follows a reception cannot come of a dossier that was never received."""
    if isinstance(message.fact, Assigned) and unit.get(CASES, message.envelope.subject) is None:
        raise Stop("assigned before the reception of its dossier")
    handle(unit, message)


async def test_ten_poison_messages_of_six_kinds_among_good_ones_are_put_aside_and_hold_up_nobody(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus
) -> None:
    good, bad, page = [new_id() for _ in range(100)], dict[UUID, str](), list[Record]()
    for number, subject in enumerate(good):
        page += [replace(sent(subject, n), topic=topic) for n in (1, 2)]
        if number % 10 == 5:
            kind = list(KINDS)[number // 10 % len(KINDS)]
            stranger, value, headers = KINDS[kind]()
            bad[stranger] = kind
            page.append(Record(topic, str(stranger).encode(), value, tuple(headers)))
    by = Inbox(knows_its_dossiers, VirtualClock(NOW), tables=(CASES,))
    async with consuming(store, stack, topic, by) as consumer:
        await bus.send(page)
        await eventually(lambda: counted(store) == dict.fromkeys(good, 2) and len(parked(store)) == len(bad) == 10, LIMIT)
        assert consumer.stopped is None
        assert set(parked(store)) == {str(subject) for subject in bad}
        assert await consumer.lag() == Lag(0)


async def test_too_large_a_share_of_failures_stops_the_inbox_with_an_alarm_and_the_mended_version_goes_on(
    store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus
) -> None:
    """A bad deployment: every message fails. It must not empty the topic into the parking place."""
    subjects, metrics = [new_id() for _ in range(60)], Metrics("test")

    def forgot_a_column(unit: Unit, message: Message) -> None:
        raise KeyError("column")

    async with consuming(store, stack, topic, Inbox(forgot_a_column, VirtualClock(NOW)), metrics) as consumer:
        for subject in subjects:
            await bus.send([replace(sent(subject, 1), topic=topic)])
        await eventually(lambda: consumer.stopped is not None, LIMIT)
        assert consumer.stopped is not None
        assert consumer.stopped.startswith("TooManyParked")
        assert metrics.registry.get_sample_value("motcua_inbox_stopped") == 1
        assert len(parked(store)) < 10
    by = inbox()
    async with consuming(store, stack, topic, by):
        await eventually(lambda: len(counted(store)) + len(parked(store)) == 60, LIMIT)
        for waiting in parked(store):
            with store.session() as session:
                redriven(by, session, waiting)
        assert counted(store) == dict.fromkeys(subjects, 1)


async def test_two_relays_that_both_send_everything_have_one_effect(
    store: PostgresDatabase, stack: "Servers", database: str, topic: str
) -> None:
    subjects = [new_id() for _ in range(12)]
    with postgres_store(stack, database) as source:
        relays = [Relay(source, KafkaBus(stack.kafka, f"relay-{n}"), lambda fact: record_of(topic, fact)) for n in (1, 2)]

        def record_some() -> None:
            for _ in range(15):
                with source.session() as session:
                    unit = Unit(session, BECAUSE)
                    for subject in subjects:
                        unit.record(subject, ended())
                    unit.commit()

        async def relay(one: Relay, writing: "asyncio.Task[None]") -> int:
            sent_by_it = 0
            while not writing.done() or source.relay_position() < source.page(0, 1000)[-1].position:
                sent_by_it += await one.step()
            return sent_by_it

        writing = asyncio.create_task(asyncio.to_thread(record_some))
        async with consuming(store, stack, topic, inbox()) as consumer:
            await asyncio.sleep(0)
            sent_by = await asyncio.gather(*(relay(one, writing) for one in relays))
            await writing
            await eventually(lambda: counted(store) == dict.fromkeys(subjects, 15), LIMIT)
            assert consumer.stopped is None
        assert all(sent_by)
        assert sum(sent_by) >= 180
        own = [(f.envelope.subject, f.envelope.sequence) for f in store.page(0, 1000)]
        assert sorted(own) == sorted((subject, n) for subject in subjects for n in range(1, 16))
        for one in relays:
            await one._bus.close()
