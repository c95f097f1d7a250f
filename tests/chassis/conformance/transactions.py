"""Savepoints and ordinals: what is taken back, and what has no gap."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.errors import Duplicate
from chassis.ids import new_id
from chassis.store import Database, Unit
from tests.chassis.conformance.given import all_cases, put
from tests.chassis.sample import BECAUSE, CASES, case, voided


class Transactions:
    """Needs a fixture `store`: an empty `Database` of the sample service."""

    def test_a_savepoint_takes_back_only_what_is_inside(self, store: Database) -> None:
        kept, lost = new_id(), new_id()
        with store.session() as session:
            outside = Unit(session, BECAUSE)
            outside.record(kept, voided())
            outside.put(CASES, case(1))
            outside.flush()
            with pytest.raises(ZeroDivisionError), session.savepoint():
                inside = Unit(session, BECAUSE)
                inside.record(lost, voided())
                inside.put(CASES, case(2))
                inside.delete(CASES, case(1).dossier)
                inside.flush()
                raise ZeroDivisionError
            session.commit()
        with store.session() as session:
            assert {s: len(h) for s, h in session.history([kept, lost]).items()} == {kept: 1, lost: 0}
        assert all_cases(store) == [case(1)]

    def test_a_failed_statement_inside_a_savepoint_leaves_the_session_usable(self, store: Database) -> None:
        put(store, case(1))
        with store.session() as session:
            with pytest.raises(Duplicate), session.savepoint():
                unit = Unit(session, BECAUSE)
                unit.insert(CASES, case(1))
                unit.flush()
            unit = Unit(session, BECAUSE)
            unit.put(CASES, case(2))
            unit.commit()
        assert len(all_cases(store)) == 2

    @pytest.mark.req("IN-11")
    def test_ordinals_have_no_gap_though_some_commands_fail(self, store: Database) -> None:
        taken: list[int] = []
        lock = threading.Lock()

        def take(seed: int) -> None:
            chance = random.Random(seed)
            for _ in range(12):
                with store.session() as session:
                    unit = Unit(session, BECAUSE)
                    number = unit.ordinal("H60.01/2026-03-02")
                    unit.record(new_id(), voided(number))
                    if chance.random() < 0.4:
                        continue
                    unit.commit()
                    with lock:
                        taken.append(number)

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(take, range(6)))
        assert sorted(taken) == list(range(1, len(taken) + 1))
        assert len(taken) > 20

    def test_series_count_apart_and_a_unit_may_take_two(self, store: Database) -> None:
        with store.session() as session:
            assert [session.ordinal("a"), session.ordinal("a"), session.ordinal("b")] == [1, 2, 1]

    def test_whoever_asks_for_the_last_number_keeps_others_from_the_next_one(self, store: Database) -> None:
        given: list[int] = []

        def take() -> None:
            with store.session() as session:
                given.append(session.ordinal("a"))
                session.commit()

        other = threading.Thread(target=take)
        with store.session() as session:
            assert session.last_ordinal("a") == 0
            other.start()
            other.join(0.2)
            assert given == []
            session.commit()
        other.join()
        with store.session() as session:
            assert (given, session.last_ordinal("a"), session.ordinal("a")) == ([1], 1, 2)
