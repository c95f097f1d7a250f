"""Clocks: the virtual one stands still, is moved on, and never goes back; also over processes, in the database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from chassis import virtual_clock
from chassis.clock import SystemClock, VirtualClock
from chassis.errors import Refused
from chassis.settings import Settings
from chassis.virtual_clock import clock_of
from tests.chassis.conformance.clock import ClockConformance, Settable
from tests.chassis.sample import NOW, postgres_store
from tests.chassis.waiting import eventually

if TYPE_CHECKING:
    from motcua_stack import Servers


class TestInMemory(ClockConformance):
    @pytest.fixture
    def settable(self) -> Settable:
        clock = VirtualClock(NOW)
        return Settable(clock, clock.move_to)


class TestInTheDatabase(ClockConformance):
    @pytest.fixture
    def settable(self, stack: "Servers") -> Iterator[Settable]:
        from tests.servers import fresh_database

        owner = fresh_database(stack)
        virtual_clock.create(owner, NOW)
        with postgres_store(stack, owner) as store:
            clock = virtual_clock.DatabaseClock(store.dsn)
            yield Settable(clock, lambda moment: virtual_clock.move(owner, moment))
            if clock._conn is not None:
                clock._conn.close()


def test_a_virtual_clock_may_be_moved_by_a_span() -> None:
    clock = VirtualClock(NOW)
    clock.advance(timedelta(hours=8))
    assert clock.now() == NOW + timedelta(hours=8)


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


async def test_every_process_sees_the_clock_of_the_database_move(stack: "Servers", database: str) -> None:
    virtual_clock.create(database, NOW)
    with postgres_store(stack, database) as store:
        one, other = virtual_clock.DatabaseClock(store.dsn), virtual_clock.DatabaseClock(store.dsn)
        assert one.now() == other.now() == NOW
        later = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
        virtual_clock.move(database, later)
        await eventually(lambda: one.now() == other.now() == later)
        with pytest.raises(Refused):
            virtual_clock.move(database, NOW)
        for clock in (one, other):
            assert clock._conn is not None
            clock._conn.close()


def test_production_refuses_the_virtual_clock() -> None:
    with pytest.raises(SystemExit):
        clock_of(Settings(env="production", clock="virtual"))
