"""Facts: versions, conflicts, and what is not committed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from chassis.errors import VersionConflict
from chassis.ids import new_id
from chassis.store import Database, Unit
from chassis.store.recorded import Recorded
from chassis.store.session import Changes
from tests.chassis.conformance.given import all_cases, record
from tests.chassis.sample import BECAUSE, CASES, case, voided


class Facts:
    """Needs a fixture `store`: an empty `Database` of the sample service."""

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


def _next(subject: UUID, version: int) -> Recorded:
    return Recorded(originator_id=subject, originator_version=version + 1, id=new_id(), fact=voided(version), because=BECAUSE)
