"""Commands: once per key, and on the version that was seen."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from chassis.ids import new_id
from chassis.store import Database
from chassis.tokens import issue

if TYPE_CHECKING:
    pass


from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

from tests.chassis.http.given import facts, key, problem


async def test_a_command_records_its_fact_and_answers_version_and_place(client: httpx.AsyncClient, store: Database) -> None:
    dossier = new_id()
    answer = await client.post(f"/notes/{dossier}", json={"number": 1}, headers=key())
    assert (answer.status_code, answer.json()) == (201, {"ordinal": 1})
    assert (answer.headers["etag"], answer.headers["location"]) == ('"1"', f"/notes/{dossier}")
    assert facts(store) == 1
    assert store.page(0, 1)[0].envelope.actor == "clerk-1"


async def test_the_same_key_with_the_same_body_answers_the_same_without_a_second_effect(client: httpx.AsyncClient, store: Database) -> None:
    dossier = new_id()
    first = await client.post(f"/notes/{dossier}", json={"number": 1}, headers=key())
    again = await client.post(f"/notes/{dossier}", json={"number": 1}, headers=key())
    assert (again.status_code, again.json(), again.headers["etag"]) == (first.status_code, first.json(), first.headers["etag"])
    assert again.headers["idempotent-replay"] == "true"
    assert facts(store) == 1


async def test_the_same_key_with_another_body_or_path_is_refused(client: httpx.AsyncClient, store: Database) -> None:
    dossier = new_id()
    await client.post(f"/notes/{dossier}", json={"number": 1}, headers=key())
    assert problem(await client.post(f"/notes/{dossier}", json={"number": 2}, headers=key()), 422)["field"] == "Idempotency-Key"
    problem(await client.post(f"/notes/{new_id()}", json={"number": 1}, headers=key()), 422)
    assert facts(store) == 1


async def test_a_key_belongs_to_its_caller(client: httpx.AsyncClient, store: Database, keys: Path) -> None:
    for subject in ("clerk-1", "clerk-2"):
        headers = key(Authorization=f"Bearer {issue(keys, subject, ['clerk'])}")
        assert (await client.post(f"/notes/{new_id()}", json={"number": 1}, headers=headers)).status_code == 201
    assert facts(store) == 2


@pytest.mark.parametrize("text", ["", "  ", "x" * 201])
async def test_a_command_without_a_key_is_refused(client: httpx.AsyncClient, store: Database, text: str) -> None:
    problem(await client.post(f"/notes/{new_id()}", json={"number": 1}, headers=key(text)), 428)
    assert facts(store) == 0


async def test_fifty_requests_with_one_key_at_once_have_one_effect(client: httpx.AsyncClient, store: Database) -> None:
    dossier = new_id()
    answers = await asyncio.gather(*(client.post(f"/notes/{dossier}", json={"number": 1}, headers=key()) for _ in range(50)))
    assert {a.status_code for a in answers} == {201}
    assert {a.text for a in answers} == {'{"ordinal":1}'}
    assert facts(store) == 1


async def test_twelve_different_commands_on_one_dossier_at_once_all_find_a_version(client: httpx.AsyncClient, store: Database) -> None:
    dossier = new_id()
    answers = await asyncio.gather(*(client.post(f"/notes/{dossier}", json={"number": n}, headers=key(f"k{n}")) for n in range(12)))
    done = [a for a in answers if a.status_code == 201]
    assert all(a.status_code in (201, 409) for a in answers)
    assert sorted(f.envelope.sequence for f in store.page(0, 100)) == list(range(1, len(done) + 1))


async def test_a_duplicate_row_is_a_conflict_not_a_failure(client: httpx.AsyncClient) -> None:
    assert (await client.post("/cases/1", headers=key("a"))).status_code == 200
    problem(await client.post("/cases/1", headers=key("b")), 409)


async def test_if_match_lets_the_seen_version_through_and_no_other(client: httpx.AsyncClient, store: Database) -> None:
    dossier = new_id()
    await client.post(f"/notes/{dossier}", json={"number": 1}, headers=key("a"))
    etag = {"If-Match": '"1"'}
    assert (await client.post(f"/notes/{dossier}", json={"number": 2}, headers=key("b", **etag))).status_code == 201
    problem(await client.post(f"/notes/{dossier}", json={"number": 3}, headers=key("c", **etag)), 412)
    problem(await client.post(f"/notes/{dossier}", json={"number": 3}, headers=key("d", **{"If-Match": "soon"})), 422)
    assert facts(store) == 2


# commands that begin a dossier look at the key only when something is in the way
async def test_a_beginning_with_a_known_key_answers_what_it_answered_first(client: httpx.AsyncClient, store: Database) -> None:
    first = await client.post("/beginnings", json={"number": 1}, headers=key())
    again = await client.post("/beginnings", json={"number": 1}, headers=key())
    assert (first.status_code, first.headers.get("idempotent-replay")) == (201, None)
    assert (again.status_code, again.text, again.headers["etag"]) == (201, first.text, first.headers["etag"])
    assert again.headers["idempotent-replay"] == "true"
    assert problem(await client.post("/beginnings", json={"number": 2}, headers=key()), 422)["field"] == "Idempotency-Key"
    assert facts(store) == 1


async def test_a_beginning_is_answered_again_even_where_it_would_be_refused_now(client: httpx.AsyncClient, store: Database) -> None:
    first = await client.post("/beginnings", json={"number": 1}, headers=key())
    await client.post("/closing")
    again = await client.post("/beginnings", json={"number": 1}, headers=key())
    assert (again.status_code, again.text) == (201, first.text)
    assert problem(await client.post("/beginnings", json={"number": 1}, headers=key("other")), 409)["field"] == "number"
    assert facts(store) == 1


async def test_fifty_beginnings_with_one_key_at_once_have_one_effect_and_one_answer(client: httpx.AsyncClient, store: Database) -> None:
    answers = await asyncio.gather(*(client.post("/beginnings", json={"number": 1}, headers=key()) for _ in range(50)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.text for a in answers}) == 1
    assert sum("idempotent-replay" not in a.headers for a in answers) == 1
    assert facts(store) == 1
