"""The append on PostgreSQL: one round trip, a shared advisory lock, no lock on the table, no NOTIFY."""

import select
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from chassis.clock import VirtualClock
from chassis.http.command import IDEMPOTENCY, Remembered
from chassis.ids import new_id
from chassis.migrate import lock_key
from chassis.store import Unit
from chassis.store.postgres import PostgresDatabase
from tests.chassis.sample import BECAUSE, CASES, NOW, case, voided


@pytest.fixture
def owner(database: str) -> "Iterator[psycopg.Connection]":
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def append(store: PostgresDatabase) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.begin(subject := new_id())
        unit.record(subject, voided())
        unit.commit()


def test_a_fact_its_rows_and_the_key_of_its_command_are_one_round_trip(store: PostgresDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    execute = psycopg.Connection.execute

    def counting(self: Any, text: Any, *values: Any, **options: Any) -> Any:
        if self is ours:
            sent.append(str(text))
        return execute(self, text, *values, **options)

    remembered = Remembered(actor="a", key="k", digest="d", status=201, answer={}, headers={}, recorded_at=VirtualClock(NOW).now())
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.begin(subject := new_id())
        unit.record(subject, voided())
        unit.put(CASES, case(1))
        unit.insert(IDEMPOTENCY, remembered)
        ours = session._conn  # type: ignore[attr-defined]
        monkeypatch.setattr(psycopg.Connection, "execute", counting)
        unit.commit()
        monkeypatch.undo()
    assert len(sent) == 1, sent
    assert len(store.page(0, 10)) == 1
    with store.session() as session:
        assert (session.count(CASES), session.count(IDEMPOTENCY)) == (1, 1)


def test_a_writer_holds_the_schemas_advisory_lock_shared_and_no_strong_lock_on_the_table(
    store: PostgresDatabase, owner: "psycopg.Connection"
) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(new_id(), voided())
        unit.flush()
        held = owner.execute(
            "SELECT locktype, mode, coalesce(relation::regclass::text, ((classid::bigint << 32) | objid::bigint)::text)"
            " FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE usename = %s AND locktype IN ('advisory', 'relation')",
            (f"motcua_{store.schema}",),
        ).fetchall()
    assert {(mode, what) for kind, mode, what in held if kind == "advisory"} == {("ShareLock", str(lock_key(store.schema)))}
    on_facts = {mode for kind, mode, what in held if kind == "relation" and what.endswith("facts")}
    assert on_facts == {"RowExclusiveLock", "AccessShareLock"} or on_facts == {"RowExclusiveLock"}


def test_a_writer_does_not_stand_in_the_way_of_another_or_of_autovacuum(store: PostgresDatabase, owner: "psycopg.Connection") -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(new_id(), voided())
        unit.flush()
        append(store)
        with owner.transaction():
            owner.execute("SET LOCAL lock_timeout = '2s'")
            owner.execute(f"LOCK TABLE {store.schema}.facts IN SHARE UPDATE EXCLUSIVE MODE".encode())
        owner.execute(f"ANALYZE {store.schema}.facts".encode())


def test_an_append_tells_nobody(store: PostgresDatabase) -> None:
    """NOTIFY would serialise the commits of the whole database; the relay is woken outside the append."""
    with psycopg.connect(store.dsn, autocommit=True) as listener:
        listener.execute(f'LISTEN "relay_{store.schema}"'.encode())
        append(store)
        assert not select.select([listener.fileno()], [], [], 0.3)[0]
        assert list(listener.notifies(timeout=0)) == []


def test_no_trigger_hangs_on_the_facts(store: PostgresDatabase, owner: "psycopg.Connection") -> None:
    found = owner.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", (f"{store.schema}.facts",)).fetchall()
    assert found == []


def test_the_barrier_waits_ten_milliseconds_and_no_longer(store: PostgresDatabase, owner: "psycopg.Connection") -> None:
    """By the server's own clock, and the shortest of several tries: a busy machine only makes it longer."""
    append(store)
    measure = f"""
        DO $$ DECLARE started timestamptz := clock_timestamp();
        BEGIN PERFORM {store.schema}.settled(0); RAISE EXCEPTION 'not held up';
        EXCEPTION WHEN lock_not_available THEN
            PERFORM set_config('test.waited', extract(milliseconds FROM clock_timestamp() - started)::text, false);
        END $$"""
    waited = []
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(new_id(), voided())
        unit.flush()
        for _ in range(8):
            owner.execute(measure.encode())
            row = owner.execute("SELECT current_setting('test.waited')::float").fetchone()
            assert row is not None
            waited.append(float(row[0]))
    assert 9 < min(waited) < 20, waited


def test_the_library_keeps_the_facts_through_our_recorder(store: PostgresDatabase) -> None:
    """What the `eventsourcing` library reads of the log is what was appended, in order, under explicit topics."""
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(subject := new_id(), voided(1), voided(2), voided(3))
        unit.commit()
    read = list(store.log.events.get(subject, gt=1, lte=3, desc=True))
    assert [event.originator_version for event in read] == [3, 2]
    notifications = store.log.recorder.select_notifications(1, 10)
    assert [n.topic for n in notifications] == [voided().TYPE] * 3
    assert store.log.recorder.max_notification_id() == notifications[-1].id
    with pytest.raises(RuntimeError):
        store.log.recorder.subscribe()


def test_the_librarys_own_save_appends_under_the_same_lock(store: PostgresDatabase) -> None:
    from chassis.store.recorded import Recorded

    subject = new_id()
    store.log.save(Recorded(originator_id=subject, originator_version=1, id=new_id(), fact=voided(), because=BECAUSE))
    assert [fact.envelope.subject for fact in store.page(0, 10)] == [subject]
