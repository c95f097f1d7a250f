"""A whole service on real servers: it parks, previews, redrives, gives up, and lets operators only."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from msgspec.structs import replace

from chassis.bus import Record
from chassis.bus.kafka import KafkaBus
from chassis.ids import new_id
from chassis.service import Blueprint
from chassis.serving import application
from chassis.settings import Settings
from chassis.store.postgres import PostgresDatabase
from chassis.tokens import issue
from contracts.dossier.intake import Closed, CodeVoided
from motcua.client.operations import _name
from tests.chassis.inbox_conformance import counted
from tests.chassis.sample import ended, sent
from tests.chassis.service.given import Bug, records, running, until
from tests.chassis.test_bus import read_topic

if TYPE_CHECKING:
    from motcua_stack import Servers


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
