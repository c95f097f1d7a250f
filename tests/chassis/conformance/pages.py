"""The relay's side: pages of stored bytes that miss nothing."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from chassis.ids import new_id
from chassis.store import Database, Unit
from chassis.store.session import Backlog
from contracts.fact import encode
from tests.chassis.conformance.given import record
from tests.chassis.sample import BECAUSE, voided


class Pages:
    """Needs a fixture `store`: an empty `Database` of the sample service."""

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

    def test_the_relays_bus_is_the_first_that_was_found(self, store: Database) -> None:
        assert [store.relay_bus(found) for found in ("first", "second", "first")] == ["first"] * 3

    def test_what_the_relay_has_not_sent_is_counted(self, store: Database) -> None:
        assert (store.backlog().facts, store.backlog().oldest) == (0, None)
        record(store, new_id(), 3)
        first, second, third = (fact.position for fact in store.page(0, 10))
        assert store.backlog() == Backlog(0, 3, first)
        store.set_relay_position(first)
        assert store.backlog() == Backlog(first, 2, second)
        store.set_relay_position(third)
        assert store.backlog() == Backlog(third, 0, None)

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
