"""The steps of the standardised process: in order, each with what was found, and what is left out is seen."""

from typing import Any
from uuid import UUID

import pytest

from contracts.dossier.parts import PinnedProcess, ProcessStep
from contracts.dossier.processing import StepCompleted
from tests.harness import Service
from tests.intake.cases import HERE
from tests.processing.cases import HEAD, LEAD, SPECIALIST, approve, draft, ok, on_desk, refused

ASSIGN, EXAMINE, REVIEW, SIGN = "Phân công thụ lý", "Thẩm định hồ sơ", "Soát xét dự thảo", "Ký duyệt kết quả"
STEPS = tuple(
    ProcessStep(name=name, role=role, hours=2)
    for name, role in ((ASSIGN, "department-head"), (EXAMINE, "specialist"), (REVIEW, "department-head"), (SIGN, "leader"))
)


def desk() -> tuple[Service, UUID]:
    return on_desk(process=PinnedProcess(code="QT-1", version=1, mode="single", legs=(LEAD,), steps=STEPS))


def step(service: Service, dossier: UUID, name: str, who: str = SPECIALIST, **changes: Any) -> Any:
    return service.post(f"/dossiers/{dossier}/steps", who, {"leg": 1, "step": name, "information": "Đủ điều kiện", **changes})


def reviewed() -> tuple[Service, UUID]:
    service, dossier = desk()
    ok(step(service, dossier, EXAMINE))
    ok(draft(service, dossier))
    ok(step(service, dossier, REVIEW, HEAD))
    return service, dossier


@pytest.mark.req("PR-19", "PR-21")
def test_steps_are_those_of_the_pinned_process() -> None:
    service, dossier = desk()
    assert refused(step(service, dossier, "Uống trà"), 422)["field"] == "step"


@pytest.mark.req("PR-21")
def test_a_step_out_of_order_is_refused_with_the_one_before_it() -> None:
    service, dossier = desk()
    problem = refused(step(service, dossier, REVIEW, HEAD))
    assert EXAMINE in problem["detail"] and "QĐ 06/2025/QĐ-CTUBND Điều 21" in problem["article"]
    ok(step(service, dossier, EXAMINE))
    ok(step(service, dossier, REVIEW, HEAD))


@pytest.mark.req("PR-02", "PR-21")
def test_a_step_belongs_to_its_role_and_the_leaders_is_the_approval() -> None:
    service, dossier = desk()
    ok(step(service, dossier, EXAMINE))
    refused(step(service, dossier, REVIEW), 403)
    refused(step(service, dossier, SIGN, HEAD), 422)


@pytest.mark.req("PR-22")
def test_a_step_is_not_finished_without_what_was_found_and_that_stays_in_the_vault() -> None:
    service, dossier = desk()
    for missing in ({"information": " "}, {"information": None}):
        answer = step(service, dossier, EXAMINE, **missing)
        assert (answer.status_code, answer.json()["field"]) == (422, "information")
    ok(step(service, dossier, EXAMINE))
    fact = service.facts(dossier)[-1]
    assert isinstance(fact, StepCompleted) and fact.information is not None
    assert service.parts.vault.get(fact.information, "handle") == {"information": "Đủ điều kiện"}


@pytest.mark.req("PR-21")
def test_a_decision_that_left_a_step_out_is_listed_and_one_that_kept_the_order_is_not() -> None:
    service, dossier = reviewed()
    ok(approve(service, dossier))
    service.world.settle()
    assert ok(service.get("/tasks", HEAD, agency=HERE.code, skipped=True))["items"] == []
    service, dossier = desk()
    ok(draft(service, dossier))
    assert ok(service.get(f"/dossiers/{dossier}", HEAD))["skipped"] == []
    ok(approve(service, dossier))
    service.world.settle()
    assert [row["dossier"] for row in ok(service.get("/tasks", HEAD, agency=HERE.code, skipped=True))["items"]] == [str(dossier)]
    assert ok(service.get(f"/dossiers/{dossier}", HEAD))["skipped"] == [REVIEW]
