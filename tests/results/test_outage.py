"""Results that were issued and returned on paper while the system was down, entered afterwards."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.http.back_entry import APPROVER
from tests.harness import START, Service, token, types
from tests.outages import declare
from tests.results.cases import HERE, THERE, pdf
from tests.results.desk import CLERK, ONE_STOP, decided, issue, upload
from worktime import rule_set

HEADS = token("head-9", "one-stop-head", "leader", agencies=[HERE, THERE])
BEGAN, ENDED, NOW = START + timedelta(days=1), START + timedelta(days=1, hours=6), START + timedelta(days=2)
ISSUED, TOLD, RETURNED = (BEGAN + timedelta(hours=hours) for hours in (1, 2, 3))


@pytest.fixture
def service(service: Service) -> Service:
    declare(service, BEGAN, ENDED)
    return service


def enter(service: Service, dossier: UUID, path: str, who: str, at: datetime, **body: Any) -> Any:
    written = {**body, "back_entry": {"effective_at": at.isoformat(), "reason": "Mất điện"}}
    answer = service.post(f"/dossiers/{dossier}/{path}", who, written, **{APPROVER: f"Bearer {HEADS}"})
    service.world.settle()
    return answer


@pytest.mark.req("OP-05", "PR-18", "RS-03", "RS-05")
def test_a_result_issued_announced_and_returned_on_paper_keeps_the_papers_times(service: Service) -> None:
    dossier = decided(service)
    service.world.clock.move_to(NOW)
    issued = enter(service, dossier, "result", CLERK, ISSUED, number="12/QĐ-STP", file=upload(service, pdf()))
    assert (issued.status_code, issued.json()["announced"]) == (201, False)
    assert enter(service, dossier, "return", ONE_STOP, RETURNED, way="counter").status_code == 409
    assert enter(service, dossier, "early-notice", ONE_STOP, TOLD, way="telephone").status_code == 201
    assert enter(service, dossier, "return", ONE_STOP, RETURNED, way="counter").status_code == 201
    facts = service.facts(dossier)
    assert types(facts) == ["ResultIssued", "EarlyReturnAnnounced", "ResultReturned"]
    assert [(fact.effective_at, fact.recorded_at) for fact in facts] == [(at, NOW) for at in (ISSUED, TOLD, RETURNED)]
    assert all(fact.back_entry and fact.back_entry.approver == "head-9" for fact in facts)


@pytest.mark.req("RS-01")
@pytest.mark.parametrize(
    ("path", "point"), [("return", "return_result"), ("early-notice", "early_return"), ("correction-requests", "result_correction")]
)
def test_a_moment_that_is_none_is_refused_with_the_article_of_the_command(service: Service, path: str, point: str) -> None:
    """Regression: the article was missing."""
    dossier = decided(service)
    body = {"way": "counter", "reason": "Sai tên.", "effective_at": "1970-01-01T00:00:00Z"}
    answer = service.post(f"/dossiers/{dossier}/{path}", ONE_STOP, body)
    assert (answer.status_code, answer.json()["article"]) == (422, rule_set("tuyen-quang-2025").article(point))


@pytest.mark.req("OP-05", "RS-05")
def test_a_return_is_not_entered_before_its_result_nor_outside_the_outage(service: Service) -> None:
    dossier = decided(service)
    service.world.clock.move_to(ISSUED)
    issue(service, dossier)
    service.world.clock.move_to(NOW)
    for at in (ISSUED - timedelta(minutes=1), ENDED + timedelta(minutes=1), NOW + timedelta(minutes=1)):
        refused = enter(service, dossier, "return", ONE_STOP, at, way="counter")
        assert (refused.status_code, refused.json()["field"]) == (422, "back_entry.effective_at")
    assert types(service.facts(dossier)) == ["ResultIssued", "EarlyReturnAnnounced"]


@pytest.mark.req("OP-05")
def test_an_early_notice_given_on_paper_counts_from_its_own_time(service: Service) -> None:
    dossier = decided(service)
    service.world.clock.move_to(NOW)
    enter(service, dossier, "result", CLERK, ISSUED, number="1", file=upload(service, pdf()))
    enter(service, dossier, "early-notice", ONE_STOP, RETURNED, way="telephone")
    assert enter(service, dossier, "return", ONE_STOP, TOLD, way="counter").status_code == 409
