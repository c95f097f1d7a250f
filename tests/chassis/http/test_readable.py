"""What PostgreSQL cannot keep is refused at the door, and by the store where the door let it through."""

import httpx
import pytest

from chassis.errors import Refused
from chassis.ids import new_id
from chassis.store import Database
from chassis.store.postgres import PostgresDatabase
from tests.chassis.http.given import facts, key, problem
from tests.chassis.sample import CASES

NUL = '{"number": 1, "text": "a\\u0000b"}'


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (NUL.encode(), "text"),
        (b'{"number": 1, "text": "\\ud83d"}', "text"),
        (b'{"number": 1, "text": "\xed\xa0\xbd"}', "text"),
        (NUL.encode("utf-16"), "text"),
        (b'{"number": 1, "\\u0000": 1}', ""),
        (b'{"number": 1, "text": ["a", {"b": "\\u0000"}]}', "text.1.b"),
        (b'{"number": 99999999999999999999}', "number"),
        (b'{"number": NaN}', "number"),
    ],
)
async def test_a_body_with_what_cannot_be_kept_is_a_problem_that_names_the_field(
    client: httpx.AsyncClient, store: Database, body: bytes, field: str
) -> None:
    """Regression: NUL went through to PostgreSQL, which does not take it, and came back as a 500."""
    answer = await client.post(f"/notes/{new_id()}", content=body, headers=key(**{"Content-Type": "application/json"}))
    assert problem(answer, 422).get("field", "") == field
    assert facts(store) == 0


async def test_nul_in_a_path_or_a_query_is_refused(client: httpx.AsyncClient) -> None:
    problem(await client.get("/agencies/H60%00.01"), 422)
    problem(await client.get("/cases?cursor=%00"), 422)


@pytest.mark.parametrize("text", ['"\\u00f4 \\ud83d\\ude00 \\\\u0000"', '"Thị Ngọc Ánh 한"', '"1e5 NaN Infinity"'])
async def test_whole_pairs_and_texts_that_only_look_suspicious_are_taken(client: httpx.AsyncClient, text: str) -> None:
    body = f'{{"number": 1, "text": {text}}}'.encode()
    answer = await client.post(f"/notes/{new_id()}", content=body, headers=key(**{"Content-Type": "application/json"}))
    assert answer.status_code == 201, answer.text


async def test_a_date_beyond_the_calendar_s_end_is_the_caller_s(client: httpx.AsyncClient) -> None:
    """Regression: the day after 31 December 9999 answered 500."""
    problem(await client.get("/fails/beyond"), 422)


@pytest.mark.parametrize("version", ["²", "9" * 5000, "-1", "abc"])
async def test_an_if_match_that_is_no_version_is_a_problem(client: httpx.AsyncClient, version: str) -> None:
    """Regression: a superscript two is a digit to Python and a 500 to the caller."""
    headers = {b"Idempotency-Key": b"k", b"If-Match": version.encode("latin-1")}
    assert problem(await client.post(f"/notes/{new_id()}", json={"number": 1}, headers=headers), 422)["field"] == "If-Match"


async def test_the_store_refuses_what_the_door_let_through(store: Database) -> None:
    if isinstance(store, PostgresDatabase):
        for wrong in ([("state", "=", "a\x00b")], [("facts", "=", 2**63)]):
            with pytest.raises(Refused) as refused, store.session() as session:
                session.find(CASES, wrong)  # type: ignore[arg-type]
            assert refused.value.status == 422
