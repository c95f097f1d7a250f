"""A whole service on real servers: it gets ready, and says when it is not or has stopped."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from chassis.bus import Bus
from chassis.bus.kafka import KafkaBus
from chassis.errors import Retry
from chassis.health import MOST_IDLE_SECONDS
from chassis.ids import new_id
from chassis.process import Process
from chassis.relay import Relay
from chassis.service import Blueprint, Parts
from chassis.serving import application
from chassis.settings import Settings
from chassis.store import Unit
from chassis.store.postgres import PostgresDatabase
from tests.chassis.sample import BECAUSE, ended
from tests.chassis.service.given import Bug, records, running, until
from tests.chassis.waiting import eventually

if TYPE_CHECKING:
    from motcua_stack import Servers


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
        assert state["stopped"].startswith("Gap") and state["why"].startswith("inbox stopped: Gap") and state["held"] == state["why"]
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


async def _sends_for_ever(_: Parts, bus: Bus) -> None:
    while True:
        with suppress(Retry):
            await bus.send([])
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("by", ["relay", "sender"])
async def test_a_service_that_finds_another_bus_than_before_is_not_ready(
    service: tuple[Blueprint, Settings, Bug], keys: Path, store: PostgresDatabase, by: str
) -> None:
    """Regression: only a relay told so; what else sends waited, and `ready` said that all was well."""
    blueprint, settings, _ = service
    store.relay_bus("the one before")
    if by == "sender":
        blueprint = replace(blueprint, outbound=None, sender=_sends_for_ever)
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(new_id(), ended())
        unit.commit()
    async with running(blueprint, settings, keys) as (client, _):
        state = await until(client, "/health/ready", lambda a: "nothing is sent" in (a.json()["why"] or ""))
        assert not state["ok"] and state["held"].endswith("and what was sent before went to the one before")
    assert store.relay_position() == 0


async def test_a_service_that_stops_lets_go_of_its_bus(
    service: tuple[Blueprint, Settings, Bug], keys: Path, store: PostgresDatabase
) -> None:
    """Regression: its producer was left to the end of the process, with a page that might still have gone out."""
    blueprint, settings, _ = service
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(new_id(), ended())
        unit.commit()
    async with running(blueprint, settings, keys) as (_, process):
        await eventually(lambda: store.relay_position() > 0)
        bus = process.bus._bus
        assert isinstance(bus, KafkaBus) and bus._producer is not None
    assert bus._producer is None


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
