"""The simulators behave like what they stand for, faults included."""

from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi.testclient import TestClient

from contracts.dossier.processing import ObligationRaised
from contracts.fact import VaultRef
from payments.main import BLUEPRINT as PAYMENTS
from simulators.main import create_app
from simulators.memory import Memory
from simulators.settings import Settings
from tests.harness import START, World, keys_folder
from tests.results.cases import new_dossier, received, submitted


def settings(**changes: Any) -> Settings:
    return Settings(jwks=(keys_folder() / "jwks.json").as_uri(), **changes)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(settings(), memory=Memory(":memory:"))) as client:
        yield client


def enter(client: TestClient) -> dict[str, str]:
    given = client.post("/portal/token", data={"client_id": "H60", "client_secret": "s"}).json()
    return {"Authorization": f"Bearer {given['access_token']}"}


def update(client: TestClient, code: str, status: int, key: str, query: str = "") -> httpx.Response:
    headers = {**enter(client), "Idempotency-Key": key}
    answer: httpx.Response = client.post(  # type: ignore[assignment]
        f"/portal/CapNhatTrangThai{query}", json=[{"MaHoSo": code, "TrangThai": str(status)}], headers=headers
    )
    return answer


def test_the_portal_takes_statuses_in_order_and_each_key_once(client: TestClient) -> None:
    for status, key in ((1, "a"), (2, "b"), (2, "b"), (4, "c")):
        assert update(client, "H60-1", status, key).json()["code"] == "00"
    shown = client.get("/portal/dossiers/H60-1").json()
    assert (shown["status"], shown["statuses"]) == (4, [1, 2, 4])
    assert client.get("/portal/summary").json() == {"dossiers": 1, "messages": 3, "by_status": {"1": 1, "2": 1, "4": 1}}
    assert update(client, "H60-1", 9, "c").status_code == 422


def test_the_portal_refuses_without_a_token_and_what_it_cannot_read(client: TestClient) -> None:
    body = [{"MaHoSo": "1", "TrangThai": "1"}]
    assert client.post("/portal/CapNhatTrangThai", json=body, headers={"Idempotency-Key": "k"}).status_code == 401
    assert client.post("/portal/token", data={"client_id": "a", "client_secret": "wrong"}).status_code == 401
    assert update(client, "1", 11, "k").status_code == 422
    assert client.get("/portal/dossiers/none").status_code == 404


def test_a_dossier_that_exists_is_refused_unless_it_is_an_update(client: TestClient) -> None:
    headers = enter(client)
    codes = [
        client.post("/portal/DongBoHoSoMC", json={"isUpdating": updating, "data": [{"MaHoSo": "H1"}]}, headers=headers).json()["code"]
        for updating in ("False", "False", "True")
    ]
    assert codes == ["00", "3", "00"]


def test_a_lost_answer_has_still_been_taken(client: TestClient) -> None:
    assert update(client, "H1", 1, "k", "?fault=lost-answer").status_code == 500
    assert client.get("/portal/dossiers/H1").json()["statuses"] == [1]
    assert update(client, "H1", 1, "k").json()["code"] == "00"


def test_faults_switched_on_strike_the_next_calls_of_their_simulator_only(client: TestClient) -> None:
    client.post("/faults", json={"area": "sms", "fault": "503", "times": 2})
    message = {"to": "0912345678", "text": "x"}
    states = [client.post("/gateway/sms", json=message, headers={"Idempotency-Key": "k"}).status_code for _ in range(3)]
    assert states == [503, 503, 200]
    client.post("/faults", json={"area": "email", "fault": "500", "times": 9})
    assert len(client.get("/faults").json()) == 1
    assert client.delete("/faults").status_code == 204
    assert client.get("/faults").json() == []


def test_a_slow_call_is_answered_late(client: TestClient) -> None:
    assert update(client, "H1", 1, "k", "?fault=slow&seconds=0.01").status_code == 200


def test_the_gateway_takes_a_message_once_and_shows_it(client: TestClient) -> None:
    sms = {"to": "0912345678", "text": "Kính gửi ông/bà"}
    answers = [client.post("/gateway/sms", json=sms, headers={"Idempotency-Key": "fact:sms"}).json() for _ in range(2)]
    assert answers[0] == answers[1] and answers[0]["accepted"] is True
    client.post("/gateway/email", json={"to": "a@b.vn", "subject": "t", "text": "x"}, headers={"Idempotency-Key": "fact:email"})
    [row] = client.get("/gateway/messages", params={"channel": "sms"}).json()["items"]
    assert (row["to"], row["text"]) == ("0912345678", "Kính gửi ông/bà")
    assert client.get("/gateway/summary").json() == {"sms": 1, "email": 1}


