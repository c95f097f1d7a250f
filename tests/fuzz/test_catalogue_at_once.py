"""Many decide about one entry of the catalogue at once, over a real PostgreSQL: one wins, and everybody else is told why."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chassis.ids import new_id
from tests.fuzz.test_at_once import at_once
from tests.fuzz.town import RealTown, real_town
from tests.harness import START, token
from tests.intake.cases import HERE

if TYPE_CHECKING:
    from motcua_stack import Servers

PEOPLE = 8
STORM = {"date": "2026-03-04", "reason": "Bão số 5"}


@pytest.fixture(scope="module")
def town(stack: "Servers", tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealTown]:
    with real_town(stack, tmp_path_factory.mktemp("catalogue-at-once")) as town:
        yield town


def each(path: str, role: str, *bodies: Any) -> list[tuple[str, str, str, Any]]:
    return [(path, token(f"{role}-{n}", role), str(new_id()), body) for n, body in enumerate(bodies)]


async def test_an_incident_report_is_declared_once_and_its_outage_ended_once(town: RealTown) -> None:
    """Regression: three of eight declared it, and five of eight ended it, each with another end."""
    catalogue = town.all["catalogue"]
    began = (START - timedelta(days=1)).isoformat()
    report = {"agency": HERE.code, "began_at": began, "cause": "power", "report": "BB-1"}
    declared = await at_once(catalogue, each("/outages", "operator", *[report] * PEOPLE))
    assert sorted(answer.status_code for answer in declared) == [201] + [409] * (PEOPLE - 1)
    code = next(answer.json()["code"] for answer in declared if answer.status_code == 201)
    ends = [{"ended_at": (START - timedelta(hours=n + 1)).isoformat()} for n in range(PEOPLE)]
    ended = await at_once(catalogue, each(f"/outages/{code}/end", "operator", *ends))
    assert sorted(answer.status_code for answer in ended) == [200] + [409] * (PEOPLE - 1)
    (said,) = [answer.json()["ended_at"] for answer in ended if answer.status_code == 200]
    (shown,) = catalogue.get("/outages", agency=HERE.code).json()["items"]
    assert shown["ended_at"] == said


async def test_a_version_of_the_calendar_is_drafted_once_and_then_either_approved_or_withdrawn(town: RealTown) -> None:
    """Regression: a draft was approved and withdrawn, both with 200; of two drafts with one name the second took the first one's place."""
    catalogue = town.all["catalogue"]
    for version in ("vn-2026.2", "vn-2026.3", "vn-2026.4"):
        wishes = [{"version": version, "document": f"{n}/QĐ", "changes": [{"closures": [STORM]}]} for n in range(PEOPLE)]
        drafted = await at_once(catalogue, each("/calendars", "catalogue-editor", *wishes))
        assert sorted(answer.status_code for answer in drafted) == [201] + [409] * (PEOPLE - 1)
        approvals = each(f"/calendars/{version}/approval", "catalogue-approver", *[{}] * 3)
        withdrawals = each(f"/calendars/{version}/withdrawal", "catalogue-editor", *[{}] * 3)
        decided = await at_once(catalogue, [ask for pair in zip(approvals, withdrawals, strict=True) for ask in pair])
        (won,) = [answer.json() for answer in decided if answer.status_code == 200]
        assert {answer.status_code for answer in decided} == {200, 409}
        assert catalogue.get(f"/calendars/{version}").json()["status"] == won["status"]
        if won["status"] == "approved":
            return
