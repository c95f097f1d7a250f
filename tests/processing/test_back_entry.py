"""What was done on paper while the system was away is entered afterwards, with the paper's time."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.catalogue import ENTRIES, entry_of
from chassis.store import Because, Unit
from contracts.dossier.processing import Approved, DraftReturned, ExtensionProposed
from contracts.outage import Outage
from tests.harness import Service
from tests.intake.cases import HERE
from tests.processing.cases import HEAD, LEADER, ONE_STOP, ONE_STOP_HEAD, SPECIALIST, day, draft, letter, ok, on_desk, refused

# the power failed on Thursday 19 March and came back on Tuesday the 24th
BEGAN, ENDED = day(19), day(24)


def away(service: Service) -> None:
    """An outage that was declared and ended; it is now the day after."""
    outage = Outage(
        code="O-1", agency=HERE.code, began_at=BEGAN, ended_at=ENDED, cause="power", report="12/BC", declared_by="a", declared_at=BEGAN
    )
    with service.database.session() as session:
        unit = Unit(session, Because(actor="test", correlation=UUID(int=0)))
        unit.put(ENTRIES, entry_of(outage))
        unit.commit()
    service.parts.catalogue.forget()
    service.world.clock.move_to(day(25))


def on_paper(at: datetime) -> dict[str, Any]:
    return {"back_entry": {"effective_at": at.isoformat(), "reason": "Mất điện, ghi sổ giấy"}}


def enter(service: Service, dossier: UUID, path: str, who: str, body: dict[str, Any], at: datetime, approver: str | None = HEAD) -> Any:
    headers = {"Motcua-Approver": f"Bearer {approver}"} if approver else {}
    return service.post(f"/dossiers/{dossier}/{path}", who, {**body, **on_paper(at)}, **headers)


def drafted() -> tuple[Service, UUID]:
    service, dossier = on_desk()
    ok(draft(service, dossier))
    away(service)
    return service, dossier


@pytest.mark.req("OP-05", "PR-17")
def test_an_approval_on_paper_keeps_both_times_the_reason_and_the_second_person() -> None:
    service, dossier = drafted()
    ok(enter(service, dossier, "approval", LEADER, {"leg": 1}, day(20)))
    fact = service.facts(dossier)[-1]
    assert isinstance(fact, Approved) and fact.back_entry is not None and fact.back_entry.reason is not None
    assert (fact.effective_at, fact.recorded_at, fact.back_entry.approver) == (day(20), day(25), "head-1")
    assert service.parts.vault.get(fact.back_entry.reason, "render") == {"reason": "Mất điện, ghi sổ giấy"}


@pytest.mark.req("OP-05", "PR-16")
def test_each_step_may_be_entered_and_the_next_follows_it() -> None:
    service, dossier = drafted()
    ok(enter(service, dossier, "drafts/return", LEADER, {"leg": 1, "opinion": "Thiếu căn cứ"}, day(20)))
    assert isinstance(service.facts(dossier)[-1], DraftReturned)
    problem = refused(enter(service, dossier, "assignments", HEAD, {"leg": 1, "assignee": "specialist-2"}, day(19, 5), LEADER), 422)
    assert problem["field"] == "back_entry.effective_at"
    ok(enter(service, dossier, "assignments", HEAD, {"leg": 1, "assignee": "specialist-2"}, day(20, 5), LEADER))


@pytest.mark.req("OP-05", "PR-12")
def test_a_slip_written_on_paper_in_time_is_in_time_whenever_it_is_entered() -> None:
    service, dossier = drafted()
    ok(enter(service, dossier, "apologies", LEADER, letter(new_date="2026-03-30"), day(20)))
    fact = service.facts(dossier)[-1]
    assert isinstance(fact, ExtensionProposed) and fact.late_notice is False
    ok(enter(service, dossier, "extension", ONE_STOP, {}, day(20, 5), ONE_STOP_HEAD))
    service.world.settle()
    assert ok(service.get("/apologies/needed", LEADER, agency=HERE.code))["items"] == []


@pytest.mark.req("OP-05")
def test_outside_the_outage_in_the_future_alone_or_by_a_colleague_it_is_refused() -> None:
    service, dossier = drafted()
    for at in (day(18), ENDED + timedelta(hours=1), day(26)):
        assert refused(enter(service, dossier, "approval", LEADER, {"leg": 1}, at), 422)["field"] == "back_entry.effective_at"
    assert refused(enter(service, dossier, "approval", LEADER, {"leg": 1}, day(20), LEADER), 422)["field"] == "back_entry.approver"
    assert refused(enter(service, dossier, "approval", LEADER, {"leg": 1}, day(20), None), 422)["field"] == "Motcua-Approver"
    assert enter(service, dossier, "approval", LEADER, {"leg": 1}, day(20), SPECIALIST).status_code == 403
