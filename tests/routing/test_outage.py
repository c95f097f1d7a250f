"""What agencies did on paper while the system was down, entered afterwards."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.http.back_entry import APPROVER
from contracts.dossier.routing import ConsultationAnswered, ConsultationRequested, HandedOver
from tests.harness import Service, token
from tests.outages import declare
from tests.routing.given import HERE, ONE_STOP, SETTLING, SPECIALIST, TAX, TAX_HEAD, day, routed
from worktime import article_of

HEADS = token("head-9", "one-stop-head", "department-head", agencies=[HERE, SETTLING, TAX])
BEGAN, ENDED, NOW = day(3, 8), day(3, 16), day(4, 9)


def down() -> tuple[Service, UUID]:
    """Monday: received; Tuesday: the system is down; Wednesday: entering begins."""
    service, dossier = routed()
    struck(service)
    return service, dossier


def struck(service: Service) -> None:
    declare(service, BEGAN, ENDED)
    service.world.clock.move_to(NOW)


def enter(service: Service, path: str, who: str, body: dict[str, Any], at: datetime, approver: str | None = HEADS) -> Any:
    written = {**body, "back_entry": {"effective_at": at.isoformat(), "reason": "Mất điện"}}
    answer = service.post(path, who, written, **({APPROVER: f"Bearer {approver}"} if approver else {}))
    service.world.settle()
    return answer


def paper(service: Service, dossier: UUID, who: str, movement: str, at: datetime, approver: str | None = HEADS) -> Any:
    return enter(service, f"/dossiers/{dossier}/legs/1/handovers", who, {"movement": movement}, at, approver)


def ask(service: Service, dossier: UUID, reply_by: datetime) -> Any:
    body = {"asking": SETTLING, "asked": TAX, "question": "?", "reply_by": reply_by.isoformat(), "way_of_replying": "document"}
    return enter(service, f"/dossiers/{dossier}/consultations", SPECIALIST, body, day(3, 9))


@pytest.mark.req("OP-05", "RT-03")
def test_paper_that_moved_during_the_outage_keeps_its_own_time_and_the_time_of_entry() -> None:
    service, dossier = down()
    assert paper(service, dossier, ONE_STOP, "sent", day(3, 9)).status_code == 201
    assert paper(service, dossier, SPECIALIST, "received", day(3, 10)).status_code == 201
    for fact, at in zip(service.facts(dossier)[1:], (day(3, 9), day(3, 10)), strict=True):
        assert isinstance(fact, HandedOver) and fact.back_entry
        assert (fact.effective_at, fact.recorded_at) == (at, NOW)
        assert (fact.back_entry.cause, fact.back_entry.approver) == ("outage", "head-9")
    row = service.get(f"/dossiers/{dossier}", ONE_STOP).json()["legs"][0]
    assert datetime.fromisoformat(row["sent_at"]) == day(3, 9)


@pytest.mark.req("OP-05")
def test_a_refused_entry_leaves_none_of_its_words_in_the_vault() -> None:
    """Regression: they were kept before anybody had looked at the approver."""
    service, dossier = down()
    kept = service.world.vault.rows  # type: ignore[attr-defined]
    before = len(kept)
    assert paper(service, dossier, ONE_STOP, "sent", day(3, 9), approver=None).status_code == 422
    assert paper(service, dossier, ONE_STOP, "sent", day(3, 9), approver=SPECIALIST).status_code == 403
    assert paper(service, dossier, ONE_STOP, "sent", NOW + timedelta(days=1)).status_code == 422
    assert len(kept) == before
    assert paper(service, dossier, ONE_STOP, "sent", day(3, 9)).status_code == 201
    assert len(kept) == before + 1


@pytest.mark.req("OP-05", "PR-04", "PR-05")
def test_a_consultation_on_paper_is_entered_with_its_answer_and_judged_by_the_papers_time() -> None:
    service, dossier = down()
    assert ask(service, dossier, day(3, 15)).status_code == 201
    assert service.fire() == 0
    path = f"/dossiers/{dossier}/consultations/1/answer"
    assert enter(service, path, TAX_HEAD, {"answer": "Đồng ý."}, day(3, 8, 59)).json()["field"] == "back_entry.effective_at"
    assert enter(service, path, TAX_HEAD, {"answer": "Đồng ý."}, day(3, 14)).status_code == 201
    asked, answered = service.facts(dossier)[1:]
    assert isinstance(asked, ConsultationRequested) and isinstance(answered, ConsultationAnswered)
    assert (asked.effective_at, answered.effective_at, answered.recorded_at) == (day(3, 9), day(3, 14), NOW)
    assert service.get(f"/dossiers/{dossier}", SPECIALIST).json()["consultations"][0]["timeliness"] == "early"


@pytest.mark.req("OP-05", "PR-05")
def test_an_answer_that_was_in_time_on_paper_is_not_said_to_be_late_after_its_entry() -> None:
    """Regression: the head had been told that there was none, and the answer stood as late for ever."""
    service, dossier = routed()
    wish = {"asking": SETTLING, "asked": TAX, "question": "?", "reply_by": day(3, 15).isoformat(), "way_of_replying": "document"}
    assert service.post(f"/dossiers/{dossier}/consultations", SPECIALIST, wish).status_code == 201
    struck(service)
    service.fire()
    words = f"/dossiers/{dossier}/consultations/1"
    assert service.get(words, TAX_HEAD).json()["late"] is True
    assert enter(service, f"{words}/answer", TAX_HEAD, {"answer": "Đồng ý."}, day(3, 14)).status_code == 201
    assert service.get(words, TAX_HEAD).json()["late"] is False


@pytest.mark.req("OP-05", "PR-05")
def test_a_consultation_entered_before_its_time_is_over_is_told_of_as_any_other() -> None:
    service, dossier = down()
    ask(service, dossier, NOW + timedelta(hours=2))
    service.world.clock.advance(timedelta(hours=3))
    assert service.fire() == 1


@pytest.mark.req("OP-05")
@pytest.mark.parametrize(
    "at", [NOW + timedelta(minutes=1), BEGAN - timedelta(minutes=1), ENDED + timedelta(minutes=1)], ids=["future", "before", "after"]
)
def test_a_time_that_no_outage_covers_is_refused(at: datetime) -> None:
    service, dossier = down()
    refused = paper(service, dossier, ONE_STOP, "sent", at)
    assert (refused.status_code, refused.json()["field"]) == (422, "back_entry.effective_at")
    assert refused.json()["article"] == article_of("tuyen-quang-2025", "outage")
    assert len(service.facts(dossier)) == 1


@pytest.mark.req("OP-05")
def test_paper_cannot_arrive_before_it_left() -> None:
    service, dossier = down()
    paper(service, dossier, ONE_STOP, "sent", day(3, 11))
    assert paper(service, dossier, SPECIALIST, "received", day(3, 10)).json()["field"] == "back_entry.effective_at"


@pytest.mark.req("OP-05")
@pytest.mark.parametrize(("approver", "status"), [(None, 422), (ONE_STOP, 403), (token("x", "leader", agencies=["H60.X"]), 403)])
def test_a_second_person_of_the_agency_approves(approver: str | None, status: int) -> None:
    service, dossier = down()
    assert paper(service, dossier, ONE_STOP, "sent", day(3, 9), approver).status_code == status
