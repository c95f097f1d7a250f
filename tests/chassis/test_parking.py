"""The parking suite against memory and against PostgreSQL, and what only a real database does."""

import threading
from typing import TYPE_CHECKING

import psycopg
import pytest

from chassis.bus import Message
from chassis.clock import VirtualClock
from chassis.errors import Retry
from chassis.ids import new_id
from chassis.inbox import Inbox
from chassis.store import Unit
from chassis.store.postgres import PostgresDatabase
from tests.chassis.conformance.discarding import DiscardingConformance
from tests.chassis.conformance.given import put
from tests.chassis.conformance.parked_order import ParkedOrderConformance
from tests.chassis.conformance.parking import ParkingConformance
from tests.chassis.inbox_conformance import apply, parked, position
from tests.chassis.sample import CASES, NOW, case, in_order, sent
from tests.chassis.stores import InMemory, OnPostgres

if TYPE_CHECKING:
    from motcua_stack import Servers


class TestInMemory(InMemory, ParkingConformance, DiscardingConformance, ParkedOrderConformance):
    pass


class TestOnPostgres(OnPostgres, ParkingConformance, DiscardingConformance, ParkedOrderConformance):
    def test_a_deadlock_is_tried_again_and_parks_nobody(self, store: PostgresDatabase, database: str) -> None:
        """Regression: the victim of a deadlock was parked as if its message were damaged."""
        put(store, case(1), case(2))
        held, tried = threading.Event(), threading.Event()

        def other() -> None:
            with psycopg.connect(database) as owner:
                owner.execute(f"SET search_path TO {store.schema}; SET deadlock_timeout = '60s'".encode())
                owner.execute("UPDATE sample_case SET facts = 1 WHERE agency = 'H60.02'")
                held.set()
                tried.wait(10)
                owner.execute("UPDATE sample_case SET facts = 1 WHERE agency = 'H60.01'")

        def handle(unit: Unit, message: Message) -> None:
            unit.put(CASES, case(1))
            unit.flush()
            tried.set()
            unit.put(CASES, case(2))
            unit.flush()

        thread = threading.Thread(target=other)
        thread.start()
        held.wait(10)
        try:
            with pytest.raises(Retry):
                apply(store, in_order(sent(new_id(), 1)), Inbox(handle, VirtualClock(NOW)))
        finally:
            thread.join()
        assert (parked(store), position(store)) == ([], 0)
        assert apply(store, in_order(sent(new_id(), 1)), Inbox(handle, VirtualClock(NOW))) == 1

    def test_a_database_that_goes_away_in_the_middle_parks_nobody(self, store: PostgresDatabase, stack: "Servers") -> None:
        cut = [True]

        def handle(unit: Unit, message: Message) -> None:
            if cut.pop() if cut else False:
                with psycopg.connect(stack.postgres_dsn, autocommit=True) as owner:
                    owner.execute(
                        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s AND state LIKE 'idle in %%'",
                        (f"motcua_{store.schema}",),
                    )
            unit.put(CASES, case(1))

        with pytest.raises(Retry):
            apply(store, in_order(sent(new_id(), 1)), Inbox(handle, VirtualClock(NOW)))
        assert (parked(store), position(store)) == ([], 0)
        assert apply(store, in_order(sent(new_id(), 1)), Inbox(handle, VirtualClock(NOW))) == 1
