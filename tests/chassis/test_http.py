"""HTTP: who may, once per key, which version, and every error as a problem. Run against memory and PostgreSQL."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import Depends, Request, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from chassis.clock import VirtualClock
from chassis.errors import NotHeardOf, Refused, Retry
from chassis.http import Answer, Api, Auth, Command, create_app
from chassis.http.auth import must_be_in
from chassis.http.paging import key_from, page_of
from chassis.ids import new_id
from chassis.store import Database, Unit
from chassis.store.memory import MemoryDatabase
from chassis.telemetry.metrics import Metrics
from chassis.tokens import Caller, Keys, development_keys, issue
from tests.chassis.sample import BECAUSE, CASES, NOW, case, postgres_store, voided

if TYPE_CHECKING:
    from motcua_stack import Servers

ORDER = ("-facts", "dossier")


class Note(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: int = Field(ge=0, le=9999)
    text: str = Field(default="", max_length=20)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    development_keys(folder)
    return folder


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "memory":
        yield MemoryDatabase("sample")
        return
    stack: Servers = request.getfixturevalue("stack")
    with postgres_store(stack, request.getfixturevalue("database")) as store:
        yield store


def add_routes(api: Api) -> None:
    clerk = Depends(api.auth.needs("clerk"))

    @api.app.post("/notes/{dossier}")
    def note(dossier: UUID, payload: Note, request: Request, caller: Annotated[Caller, clerk]) -> JSONResponse:
        def act(unit: Unit) -> Answer:
            unit.record(dossier, voided(payload.number))
            return Answer(body={"ordinal": unit.ordinal("notes")}, status=201, version=unit.version(dossier), location=f"/notes/{dossier}")

        return api.command.run(request, caller, payload.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/beginnings")
    def begin(payload: Note, request: Request, caller: Annotated[Caller, clerk]) -> JSONResponse:
        dossier = new_id()

        def act(unit: Unit) -> Answer:
            if getattr(api.app.state, "closed", False):
                raise Refused("Đã đóng.", field="number")
            unit.begin(dossier)
            unit.record(dossier, voided(payload.number))
            return Answer(body={"id": str(dossier)}, status=201, version=1)

        return api.command.run(request, caller, payload.model_dump(mode="json"), act, subject=dossier, begins=True)

    @api.app.post("/closing")
    def close(_: Annotated[Caller, clerk]) -> None:
        api.app.state.closed = True

    @api.app.post("/cases/{number}")
    def new_case(number: int, request: Request, caller: Annotated[Caller, clerk]) -> JSONResponse:
        return api.command.run(request, caller, {}, lambda unit: unit.insert(CASES, case(number)) or Answer(body={}))

    @api.app.get("/cases")
    def cases(_: Annotated[Caller, clerk], cursor: str | None = None) -> dict[str, Any]:
        with api.database.session() as session:
            return page_of(session.find(CASES, (), ORDER, key_from(cursor, CASES, ORDER), 3), 2, ORDER)

    @api.app.get("/agencies/{code}")
    def agency(code: str, caller: Annotated[Caller, clerk]) -> dict[str, str]:
        must_be_in(caller, "clerk", code)
        return {"code": code}

    @api.app.get("/fails/{how}")
    def fails(how: str, _: Annotated[Caller, clerk]) -> None:
        raise {
            "refused": Refused("Hồ sơ trễ hạn chưa có thư xin lỗi.", article="Điều 19 NĐ 118/2025/NĐ-CP", field="way"),
            "away": Retry("database"),
            "unheard": NotHeardOf("dossier"),
            "bug": ZeroDivisionError("Nguyễn Văn A"),
        }[how]

    @api.app.post("/files")
    def files(file: UploadFile) -> int:
        return len(file.file.read())


@asynccontextmanager
async def client_of(store: Database, keys: Path, max_body: int = 10_000) -> AsyncIterator[httpx.AsyncClient]:
    async def fine() -> dict[str, Any]:
        return {"ok": True}

    clock = VirtualClock(NOW)
    app = create_app("sample", "1", Metrics("sample"), fine, fine)
    app.state.max_body = max_body
    auth = Auth(Keys((keys / "jwks.json").as_uri(), "motcua-development", "motcua", production=False))
    add_routes(Api(app, store, clock, auth, Command(store, clock)))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://sample") as client:
        yield client


@pytest.fixture
async def client(store: Database, keys: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(store, keys) as client:
        client.headers["Authorization"] = f"Bearer {issue(keys, 'clerk-1', ['clerk'], ['H60.01'])}"
        yield client


@pytest.fixture
async def anonymous(keys: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(MemoryDatabase("sample"), keys) as client:
        yield client


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["request_id"] == answer.headers["x-request-id"]
    return body


def key(text: str = "k1", **headers: str) -> dict[str, str]:
    return {"Idempotency-Key": text, **headers}


def facts(store: Database) -> int:
    return len(store.page(0, 10_000))


# once per key
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


# versions
async def test_if_match_lets_the_seen_version_through_and_no_other(client: httpx.AsyncClient, store: Database) -> None:
    dossier = new_id()
    await client.post(f"/notes/{dossier}", json={"number": 1}, headers=key("a"))
    etag = {"If-Match": '"1"'}
    assert (await client.post(f"/notes/{dossier}", json={"number": 2}, headers=key("b", **etag))).status_code == 201
    problem(await client.post(f"/notes/{dossier}", json={"number": 3}, headers=key("c", **etag)), 412)
    problem(await client.post(f"/notes/{dossier}", json={"number": 3}, headers=key("d", **{"If-Match": "soon"})), 422)
    assert facts(store) == 2


# pages
async def test_pages_give_every_row_once_and_a_foreign_cursor_is_refused(client: httpx.AsyncClient, store: Database) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        for number in range(5):
            unit.put(CASES, case(number, facts=number % 3))
        unit.commit()
    seen: list[str] = []
    cursor = None
    while True:
        page = (await client.get("/cases", params={"cursor": cursor} if cursor else {})).json()
        seen += [item["dossier"] for item in page["items"]]
        if (cursor := page.get("next")) is None:
            break
    assert len(seen) == len(set(seen)) == 5
    for bad in ("%%%", "W10", "bnVsbA", "WzEsIDIsIDNd", "WyJhIiwgImIiXQ", "W3t9LCB7fV0"):
        assert problem(await client.get("/cases", params={"cursor": bad}), 422)["field"] == "cursor"


# who may
async def test_nobody_is_let_in_without_a_token_and_no_role_without_its_agency(client: httpx.AsyncClient, keys: Path) -> None:
    answer = await client.get("/cases", headers={"Authorization": ""})
    problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"
    problem(await client.get("/cases", headers={"Authorization": f"Bearer {issue(keys, 'a', ['citizen'])}"}), 403)
    assert (await client.get("/agencies/H60.01")).status_code == 200
    problem(await client.get("/agencies/H60.02"), 403)


def _forged(keys: Path, how: str) -> str:
    good = issue(keys, "clerk-1", ["clerk"])
    claims = jwt.decode(good, options={"verify_signature": False})
    headers = {"kid": "development"}
    other = ec.generate_private_key(ec.SECP256R1())
    own = (keys / "development-key.pem").read_bytes()
    public = json.loads((keys / "jwks.json").read_text())["keys"][0]
    now = int(time.time())
    return {
        "alg none": lambda: jwt.encode(claims, None, algorithm="none", headers=headers),
        "another key": lambda: jwt.encode(claims, other, algorithm="ES256", headers=headers),
        "an unknown key id": lambda: jwt.encode(claims, other, algorithm="ES256", headers={"kid": "mine"}),
        "the public key as a secret": lambda: jwt.encode(claims, public["x"] + public["y"], algorithm="HS256", headers=headers),
        "expired": lambda: jwt.encode({**claims, "exp": now - 10}, own, algorithm="ES256", headers=headers),
        "not yet": lambda: jwt.encode({**claims, "nbf": now + 600}, own, algorithm="ES256", headers=headers),
        "another audience": lambda: jwt.encode({**claims, "aud": "bank"}, own, algorithm="ES256", headers=headers),
        "another issuer": lambda: jwt.encode({**claims, "iss": "me"}, own, algorithm="ES256", headers=headers),
        "no expiry": lambda: jwt.encode({k: v for k, v in claims.items() if k != "exp"}, own, algorithm="ES256", headers=headers),
        "no subject": lambda: jwt.encode({k: v for k, v in claims.items() if k != "sub"}, own, algorithm="ES256", headers=headers),
        "changed after signing": lambda: good[:-10] + ("A" * 10),
        "no token at all": lambda: "abc",
    }[how]()


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize(
    "how",
    [
        "alg none",
        "another key",
        "an unknown key id",
        "the public key as a secret",
        "expired",
        "not yet",
        "another audience",
        "another issuer",
        "no expiry",
        "no subject",
        "changed after signing",
        "no token at all",
    ],
)
async def test_a_forged_or_foreign_token_is_turned_away(anonymous: httpx.AsyncClient, keys: Path, how: str) -> None:
    problem(await anonymous.get("/cases", headers={"Authorization": f"Bearer {_forged(keys, how)}"}), 401)


def test_production_refuses_development_tokens(keys: Path) -> None:
    with pytest.raises(ValueError, match="production"):
        Keys((keys / "jwks.json").as_uri(), "motcua-development", "motcua", production=True)


def test_keys_that_cannot_be_had_are_a_reason_to_try_again(keys: Path) -> None:
    with pytest.raises(Retry):
        Keys("http://127.0.0.1:1/jwks.json", "motcua-development", "motcua", production=False).check(issue(keys, "a", ["clerk"]))


# problems
async def test_a_refusal_names_the_article_and_the_field(client: httpx.AsyncClient) -> None:
    body = problem(await client.get("/fails/refused"), 409)
    assert (body["article"], body["field"]) == ("Điều 19 NĐ 118/2025/NĐ-CP", "way")


async def test_what_is_away_or_not_heard_of_says_when_to_come_back(client: httpx.AsyncClient) -> None:
    for how in ("away", "unheard"):
        answer = await client.get(f"/fails/{how}")
        problem(answer, 503)
        assert int(answer.headers["retry-after"]) > 0


async def test_a_bug_answers_a_problem_that_tells_nothing(anonymous: httpx.AsyncClient, keys: Path) -> None:
    answer = await anonymous.get("/fails/bug", headers={"Authorization": f"Bearer {issue(keys, 'clerk-1', ['clerk'])}"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Nguyễn" not in answer.text


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b'{"number": 1', 400, None),
        (b'{"number": "one"}', 422, "number"),
        (b'{"number": 1, "more": 2}', 422, "more"),
        (b'{"number": 1, "text": "' + b"x" * 21 + b'"}', 422, "text"),
        (b"[]", 422, ""),
        (b"\xff\xfe", 400, None),
        (b'{"number": 1e400}', 422, "number"),
    ],
)
async def test_a_bad_body_is_a_problem_that_names_the_field(
    client: httpx.AsyncClient, store: Database, body: bytes, status: int, field: str | None
) -> None:
    answer = await client.post(f"/notes/{new_id()}", content=body, headers=key(**{"Content-Type": "application/json"}))
    found = problem(answer, status)
    if field is not None:
        assert found.get("field", "") == field
    assert facts(store) == 0


async def test_unknown_paths_and_methods_are_problems_too(anonymous: httpx.AsyncClient) -> None:
    problem(await anonymous.get("/nothing"), 404)
    problem(await anonymous.delete("/cases"), 405)


async def test_a_body_above_the_limit_is_refused_announced_or_in_chunks(anonymous: httpx.AsyncClient, keys: Path) -> None:
    headers = key(Authorization=f"Bearer {issue(keys, 'clerk-1', ['clerk'])}", **{"Content-Type": "application/json"})
    problem(await anonymous.post(f"/notes/{new_id()}", content=b" " * 10_001, headers=headers), 413)

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b" " * 1000

    problem(await anonymous.post(f"/notes/{new_id()}", content=chunks(), headers=headers), 413)
    problem(await anonymous.post("/files", files={"file": b"x" * 20_000}), 413)


async def test_a_request_keeps_its_own_id_when_it_is_a_plain_word(anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.get("/health/live", headers={"X-Request-Id": "abc-1"})).headers["x-request-id"] == "abc-1"
    assert (await anonymous.get("/health/live", headers={"X-Request-Id": "a b<c>"})).headers["x-request-id"] != "a b<c>"


async def test_requests_are_counted_by_route_and_status(anonymous: httpx.AsyncClient) -> None:
    await anonymous.get("/agencies/H60.01")
    metrics = (await anonymous.get("/metrics")).text
    assert 'motcua_commands_total{route="/agencies/{code}",status="401"} 1.0' in metrics
