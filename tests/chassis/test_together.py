"""Writes that travel together: who writes for whom, and whom an error is told to."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from chassis.errors import Duplicate
from chassis.ids import new_id
from chassis.settings import Settings
from chassis.store import together
from chassis.store.recorded import Recorded
from chassis.store.session import Changes
from chassis.store.together import MOST, Together
from tests.chassis.sample import BECAUSE, CASES, case, voided

PATIENCE = 20


@pytest.fixture(autouse=True)
def _nobody_gives_up(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of statements is told, however slow the machine is."""
    if "stuck" not in request.node.name:
        monkeypatch.setattr(together, "PATIENCE", float(PATIENCE))


class SlowStore:
    """Notes each statement; the first one is held until `go` is set."""

    def __init__(self, bad: int | None = None) -> None:
        self.statements: list[list[int]] = []
        self.begun, self.go = threading.Event(), threading.Event()
        self._bad = bad

    def write(self, changes: Changes) -> None:
        rows = [row.facts for row in changes.inserts[CASES].values()]
        first = not self.begun.is_set()
        self.statements.append(rows)
        self.begun.set()
        if first:
            assert self.go.wait(PATIENCE)
        if self._bad in rows:
            raise Duplicate(CASES.name)


def inserting(number: int, key: int | None = None) -> Changes:
    row = case(number if key is None else key, facts=number)
    fact = Recorded(originator_id=new_id(), originator_version=1, id=new_id(), fact=voided(), because=BECAUSE)
    return Changes(facts=[fact], inserts={CASES: {(row.dossier,): row}})


def all_at_once(store: SlowStore, first: Changes, *others: Changes) -> list[Future[None]]:
    """The first is being written when the others come, one after the other."""
    writes = Together()
    with ThreadPoolExecutor(1 + len(others)) as pool:
        futures = [pool.submit(writes.write, first, store.write)]
        assert store.begun.wait(PATIENCE)
        for number, changes in enumerate(others, 1):
            futures.append(pool.submit(writes.write, changes, store.write))
            _until(lambda number=number: len(writes._waiting) == number)  # type: ignore[misc]
        store.go.set()
    return futures


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_what_comes_while_another_is_being_written_goes_in_one_statement() -> None:
    store = SlowStore()
    for future in all_at_once(store, *(inserting(n) for n in range(5))):
        future.result()
    assert store.statements == [[0], [1, 2, 3, 4]]


def test_a_lone_write_is_one_statement_and_its_error_is_its_own() -> None:
    store = SlowStore(bad=0)
    (future,) = all_at_once(store, inserting(0))
    with pytest.raises(Duplicate):
        future.result()
    assert store.statements == [[0]]


def test_an_error_in_company_is_told_to_the_one_who_made_it_and_the_others_are_written() -> None:
    store = SlowStore(bad=2)
    futures = all_at_once(store, *(inserting(n) for n in range(4)))
    assert [type(future.exception()) for future in futures] == [type(None), type(None), Duplicate, type(None)]
    assert store.statements[:2] == [[0], [1, 2, 3]]
    assert sorted(store.statements[2:]) == [[1], [2], [3]]


def test_two_who_touch_one_row_do_not_travel_together() -> None:
    store = SlowStore()
    for future in all_at_once(store, inserting(0), inserting(1), inserting(2, key=1), inserting(3)):
        future.result()
    assert store.statements == [[0], [1, 3], [2]]


def test_a_statement_that_is_stuck_holds_only_those_in_it() -> None:
    """Regression: followers waited without an end, and with all threads waiting a service answered nobody."""
    writes, store = Together(), SlowStore()
    with ThreadPoolExecutor(2) as pool:
        stuck = pool.submit(writes.write, inserting(0), store.write)
        assert store.begun.wait(PATIENCE)
        pool.submit(writes.write, inserting(1), store.write).result(PATIENCE)
        assert not stuck.done()
        store.go.set()
    assert store.statements == [[0], [1]]


def test_no_statement_carries_more_than_half_of_the_threads_there_are_for_requests() -> None:
    store = SlowStore()
    for future in all_at_once(store, *(inserting(n) for n in range(8))):
        future.result()
    assert max(map(len, store.statements)) == MOST <= Settings().request_threads // 2
    assert sorted(number for rows in store.statements for number in rows) == list(range(8))


def test_after_an_error_the_next_one_is_written() -> None:
    writes, store = Together(), SlowStore(bad=0)
    store.go.set()
    with pytest.raises(Duplicate):
        writes.write(inserting(0), store.write)
    writes.write(inserting(1), store.write)
    assert store.statements == [[0], [1]]
