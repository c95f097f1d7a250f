"""Copies of dossiers that the benches load: the services find in them what they would have written themselves, and go on with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest
from copies import NOW, Stamp, fill, moulds
from copies.loading import prepare, services

from chassis.clock import VirtualClock
from chassis.store.postgres import PostgresDatabase
from contracts import Envelope
from contracts.fact import decode
from motcua_stack import Servers
from processing.main import BLUEPRINT as PROCESSING
from processing.views import TASKS
from tests.harness import World, token
from tracking.domain import fold
from tracking.main import BLUEPRINT as TRACKING
from tracking.views import DOSSIER, history

COPIES = 40
MOULDS = moulds(ended=8, under_way=6)
STAMP = Stamp(MOULDS, COPIES)


@dataclass(frozen=True)
class Filled:
    owner: str
    addresses: dict[str, str]


@pytest.fixture(scope="module")
def filled(stack: Servers, database: str) -> Filled:
    addresses = prepare(database, stack.home, services(STAMP))
    fill(STAMP, database)
    return Filled(database, addresses)


@pytest.fixture
def town(filled: Filled) -> Iterator[World]:
    """Services over what was loaded."""
    stores = {name: PostgresDatabase(name, address, pool_size=2) for name, address in filled.addresses.items()}
    yield World(clock=VirtualClock(NOW), store=stores.__getitem__)
    for store in stores.values():
        store.close()


def test_copies_share_nothing_that_tells_dossiers_apart() -> None:
    codes = [code for number in range(COPIES) if (code := STAMP.code(number))]
    assert len(set(codes)) == len(codes) > COPIES / 2
    assert len({STAMP.dossier(number) for number in range(COPIES)}) == COPIES
    applicants = {dict(STAMP.fills(number))[b"\x02"] for number in range(COPIES)}
    assert 1 < len(applicants) < COPIES


def test_some_copies_have_ended_and_some_have_not() -> None:
    assert {mould.ended for mould in MOULDS.each} == {True, False}


def test_every_row_is_where_it_belongs_once(filled: Filled) -> None:
    wanted = {
        place: sum(STAMP.mould(n).rows[place].count(b"\n") + 1 for n in range(COPIES) if place in STAMP.mould(n).rows)
        for place in MOULDS.columns
    }
    with psycopg.connect(filled.owner) as conn:
        for (service, table), rows in wanted.items():
            schema = service.replace("-", "_")
            assert conn.execute(f"SELECT count(*) FROM {schema}.{table}".encode()).fetchone() == (rows,), f"{service} {table}"


def test_the_keys_and_indexes_are_those_of_the_migrations(stack: Servers, filled: Filled) -> None:
    with psycopg.connect(filled.owner) as conn:
        indexes = {name for (name,) in conn.execute("SELECT indexname FROM pg_indexes WHERE schemaname IN ('tracking', 'processing')")}
    assert {"history_pkey", "dossier_pkey", "dossier_work", "facts_position", "facts_pkey", "task_state", "heard_pkey"} <= indexes


def test_what_is_on_the_topic_is_what_the_stores_hold_in_the_same_order_by_dossier(filled: Filled) -> None:
    stored = {}
    with psycopg.connect(filled.owner) as conn:
        for service in services(STAMP):
            rows = conn.execute(
                f"SELECT event_id, originator_id, originator_version, topic, state FROM {service.replace('-', '_')}.facts".encode()
            )
            stored.update({row[0]: (service, *row[1:]) for row in rows})
    last: dict[tuple[str, UUID], int] = {}
    for wave in STAMP.waves():
        for record in wave.records():
            envelope = Envelope.from_headers(record.headers)
            assert stored[envelope.id] == (envelope.source, envelope.subject, envelope.sequence, envelope.type, record.value)
            assert record.key == str(envelope.subject).encode()
            assert envelope.sequence == last.get((envelope.source, envelope.subject), 0) + 1
            last[envelope.source, envelope.subject] = envelope.sequence
            decode(envelope.type, record.value or b"")
    assert last


def test_each_row_of_tracking_is_a_fold_of_its_history(town: World) -> None:
    tracking = town.add(TRACKING)
    with tracking.database.session() as session:
        rows = session.find(DOSSIER)
        assert len(rows) == COPIES
        for row in rows:
            assert row == fold(row.id, [event.fact() for event in history(session, row.id)])


def test_services_go_on_with_a_copy(town: World) -> None:
    processing, tracking = town.add(PROCESSING), town.add(TRACKING)
    with processing.database.session() as session:
        task = next(task for task in session.find(TASKS) if task.state in ("new", "assigned"))
    before = tracking.get(f"/dossiers/{task.dossier}/history", token("o", "operator")).json()
    head = token("head", "department-head", agencies=[task.agency])
    answer = processing.post(f"/dossiers/{task.dossier}/assignments", head, {"leg": task.leg, "assignee": "specialist-7"})
    assert answer.status_code == 201, answer.text
    town.settle()
    after = tracking.get(f"/dossiers/{task.dossier}/history", token("o", "operator")).json()
    assert len(after["items"]) == len(before["items"]) + 1
    assert after["items"][-1]["type"] == "vn.motcua.dossier.assigned.v1"
    with processing.database.session() as session:
        assert session.rows(TASKS, [(task.dossier, task.leg)])[0].assignee == "specialist-7"
