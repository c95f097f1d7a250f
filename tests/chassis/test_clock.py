"""Clocks: the virtual one stands still, is moved on, and never goes back; also over processes, in the database."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from chassis import virtual_clock
from chassis.clock import SystemClock, VirtualClock
from chassis.errors import Refused
from chassis.service import _clock
from chassis.settings import Settings
from tests.chassis.sample import NOW, postgres_store
from tests.chassis.waiting import eventually

if TYPE_CHECKING:
    from motcua_stack import Servers


def test_a_virtual_clock_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock(NOW)
    assert clock.now() == clock.now() == NOW
    clock.advance(timedelta(hours=8))
    assert clock.now() == NOW + timedelta(hours=8)
    with pytest.raises(Refused):
        clock.move_to(NOW)


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
        _clock(Settings(env="production", clock="virtual"))
