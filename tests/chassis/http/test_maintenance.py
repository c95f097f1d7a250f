"""Maintenance at the door of a service on a real PostgreSQL: what is refused, what goes on, what is done afterwards."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from chassis import maintenance
from chassis.clock import VirtualClock
from chassis.maintenance import DatabaseMaintenance, Notice
from chassis.store import Changes
from chassis.store.postgres import PostgresDatabase
from chassis.timers import TIMERS, Timer, TimerLoop
from chassis.tokens import issue
from tests.chassis.http.given import client_of, facts, key, problem
from tests.chassis.sample import NOW, case, postgres_store

if TYPE_CHECKING:
    from motcua_stack import Servers

SAID = "Hệ thống bảo trì đến 18 giờ."


@pytest.fixture
def store(stack: "Servers", database: str) -> Iterator[PostgresDatabase]:
    with postgres_store(stack, database) as store:
        yield store
    maintenance.switch_off(database)


@pytest.fixture
async def client(store: PostgresDatabase, keys: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(store, keys) as client:
        client._transport.app.state.maintenance = DatabaseMaintenance(store)  # type: ignore[attr-defined]
        client.headers["Authorization"] = f"Bearer {issue(keys, 'clerk-1', ['clerk'], ['H60.01'])}"
        yield client


def begin(database: str, **options: Any) -> None:
    maintenance.switch_on(database, Notice(since=NOW, notice=SAID, retry_after=900, **options))
    time.sleep(maintenance.REFRESH_SECONDS + 0.1)


def end(database: str) -> None:
    assert maintenance.switch_off(database)
    time.sleep(maintenance.REFRESH_SECONDS + 0.1)


@pytest.mark.req("OP-06")
async def test_writes_are_refused_with_the_notice_reads_go_on_and_the_same_command_works_afterwards(
    client: httpx.AsyncClient, store: PostgresDatabase, database: str
) -> None:
    assert (await client.post("/beginnings", json={"number": 1}, headers=key("before"))).status_code == 201
    begin(database)
    refused = await client.post("/beginnings", json={"number": 2}, headers=key("during"))
    assert problem(refused, 503)["detail"] == SAID and refused.headers["retry-after"] == "900"
    assert (await client.get("/cases")).status_code == 200 and facts(store) == 1
    end(database)
    assert (await client.post("/beginnings", json={"number": 2}, headers=key("during"))).status_code == 201
    assert facts(store) == 2


@pytest.mark.req("OP-06")
async def test_the_policy_may_stop_reading_too_but_never_health(client: httpx.AsyncClient, database: str) -> None:
    begin(database, reads="none")
    assert problem(await client.get("/cases"), 503)["detail"] == SAID
    assert (await client.get("/health/live")).status_code == 200
    assert (await client.get("/metrics")).status_code == 200


@pytest.mark.req("OP-06")
def test_timers_wait_and_fire_afterwards(store: PostgresDatabase, database: str) -> None:
    fired: list[str] = []
    held = DatabaseMaintenance(store)
    loop = TimerLoop(
        store, VirtualClock(NOW), lambda unit, timer: fired.append(timer.name), lambda n: None, 1.0, held=lambda: held.now() is not None
    )
    with store.session() as session:
        due = Timer(name="tell", subject=case().dossier, due_at=NOW)
        session.commit(Changes(puts={TIMERS: {TIMERS.key_of(due): due}}))
    begin(database)
    assert loop._look()[0] == 0 and not fired
    end(database)
    assert loop._look()[0] == 1 and fired == ["tell"]


def test_a_second_notice_changes_the_words_and_not_the_beginning(database: str) -> None:
    maintenance.switch_on(database, Notice(since=NOW, notice="Một"))
    maintenance.switch_on(database, Notice(since=NOW.replace(year=2030), notice="Hai"))
    found = maintenance.standing(database)
    assert found is not None and (found.since, found.notice) == (NOW, "Hai")
    assert maintenance.switch_off(database) and not maintenance.switch_off(database)
