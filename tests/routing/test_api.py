"""Paper hand-overs and consultations over HTTP."""

from uuid import uuid4

import pytest

from contracts.dossier.processing import Approved
from contracts.dossier.routing import ConsultationRequested
from contracts.fact import encode
from tests.harness import token, types
from tests.routing.desk import QUESTION, ask, hand_over, reply, shown
from tests.routing.given import (
    ALONE,
    AT_ONCE,
    HERE,
    IN_ORDER,
    ONE_STOP,
    POLICE,
    SETTLING,
    SPECIALIST,
    TAX,
    TAX_HEAD,
    day,
    leg_ended,
    received,
    routed,
    routing,
)


@pytest.mark.req("PR-04")
def test_three_agencies_are_asked_and_the_list_is_current() -> None:
    service, dossier = routed()
    agencies = [TAX, "H60.SNV", "H60.BHXH"]
    assert [ask(service, dossier, asked=agency).json()["consultation"] for agency in agencies] == [1, 2, 3]
    assert reply(service, dossier).status_code == 201
    listed = shown(service, dossier)["consultations"]
    assert [(row["asked"], row["answered_at"] is not None) for row in listed] == [(TAX, True), ("H60.SNV", False), ("H60.BHXH", False)]


@pytest.mark.req("PR-04")
def test_the_question_lies_in_the_vault_and_never_in_the_fact() -> None:
    service, dossier = routed()
    ask(service, dossier)
    fact = service.facts(dossier)[-1]
    assert isinstance(fact, ConsultationRequested)
    assert "Nguyễn".encode() not in encode(fact)
    assert service.world.vault.get(fact.question, "handle") == {"question": QUESTION}


@pytest.mark.req("PR-04")
def test_both_agencies_read_question_and_answer_and_nobody_else_does() -> None:
    service, dossier = routed()
    ask(service, dossier)
    before = service.get(f"/dossiers/{dossier}/consultations/1", TAX_HEAD).json()
    assert (before["question"], before["answer"]) == (QUESTION, None)
    reply(service, dossier)
    assert service.get(f"/dossiers/{dossier}/consultations/1", SPECIALIST).json()["answer"] == "Đồng ý."
    other = token("x", "specialist", agencies=[POLICE])
    assert service.get(f"/dossiers/{dossier}/consultations/1", other).status_code == 403
    assert service.get(f"/dossiers/{dossier}/consultations/2", TAX_HEAD).status_code == 404


@pytest.mark.req("PR-04")
def test_only_an_agency_that_holds_the_dossier_may_ask() -> None:
    service, dossier = routed("sequential", IN_ORDER)
    answer = ask(service, dossier)
    assert answer.status_code == 409
    assert answer.json()["article"]


@pytest.mark.req("PR-04")
@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"asked": SETTLING}, 422, "asked"),
        ({"asked": "H60.KHONG-CO"}, 422, "asked"),
        ({"reply_by": day(1).isoformat()}, 422, "reply_by"),
        ({"reply_by": day(30).isoformat()}, 422, "reply_by"),
    ],
)
def test_a_consultation_that_cannot_be_is_refused_with_the_field_at_fault(changes: dict[str, str], status: int, field: str) -> None:
    service, dossier = routed()
    answer = ask(service, dossier, **changes)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert types(service.facts(dossier)) == ["Transferred"]
    assert service.world.vault.rows == {}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "ahead", ["2099-12-31T18:00:00+07:00", "2100-01-04T08:00:00+07:00", "2206-01-01T00:00:00Z", "9998-12-31T00:00:00Z"]
)
def test_an_answer_is_not_wanted_in_a_year_that_no_calendar_counts(ahead: str) -> None:
    """Regression: of a dossier that is late, whose date bounds nothing any more, it was answered with 500."""
    service, dossier = routed()
    service.world.clock.move_to(day(30))
    answer = ask(service, dossier, reply_by=ahead)
    assert (answer.status_code, answer.json()["field"]) == (422, "reply_by")
    assert service.world.vault.rows == {}  # type: ignore[attr-defined]


def test_a_decided_dossier_takes_no_more_consultations() -> None:
    service, dossier = routed()
    service.tell(dossier, Approved(effective_at=day(3), recorded_at=day(3), leg=1, draft=1, leader="l"))
    assert ask(service, dossier).status_code == 409


