"""A whole service in one process on real servers: it gets ready, parks, previews, redrives, and says when it has stopped."""

import asyncio
import dataclasses
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import msgspec
import pytest
from anyio import to_thread
from msgspec.structs import replace

from chassis.bus import Message, Record
from chassis.bus.kafka import KafkaBus
from chassis.errors import Retry
from chassis.health import MOST_IDLE_SECONDS
from chassis.ids import new_id
from chassis.inbox import Handler
from chassis.process import Process
from chassis.relay import Relay, record_of
from chassis.service import Blueprint, Parts
from chassis.serving import application
from chassis.settings import Settings
from chassis.store import Unit
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry import tracing
from chassis.threads import in_loop_thread, limit_requests
from chassis.tokens import development_keys, issue
from contracts.dossier.intake import Closed, CodeVoided
from motcua.client.operations import _name
from tests.chassis.inbox_conformance import POISON, counted
from tests.chassis.sample import BECAUSE, CASES, case, ended, postgres_store, sent, voided
from tests.chassis.test_bus import read_topic

if TYPE_CHECKING:
    from motcua_stack import Servers


class Bug:
    """In the service's handler, until it is mended."""

    mended = False


@pytest.fixture
def store(stack: "Servers", database: str) -> Iterator[PostgresDatabase]:
    with postgres_store(stack, database) as store:
        yield store


@pytest.fixture
def topics(stack: "Servers") -> dict[str, str]:
    from motcua_stack.topics import Topic
    from tests.servers import fresh_topics

    return fresh_topics(stack, "service", {"in": Topic(), "out": Topic()})


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    development_keys(folder)
    return folder


def handler_with(bug: Bug) -> Handler:
    def handle(unit: Unit, message: Message) -> None:
        fact, subject = message.fact, message.envelope.subject
        known = unit.get(CASES, subject) or case(dossier=subject)
        unit.put(CASES, msgspec.structs.replace(known, facts=known.facts + 1))
        if isinstance(fact, CodeVoided) and fact.code.endswith(f"{POISON:04d}") and not bug.mended:
            raise ZeroDivisionError(fact.code)
        if isinstance(fact, Closed):
            unit.record(subject, ended())

    return handle


@pytest.fixture
def service(
    store: PostgresDatabase, stack: "Servers", topics: dict[str, str], keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Blueprint, Settings, Bug]:
    monkeypatch.setattr(tracing, "_tracer", tracing._tracer)
    bug = Bug()

    def handle(parts: Parts) -> Handler:
        return handler_with(bug)

    blueprint = Blueprint(
        name=store.service,
        outbound=lambda fact: record_of(topics["out"], fact),
        handle=handle,
        tables=(CASES,),
        topics=(topics["in"],),
        hears_catalogue=False,
    )
    settings = Settings(
        database_url=store.dsn, kafka=stack.kafka, jwks=(keys / "jwks.json").as_uri(), files=str(tmp_path), vault_url="http://vault"
    )
    return blueprint, settings, bug


