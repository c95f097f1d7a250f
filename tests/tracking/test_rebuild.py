"""Views built anew from the topic on real servers, while the service goes on hearing and people go on reading."""

import asyncio
import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest

from chassis.bus import Record
from chassis.bus.kafka import KafkaBus
from chassis.bus.reading import reading
from chassis.clock import VirtualClock
from chassis.consumer import record_from
from chassis.discard import discard
from chassis.errors import Retry
from chassis.inbox import Inbox
from chassis.migrate import migrate
from chassis.rebuild import NotRebuildable, Rebuild, run
from chassis.rebuild.copy import Busy, Copy
from chassis.rebuild.feeding import Feed
from chassis.store import Because, Unit
from chassis.store.postgres import PostgresDatabase
from motcua_stack import Servers, prepare_postgres
from motcua_stack.database import role_of
from tests.chassis.conformance.given import redriven
from tests.servers import fresh_database, fresh_topics
from tests.tracking import story
from tests.tracking.test_store import records
from tracking.inbound import handle
from tracking.views import DOSSIER, HISTORY

DOSSIERS, FACTS = 60, 9


class Live:
    """Tracking with its topic: it hears in one transaction a page, as its own inbox does."""

    def __init__(self, stack: Servers) -> None:
        self.stack = stack
        self.owner = fresh_database(stack)
        self.address = prepare_postgres(self.owner, ["tracking"], stack.home)["tracking"]
        migrate(self.owner, "tracking", "tracking", role_of("tracking"), "tracking")
        self.topic = fresh_topics(stack, "rebuild")["dossiers.v1"]
        self.database = PostgresDatabase("tracking", self.address, pool_size=4)
        self.inbox = Inbox(handle, VirtualClock(story.START), tables=(DOSSIER,), prefetch_history=False)

    def publish(self, first: int, dossiers: int) -> None:
        made = [renamed(self.topic, record, first) for record in records(story.walk(), dossiers)]
        asyncio.run(self.send(made))

    async def send(self, made: list[Record]) -> None:
        bus = KafkaBus(self.stack.kafka, "rebuild-test")
        await bus.send(made)
        await bus.close()

    def hear(self) -> int:
        """One page of each partition; how many records."""
        return asyncio.run(self._hear({(t, p): o for t, p, o, _ in self.database.positions()}))

    async def _hear(self, stands: dict[tuple[str, int], int]) -> int:
        heard = 0
        async with reading(self.stack.kafka) as reader:
            for place, (_, end) in (await reader.spans([self.topic])).items():
                async for page in reader.pages(place, stands.get(place, 0), end, 500):
                    with self.database.session() as session:
                        self.inbox.apply([record_from(raw) for raw in page], session)
                    heard += len(page)
        return heard

    def rebuild(self, module: str = "tracking.main", processes: int = 1, package: str = "", **options: Any) -> Rebuild:
        schema = package or module.partition(".")[0]
        feed = Feed(module, self.address, schema, self.stack.kafka, (self.topic,))
        made = Rebuild(self.owner, role_of("tracking"), feed, processes=processes, **options)
        made._package = schema
        return made

    def count(self) -> tuple[int, int]:
        with self.database.session() as session:
            return session.count(DOSSIER), session.count(HISTORY)

    def execute(self, text: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.owner, autocommit=True) as conn:
            cursor = conn.execute(text.encode())
            return cursor.fetchall() if cursor.description else []


def renamed(topic: str, record: Record, first: int) -> Record:
    """The record of another dossier: `first` dossiers later."""
    subject = str(UUID(int=UUID(record.key.decode()).int + first)).encode()
    headers = tuple((name, subject if name == "ce_subject" else value) for name, value in record.headers)
    return Record(topic, subject, record.value, headers)


@pytest.fixture
def live(stack: Servers) -> Iterator[Live]:
    found = Live(stack)
    found.publish(0, DOSSIERS)
    while found.hear():
        pass
    yield found
    found.database.close()


