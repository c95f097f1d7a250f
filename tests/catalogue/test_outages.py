"""Outages over HTTP, in memory."""

from datetime import timedelta

import pytest

from catalogue.main import BLUEPRINT
from tests.harness import START, Service, World, token
from worktime import rule_set


def catalogue() -> tuple[Service, str]:
    service = World().add(BLUEPRINT)
    service.world.clock.advance(timedelta(hours=3))
    known = service.parts.catalogue.agencies()
    return service, next(code for code, agency in known.items() if agency.one_stop)


@pytest.mark.req("OP-05")
def test_an_outage_is_declared_ended_once_and_published() -> None:
    service, agency = catalogue()
    head = token("head-1", "one-stop-head", agencies=[agency])
    body = {"agency": agency, "began_at": START.isoformat(), "cause": "power", "report": "01/BB-SC"}
    answer = service.post("/outages", head, body)
    assert (answer.status_code, answer.json()["code"]) == (201, "SC-2026-0001"), answer.text
    end = {"ended_at": (START + timedelta(hours=2)).isoformat()}
    assert service.post("/outages/SC-2026-0001/end", head, end).status_code == 200
    again = service.post("/outages/SC-2026-0001/end", head, {"ended_at": (START + timedelta(hours=1)).isoformat()})
    assert again.status_code == 409
    (shown,) = service.get("/outages", agency=agency).json()["items"]
    assert (shown["declared_by"], shown["ended_by"]) == ("head-1", "head-1")
    assert [row.kind for row in service.database.tables["outgoing"].values()] == ["outage", "outage"]


@pytest.mark.req("OP-05")
@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"began_at": (START + timedelta(days=1)).isoformat()}, 422, "began_at"),
        ({"began_at": "2000-01-01T00:00:00+07:00"}, 422, "began_at"),
        ({"ended_at": (START - timedelta(hours=1)).isoformat()}, 422, "ended_at"),
        ({"agency": "H60.99999"}, 422, "agency"),
        ({"agency": "*"}, 403, None),
    ],
    ids=["in the future", "before any rules", "ended before it began", "no such agency", "the whole province by one head"],
)
def test_an_outage_is_not_declared(changes: dict[str, str], status: int, field: str | None) -> None:
    service, agency = catalogue()
    head = token("head-1", "one-stop-head", agencies=[agency, "H60.99999"])
    body = {"agency": agency, "began_at": START.isoformat(), "cause": "power", "report": "01/BB-SC", **changes}
    answer = service.post("/outages", head, body)
    assert (answer.status_code, answer.json().get("field")) == (status, field)
    if field is not None:
        assert answer.json()["article"] == rule_set("tuyen-quang-2025").article("outage")


@pytest.mark.req("OP-05")
@pytest.mark.parametrize("moment", ["1970-01-01T00:00:00Z", "2026-03-02T08:00:00", "sáng nay", None])
def test_a_moment_that_is_none_is_refused_with_the_article_on_outages(moment: str | None) -> None:
    """Regression: the article was missing."""
    service, agency = catalogue()
    head, known = token("head-1", "one-stop-head", agencies=[agency]), rule_set("tuyen-quang-2025").article("outage")
    answer = service.post("/outages", head, {"agency": agency, "began_at": moment, "cause": "power", "report": "01/BB-SC"})
    assert (answer.status_code, answer.json()["field"], answer.json()["article"]) == (422, "began_at", known)
    answer = service.post("/outages/SC-2026-0001/end", head, {"ended_at": moment})
    assert (answer.status_code, answer.json()["field"], answer.json()["article"]) == (422, "ended_at", known)


@pytest.mark.req("OP-05")
def test_an_incident_report_is_declared_once() -> None:
    """Regression: the same outage twice, of which one could never end, kept every sheet of its day open."""
    service, agency = catalogue()
    head = token("head-1", "one-stop-head", agencies=[agency])
    body = {"agency": agency, "began_at": START.isoformat(), "cause": "power", "report": "01/BB-SC"}
    assert service.post("/outages", head, body).status_code == 201
    again = service.post("/outages", head, body)
    assert (again.status_code, again.json()["field"]) == (409, "report") and "SC-2026-0001" in again.json()["detail"]
    assert service.post("/outages", head, {**body, "report": "02/BB-SC"}).status_code == 201
