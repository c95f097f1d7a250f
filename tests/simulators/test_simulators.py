"""The stand-ins take everything once, and keep nothing of a person."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import jwt
import pytest
from fastapi.testclient import TestClient

from simulators.main import Settings, application

CODE = "H60.15-260302-0001"


class Payments:
    """Remembers what the bank told payments."""

    def __init__(self) -> None:
        self.told: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.told.append(request)
        return httpx.Response(200, json={})


@pytest.fixture
def payments() -> Payments:
    return Payments()


@pytest.fixture
def client(tmp_path: Path, payments: Payments) -> Iterator[TestClient]:
    with httpx.Client(base_url="http://payments", transport=httpx.MockTransport(payments)) as told:
        yield TestClient(application(Settings(home=tmp_path), told))


def update(client: TestClient, key: str, status: str, token: str | None = None) -> httpx.Response:
    token = token or client.post("/portal/token", data={"client_id": "a", "client_secret": "b"}).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    answer: httpx.Response = client.post(
        "/portal/CapNhatTrangThai", json=[{"MaHoSo": CODE, "TrangThai": status, "NoiDungXuLy": "x"}], headers=headers
    )
    return answer


def test_both_health_questions_are_answered(client: TestClient) -> None:
    assert client.get("/health/live").json() == client.get("/health/ready").json() == {"ok": True}


@pytest.mark.req("SY-02")
def test_the_portal_takes_a_status_once_under_its_key(client: TestClient) -> None:
    answers = [update(client, "1", "1"), update(client, "2", "2"), update(client, "2", "2")]
    assert [answer.json()["code"] for answer in answers] == ["00"] * 3
    known = client.get(f"/portal/dossiers/{CODE}").json()
    assert known["status"] == 2 and [row["status"] for row in known["statuses"]] == ["1", "2"]
    assert client.get("/portal/summary").json() == {"messages": 2, "dossiers": 1, "by_status": {"1": 1, "2": 1}}


def test_the_portal_remembers_after_a_restart(client: TestClient, tmp_path: Path) -> None:
    update(client, "1", "1")
    again = TestClient(application(Settings(home=tmp_path)))
    assert again.get("/portal/summary").json()["messages"] == 1


def test_the_portal_refuses_a_stranger_an_unknown_status_and_an_unknown_dossier(client: TestClient) -> None:
    assert update(client, "1", "1", token="wrong").status_code == 401
    assert update(client, "1", "11").status_code == 422
    assert client.get("/portal/dossiers/none").status_code == 404


def test_the_gateway_counts_messages_and_keeps_nothing_of_them(client: TestClient, tmp_path: Path) -> None:
    for key in ("a", "a", "b"):
        answer = client.post("/gateway/sms", json={"to": "0900000001", "text": "Xin chào"}, headers={"Idempotency-Key": key})
        assert answer.json() == {"accepted": True}
    client.post("/gateway/email", json={"to": "a@example.vn", "text": "x", "subject": "y"}, headers={"Idempotency-Key": "a"})
    assert client.get("/gateway/summary").json() == {"sms": 2, "email": 1}
    kept = b"".join(file.read_bytes() for file in (tmp_path / "simulators").iterdir())
    assert b"0900000001" not in kept and b"example.vn" not in kept and "Xin chào".encode() not in kept


@pytest.mark.req("PY-06")
def test_a_payment_told_twice_has_one_voucher_and_the_token_of_the_bank(client: TestClient, payments: Payments) -> None:
    body = {"dossier": str(UUID(int=1)), "obligation": "fee", "amount_vnd": 75000, "notices": 2}
    answer = client.post("/bank/pay", json=body)
    assert answer.json()["answers"] == [200, 200]
    first, second = payments.told
    assert first.content == second.content and json.loads(first.content)["voucher"] == answer.json()["voucher"]
    assert first.headers["Idempotency-Key"] != second.headers["Idempotency-Key"]
    claims = jwt.decode(first.headers["Authorization"].removeprefix("Bearer "), options={"verify_signature": False})
    assert claims["roles"] == ["bank"] and claims["sub"] == "bank:simulator"
