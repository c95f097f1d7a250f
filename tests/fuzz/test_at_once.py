"""Many at once over a real PostgreSQL: one effect, one winner, and everybody else is told why."""

import asyncio
from collections.abc import Iterator
from json import dumps
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.fuzz.town import RealTown, real_town
from tests.harness import Service, token
from tests.intake.cases import HERE, OFFICER, filing

if TYPE_CHECKING:
    from motcua_stack import Servers


@pytest.fixture(scope="module")
def town(stack: "Servers", tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealTown]:
    with real_town(stack, tmp_path_factory.mktemp("at-once")) as town:
        yield town


async def at_once(service: Service, requests: list[tuple[str, str, str, Any]]) -> list[httpx.Response]:
    """Path, token, key and body of each; all on their way before the first is answered."""
    transport = httpx.ASGITransport(service.client.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service", timeout=60) as client:
        return await asyncio.gather(
            *(
                client.post(path, json=body, headers={"Authorization": f"Bearer {who}", "Idempotency-Key": key})
                for path, who, key, body in requests
            )
        )


async def test_the_same_command_fifty_times_has_one_effect_and_one_answer(town: RealTown) -> None:
    body, before = filing(town.intake, online=False), len(town.intake.database.page(0, 10_000))
    answers = await at_once(town.intake, [("/dossiers", OFFICER, "fifty", body)] * 50)
    assert {answer.status_code for answer in answers} == {201}
    assert len({dumps(answer.json(), sort_keys=True) for answer in answers}) == 1
    assert sum("idempotent-replay" not in answer.headers for answer in answers) == 1
    assert len(town.intake.database.page(0, 10_000)) == before + 1


async def test_fifty_different_bodies_under_one_key_have_one_effect_and_the_others_are_told(town: RealTown) -> None:
    body, before = filing(town.intake, online=False), len(town.intake.database.page(0, 10_000))
    bodies = [{**body, "return_channel": "post" if n % 2 else "counter"} for n in range(50)]
    answers = await at_once(town.intake, [("/dossiers", OFFICER, "different", each) for each in bodies])
    assert sorted({answer.status_code for answer in answers}) == [201, 422]
    assert len({dumps(answer.json(), sort_keys=True) for answer in answers if answer.status_code == 201}) == 1
    assert {answer.json()["field"] for answer in answers if answer.status_code == 422} == {"Idempotency-Key"}
    assert len(town.intake.database.page(0, 10_000)) == before + 1


async def test_of_a_hundred_clerks_who_accept_one_dossier_one_wins_and_the_others_read_why(town: RealTown) -> None:
    (filed,) = await at_once(town.intake, [("/dossiers", OFFICER, "hundred", filing(town.intake, online=False))])
    path, before = f"/dossiers/{filed.json()['id']}/reception", len(town.intake.database.page(0, 10_000))
    clerks: list[tuple[str, str, str, Any]] = [
        (path, token(f"clerk-{n}", "one-stop", agencies=[HERE.code]), f"accept-{n}", {}) for n in range(100)
    ]
    answers = await at_once(town.intake, clerks)
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 99
    for answer in answers:
        if answer.status_code == 409:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["detail"]
    assert len(town.intake.database.page(0, 10_000)) == before + 1
