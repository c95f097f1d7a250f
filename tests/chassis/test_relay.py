"""The relay on real servers: wakes at once, one active one a service, writers never wait long for it."""

import asyncio
import contextlib
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import psycopg
import pytest

from chassis.bell import Bell
from chassis.bus import Bus, Record
from chassis.bus.memory import MemoryBus
from chassis.bus.same import AnotherBus, SameBus
from chassis.errors import Retry
from chassis.ids import new_id
from chassis.migrate import lock_key
from chassis.relay import Doorbell, Leadership, Relay, record_of
from chassis.store import Database, Unit
from chassis.store.memory import MemoryDatabase
from chassis.store.postgres import PostgresDatabase
from contracts import DOSSIERS
from tests.chassis.sample import BECAUSE, AnotherMemoryBus, voided
from tests.chassis.waiting import eventually

if TYPE_CHECKING:
    from motcua_stack import Servers


def relay_of(store: Database, bus: Bus) -> Relay:
    return Relay(store, bus, lambda fact: record_of(DOSSIERS, fact))


def record(store: Database, count: int = 1) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(new_id(), *(voided(n) for n in range(count)))
        unit.commit()


def on_bus(bus: MemoryBus) -> int:
    return sum(map(len, bus.partitions(DOSSIERS)))


def facts_on_bus(bus: MemoryBus) -> int:
    """Each counted once: a leader that is cut off between sending a page and moving its position leaves it to be sent again."""
    return len({dict(record.headers)["ce_id"] for records in bus.partitions(DOSSIERS) for record in records})


