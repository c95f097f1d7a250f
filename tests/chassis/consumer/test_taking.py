"""The inbox fed by FastStream from a real Kafka: its own positions, exactly once, and when it rests."""

import asyncio
import dataclasses
import random
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from chassis.bus import Record
from chassis.bus.kafka import KafkaBus
from chassis.consumer import Consumer
from chassis.errors import Retry
from chassis.ids import new_id
from chassis.lag import Lag
from chassis.parking import PARKED
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry.metrics import Metrics
from tests.chassis.consumer.given import consuming, facts
from tests.chassis.inbox_conformance import POISON, counted, inbox
from tests.chassis.sample import ended, sent, voided
from tests.chassis.waiting import eventually

if TYPE_CHECKING:
    from motcua_stack import Servers


async def test_facts_on_the_bus_become_rows_and_facts_here(store: PostgresDatabase, stack: "Servers", topic: str, bus: KafkaBus) -> None:
    a, b = new_id(), new_id()
    async with consuming(store, stack, topic) as consumer:
        await bus.send([*facts(topic, a, 1, 3), *facts(topic, b, 1, 2), replace(sent(b, 3, ended()), topic=topic)])
        await eventually(lambda: counted(store) == {a: 3, b: 3})
        assert [f.envelope.subject for f in store.page(0, 10)] == [b]
        assert consumer.stopped is None
        assert await consumer.lag() == Lag(0)


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


def _start(store: PostgresDatabase, stack: "Servers", topic: str) -> "subprocess.Popen[bytes]":
    module = "tests.chassis.consumer.process"
    return subprocess.Popen([sys.executable, "-m", module, store.service, store.dsn, stack.kafka, topic], stderr=subprocess.DEVNULL)
