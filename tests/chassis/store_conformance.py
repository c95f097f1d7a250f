"""What every store must do; `test_store.py` runs it against memory and against PostgreSQL."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise
from uuid import UUID

import pytest

from chassis.clock import VirtualClock
from chassis.errors import Duplicate, Fenced, VersionConflict
from chassis.ids import new_id
from chassis.store import Database, Unit
from chassis.store.recorded import Recorded
from chassis.store.session import Changes, Span
from chassis.timers import PUT_OFF, TIMERS, Timer, fire_due
from contracts.fact import encode
from tests.chassis.sample import BECAUSE, CASES, NOW, TALLIES, Case, Tally, case, ended, later, voided


def record(store: Database, subject: UUID, count: int = 1) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(subject, *(voided(n) for n in range(count)))
        unit.commit()


def put(store: Database, *rows: Case) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        for row in rows:
            unit.put(CASES, row)
        unit.commit()


def all_cases(store: Database) -> list[Case]:
    with store.session() as session:
        return session.find(CASES, order=("dossier",))


class StoreConformance:
    """Needs a fixture `store`: an empty `Database` of the sample service."""

    # facts
    def test_facts_come_back_in_order_with_who_and_why(self, store: Database) -> None:
        subject = new_id()
        record(store, subject, 3)
        with store.session() as session:
            found = session.history([subject])[subject]
        assert [f.originator_version for f in found] == [1, 2, 3]
        assert [f.fact for f in found] == [voided(0), voided(1), voided(2)]
        assert {f.because for f in found} == {BECAUSE}

    def test_a_dossier_without_facts_has_an_empty_history(self, store: Database) -> None:
        with store.session() as session:
            assert Unit(session, BECAUSE).version(new_id()) == 0

    def test_two_commands_on_the_same_version_cannot_both_win(self, store: Database) -> None:
        subject = new_id()
        record(store, subject)
        stale = Recorded(originator_id=subject, originator_version=1, id=new_id(), fact=voided(), because=BECAUSE)
        with pytest.raises(VersionConflict), store.session() as session:
            session.commit(Changes(facts=[stale]))
        with store.session() as session:
            assert len(session.history([subject])[subject]) == 1

    def test_of_eight_threads_on_one_dossier_exactly_one_wins_each_version(self, store: Database) -> None:
        subject = new_id()
        ready = threading.Barrier(8)

        def attempt(number: int) -> bool:
            ready.wait()
            try:
                with store.session() as session:
                    session.commit(
                        Changes(
                            facts=[Recorded(originator_id=subject, originator_version=1, id=new_id(), fact=voided(number), because=BECAUSE)]
                        )
                    )
            except VersionConflict:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(attempt, range(8))) == 1

    def test_a_conflict_takes_the_rows_beside_it_back(self, store: Database) -> None:
        subject = new_id()
        record(store, subject)
        stale = Recorded(originator_id=subject, originator_version=1, id=new_id(), fact=voided(), because=BECAUSE)
        row = case(1)
        with pytest.raises(VersionConflict), store.session() as session:
            session.commit(Changes(facts=[stale], puts={CASES: {(row.dossier,): row}}))
        assert all_cases(store) == []

    def test_what_is_not_committed_never_was(self, store: Database) -> None:
        subject = new_id()
        with store.session() as session:
            unit = Unit(session, BECAUSE)
            unit.record(subject, voided())
            unit.put(CASES, case(1))
            unit.flush()
        with store.session() as session:
            assert session.history([subject])[subject] == []
            assert session.count(CASES) == 0

    def test_an_append_to_many_dossiers_is_one_and_each_goes_on_from_its_own_version(self, store: Database) -> None:
        subjects = [new_id() for _ in range(40)]
        for number, subject in enumerate(subjects[:4]):
            record(store, subject, number + 1)
        with store.session() as session:
            versions = session.versions(subjects)
            assert [versions[subject] for subject in subjects[:6]] == [1, 2, 3, 4, 0, 0]
            session.commit(Changes(facts=[_next(subject, versions[subject]) for subject in subjects]))
        with store.session() as session:
            assert [session.versions(subjects)[subject] for subject in subjects[:6]] == [2, 3, 4, 5, 1, 1]
        assert [fact.envelope.subject for fact in store.page(10, 100)] == subjects

    def test_one_stale_dossier_takes_the_append_to_all_of_them_back(self, store: Database) -> None:
        subjects = [new_id() for _ in range(5)]
        record(store, subjects[3])
        with pytest.raises(VersionConflict), store.session() as session:
            session.commit(Changes(facts=[_next(subject, 0) for subject in subjects], puts={CASES: {(case(1).dossier,): case(1)}}))
        with store.session() as session:
            assert sum(session.versions(subjects).values()) == 1
        assert all_cases(store) == []

    # rows
    def test_a_row_of_every_kind_of_column_comes_back_equal(self, store: Database) -> None:
        row = case(1, due_at=NOW, urgent=True, legs=("Sở Xây dựng", "UBND xã Tân Trào"), share=0.25, facts=2**40)
        put(store, row, case(2))
        with store.session() as session:
            assert Unit(session, BECAUSE).get(CASES, row.dossier) == row
            assert Unit(session, BECAUSE).get(CASES, case(2).dossier) == case(2)

    def test_a_put_replaces_and_a_delete_removes(self, store: Database) -> None:
        put(store, case(1), case(2))
        with store.session() as session:
            unit = Unit(session, BECAUSE)
            unit.put(CASES, case(1, state="ended"))
            unit.delete(CASES, case(2).dossier)
            assert unit.get(CASES, case(2).dossier) is None
            unit.commit()
        assert all_cases(store) == [case(1, state="ended")]

    def test_a_row_that_is_nothing_but_its_key_may_be_put_twice(self, store: Database) -> None:
        row = Tally(agency="H60.01", day=date(2026, 3, 2))
        for _ in range(2):
            with store.session() as session:
                unit = Unit(session, BECAUSE)
                unit.put(TALLIES, row)
                unit.commit()
        with store.session() as session:
            assert session.find(TALLIES) == [row]

    def test_inserting_a_row_that_is_there_is_a_duplicate_of_that_table(self, store: Database) -> None:
        put(store, case(1))
        subject = new_id()
        with pytest.raises(Duplicate) as duplicate, store.session() as session:
            unit = Unit(session, BECAUSE)
            unit.record(subject, voided())
            unit.insert(CASES, case(1))
            unit.commit()
        assert duplicate.value.table == CASES.name
        with store.session() as session:
            assert session.history([subject])[subject] == []

    def test_of_eight_threads_inserting_one_key_exactly_one_succeeds(self, store: Database) -> None:
        ready = threading.Barrier(8)

        def attempt(_: int) -> bool:
            ready.wait()
            try:
                with store.session() as session:
                    unit = Unit(session, BECAUSE)
                    unit.insert(CASES, case(1))
                    unit.record(new_id(), voided())
                    unit.commit()
            except Duplicate:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(attempt, range(8))) == 1

    def test_a_row_deleted_in_a_unit_may_be_inserted_again_in_it(self, store: Database) -> None:
        put(store, case(1))
        with store.session() as session:
            unit = Unit(session, BECAUSE)
            unit.delete(CASES, case(1).dossier)
            unit.insert(CASES, case(1, state="ended"))
            unit.commit()
        assert all_cases(store) == [case(1, state="ended")]

    def test_a_row_inserted_and_deleted_in_a_unit_is_not_there(self, store: Database) -> None:
        with store.session() as session:
            unit = Unit(session, BECAUSE)
            unit.insert(CASES, case(1))
            unit.delete(CASES, case(1).dossier)
            unit.commit()
        assert all_cases(store) == []

    def test_a_search_finds_what_its_own_unit_has_gathered(self, store: Database) -> None:
        with store.session() as session:
            unit = Unit(session, BECAUSE)
            unit.put(CASES, case(1, state="ended"))
            assert unit.find(CASES, [("state", "=", "ended")]) == [case(1, state="ended")]

    @pytest.mark.parametrize(
        ("condition", "numbers"),
        [
            (("facts", "=", 3), {3}),
            (("facts", "<", 2), {0, 1}),
            (("facts", ">=", 4), {4, 5}),
            (("agency", "in", ["H60.01", "H60.05"]), {1, 5}),
            (("agency", "in", []), set()),
            (("due_at", "is null", None), {0, 2, 4}),
            (("due_at", "is not null", None), {1, 3, 5}),
            (("due_at", "<=", later(3)), {1, 3}),
            (("agency", "like", "H60.%"), {0, 1, 2, 3, 4, 5}),
            (("urgent", "=", True), {0, 3}),
            (("opened_on", ">", date(2026, 3, 4)), {3, 4, 5}),
            (("dossier", "=", UUID(int=1002)), {2}),
        ],
    )
    def test_rows_are_found_by_condition(self, store: Database, condition: tuple[str, str, object], numbers: set[int]) -> None:
        put(store, *_six())
        with store.session() as session:
            found = session.find(CASES, [condition])  # type: ignore[list-item]
            assert {row.facts for row in found} == numbers
            assert session.count(CASES, [condition]) == len(numbers)  # type: ignore[list-item]

    @pytest.mark.parametrize(
        "order", [("facts",), ("-facts",), ("due_at", "dossier"), ("-due_at", "dossier"), ("urgent", "-facts"), ("-state", "-facts")]
    )
    def test_pages_behind_a_cursor_give_every_row_once_and_in_order(self, store: Database, order: tuple[str, ...]) -> None:
        put(store, *_six())
        with store.session() as session:
            whole = session.find(CASES, (), order)
            pages, after = [], None
            while page := session.find(CASES, (), order, after, 2):
                pages += page
                after = tuple(getattr(page[-1], name.lstrip("-")) for name in order)
        assert pages == whole
        assert len({row.dossier for row in pages}) == 6

    def test_rows_are_counted_by_groups(self, store: Database) -> None:
        put(store, *_six())
        with store.session() as session:
            assert session.tally(CASES, ("urgent",)) == {(True,): 2, (False,): 4}

    def test_a_claimed_row_is_passed_over_by_others_until_the_session_ends(self, store: Database) -> None:
        put(store, *_six())
        with store.session() as first, store.session() as second:
            mine = first.find(CASES, order=("facts",), limit=4, claim=True)
            theirs = second.find(CASES, order=("facts",), limit=4, claim=True)
        with store.session() as third:
            again = third.find(CASES, order=("facts",), limit=6, claim=True)
        assert [row.facts for row in mine] == [0, 1, 2, 3]
        assert [row.facts for row in theirs] == [4, 5]
        assert len(again) == 6

    # savepoints
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

    # ordinals
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

    # inbox positions
    def test_a_position_moves_on_from_where_it_stands(self, store: Database) -> None:
        for first, end in ((0, 5), (5, 9)):
            with store.session() as session:
                session.advance([Span("t", 0, first, end, f"proof-{end}")])
                session.commit()
        assert list(store.positions()) == [("t", 0, 9, "proof-9")]

    @pytest.mark.parametrize(("first", "end"), [(0, 3), (4, 6), (6, 9), (3, 9)])
    def test_a_position_that_another_owner_moved_is_fenced(self, store: Database, first: int, end: int) -> None:
        with store.session() as session:
            session.advance([Span("t", 0, 0, 5)])
            session.commit()
        with pytest.raises(Fenced), store.session() as session:
            session.advance([Span("t", 0, first, end)])
        assert list(store.positions()) == [("t", 0, 5, None)]

    def test_a_partition_never_heard_of_starts_at_its_beginning_only(self, store: Database) -> None:
        with pytest.raises(Fenced), store.session() as session:
            session.advance([Span("t", 3, 7, 9)])

    def test_a_compacted_topic_has_holes_and_is_not_fenced_by_them(self, store: Database) -> None:
        for first, end in ((4, 6), (9, 12)):
            with store.session() as session:
                session.advance([Span("c", 0, first, end, None, True)])
                session.commit()
        assert [(t, p, o) for t, p, o, _ in store.positions()] == [("c", 0, 12)]
        with pytest.raises(Fenced), store.session() as session:
            session.advance([Span("c", 0, 6, 9, None, True)])

    def test_of_two_owners_at_the_same_place_one_is_fenced(self, store: Database) -> None:
        ready = threading.Barrier(2)

        def attempt(_: int) -> bool:
            ready.wait()
            try:
                with store.session() as session:
                    session.advance([Span("t", 0, 0, 5)])
                    unit = Unit(session, BECAUSE)
                    unit.record(new_id(), voided())
                    unit.flush()
                    session.commit()
            except Fenced:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(attempt, range(2))) == 1

    # the relay's side
    def test_a_page_holds_the_stored_bytes_and_headers_made_of_them_alone(self, store: Database) -> None:
        subject = new_id()
        record(store, subject, 2)
        first, second = store.page(0, 10), store.page(0, 10)
        assert first == second
        assert [fact.value for fact in first] == [encode(voided(0)), encode(voided(1))]
        assert [fact.envelope.sequence for fact in first] == [1, 2]
        assert first[0].envelope.headers() == second[0].envelope.headers()
        assert dict(first[0].envelope.headers())["ce_source"] == store.service.encode()

    def test_pages_follow_one_another_without_overlap(self, store: Database) -> None:
        for _ in range(5):
            record(store, new_id(), 2)
        seen, after = [], 0
        while page := store.page(after, 3):
            seen += [fact.position for fact in page]
            after = page[-1].position
        assert len(seen) == 10
        assert all(a < b for a, b in pairwise(seen))

    def test_the_position_of_the_relay_is_kept(self, store: Database) -> None:
        assert store.relay_position() == 0
        store.set_relay_position(17)
        assert store.relay_position() == 17

    def test_no_page_misses_a_fact_while_six_writers_append_and_roll_back(self, store: Database) -> None:
        seen, writing = [], threading.Event()
        writing.set()

        def write(seed: int) -> int:
            chance, done = random.Random(seed), 0
            for _ in range(60):
                with store.session() as session:
                    unit = Unit(session, BECAUSE)
                    unit.record(new_id(), *(voided(n) for n in range(chance.randint(1, 3))))
                    if chance.random() < 0.5:
                        unit.flush()
                    if chance.random() < 0.2:
                        continue
                    unit.commit()
                    done += 1
            return done

        def read() -> None:
            after = 0
            while True:
                last = not writing.is_set()
                page = store.page(after, 50)
                seen.extend(page)
                after = page[-1].position if page else after
                if last and not page:
                    return

        with ThreadPoolExecutor(7) as pool:
            reading = pool.submit(read)
            dossiers = sum(pool.map(write, range(6)))
            writing.clear()
            reading.result(60)
        whole = store.page(0, 10_000)
        assert [f.position for f in seen] == [f.position for f in whole]
        assert len({f.envelope.subject for f in seen}) == dossiers

    # timers
    def test_a_due_timer_fires_once_and_is_forgotten(self, store: Database) -> None:
        _timers(store, Timer(name="answer-by", subject=UUID(int=1), due_at=NOW), Timer(name="later", subject=UUID(int=1), due_at=later(60)))
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
        _timers(store, Timer(name="answer-by", subject=subject, due_at=NOW))

        def breaks(unit: Unit, timer: Timer) -> None:
            unit.record(timer.subject, ended())
            raise ZeroDivisionError

        clock = VirtualClock(NOW)
        fire_due(store, clock, breaks)
        assert store.page(0, 10) == []
        clock.advance(PUT_OFF)
        fire_due(store, clock, _end)
        assert len(store.page(0, 10)) == 1

    def test_a_timer_that_fails_does_not_hold_up_the_others(self, store: Database) -> None:
        _timers(store, *(Timer(name=f"t{n}", subject=UUID(int=n), due_at=later(n)) for n in range(1, 5)))
        fired: list[str] = []

        def fire(unit: Unit, timer: Timer) -> None:
            if timer.name == "t1":
                raise ZeroDivisionError
            unit.record(timer.subject, ended())
            fired.append(timer.name)

        fire_due(store, VirtualClock(later(10)), fire)
        assert {f.envelope.subject.int for f in store.page(0, 10)} == {2, 3, 4}

    def test_two_processes_never_fire_the_same_timer(self, store: Database) -> None:
        _timers(store, *(Timer(name="t", subject=UUID(int=n), due_at=NOW) for n in range(1, 41)))
        ready = threading.Barrier(4)

        def work(_: int) -> None:
            ready.wait()
            while fire_due(store, VirtualClock(NOW), _end, limit=3):
                pass

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        facts = store.page(0, 1000)
        assert sorted(f.envelope.subject.int for f in facts) == list(range(1, 41))
        assert {f.envelope.sequence for f in facts} == {1}


def _next(subject: UUID, version: int) -> Recorded:
    return Recorded(originator_id=subject, originator_version=version + 1, id=new_id(), fact=voided(version), because=BECAUSE)


def _six() -> list[Case]:
    return [
        case(
            n,
            facts=n,
            urgent=n % 3 == 0,
            due_at=later(n) if n % 2 else None,
            opened_on=date(2026, 3, 2 + n),
            state="ended" if n > 3 else "open",
        )
        for n in range(6)
    ]


def _end(unit: Unit, timer: Timer) -> None:
    unit.record(timer.subject, ended())


def _timers(store: Database, *timers: Timer) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        for timer in timers:
            unit.put(TIMERS, timer)
        unit.commit()
