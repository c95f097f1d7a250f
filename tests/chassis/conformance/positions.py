"""The inbox's positions: they move on from where they stand, and fence a former owner."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.errors import Fenced
from chassis.ids import new_id
from chassis.store import Database, Unit
from chassis.store.session import Span
from tests.chassis.sample import BECAUSE, voided


class Positions:
    """Needs a fixture `store`: an empty `Database` of the sample service."""

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
