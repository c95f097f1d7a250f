"""Timers: due, fired once, put off when they fail."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from chassis.clock import VirtualClock
from chassis.errors import Retry
from chassis.ids import new_id
from chassis.store import Database, Unit
from chassis.timers import PUT_OFF, Timer, fire_due
from tests.chassis.conformance.given import end_dossier, put_timers
from tests.chassis.sample import NOW, ended, later


class Timers:
    """Needs a fixture `store`: an empty `Database` of the sample service."""

    def test_a_due_timer_fires_once_and_is_forgotten(self, store: Database) -> None:
        put_timers(
            store, Timer(name="answer-by", subject=UUID(int=1), due_at=NOW), Timer(name="later", subject=UUID(int=1), due_at=later(60))
        )
        fired: list[str] = []
        clock = VirtualClock(NOW)
        for _ in range(2):
            fire_due(store, clock, lambda unit, timer: fired.append(timer.name))
        assert fired == ["answer-by"]
        clock.move_to(later(60))
        fire_due(store, clock, lambda unit, timer: fired.append(timer.name))
        assert fired == ["answer-by", "later"]

    def test_what_a_timer_records_and_its_end_are_one_transaction(self, store: Database) -> None:
        subject = new_id()
        put_timers(store, Timer(name="answer-by", subject=subject, due_at=NOW))

        def breaks(unit: Unit, timer: Timer) -> None:
            unit.record(timer.subject, ended())
            raise ZeroDivisionError

        clock = VirtualClock(NOW)
        fire_due(store, clock, breaks)
        assert store.page(0, 10) == []
        clock.advance(PUT_OFF)
        fire_due(store, clock, end_dossier)
        assert len(store.page(0, 10)) == 1

    def test_a_timer_that_fails_does_not_hold_up_the_others(self, store: Database) -> None:
        put_timers(store, *(Timer(name=f"t{n}", subject=UUID(int=n), due_at=later(n)) for n in range(1, 5)))
        fired: list[str] = []

        def fire(unit: Unit, timer: Timer) -> None:
            if timer.name == "t1":
                raise ZeroDivisionError
            unit.record(timer.subject, ended())
            fired.append(timer.name)

        fire_due(store, VirtualClock(later(10)), fire)
        assert {f.envelope.subject.int for f in store.page(0, 10)} == {2, 3, 4}

    def test_a_timer_that_waits_for_something_away_holds_up_no_other_and_fires_when_it_is_back(self, store: Database) -> None:
        """Regression: one timer whose vault was away rolled back the page of fifty it came in, again and again."""
        put_timers(store, *(Timer(name=f"t{n}", subject=UUID(int=n), due_at=later(n)) for n in range(1, 9)))
        away = {"t1", "t2", "t3"}

        def fire(unit: Unit, timer: Timer) -> None:
            if timer.name in away:
                raise Retry("vault")
            unit.record(timer.subject, ended())

        assert fire_due(store, VirtualClock(later(10)), fire, limit=3) == 3
        while fire_due(store, VirtualClock(later(10)), fire, limit=3):
            pass
        assert {f.envelope.subject.int for f in store.page(0, 20)} == {4, 5, 6, 7, 8}
        away.clear()
        assert fire_due(store, VirtualClock(later(10)), fire) == 3
        assert len(store.page(0, 20)) == 8

    def test_two_processes_never_fire_the_same_timer(self, store: Database) -> None:
        put_timers(store, *(Timer(name="t", subject=UUID(int=n), due_at=NOW) for n in range(1, 41)))
        ready = threading.Barrier(4)

        def work(_: int) -> None:
            ready.wait()
            while fire_due(store, VirtualClock(NOW), end_dossier, limit=3):
                pass

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        facts = store.page(0, 1000)
        assert sorted(f.envelope.subject.int for f in facts) == list(range(1, 41))
        assert {f.envelope.sequence for f in facts} == {1}