@contextmanager
def beside(work: Any) -> Iterator[list[BaseException]]:
    """`work` again and again in a thread of its own; what it raised."""
    failed: list[BaseException] = []
    end = threading.Event()

    def loop() -> None:
        while not end.is_set():
            try:
                work()
            except BaseException as problem:
                failed.append(problem)
                return

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield failed
    finally:
        end.set()
        thread.join()


def test_when_one_process_fails_the_others_end_before_the_copy_goes_and_the_failure_is_told(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "WORTH_PROCESSES", 0)
    rebuilding = live.rebuild("tests.tracking.away", processes=2, package="tracking")
    with pytest.raises(Retry, match="planted"):
        rebuilding.run()
    assert not live.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'tracking_next'")
    assert not multiprocessing.active_children()


def test_a_server_that_is_away_is_what_is_told_and_not_that_the_copy_could_not_be_dropped(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: the failed end of an attempt hid why it had been given up."""

    def away(*_: object) -> None:
        raise Retry("database")

    def dead(_: Copy) -> None:
        raise psycopg.OperationalError("the connection is closed")

    monkeypatch.setattr(Copy, "make", away)
    monkeypatch.setattr(Copy, "drop", dead)
    with pytest.raises(Retry, match="database"):
        live.rebuild().run()


@pytest.mark.req("OP-03")
def test_views_are_built_anew_and_switched_while_facts_come_and_people_read(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "WORTH_PROCESSES", 0)
    told: list[tuple[str, int, int]] = []
    before = live.execute("SELECT oid FROM pg_class WHERE relname = 'dossier' AND relnamespace = 'tracking'::regnamespace")
    seen: list[int] = []
    longest = [0.0]

    def read() -> None:
        began = time.monotonic()
        seen.append(live.count()[0])
        longest[0] = max(longest[0], time.monotonic() - began)

    def go_on() -> None:
        live.publish(1000 + 10 * len(seen), 2)
        live.hear()

    with beside(read) as unread, beside(go_on) as unheard:
        outcome = live.rebuild(processes=2, progress=lambda *state: told.append(state)).run()
    assert not unread and not unheard
    assert outcome.equal and outcome.switched and outcome.facts >= DOSSIERS * FACTS
    assert {stage for stage, _, _ in told} == {"reading", "indexing", "comparing", "switching"}
    assert told[-1][1] == told[-1][2]
    assert min(seen) >= DOSSIERS and seen == sorted(seen) and longest[0] < 5
    while live.hear():
        pass
    dossiers, facts = live.count()
    assert facts == dossiers * FACTS > DOSSIERS * FACTS
    assert live.execute("SELECT oid FROM pg_class WHERE relname = 'dossier' AND relnamespace = 'tracking'::regnamespace") != before
    assert not live.execute("SELECT 1 FROM pg_namespace WHERE nspname IN ('tracking_next', 'tracking_old')")


def test_the_switched_tables_are_those_of_the_migrations_with_their_indexes_rights_and_room(live: Live) -> None:
    indexes = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'tracking' ORDER BY 1, 2"
    rights = "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE table_schema = 'tracking' ORDER BY 1, 2"
    room = "SELECT relname, reloptions FROM pg_class WHERE oid IN ('tracking.dossier'::regclass, 'tracking.heard'::regclass) ORDER BY 1"
    before = live.execute(indexes), live.execute(rights), live.execute(room)
    assert before[2] == [("dossier", ["fillfactor=80"]), ("heard", ["fillfactor=90"])]
    assert live.rebuild().run().switched
    assert (live.execute(indexes), live.execute(rights), live.execute(room)) == before


def test_a_view_that_differs_is_shown_and_replaced_only_when_that_is_accepted(live: Live) -> None:
    live.execute("UPDATE tracking.dossier SET holder = 'H60.WRONG' WHERE id = '00000000-0000-0000-0000-000000000007'")
    live.execute("DELETE FROM tracking.history WHERE dossier = '00000000-0000-0000-0000-000000000009' AND n > 7")
    refused = live.rebuild().run()
    dossier, history, heard = refused.tables
    assert not refused.equal and not refused.switched and heard.equal
    assert (dossier.table, dossier.differing, dossier.examples) == ("dossier", 1, ("00000000-0000-0000-0000-000000000007",))
    assert (history.differing, history.rows, history.rebuilt) == (2, DOSSIERS * FACTS - 2, DOSSIERS * FACTS)
    assert live.execute("SELECT count(*) FROM tracking.dossier WHERE holder = 'H60.WRONG'") == [(1,)]
    assert live.rebuild().run(accept=True).switched
    assert live.execute("SELECT count(*) FROM tracking.dossier WHERE holder = 'H60.WRONG'") == [(0,)]
    assert live.rebuild().run().equal


def test_what_was_parked_by_a_fault_since_mended_is_in_the_rebuilt_view(live: Live) -> None:
    subject = "00000000-0000-0000-0000-000000000003"
    live.execute(f"DELETE FROM tracking.dossier WHERE id = '{subject}'")
    live.execute(f"DELETE FROM tracking.history WHERE dossier = '{subject}'")
    live.execute(f"DELETE FROM tracking.heard WHERE subject = '{subject}'")
    live.execute(
        'INSERT INTO tracking.parked (topic, partition, "offset", subject, key, value, headers, reason, parked_at)'
        f" VALUES ('{live.topic}', 0, 0, '{subject}', '', '', '[]', 'ZeroDivisionError', now())"
    )
    assert live.rebuild().run(accept=True).switched
    assert live.execute("SELECT count(*) FROM tracking.parked") == [(0,)]
    assert live.count() == (DOSSIERS, DOSSIERS * FACTS)


def test_what_an_operator_gave_up_is_given_up_in_the_copy_too(live: Live) -> None:
    """Regression: the garbage was parked again in the copy, and what had been put right behind it was missing there."""
    first = records(story.walk(), 1)[0]
    subject = renamed(live.topic, first, DOSSIERS).key.decode()
    garbage = Record(live.topic, subject.encode(), b"not json", (("ce_id", b"?"),))
    asyncio.run(live.send([garbage]))
    live.publish(DOSSIERS, 1)
    while live.hear():
        pass
    assert live.execute("SELECT count(*) FROM tracking.parked") == [(FACTS + 1,)]
    with live.database.session() as session:
        unit = Unit(session, Because(actor="operator-1", correlation=UUID(subject)))
        assert discard(unit, subject, "garbage", story.START) is not None
        unit.commit()
        assert redriven(live.inbox, session, subject) == FACTS
    outcome = live.rebuild().run()
    assert outcome.equal and outcome.switched
    assert live.count() == (DOSSIERS + 1, (DOSSIERS + 1) * FACTS)
    assert live.execute("SELECT count(*) FROM tracking.parked") == [(0,)]
    assert live.execute("SELECT subject FROM tracking.discarded") == [(subject,)]


def test_records_that_are_still_parked_stop_no_rebuild_and_are_parked_since_they_were(live: Live) -> None:
    first = records(story.walk(), 1)[0]
    subject = renamed(live.topic, first, DOSSIERS).key
    for _ in range(2):
        asyncio.run(live.send([Record(live.topic, subject, b"not json", (("ce_id", b"?"),))]))
        live.hear()
    since = live.execute('SELECT "offset", parked_at FROM tracking.parked ORDER BY 1')
    outcome = live.rebuild().run(accept=True)
    assert outcome.switched and outcome.parked == (2, 2)
    assert live.execute('SELECT "offset", parked_at FROM tracking.parked ORDER BY 1') == since


def test_one_rebuild_at_a_time_and_only_of_views(live: Live) -> None:
    with pytest.raises(NotRebuildable, match="intake"):
        live.rebuild("intake.main")
    with psycopg.connect(live.owner, autocommit=True) as other:
        from chassis.migrate import lock_key

        other.execute("SELECT pg_advisory_lock(%s)", (lock_key("tracking") + 3,))
        with pytest.raises(Busy):
            live.rebuild().run()
