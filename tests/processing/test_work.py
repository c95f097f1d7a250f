"""From the transfer to the leader's approval, over HTTP, in memory."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

import pytest

from contracts.dossier.processing import Assigned, DraftSubmitted
from contracts.dossier.routing import HandedOver, Transferred
from tests.harness import START, token, types
from tests.intake.cases import HERE
from tests.processing.cases import (
    COLLEAGUE,
    HEAD,
    LEAD,
    LEADER,
    ONE_STOP,
    OTHER_HEAD,
    OTHER_LEADER,
    OTHER_SPECIALIST,
    PART,
    SPECIALIST,
    approve,
    draft,
    ok,
    on_desk,
    processing,
    received,
    refused,
    transferred,
    upload,
)

MOVEMENTS: tuple[Literal["sent", "received"], ...] = ("sent", "received")


@pytest.mark.req("PR-01", "PR-02", "PR-17")
def test_a_dossier_is_assigned_drafted_and_approved() -> None:
    service, dossier = on_desk()
    assert ok(draft(service, dossier)) == {"draft": 1}
    ok(approve(service, dossier))
    service.world.settle()
    assert types(service.facts(dossier)) == ["Assigned", "DraftSubmitted", "Approved"]
    shown = ok(service.get(f"/dossiers/{dossier}", LEADER))
    assert (shown["decision"], shown["legs"][0]["state"]) == ("approved", "approved")


@pytest.mark.req("PR-01")
@pytest.mark.parametrize("person", ["0912345678", "+84 912 345 678", "008190001234", "dan@example.vn"])
def test_nobody_is_assigned_by_a_number_or_address_that_a_fact_must_not_carry(person: str) -> None:
    service, dossier = on_desk(assign=False)
    answer = service.post(f"/dossiers/{dossier}/assignments", HEAD, {"leg": 1, "assignee": person})
    assert (answer.status_code, answer.json()["field"], service.facts(dossier)) == (422, "assignee", [])


@pytest.mark.req("PR-01")
def test_only_a_head_of_that_department_assigns_and_may_take_it_personally() -> None:
    service, dossier = on_desk(assign=False)
    path = f"/dossiers/{dossier}/assignments"
    assert service.post(path, OTHER_HEAD, {"leg": 1, "assignee": "specialist-1"}).status_code == 403
    assert service.post(path, SPECIALIST, {"leg": 1, "assignee": "specialist-1"}).status_code == 403
    ok(service.post(path, HEAD, {"leg": 1, "assignee": "head-1"}))
    ok(draft(service, dossier, HEAD))
    (assigned, submitted) = service.facts(dossier)
    assert isinstance(assigned, Assigned) and assigned.assignee == assigned.assigned_by == "head-1"
    assert isinstance(submitted, DraftSubmitted) and submitted.officer == "head-1"


def test_what_comes_before_the_reception_of_its_dossier_is_parked_with_its_reason_and_never_dropped() -> None:
    """Regression: a transfer before `Received` was passed over in silence, and its task was never opened."""
    service, dossier, neighbour = processing(), uuid4(), uuid4()
    service.tell(dossier, transferred())
    service.tell(neighbour, received())
    service.tell(neighbour, transferred())
    parked = service.get("/parked", token("operator-1", "operator")).json()
    assert [(item["subject"], item["reason"]) for item in parked["items"]] == [
        (str(dossier), f"Stop: {Transferred.TYPE} came before the reception of its dossier")
    ]
    assert len(ok(service.get("/tasks", HEAD, agency=HERE.code))["items"]) == 1


@pytest.mark.req("PR-01")
def test_work_before_an_assignment_and_by_a_colleague_is_refused() -> None:
    service, dossier = on_desk(assign=False)
    refused(draft(service, dossier))
    ok(service.post(f"/dossiers/{dossier}/assignments", HEAD, {"leg": 1, "assignee": "specialist-1"}))
    refused(draft(service, dossier, COLLEAGUE), 403)


@pytest.mark.req("PR-02")
def test_a_draft_needs_its_file_and_drafts_are_versioned() -> None:
    service, dossier = on_desk()
    assert service.post(f"/dossiers/{dossier}/drafts", SPECIALIST, {"leg": 1}).status_code == 422
    file = {**upload(service), "size": 7}
    assert refused(service.post(f"/dossiers/{dossier}/drafts", SPECIALIST, {"leg": 1, "file": file}), 422)["field"] == "file"
    refused(approve(service, dossier))
    assert [ok(draft(service, dossier))["draft"] for _ in range(2)] == [1, 2]


def test_a_draft_is_a_file_that_its_officer_uploaded() -> None:
    """Regression: a citizen's paper, or a draft of another agency, could be named as one's own."""
    service, dossier = on_desk()
    theirs = upload(service, token("specialist-9", "specialist", agencies=["H60.X009"]))
    answer = refused(service.post(f"/dossiers/{dossier}/drafts", SPECIALIST, {"leg": 1, "file": theirs}), 422)
    assert answer["field"] == "file" and answer["article"]


@pytest.mark.req("PR-16")
def test_the_leader_returns_a_draft_only_with_an_opinion_that_stays_in_the_vault() -> None:
    service, dossier = on_desk()
    ok(draft(service, dossier))
    path = f"/dossiers/{dossier}/drafts/return"
    assert service.post(path, LEADER, {"leg": 1}).status_code == 422
    assert service.post(path, LEADER, {"leg": 1, "opinion": "  "}).status_code == 422
    ok(service.post(path, LEADER, {"leg": 1, "opinion": "Bổ sung căn cứ pháp lý"}))
    service.world.settle()
    opinion = service.facts(dossier)[-1].opinion  # type: ignore[attr-defined]
    assert service.parts.vault.get(opinion, "render") == {"opinion": "Bổ sung căn cứ pháp lý"}
    assert ok(service.get(f"/dossiers/{dossier}", HEAD))["legs"][0]["state"] == "returned"
    refused(approve(service, dossier))
    assert ok(draft(service, dossier)) == {"draft": 2}


@pytest.mark.req("PR-17")
def test_only_the_agencys_own_leader_approves() -> None:
    service, dossier = on_desk()
    ok(draft(service, dossier))
    refused(service.post(f"/dossiers/{dossier}/approval", OTHER_LEADER, {"leg": 1}), 403)
    assert service.post(f"/dossiers/{dossier}/approval", HEAD, {"leg": 1}).status_code == 403
    ok(approve(service, dossier))
    refused(approve(service, dossier))
    refused(draft(service, dossier))


@pytest.mark.req("PR-17")
def test_a_leader_declines_with_a_reason() -> None:
    service, dossier = on_desk()
    assert service.post(f"/dossiers/{dossier}/decline", LEADER, {"leg": 1}).status_code == 422
    ok(service.post(f"/dossiers/{dossier}/decline", LEADER, {"leg": 1, "reason": "Đất thuộc quy hoạch"}))
    refused(approve(service, dossier))
    assert types(service.facts(dossier)) == ["Assigned", "Declined"]


@pytest.mark.req("RT-06")
def test_the_lead_closes_only_when_every_partial_result_is_there() -> None:
    service, dossier = on_desk(legs=(LEAD, PART), mode="parallel")
    ok(draft(service, dossier))
    assert "2" in refused(approve(service, dossier))["detail"]
    no = service.post(f"/dossiers/{dossier}/decline", LEADER, {"leg": 1, "reason": "Đất thuộc quy hoạch"})
    assert "Điều 20 khoản 2" in refused(no)["article"]
    ok(service.post(f"/dossiers/{dossier}/assignments", OTHER_HEAD, {"leg": 2, "assignee": "specialist-3"}))
    part = {"leg": 2, "file": upload(service, OTHER_SPECIALIST)}
    refused(service.post(f"/dossiers/{dossier}/drafts", OTHER_SPECIALIST, part))
    ok(service.post(f"/dossiers/{dossier}/partial-results", OTHER_SPECIALIST, part))
    refused(service.post(f"/dossiers/{dossier}/partial-results", OTHER_SPECIALIST, part))
    ok(approve(service, dossier))


@pytest.mark.req("RT-06")
def test_the_lead_does_not_end_its_leg_with_a_partial_result() -> None:
    service, dossier = on_desk()
    refused(service.post(f"/dossiers/{dossier}/partial-results", SPECIALIST, {"leg": 1, "file": upload(service)}))


@pytest.mark.req("PR-19")
def test_the_settlement_clock_is_that_of_the_reception() -> None:
    service, dossier = on_desk()
    shown = ok(service.get(f"/dossiers/{dossier}", LEADER))
    assert shown["due_at"] == shown["first_due_at"] == "2026-03-23T17:00:00+07:00"
    assert shown["deadline"]["derivation"][0]["step"] == "term"


def test_an_unknown_dossier_is_not_heard_of_yet() -> None:
    service = processing()
    answer = service.post(f"/dossiers/{uuid4()}/approval", LEADER, {"leg": 1})
    assert (answer.status_code, answer.headers["retry-after"]) == (404, "1")
    assert service.get(f"/dossiers/{uuid4()}", LEADER).status_code == 404


def test_a_dossier_is_hidden_from_the_staff_of_other_agencies() -> None:
    service, dossier = on_desk()
    assert service.get(f"/dossiers/{dossier}", OTHER_LEADER).status_code == 404


@pytest.mark.req("PR-01")
def test_the_work_list_shows_an_agencys_tasks_by_assignee_and_state() -> None:
    service, dossier = on_desk()

    def listed(**filters: str) -> list[UUID]:
        return [UUID(task["dossier"]) for task in ok(service.get("/tasks", HEAD, agency=HERE.code, **filters))["items"]]

    assert listed() == listed(assignee="specialist-1") == listed(state="assigned") == [dossier]
    assert listed(assignee="specialist-2") == listed(state="new") == []
    assert service.get("/tasks", OTHER_HEAD, agency=HERE.code).status_code == 403


@pytest.mark.req("PR-23")
def test_paper_that_came_much_later_than_the_e_dossier_is_listed_with_both_times() -> None:
    service, dossier = on_desk()
    at = START + timedelta(hours=5)
    service.tell(dossier, *(HandedOver(effective_at=at, recorded_at=at, leg=1, movement=way, officer="o") for way in MOVEMENTS))
    (row,) = ok(service.get("/tasks", HEAD, agency=HERE.code, paper_later_than=240))["items"]
    assert (row["dossier"], row["paper_lag"]) == (str(dossier), 300)
    assert datetime.fromisoformat(row["paper_at"]) - datetime.fromisoformat(row["transferred_at"]) == timedelta(hours=5)
    assert ok(service.get("/tasks", HEAD, agency=HERE.code, paper_later_than=300))["items"] == []


@pytest.mark.req("PR-16", "PR-22")
def test_who_handles_the_dossier_reads_the_leaders_opinion_and_nobody_else_does() -> None:
    service, dossier = on_desk()
    ok(draft(service, dossier))
    ok(service.post(f"/dossiers/{dossier}/drafts/return", LEADER, {"leg": 1, "opinion": "Bổ sung căn cứ pháp lý"}))
    path = f"/dossiers/{dossier}/notes"
    (note,) = ok(service.get(path, SPECIALIST))["items"]
    assert (note["fact"], note["by"], note["words"]) == ("DraftReturned", "leader-1", {"opinion": "Bổ sung căn cứ pháp lý"})
    assert service.get(path, OTHER_LEADER).status_code == 404
    assert service.get(path, ONE_STOP).status_code == 403
