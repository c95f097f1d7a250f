"""What a calendar change over open clocks must do on every store; `test_rescheduling.py` runs it against memory and PostgreSQL."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from chassis.catalogue import ENTRIES, Catalogue, entry_of
from chassis.clock import VirtualClock
from chassis.deadlines import deadline
from chassis.errors import Retry
from chassis.rescheduling import OPEN_CLOCKS, PROGRESS, OpenClock, Owner, Progress, Sweep, opened
from chassis.store import Database, Unit
from contracts import Fact
from contracts.calendar_version import CalendarVersion
from contracts.dossier.intake import GateRescheduled
from tests.chassis.sample import BECAUSE, NOW, voided
from worktime import Closure, DueDate, Running, calendar


def version(number: int, *closed: str) -> CalendarVersion:
    """An approved version in which the province was closed on these dates."""
    closures = [Closure(date=datetime.fromisoformat(day).date(), reason="Bão số 5") for day in closed]
    data = calendar().with_entries(f"vn-2026.{number + 1}", closures).data
    return CalendarVersion(
        code=data.version,
        based_on="vn-2026.1",
        document="05/CĐ-UBND",
        known_since=NOW.date(),
        data=msgspec.to_builtins(data),
        drafted_by="editor-1",
        drafted_at=NOW,
        change=UUID(int=500 + number),
        status="approved" if number else "draft",
        number=number,
        decided_by="approver-1",
        decided_at=NOW,
    )


def publish(store: Database, *versions: CalendarVersion) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        for known in versions:
            unit.put(ENTRIES, entry_of(known))
        unit.commit()


def keep(store: Database, catalogue: Catalogue, term: str, *numbers: int, **changes: object) -> None:
    """Open clocks of dossiers of these numbers, each with two facts before."""
    running = Running(term=term, start=NOW, rule_set="tuyen-quang-2025")
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        for number in numbers:
            due_at = running.recount(calendar("H60.X1")).due_at
            row = opened(catalogue, dossier=UUID(int=number), agency="H60.X1", calendar="vn-2026.1", due_at=due_at, running=running)
            unit.put(OPEN_CLOCKS, msgspec.structs.replace(row, **changes))
            unit.record(UUID(int=number), voided(1), voided(2))
        unit.commit()


def told(clock: OpenClock, due: DueDate, now: datetime) -> Fact:
    new = deadline(due, due.term, due.calendar)
    return GateRescheduled(effective_at=now, recorded_at=now, old_due_at=clock.due_at, gate=new, cause="calendar")


OWNER = Owner(told)
"""As a service's module of clocks has it, for a process of its own."""


def sweep(store: Database, catalogue: Catalogue, owner: Owner | None = None, page: int = 3) -> Sweep:
    return Sweep(store, catalogue, VirtualClock(NOW), owner or Owner(told), page=page)


def moves(store: Database, number: int) -> list[GateRescheduled]:
    with store.session() as session:
        history = session.history([UUID(int=number)])[UUID(int=number)]
    assert [recorded.originator_version for recorded in history] == list(range(1, len(history) + 1))
    return [recorded.fact for recorded in history if isinstance(recorded.fact, GateRescheduled)]


def rows(store: Database) -> dict[int, OpenClock]:
    with store.session() as session:
        return {row.dossier.int: row for row in session.find(OPEN_CLOCKS)}


def progress(store: Database) -> Progress:
    with store.session() as session:
        (row,) = session.find(PROGRESS)
    return row


