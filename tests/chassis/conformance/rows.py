"""Rows: every kind of column, conditions, cursors, claims."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest

from chassis.errors import Duplicate
from chassis.ids import new_id
from chassis.store import Database, Unit
from tests.chassis.conformance.given import all_cases, put, six_cases
from tests.chassis.sample import BECAUSE, CASES, NOW, TALLIES, Tally, case, later, voided


class Rows:
    """Needs a fixture `store`: an empty `Database` of the sample service."""

    def test_a_row_of_every_kind_of_column_comes_back_equal(self, store: Database) -> None:
        row = case(1, due_at=NOW, urgent=True, legs=("Sở Xây dựng", "UBND xã Tân Trào"), share=0.25, facts=2**40)
        put(store, row, case(2))
        with store.session() as session:
            assert Unit(session, BECAUSE).get(CASES, row.dossier) == row
            assert Unit(session, BECAUSE).get(CASES, case(2).dossier) == case(2)

    def test_no_keys_find_no_rows(self, store: Database) -> None:
        """Regression: an empty page of the register asked PostgreSQL for nothing and was answered with a syntax error."""
        put(store, case(1))
        with store.session() as session:
            assert (session.rows(CASES, []), session.rows(TALLIES, [])) == ([], [])

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

    def test_of_eight_threads_that_write_together_the_two_on_one_key_are_told_apart_and_the_others_are_stored(
        self, store: Database
    ) -> None:
        ready, subjects = threading.Barrier(8), [new_id() for _ in range(8)]

        def attempt(number: int) -> bool:
            try:
                with store.session() as session:
                    unit = Unit(session, BECAUSE)
                    unit.begin(subjects[number])
                    unit.record(subjects[number], voided())
                    unit.insert(CASES, case(max(1, number)))
                    ready.wait()
                    unit.commit(together=True)
            except Duplicate:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            stored = list(pool.map(attempt, range(8)))
        assert sorted(stored[:2]) == [False, True]
        assert all(stored[2:])
        with store.session() as session:
            assert [len(session.history([subject])[subject]) == 1 for subject in subjects] == stored
        assert len(all_cases(store)) == 7

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
        put(store, *six_cases())
        with store.session() as session:
            found = session.find(CASES, [condition])  # type: ignore[list-item]
            assert {row.facts for row in found} == numbers
            assert session.count(CASES, [condition]) == len(numbers)  # type: ignore[list-item]

    @pytest.mark.parametrize(
        "order", [("facts",), ("-facts",), ("due_at", "dossier"), ("-due_at", "dossier"), ("urgent", "-facts"), ("-state", "-facts")]
    )
    def test_pages_behind_a_cursor_give_every_row_once_and_in_order(self, store: Database, order: tuple[str, ...]) -> None:
        put(store, *six_cases())
        with store.session() as session:
            whole = session.find(CASES, (), order)
            pages, after = [], None
            while page := session.find(CASES, (), order, after, 2):
                pages += page
                after = tuple(getattr(page[-1], name.lstrip("-")) for name in order)
        assert pages == whole
        assert len({row.dossier for row in pages}) == 6

    def test_rows_are_counted_by_groups(self, store: Database) -> None:
        put(store, *six_cases())
        with store.session() as session:
            assert session.tally(CASES, ("urgent",)) == {(True,): 2, (False,): 4}

    def test_a_claimed_row_is_passed_over_by_others_until_the_session_ends(self, store: Database) -> None:
        put(store, *six_cases())
        with store.session() as first, store.session() as second:
            mine = first.find(CASES, order=("facts",), limit=4, claim=True)
            theirs = second.find(CASES, order=("facts",), limit=4, claim=True)
        with store.session() as third:
            again = third.find(CASES, order=("facts",), limit=6, claim=True)
        assert [row.facts for row in mine] == [0, 1, 2, 3]
        assert [row.facts for row in theirs] == [4, 5]
        assert len(again) == 6

    def test_what_came_of_a_delivery_was_lost_where_another_had_just_looked_at_its_row(self, store: Database) -> None:
        (row,) = six_cases()[:1]
        put(store, row)
        held: list[object] = []

        def settle() -> None:
            with store.session() as second:
                held.extend(second.hold(CASES, [(row.dossier,)]))

        with store.session() as first:
            first.hold(CASES, [(row.dossier,)])
            settling = threading.Thread(target=settle)
            settling.start()
            settling.join(0.2)
            assert held == []
        settling.join()
        assert held == [row]
        with store.session() as third:
            assert third.hold(CASES, [(new_id(),)]) == []

    def test_of_many_rows_those_that_there_are_are_held(self, store: Database) -> None:
        rows = six_cases()
        put(store, *rows)
        with store.session() as session:
            held = session.hold(CASES, [(new_id(),), *((row.dossier,) for row in rows[:2])])
        assert {row.dossier for row in held} == {row.dossier for row in rows[:2]}
