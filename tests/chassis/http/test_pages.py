"""Pages: every row once, behind cursors that nobody else can make."""

import base64
import json
from typing import TYPE_CHECKING
from uuid import UUID

import httpx
import pytest

from chassis.store import Database, Unit
from tests.chassis.sample import BECAUSE, CASES, case

if TYPE_CHECKING:
    pass

from tests.chassis.http.given import problem


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


@pytest.mark.parametrize(
    "values",
    [
        ["a", str(UUID(int=1))],
        [2**70, str(UUID(int=1))],
        [1.5, str(UUID(int=1))],
        [None, str(UUID(int=1))],
        [True, str(UUID(int=1))],
        [float("nan"), str(UUID(int=1))],
        [1, "not an id"],
        [1, None],
        [1, 2],
        [[1], {}],
    ],
)
async def test_a_cursor_with_values_of_another_kind_is_refused(client: httpx.AsyncClient, values: list[object]) -> None:
    """Regression: a word where a number stands went through to PostgreSQL and came back as a 500."""
    cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
    assert problem(await client.get("/cases", params={"cursor": cursor}), 422)["field"] == "cursor"


@pytest.mark.parametrize("cursor", ["=", "a", "é", "[", "W1tbW1tb" * 50, "bnVsbA==", "eyJhIjoxfQ"])
async def test_a_damaged_cursor_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    assert problem(await client.get("/cases", params={"cursor": cursor}), 422)["field"] == "cursor"