async def _end(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_facts_go_out_in_order_and_the_position_follows(store: PostgresDatabase) -> None:
    bus = MemoryBus()
    record(store, 5)
    relay = relay_of(store, bus)
    assert [await relay.step(), await relay.step()] == [5, 0]
    assert store.relay_position() == store.page(0, 10)[-1].position


async def test_a_page_that_fails_is_sent_again_whole() -> None:
    store, bus = MemoryDatabase("intake"), MemoryBus()
    record(store, 3)

    class Failing(MemoryBus):
        async def send(self, records: Sequence[Record]) -> None:
            raise Retry("bus")

    with pytest.raises(Retry):
        await relay_of(store, Failing()).step()
    assert store.relay_position() == 0
    assert await relay_of(store, bus).step() == 3


async def test_a_relay_sends_nothing_to_another_bus_than_before() -> None:
    """Regression: a relay that was started while another Kafka answered at the address sent there, and its readers never had it."""
    store, bus, other = MemoryDatabase("intake"), MemoryBus(), AnotherMemoryBus()
    record(store, 3)
    assert await relay_of(store, SameBus(bus, store)).step() == 3
    record(store, 2)
    wrong = SameBus(other, store)
    with pytest.raises(AnotherBus, match="this is another, and what was sent before went to memory"):
        await relay_of(store, wrong).step()
    assert (on_bus(other), store.relay_position()) == (0, 3) and wrong.refused
    assert await relay_of(store, SameBus(bus, store)).step() == 2


async def test_a_bus_is_asked_for_its_name_again_after_a_page_that_failed() -> None:
    class Moving(MemoryBus):
        """Away for a moment, and back as another."""

        def __init__(self) -> None:
            super().__init__()
            self.names = iter(["first", "second", "first"])

        async def name(self) -> str:
            return next(self.names)

        async def send(self, records: Sequence[Record]) -> None:
            await super().send(records)
            if on_bus(self) == 2:
                raise Retry("bus")

    store, bus = MemoryDatabase("intake"), Moving()
    relay = relay_of(store, SameBus(bus, store))
    for count in (1, 1):
        record(store, count)
        with contextlib.suppress(Retry):
            await relay.step()
    with pytest.raises(AnotherBus):
        await relay.step()
    assert await relay.step() == 1
    assert on_bus(bus) == 3


async def test_after_a_failure_a_relay_asks_anew_where_it_stands() -> None:
    """Another may have been the leader meanwhile, or the database may have been brought back from an archive."""
    store, bus = MemoryDatabase("intake"), MemoryBus()
    record(store, 3)

    class Overtaken(MemoryBus):
        async def send(self, records: Sequence[Record]) -> None:
            if store.relay_position() == 0:
                await relay_of(store, bus).step()
                raise Retry("bus")
            await super().send(records)

    late = Overtaken()
    relay = relay_of(store, late)
    relay.bell.attach()
    running = asyncio.create_task(relay.run())
    await eventually(lambda: store.relay_position() == 3)
    record(store, 1)
    await eventually(lambda: store.relay_position() == 4)
    await _end(running)
    assert (on_bus(bus), on_bus(late)) == (3, 1)


async def test_a_relay_that_meets_a_bug_tries_again_instead_of_dying() -> None:
    store, bus = MemoryDatabase("intake"), MemoryBus()
    record(store, 3)
    left = iter([RuntimeError("bug")])

    class Stumbling(MemoryBus):
        async def send(self, records: Sequence[Record]) -> None:
            for bug in left:
                raise bug
            await bus.send(records)

    relay = relay_of(store, Stumbling())
    relay.bell.attach()
    running = asyncio.create_task(relay.run())
    await eventually(lambda: on_bus(bus) == 3)
    await _end(running)


async def test_one_relay_leads_and_a_stand_by_takes_over_when_it_is_gone(store: PostgresDatabase) -> None:
    bus = MemoryBus()
    first, second = relay_of(store, bus), relay_of(store, bus)
    for relay in (first, second):
        relay.bell.attach()
    leading = asyncio.create_task(Leadership(store, first).run())
    await eventually(lambda: first.active)
    standing_by = asyncio.create_task(Leadership(store, second).run())
    record(store, 2)
    await eventually(lambda: on_bus(bus) == 2)
    assert not second.active
    await _end(leading)
    record(store, 3)
    await eventually(lambda: facts_on_bus(bus) == 5)
    assert second.active
    await _end(standing_by)


async def test_a_leader_whose_connection_is_cut_gives_way_and_nothing_is_lost(store: PostgresDatabase, stack: "Servers") -> None:
    bus = MemoryBus()
    first, second = relay_of(store, bus), relay_of(store, bus)
    for relay in (first, second):
        relay.bell.attach()
    tasks = [asyncio.create_task(Leadership(store, relay).run()) for relay in (first, second)]
    await eventually(lambda: first.active or second.active)
    record(store, 2)
    await eventually(lambda: on_bus(bus) == 2)
    with psycopg.connect(stack.postgres_dsn, autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND usename = %s AND mode = 'ExclusiveLock'",
            (f"motcua_{store.service}",),
        )
    record(store, 4)
    await eventually(lambda: facts_on_bus(bus) == 6)
    await _end(*tasks)


async def test_a_rung_bell_wakes_the_relay_at_once_and_an_append_elsewhere_does_too(
    store: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.relay.QUIET_SECONDS", 3600)
    monkeypatch.setattr("chassis.relay.SAFETY_NET_SECONDS", 3600)
    bus = MemoryBus()
    active, stand_by = relay_of(store, bus), relay_of(store, bus)
    active.bell.attach()
    stand_by.bell.attach()
    leading = asyncio.create_task(Leadership(store, active).run())
    doorbell = Doorbell(store, stand_by)
    ringing = asyncio.create_task(doorbell.run())
    await eventually(lambda: active.active)
    for n in range(1, 21):
        await asyncio.to_thread(record, store)
        if n % 2:
            active.bell.ring()
        else:
            doorbell.ring()
        await eventually(lambda n=n: on_bus(bus) == n)  # type: ignore[misc]
    await _end(leading, ringing)


async def test_a_bell_rung_before_anyone_waits_is_not_forgotten() -> None:
    bell = Bell()
    bell.attach()
    bell.ring()
    await asyncio.wait_for(bell.wait(30), 5)


def test_a_relay_that_waits_for_a_slow_writer_stops_no_other_writer(store: PostgresDatabase) -> None:
    record(store)
    done, stop = threading.Event(), threading.Event()

    def read() -> None:
        while not stop.is_set():
            store.page(0, 10)

    def write() -> None:
        for _ in range(50):
            record(store)
        done.set()

    with store.session() as slow:
        unit = Unit(slow, BECAUSE)
        unit.record(new_id(), voided())
        unit.flush()
        threads = [threading.Thread(target=work) for work in (read, write)]
        for thread in threads:
            thread.start()
        written = done.wait(30)
        stop.set()
        slow.rollback()
    for thread in threads:
        thread.join()
    assert written


def test_facts_behind_a_writer_that_holds_on_are_not_passed_over(store: PostgresDatabase) -> None:
    slow_subject = new_id()
    with store.session() as slow:
        unit = Unit(slow, BECAUSE)
        unit.record(slow_subject, voided())
        unit.flush()
        record(store)
        assert store.page(0, 10) == []
        unit.commit()
    assert store.page(0, 10)[0].envelope.subject == slow_subject


def test_the_barriers_lock_is_the_schemas_own() -> None:
    assert lock_key("intake") != lock_key("routing")
    assert lock_key("intake") < 2**63