@pytest.mark.req("PR-04")
def test_strangers_neither_ask_nor_answer_nor_read() -> None:
    service, dossier = routed()
    assert ask(service, dossier, TAX_HEAD).status_code == 403
    ask(service, dossier)
    assert reply(service, dossier, SPECIALIST).status_code == 403
    assert service.get(f"/dossiers/{dossier}", token("x", "specialist", agencies=[POLICE])).status_code == 403
    assert service.get("/consultations", SPECIALIST, agency=TAX).status_code == 403
    assert service.get("/consultations").status_code == 401


@pytest.mark.req("PR-04")
def test_the_asked_agency_answers_once() -> None:
    service, dossier = routed()
    ask(service, dossier)
    assert reply(service, dossier).status_code == 201
    assert reply(service, dossier).status_code == 409
    assert reply(service, dossier, number=2).status_code == 404


@pytest.mark.req("PR-04")
def test_the_open_consultations_of_an_agency_come_page_by_page_the_most_urgent_first() -> None:
    service, first_one = routed()
    dossiers = [first_one, uuid4(), uuid4()]
    for dossier, days in zip(dossiers, (6, 4, 5), strict=True):
        if dossier is not first_one:
            service.tell(dossier, received("single", ALONE))
        ask(service, dossier, reply_by=day(days).isoformat())
    reply(service, dossiers[2])
    first = service.get("/consultations", TAX_HEAD, agency=TAX, open=True, limit=1).json()
    rest = service.get("/consultations", TAX_HEAD, agency=TAX, open=True, limit=1, cursor=first["next"]).json()
    assert [row["dossier"] for row in first["items"] + rest["items"]] == [str(dossiers[1]), str(dossiers[0])]
    assert "next" not in rest


@pytest.mark.req("PR-04")
def test_a_consultation_names_the_way_of_replying() -> None:
    service, dossier = routed()
    answer = ask(service, dossier, way_of_replying=None)
    assert (answer.status_code, answer.json()["field"]) == (422, "way_of_replying")
    assert ask(service, dossier, way_of_replying="document").status_code == 201
    assert shown(service, dossier)["consultations"][0]["way_of_replying"] == "document"


@pytest.mark.req("RT-03")
def test_paper_is_sent_and_arrives_as_two_facts_after_the_e_dossier() -> None:
    service, dossier = routed("sequential", IN_ORDER)
    police = token("head-3", "department-head", agencies=[POLICE])
    assert hand_over(service, dossier, "sent", ONE_STOP, leg=2).status_code == 403
    assert hand_over(service, dossier, "sent", police, leg=2).status_code == 409
    assert hand_over(service, dossier, "received", police).status_code == 409
    assert hand_over(service, dossier, "sent", ONE_STOP).status_code == 201
    assert hand_over(service, dossier, "sent", ONE_STOP).status_code == 409
    service.world.clock.move_to(day(2, 14))
    assert hand_over(service, dossier, "received", police).status_code == 201
    assert hand_over(service, dossier, "received", police).status_code == 409
    row = shown(service, dossier, ONE_STOP)["legs"][0]
    assert (row["sent_at"], row["received_at"]) == ("2026-03-02T09:00:00+07:00", "2026-03-02T14:00:00+07:00")


@pytest.mark.req("RT-03")
def test_only_the_one_stop_sends_and_only_the_legs_agency_receives() -> None:
    service, dossier = routed("parallel", AT_ONCE)
    assert hand_over(service, dossier, "sent", SPECIALIST, leg=2).status_code == 403
    assert hand_over(service, dossier, "sent", ONE_STOP, leg=2).status_code == 201
    assert hand_over(service, dossier, "received", ONE_STOP, leg=2).status_code == 403
    assert hand_over(service, dossier, "received", TAX_HEAD, leg=2).status_code == 201


@pytest.mark.req("RT-03")
def test_in_order_the_agency_before_sends_the_paper_on() -> None:
    service, dossier = routed("sequential", IN_ORDER)
    service.tell(dossier, leg_ended(1, day(3)))
    police = token("head-3", "department-head", agencies=[POLICE])
    assert hand_over(service, dossier, "sent", police, leg=1).status_code == 403
    assert hand_over(service, dossier, "sent", police, leg=2).status_code == 201


def test_a_dossier_not_heard_of_yet_is_asked_for_again_later() -> None:
    service = routing()
    answer = service.get(f"/dossiers/{uuid4()}", token("o", "one-stop", agencies=[HERE]))
    assert answer.status_code == 404
    assert "retry-after" in answer.headers