@pytest.mark.parametrize(
    ("path", "message", "headers"),
    [
        ("/gateway/sms", {"to": "nobody", "text": "x"}, {"Idempotency-Key": "k"}),
        ("/gateway/sms", {"to": "0912345678", "text": ""}, {"Idempotency-Key": "k"}),
        ("/gateway/email", {"to": "a@b.vn", "text": "x", "more": 1}, {"Idempotency-Key": "k"}),
        ("/gateway/email", {"to": "a@b.vn", "text": "x"}, {}),
        ("/gateway/email", {"to": "a@b.vn", "text": "x"}, {"Idempotency-Key": "k" * 201}),
        ("/gateway/email?fault=none", {"to": "a@b.vn", "text": "x"}, {"Idempotency-Key": "k"}),
        ("/gateway/email?fault=slow&seconds=0", {"to": "a@b.vn", "text": "x"}, {"Idempotency-Key": "k"}),
    ],
)
def test_the_gateway_takes_no_message_that_is_none(client: TestClient, path: str, message: dict[str, Any], headers: dict[str, str]) -> None:
    answer = client.post(path, json=message, headers=headers)
    assert (answer.status_code, bool(answer.json()["detail"])) == (422, True)
    assert client.get("/gateway/summary").json() == {"sms": 0, "email": 0}


@pytest.mark.parametrize("path", ["CapNhatTrangThai", "CapNhatTienTrinh", "DongBoHoSoMC"])
@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b'[{"MaHoSo": "\\ud800"}]', b"[]", b"[1]", b"7", b"[" * 5000 + b"]" * 5000])
def test_the_portal_refuses_what_is_no_message(client: TestClient, path: str, body: bytes) -> None:
    """Regression: it broke, which to a service looks like a portal that is away and is asked again."""
    answer = client.post(f"/portal/{path}", content=body, headers=enter(client) | {"Idempotency-Key": "k"})
    assert (answer.status_code, bool(answer.json()["detail"])) == (422, True)


def test_every_route_is_described(client: TestClient) -> None:
    """Regression: the routes that read for themselves were missing, and shown nowhere."""
    shown = client.get("/openapi.json").json()["paths"]
    for path in ("/gateway/sms", "/gateway/email", "/portal/CapNhatTrangThai"):
        assert [parameter["name"] for parameter in shown[path]["post"]["parameters"]] == ["Idempotency-Key", "fault", "seconds"]
    assert shown["/gateway/sms"]["post"]["requestBody"]["content"]["application/json"]["schema"]["required"] == ["to", "text"]
    assert "lost-answer" in shown["/gateway/sms"]["post"]["parameters"][1]["schema"]["enum"]


async def test_a_service_that_hangs_up_in_the_middle_of_a_message_is_no_failure_of_the_simulator(client: TestClient) -> None:
    """Regression: an error with its traceback for every service that was stopped."""
    told: list[MutableMapping[str, Any]] = []

    async def hung_up() -> MutableMapping[str, Any]:
        return {"type": "http.disconnect"}

    async def hear(message: MutableMapping[str, Any]) -> None:
        told.append(message)

    asked = {"type": "http", "method": "POST", "path": "/gateway/sms", "query_string": b"", "headers": [(b"idempotency-key", b"k")]}
    await client.app(asked, hung_up, hear)
    assert told[0]["status"] == 400


@pytest.mark.req("PY-06")
def test_the_bank_calls_twice_and_payments_counts_one() -> None:
    service = World().add(PAYMENTS)
    dossier = new_dossier()
    raised = ObligationRaised(
        effective_at=START, recorded_at=START, obligation="tax-1", amount_vnd=5, basis=VaultRef(key="k", digest="d"), officer="o"
    )
    service.tell(dossier, submitted(), received())
    service.tell(dossier, raised)
    transport = httpx.MockTransport(lambda request: _handed(service.client, request))
    app = create_app(settings(), memory=Memory(":memory:"), payments=httpx.AsyncClient(base_url="http://payments", transport=transport))
    order = {"dossier": str(dossier), "obligation": "tax-1", "amount_vnd": 5, "succeeded_at": START.isoformat()}
    with TestClient(app) as client:
        answer = client.post("/bank/pay?fault=duplicate", json=order).json()
    assert [notice["answer"]["state"] for notice in answer["notices"]] == ["applied", "applied"]
    assert len(service.facts(dossier)) == 1


def _handed(client: TestClient, request: httpx.Request) -> httpx.Response:
    answer = client.request(request.method, request.url.path, content=request.content, headers=request.headers)
    return httpx.Response(answer.status_code, content=answer.content, headers={"content-type": "application/json"})


def test_the_bank_says_so_when_payments_is_away() -> None:
    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away")

    payments = httpx.AsyncClient(base_url="http://payments", transport=httpx.MockTransport(away))
    with TestClient(create_app(settings(), memory=Memory(":memory:"), payments=payments)) as client:
        answer = client.post("/bank/pay", json={"dossier": str(uuid4()), "obligation": "fee", "amount_vnd": 1})
        assert answer.json()["notices"] == [{"status": None, "why": "ConnectError"}]


def test_what_was_taken_outlives_the_process(tmp_path: Path) -> None:
    for _ in range(2):
        with TestClient(create_app(settings(home=str(tmp_path)))) as client:
            update(client, "H1", 1, "k")
            assert client.get("/portal/dossiers/H1").json()["statuses"] == [1]


def test_simulators_are_refused_in_production() -> None:
    with pytest.raises(SystemExit):
        create_app(settings(env="production"))


def test_health_answers(client: TestClient) -> None:
    assert client.get("/health/live").json()["ok"] and client.get("/health/ready").json()["ok"]


def test_payments_is_found_beside_the_simulators() -> None:
    assert settings(http_port=9120).payments == "http://127.0.0.1:9106"
    assert settings(payments_url="http://p").payments == "http://p"