@asynccontextmanager
async def running(blueprint: Blueprint, settings: Settings, keys: Path) -> AsyncIterator[tuple[httpx.AsyncClient, Process]]:
    app, process = application(blueprint, settings)
    async with app.router.lifespan_context(app):
        headers = {"Authorization": f"Bearer {issue(keys, 'operator-1', ['operator'], ['*'])}"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service", headers=headers) as client:
            yield client, process


async def until(client: httpx.AsyncClient, path: str, holds: Any, seconds: float = 30) -> Any:
    async with asyncio.timeout(seconds):
        while True:
            answer = await client.get(path)
            if holds(answer):
                return answer.json()
            await asyncio.sleep(0.05)


def records(topic: str, subject: UUID, *numbers: int, poison: int = 0) -> list[Record]:
    return [replace(sent(subject, n, voided(POISON) if n == poison else None), topic=topic) for n in numbers]


async def test_what_is_really_parked_is_seen_previewed_redriven_and_goes_on(
    service: tuple[Blueprint, Settings, Bug], keys: Path, store: PostgresDatabase, stack: "Servers", topics: dict[str, str]
) -> None:
    blueprint, settings, bug = service
    good, bad = new_id(), new_id()
    bus = KafkaBus(stack.kafka, "test")
    async with running(blueprint, settings, keys) as (client, _):
        ready = await until(client, "/health/ready", lambda a: a.status_code == 200)
        assert (ready["lag"], ready["stopped"], ready["relay_backlog"], ready["why"]) == (0, None, 0, None)
        await bus.send([*records(topics["in"], bad, 1, 2, poison=2), *records(topics["in"], good, 1, 2)])
        await bus.send([replace(sent(bad, 3, ended()), topic=topics["in"])])
        listed = await until(client, "/parked", lambda a: a.json()["total"] == 2)
        assert [(item["subject"], item["type"], item["reason"]) for item in listed["items"]] == [
            (str(bad), CodeVoided.TYPE, "ZeroDivisionError"),
            (str(bad), Closed.TYPE, "an earlier fact of this dossier is parked"),
        ]
        assert counted(store) == {good: 2, bad: 1}
        assert (await client.get(f"/parked/{bad}")).json()["total"] == 2
        assert (await client.get(f"/parked/{good}")).json()["total"] == 0
        preview = (await client.get(f"/parked/{bad}/preview")).json()
        assert (preview["applied"], preview["left"], preview["stopped"]["why"]) == (0, 2, "ZeroDivisionError")
        assert (await client.post(f"/parked/{bad}/redrive", headers={"Idempotency-Key": "first"})).status_code == 409
        assert (await client.get("/parked")).json()["total"] == 2
        assert "motcua_parked_total 2.0" in (await client.get("/metrics")).text

    async with running(blueprint, settings, keys) as (client, _):
        shown = (await client.get("/metrics")).text
        assert "motcua_parked_total 0.0" in shown and "motcua_parked_waiting 2.0" in shown
        assert (await until(client, "/health/ready", lambda a: a.status_code == 200))["parked"] == 2

        bug.mended = True
        preview = {"applied": 2, "left": 0, "facts": [Closed.TYPE], "stopped": None}
        assert (await client.get(f"/parked/{bad}/preview")).json() == preview
        assert counted(store) == {good: 2, bad: 1}
        assert (await client.post(f"/parked/{bad}/redrive")).status_code == 428
        for _ in range(2):
            assert (await client.post(f"/parked/{bad}/redrive", headers={"Idempotency-Key": "second"})).json() == {
                "applied": 2,
                "left": 0,
                "stopped": None,
            }
        assert (await client.get("/parked")).json() == {"total": 0, "items": []}
        assert counted(store) == {good: 2, bad: 3}
        (out,) = await read_topic(stack.kafka, topics["out"], 1)
        assert out.key == str(bad).encode()
        await bus.send(records(topics["in"], bad, 4))
        await until(client, "/health/ready", lambda a: counted(store) == {good: 2, bad: 4})
    await bus.close()


@pytest.mark.parametrize("key", [b"", b"a/b", b"..", "Nguyễn?#%".encode()])
async def test_garbage_of_any_name_is_given_up_once_and_the_list_is_empty_again(
    service: tuple[Blueprint, Settings, Bug], keys: Path, stack: "Servers", topics: dict[str, str], key: bytes
) -> None:
    blueprint, settings, _ = service
    bus = KafkaBus(stack.kafka, "test")
    async with running(blueprint, settings, keys) as (http, _):
        await bus.send([Record(topics["in"], key, b"garbage", ())])
        (item,) = (await until(http, "/parked", lambda a: a.json()["total"] == 1))["items"]
        path = f"/parked/{_name(item['subject'])}/discard"
        assert (await http.post(path, json={"reason": " "}, headers={"Idempotency-Key": "a"})).status_code == 422
        assert (await http.post(path, json={"reason": "thử"})).status_code == 428
        answers = [await http.post(path, json={"reason": "thử"}, headers={"Idempotency-Key": "b"}) for _ in range(2)]
        assert [(answer.status_code, answer.json()) for answer in answers] == [
            (200, {"discarded": 1, "topic": topics["in"], "partition": item["partition"], "offset": item["offset"], "left": 0})
        ] * 2
        assert (await http.post(path, json={"reason": "thử"}, headers={"Idempotency-Key": "c"})).status_code == 404
        assert (await http.get("/parked")).json() == {"total": 0, "items": []}
        (kept,) = (await http.get("/discarded")).json()["items"]
        assert (kept["discarded_by"], kept["reason"], kept["parked_reason"]) == ("operator-1", "thử", item["reason"])
    await bus.close()


async def test_the_doors_of_operations_are_for_operators(service: tuple[Blueprint, Settings, Bug], keys: Path) -> None:
    blueprint, settings, _ = service
    app, process = application(blueprint, settings)
    headers = {"Authorization": f"Bearer {issue(keys, 'clerk-1', ['clerk'], ['*'])}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service", headers=headers) as client:
        for verb, path in (
            ("GET", "/parked"),
            ("GET", "/parked/x"),
            ("GET", "/parked/x/preview"),
            ("POST", "/parked/x/redrive"),
            ("GET", "/discarded"),
        ):
            assert (await client.request(verb, path)).status_code == 403
    await process.stop()


async def test_a_service_that_has_not_started_or_has_stopped_is_not_ready_but_lives(
    service: tuple[Blueprint, Settings, Bug], keys: Path, store: PostgresDatabase, stack: "Servers", topics: dict[str, str]
) -> None:
    blueprint, settings, _ = service
    app, process = application(blueprint, settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        answer = await client.get("/health/ready")
        assert (answer.status_code, answer.json()["why"]) == (503, "starting; bus")
    await process.stop()
    subject = new_id()
    bus = KafkaBus(stack.kafka, "test")
    async with running(blueprint, settings, keys) as (client, _):
        await until(client, "/health/ready", lambda a: a.status_code == 200)
        await bus.send(records(topics["in"], subject, 1, 3))
        state = await until(client, "/health/ready", lambda a: a.status_code == 503)
        assert state["stopped"].startswith("Gap") and state["why"].startswith("inbox stopped: Gap")
        assert "motcua_inbox_stopped 1.0" in (await client.get("/metrics")).text
        assert (await client.get("/health/live")).status_code == 200
    await bus.close()


async def test_a_relay_that_stands_still_makes_a_service_unready(
    service: tuple[Blueprint, Settings, Bug], keys: Path, store: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: it stayed green, whatever was stored behind it."""

    async def nothing(relay: Relay) -> int:
        return 0

    blueprint, settings, _ = service
    monkeypatch.setattr(Relay, "step", nothing)
    monkeypatch.setattr("chassis.waiting.STILL_SECONDS", 0.5)
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(new_id(), ended(), ended())
        unit.commit()
    async with running(blueprint, settings, keys) as (client, _):
        state = await until(client, "/health/ready", lambda a: "relay" in (a.json()["why"] or ""))
        assert (state["ok"], state["relay_backlog"]) == (False, 2)
        assert "relay stands still, 2 facts behind" in state["why"]
        assert "motcua_relay_backlog 2.0" in (await client.get("/metrics")).text


async def test_a_service_without_a_partition_for_two_minutes_does_not_live(service: tuple[Blueprint, Settings, Bug], keys: Path) -> None:
    """Regression: it lived on without hearing anything (aiokafka issue 1187)."""
    blueprint, settings, _ = service
    async with running(blueprint, settings, keys) as (client, process):
        await until(client, "/health/ready", lambda a: a.status_code == 200)
        assert (await client.get("/health/live")).status_code == 200
        assert process.consumer is not None
        process.consumer.positions.idle_since = time.monotonic() - MOST_IDLE_SECONDS - 1
        answer = await client.get("/health/live")
        assert (answer.status_code, answer.json()["idle_seconds"]) == (503, 121)


async def test_before_its_loops_turn_a_service_can_redrive_nothing_and_says_so(
    service: tuple[Blueprint, Settings, Bug], keys: Path
) -> None:
    """Regression: a preview before the inbox was there answered 500."""
    blueprint, settings, _ = service
    app, process = application(blueprint, settings)
    headers = {"Authorization": f"Bearer {issue(keys, 'operator-1', ['operator'], ['*'])}", "Idempotency-Key": "k"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service", headers=headers) as client:
        assert (await client.get("/parked/x/preview")).status_code == 503
        assert (await client.post("/parked/x/redrive")).status_code == 503
    await process.stop()


async def test_a_service_that_hears_nothing_has_nothing_parked_and_is_not_broken(
    service: tuple[Blueprint, Settings, Bug], keys: Path
) -> None:
    """Regression: it answered 503 for ever, as if its inbox were about to begin."""
    blueprint, settings, _ = service
    app, process = application(dataclasses.replace(blueprint, handle=None), settings)
    headers = {"Authorization": f"Bearer {issue(keys, 'operator-1', ['operator'], ['*'])}", "Idempotency-Key": "k"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service", headers=headers) as client:
        assert (await client.get("/parked/x/preview")).status_code == 404
        assert (await client.post("/parked/x/redrive")).status_code == 404
    await process.stop()


def test_while_the_database_is_away_nobody_waits_as_long_as_the_first() -> None:
    """Requests stand in line for a few threads: the last of them would be answered after minutes."""
    store = PostgresDatabase("sample", "postgresql://nobody@127.0.0.1:1/none")
    store.pool.timeout = 1.5
    waited = []
    for _ in range(3):
        began = time.monotonic()
        with pytest.raises(Retry), store.connection():
            pass
        waited.append(time.monotonic() - began)
    store.close()
    assert waited[0] > 1.4 and max(waited[1:]) < 1.4


def test_requests_have_few_threads_and_never_those_of_the_loops() -> None:
    """A request that waits for what a loop brings must not keep the loop from bringing it."""
    released, working = threading.Event(), threading.Semaphore(0)

    def request() -> bool:
        working.release()
        return released.wait(20)

    async def both() -> list[bool]:
        limit_requests(2)
        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            requests = [group.create_task(to_thread.run_sync(request)) for _ in range(3)]
            await in_loop_thread(working.acquire)
            await in_loop_thread(working.acquire)
            assert not await in_loop_thread(working.acquire, False)
            await in_loop_thread(released.set)
        return [task.result() for task in requests]

    assert asyncio.run(both()) == [True, True, True]


async def test_a_database_that_is_away_makes_a_service_unready_and_a_full_disk_is_named(
    service: tuple[Blueprint, Settings, Bug], keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blueprint, settings, _ = service
    gone = settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/none"})
    process = Process(blueprint, gone)
    process.database.pool.timeout = 0.2
    state = await process.health.ready()
    assert (state["ok"], state["why"]) == (False, "database")
    monkeypatch.setattr("chassis.health.LEAST_ROOM", 2**62)
    assert f"disk full under {settings.files}: " in (await process.health.ready())["why"]
    await process.stop()