class ReschedulingConformance:
    """Needs a fixture `store`: an empty `Database` of the sample service."""

    @pytest.fixture
    def catalogue(self, store: Database) -> Iterator[Catalogue]:
        yield Catalogue(store)

    def test_each_clock_that_moves_gets_one_fact_and_is_pinned_anew(self, store: Database, catalogue: Catalogue) -> None:
        keep(store, catalogue, "5wd", *range(1, 8))
        keep(store, catalogue, "2wd", *range(20, 25))
        publish(store, version(1, "2026-03-06"))
        assert sweep(store, catalogue).run() == 7
        for number in range(1, 8):
            (fact,) = moves(store, number)
            assert (fact.old_due_at, fact.gate.due_at) == (_at(9, 17), _at(10, 17))
            assert (fact.cause, fact.gate.calendar) == ("calendar", "vn-2026.2")
            assert any("Bão số 5" in step.why for step in fact.gate.derivation)
        assert all(not moves(store, number) for number in range(20, 25))
        kept = rows(store)
        assert {kept[n].calendar for n in range(1, 8)} == {"vn-2026.2"} and {kept[n].due_at for n in range(1, 8)} == {_at(10, 17)}
        assert {kept[n].calendar for n in range(20, 25)} == {"vn-2026.1"}
        assert {row.checked for row in kept.values()} == {1}

    def test_who_approved_and_which_change_stand_with_every_fact(self, store: Database, catalogue: Catalogue) -> None:
        keep(store, catalogue, "5wd", 1)
        publish(store, version(1, "2026-03-06"))
        sweep(store, catalogue).run()
        with store.session() as session:
            last = session.history([UUID(int=1)])[UUID(int=1)][-1]
        assert (last.because.actor, last.because.correlation) == ("approver-1", UUID(int=501))

    def test_a_clock_already_on_the_version_is_not_touched_again(self, store: Database, catalogue: Catalogue) -> None:
        keep(store, catalogue, "5wd", 1, 2)
        publish(store, version(1, "2026-03-06"))
        assert [sweep(store, catalogue).run(), sweep(store, catalogue).run()] == [2, 0]
        assert len(moves(store, 1)) == 1

    def test_a_draft_moves_nothing(self, store: Database, catalogue: Catalogue) -> None:
        keep(store, catalogue, "5wd", 1)
        publish(store, version(0, "2026-03-06"))
        assert sweep(store, catalogue).step() is None
        assert moves(store, 1) == []

    def test_a_crash_loses_a_page_at_most_and_the_next_run_goes_on(self, store: Database, catalogue: Catalogue) -> None:
        keep(store, catalogue, "5wd", *range(1, 11))
        publish(store, version(1, "2026-03-06"))
        told_so_far: list[UUID] = []

        def crashing(clock: OpenClock, due: DueDate, now: datetime) -> Fact:
            told_so_far.append(clock.dossier)
            if len(told_so_far) == 8:
                raise ZeroDivisionError
            return told(clock, due, now)

        with pytest.raises(ZeroDivisionError):
            sweep(store, catalogue, Owner(crashing)).run()
        assert sum(len(moves(store, n)) for n in range(1, 11)) == 6
        assert sweep(store, catalogue).run() == 4
        assert all(len(moves(store, n)) == 1 for n in range(1, 11))
        told_in_all = progress(store)
        assert (told_in_all.examined, told_in_all.moved, told_in_all.stuck) == (10, 10, 0)
        assert told_in_all.finished_at is not None

    def test_a_command_that_is_faster_wins_and_the_page_is_done_again(self, store: Database, catalogue: Catalogue) -> None:
        keep(store, catalogue, "5wd", *range(1, 6))
        publish(store, version(1, "2026-03-06"))
        interfered: list[int] = []

        def interfering(facts: object) -> bool:
            if not interfered:
                interfered.append(1)
                _elsewhere(store, 2)
            return True

        assert sweep(store, catalogue, Owner(told, is_open=interfering)).run() == 5
        assert [len(moves(store, n)) for n in range(1, 6)] == [1] * 5
        with store.session() as session:
            assert len(session.history([UUID(int=2)])[UUID(int=2)]) == 4

    def test_a_dossier_that_ended_meanwhile_is_not_moved(self, store: Database, catalogue: Catalogue) -> None:
        keep(store, catalogue, "5wd", 1, 2)
        publish(store, version(1, "2026-03-06"))
        _elsewhere(store, 2)
        assert sweep(store, catalogue, Owner(told, is_open=lambda facts: len(facts) == 2)).run() == 1
        assert (len(moves(store, 1)), moves(store, 2), list(rows(store))) == (1, [], [1])

    def test_two_processes_share_the_work_and_move_nothing_twice(self, store: Database, catalogue: Catalogue) -> None:
        keep(store, catalogue, "5wd", *range(1, 41))
        publish(store, version(1, "2026-03-06"))
        ready = threading.Barrier(3)

        def work(_: int) -> None:
            ready.wait()
            for _ in range(60):
                sweep(store, Catalogue(store), page=4).step()

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(work, range(3)))
        sweep(store, catalogue).run()
        assert all(len(moves(store, n)) == 1 for n in range(1, 41))
        told = progress(store)
        assert (told.examined, told.moved, told.stuck) == (40, 40, 0), "each page adds to what the others counted"
        assert told.finished_at is not None

    def test_a_change_is_finished_only_when_the_pages_of_others_are(self, store: Database, catalogue: Catalogue) -> None:
        keep(store, catalogue, "5wd", *range(1, 6))
        publish(store, version(1, "2026-03-06"))
        with store.session() as other:
            other.find(OPEN_CLOCKS, [("checked", "<", 1)], ("checked", "dossier", "clock"), limit=2, claim=True)
            assert sweep(store, catalogue).run() == 3
            assert (progress(store).finished_at, sweep(store, catalogue).left()) == (None, 2)
        assert sweep(store, catalogue).run() == 2
        assert progress(store).finished_at is not None

    def test_the_next_version_is_looked_at_from_the_date_the_last_one_gave(self, store: Database, catalogue: Catalogue) -> None:
        keep(store, catalogue, "5wd", 1)
        publish(store, version(1, "2026-03-06"))
        sweep(store, catalogue).run()
        publish(store, version(2, "2026-03-06", "2026-03-10"))
        assert sweep(store, catalogue).run() == 1
        assert [(m.old_due_at, m.gate.due_at) for m in moves(store, 1)] == [(_at(9, 17), _at(10, 17)), (_at(10, 17), _at(11, 17))]

    def test_a_clock_pinned_to_an_older_version_later_is_found(self, store: Database, catalogue: Catalogue) -> None:
        publish(store, version(1, "2026-03-06"))
        assert sweep(store, catalogue).step() is None
        keep(store, catalogue, "5wd", 1)
        assert sweep(store, catalogue).run() == 1

    def test_a_clock_that_cannot_be_counted_is_named_and_holds_up_nobody(self, store: Database, catalogue: Catalogue) -> None:
        keep(store, catalogue, "5wd", 1, 3)
        keep(store, catalogue, "5wd", 2, running=Running(term="5wd", start=NOW, rule_set="khong-co"))
        publish(store, version(1, "2026-03-06"))
        assert sweep(store, catalogue).run() == 2
        assert rows(store)[2].stuck == "UnknownRuleSet"

    def test_a_clock_that_a_later_version_does_not_move_is_stuck_no_more(self, store: Database, catalogue: Catalogue) -> None:
        """Regression: people looked for dossiers that were well again."""
        keep(store, catalogue, "5wd", 1)
        with store.session() as session:
            unit = Unit(session, BECAUSE)
            unit.put(OPEN_CLOCKS, msgspec.structs.replace(rows(store)[1], stuck="OutsideCalendar"))
            unit.commit()
        publish(store, version(1, "2026-04-20"))
        assert sweep(store, catalogue).run() == 0
        assert (rows(store)[1].stuck, progress(store).stuck) == (None, 0)

    def test_commands_that_never_let_a_page_through_are_waited_for(self, store: Database, catalogue: Catalogue) -> None:
        keep(store, catalogue, "5wd", 1)
        publish(store, version(1, "2026-03-06"))

        def busy(facts: object) -> bool:
            _elsewhere(store, 1)
            return True

        with pytest.raises(Retry):
            sweep(store, catalogue, Owner(told, is_open=busy)).step()


def _elsewhere(store: Database, number: int) -> None:
    """Another command appends to a dossier and commits."""
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(UUID(int=number), voided(3))
        unit.commit()


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC) - timedelta(hours=7)
