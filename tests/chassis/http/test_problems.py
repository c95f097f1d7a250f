"""Every error is a problem that says what to do."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from chassis.http.wording import say
from chassis.ids import new_id
from chassis.store import Database
from chassis.tokens import issue
from tests.chassis.http.given import facts, key, problem
from worktime import article_of


async def test_a_refusal_names_the_article_and_the_field(client: httpx.AsyncClient) -> None:
    body = problem(await client.get("/fails/refused"), 409)
    assert (body["article"], body["field"]) == ("Điều 19 NĐ 118/2025/NĐ-CP", "way")


async def test_what_is_away_or_not_heard_of_says_when_to_come_back(client: httpx.AsyncClient) -> None:
    """Regression: what was not heard of was a 503, a fault of the system, and for a dossier that does not exist for ever."""
    for how, status in (("away", 503), ("unheard", 404), ("on-its-way", 409)):
        answer = await client.get(f"/fails/{how}")
        problem(answer, status)
        assert int(answer.headers["retry-after"]) > 0


async def test_an_earlier_fact_that_may_be_on_its_way_is_named_with_its_article(client: httpx.AsyncClient) -> None:
    body = problem(await client.get("/fails/on-its-way"), 409)
    assert (body["article"], body["detail"]) == ("Điều 19", "Chưa nhận được quyết định; xin thử lại sau ít giây.")


@pytest.mark.parametrize("how", ["full", "no-room"])
async def test_a_full_disk_is_said_and_to_be_tried_again(client: httpx.AsyncClient, how: str) -> None:
    """Regression: it was 500, a fault of the system that nobody could do anything about."""
    answer = await client.get(f"/fails/{how}")
    assert "đã đầy" in problem(answer, 503)["detail"] and int(answer.headers["retry-after"]) >= 30


async def test_what_else_the_system_refuses_stays_a_bug(client: httpx.AsyncClient) -> None:
    answer = await client.get("/fails/no-right")
    assert (answer.status_code, answer.headers.get("retry-after")) == (500, None)


async def test_who_hangs_up_is_no_failure_of_ours(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    """Regression: it counted as a 500 and was logged as two errors, for which an operator rolls back."""
    problem(await client.get("/fails/gone"), 400)
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR", "CRITICAL")]


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
        (b"[]", 422, "body"),
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


@pytest.mark.parametrize("body", [b'{"text": "\xff"}', b"[" * 9_000, b'{"number": ' + b"9" * 5_000 + b"}"])
async def test_a_body_that_cannot_be_read_was_told_in_english(client: httpx.AsyncClient, body: bytes) -> None:
    found = problem(await client.post(f"/notes/{new_id()}", content=body, headers=key(**{"Content-Type": "application/json"})), 400)
    assert (found["field"], found["detail"].partition(" ")[0]) == ("body", "Nội"), found


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_of_another_type_is_told_to_be_json(client: httpx.AsyncClient, kind: str) -> None:
    found = problem(await client.post(f"/notes/{new_id()}", content=b'{"number": 1}', headers=key(**{"Content-Type": kind})), 415)
    assert (found["field"], found["detail"]) == ("body", "Nội dung phải là JSON (Content-Type: application/json).")


async def test_a_body_that_is_a_list_is_told_without_a_stray_colon(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"/notes/{new_id()}", content=b"[]", headers=key(**{"Content-Type": "application/json"}))
    assert problem(answer, 422)["detail"] == "body: Cần một đối tượng JSON."


def test_what_may_be_chosen_is_listed_in_vietnamese() -> None:
    assert say("literal_error", {"expected": "'01', '02' or '03'"}) == "Chọn một trong: '01', '02' hoặc '03'."


async def test_unknown_paths_and_methods_are_problems_too(anonymous: httpx.AsyncClient) -> None:
    assert problem(await anonymous.get("/nothing"), 404)["detail"] == "Không có địa chỉ này."
    assert problem(await anonymous.delete("/cases"), 405)["detail"] == "Địa chỉ này không nhận thao tác đó."


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{}", "number: Thiếu nội dung bắt buộc này."),
        (b'{"number": -1, "more": 1}', "number: Phải từ 0 trở lên. more: Không có trường này."),
        (b'{"number": "one"}', "number: Cần một số nguyên."),
    ],
)
async def test_what_is_wrong_with_a_body_was_told_in_english_and_without_the_article(
    client: httpx.AsyncClient, body: bytes, said: str
) -> None:
    answer = await client.post(f"/notes/{new_id()}", content=body, headers=key(**{"Content-Type": "application/json"}))
    found = problem(answer, 422)
    assert (found["detail"], found["article"]) == (said, "NĐ 118/2025/NĐ-CP Điều 16")


async def test_what_is_wrong_with_a_back_entry_names_the_article_on_outages(client: httpx.AsyncClient) -> None:
    """Regression: it named that of the command, or none."""
    wish = {"number": 1, "back_entry": {"effective_at": "1970-01-01T00:00:00Z", "reason": "Mất điện."}}
    found = problem(await client.post(f"/notes/{new_id()}", json=wish, headers=key()), 422)
    assert (found["field"], found["article"]) == ("back_entry.effective_at", article_of("nd-118-2025", "outage"))


async def test_the_id_in_the_answer_to_a_bug_led_nowhere(
    anonymous: httpx.AsyncClient, keys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await anonymous.get("/fails/bug", headers={"Authorization": f"Bearer {issue(keys, 'clerk-1', ['clerk'])}"})
    (told,) = [record for record in caplog.records if record.getMessage() == "answered 500"]
    assert vars(told)["request_id"] == answer.json()["request_id"]


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
