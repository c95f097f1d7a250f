"""The client: one key for all tries, problems with their article, pages to their end."""

from urllib.parse import unquote

import httpx
import pytest

from motcua.client import Client, Problem


def client_of(handler: httpx.MockTransport, patience: float = 5) -> Client:
    addresses = {"intake": "http://intake", "tracking": "http://tracking"}
    return Client(addresses, lambda actor: f"token-of-{actor.subject}", patience=patience, transport=handler).acting(
        "officer-1", "one-stop"
    )


def test_a_command_tried_again_carries_the_same_key() -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        if len(keys) == 1:
            raise httpx.ConnectError("away", request=request)
        return httpx.Response(503 if len(keys) < 4 else 201, json={"code": "H60.X1-260302-0001"})

    assert client_of(httpx.MockTransport(answer)).intake.receive("d")["code"] == "H60.X1-260302-0001"
    assert len(keys) == 4 and len(set(keys)) == 1


def test_two_commands_carry_two_keys_and_the_token_of_their_actor() -> None:
    seen: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((request.headers["idempotency-key"], request.headers["authorization"]))
        return httpx.Response(201, json={})

    client = client_of(httpx.MockTransport(answer))
    client.intake.receive("d")
    client.acting("officer-2", "one-stop").intake.receive("d")
    assert seen[0][0] != seen[1][0]
    assert [bearer for _, bearer in seen] == ["Bearer token-of-officer-1", "Bearer token-of-officer-2"]


def test_a_refusal_is_a_problem_with_its_article_and_is_not_tried_again() -> None:
    asked = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        return httpx.Response(409, json={"status": 409, "detail": "Hồ sơ đã được tiếp nhận.", "article": "Điều 17"})

    with pytest.raises(Problem) as refused:
        client_of(httpx.MockTransport(answer)).intake.receive("d")
    assert (refused.value.status, refused.value.article, asked) == (409, "Điều 17", 1)


@pytest.mark.parametrize("status", [404, 409])
def test_what_may_be_otherwise_in_a_moment_is_asked_again(status: int) -> None:
    """What a service has not heard of yet, or what comes before it, says `Retry-After`."""
    answers = iter([httpx.Response(status, headers={"Retry-After": "1"}, json={}), httpx.Response(201, json={"code": "H60"})])
    assert client_of(httpx.MockTransport(lambda _: next(answers))).intake.receive("d")["code"] == "H60"


def test_a_service_that_stays_away_is_a_problem_after_the_patience() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away", request=request)

    with pytest.raises(Problem) as away:
        client_of(httpx.MockTransport(answer), patience=0.1).tracking.counts()
    assert away.value.status == 0


def test_a_service_that_is_waited_for_long_is_told_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: `motcua play` stood still for a minute during maintenance and said nothing."""
    monkeypatch.setattr("motcua.client.wire.QUIET_SECONDS", 0.1)
    told: list[tuple[str, str]] = []
    client = Client(
        {"intake": "http://intake"},
        lambda actor: actor.subject,
        patience=0.6,
        transport=httpx.MockTransport(lambda _: httpx.Response(503, json={"detail": "Hệ thống bảo trì."})),
        waiting=lambda service, why: told.append((service, why.detail)),
    )
    for _ in range(2):
        with pytest.raises(Problem):
            client.acting("officer-1", "one-stop").intake.receive("d")
    assert told == [("intake", "Hệ thống bảo trì.")]


def test_a_list_is_read_to_its_last_page() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        second = request.url.params.get("cursor") == "c1"
        return httpx.Response(200, json={"items": [{"n": 2}]} if second else {"items": [{"n": 1}], "next": "c1"})

    assert [row["n"] for row in client_of(httpx.MockTransport(answer)).tracking.dossiers(agency="H60")] == [1, 2]


@pytest.mark.parametrize("typed", ["a/b", "../../metrics", "é?x=1#2", "a%2Fb"])
def test_whatever_a_person_types_stays_one_segment_of_the_path(typed: str) -> None:
    asked: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path)
        return httpx.Response(200, json={"items": []})

    client_of(httpx.MockTransport(answer)).tracking.history(typed)
    assert [part for part in asked[0].split(b"/")][1::2] == [b"dossiers", b"history"]
    assert unquote(asked[0].split(b"/")[2].decode()) == typed


@pytest.mark.parametrize("typed", ["", "..", "."])
def test_what_is_no_code_is_said_without_asking(typed: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError("asked")

    with pytest.raises(Problem, match="không phải là mã"):
        client_of(httpx.MockTransport(answer)).tracking.history(typed)
