"""What the clock does when a supplement is wished for, asked for and answered."""

from uuid import UUID

import pytest

from contracts.dossier.intake import SupplementDeclined
from contracts.dossier.processing import Rescheduled, SupplementNeeded
from tests.harness import Service, types
from tests.intake.cases import PROCEDURE
from tests.processing.cases import HEAD, LEADER, SPECIALIST, asked, completed, day, draft, ok, on_desk, refused


def need(service: Service, dossier: UUID, who: str = LEADER, component: str = PROCEDURE.components[0].code) -> object:
    item = {"component": component, "defect": "missing", "reason": "Thiếu trang 2"}
    return service.post(f"/dossiers/{dossier}/supplement-needs", who, {"leg": 1, "items": [item], "reason": "Chưa đủ căn cứ"})


@pytest.mark.req("PR-06")
def test_a_leader_approves_the_wish_and_its_words_stay_in_the_vault() -> None:
    service, dossier = on_desk()
    assert need(service, dossier, HEAD).status_code == 403  # type: ignore[attr-defined]
    ok(need(service, dossier))
    fact = service.facts(dossier)[-1]
    assert isinstance(fact, SupplementNeeded)
    assert (fact.officer, fact.approved_by) == ("specialist-1", "leader-1")
    assert service.parts.vault.get(fact.reason, "render") == {"reason": "Chưa đủ căn cứ"}
    assert service.parts.vault.get(fact.items[0].reason, "render") == {"reason": "Thiếu trang 2"}


@pytest.mark.req("PR-06")
def test_after_three_working_days_from_reception_the_wish_is_refused() -> None:
    service, dossier = on_desk()
    service.world.clock.move_to(day(5, 9))
    ok(need(service, dossier))
    service, dossier = on_desk()
    service.world.clock.move_to(day(6, 1))
    assert "Điều 19 khoản 5" in refused(need(service, dossier))["article"]


@pytest.mark.req("PR-06")
def test_only_published_components_and_one_open_wish_at_a_time() -> None:
    service, dossier = on_desk()
    assert refused(need(service, dossier, component="KHONG-CO"), 422)["field"] == "items.0.component"
    ok(need(service, dossier))
    refused(need(service, dossier))
    service.tell(dossier, SupplementDeclined(effective_at=day(2), recorded_at=day(2), officer="officer-1"))
    ok(need(service, dossier))


@pytest.mark.req("PR-09")
def test_while_the_applicant_supplements_nothing_goes_on() -> None:
    service, dossier = on_desk()
    service.tell(dossier, asked(day(3)))
    assert "Điều 19 khoản 5" in refused(draft(service, dossier))["article"]
    refused(need(service, dossier))
    shown = ok(service.get(f"/dossiers/{dossier}", SPECIALIST))
    assert shown["waits_for_supplement"] and shown["legs"][0]["waits_for"] == "supplement"


@pytest.mark.req("PR-09")
def test_restart_gives_the_full_term_from_the_completion() -> None:
    service, dossier = on_desk()
    service.tell(dossier, asked(day(3)), completed(day(10)))
    moved = service.facts(dossier)[-1]
    assert isinstance(moved, Rescheduled)
    assert moved.cause == "supplement-restart"
    assert (moved.old_due_at.day, moved.deadline.due_at.isoformat()) == (23, "2026-03-31T17:00:00+07:00")
    shown = ok(service.get(f"/dossiers/{dossier}", SPECIALIST))
    assert shown["due_at"] == "2026-03-31T17:00:00+07:00" and shown["first_due_at"] == "2026-03-23T17:00:00+07:00"
    assert shown["legs"][0]["waits_for"] is None
    ok(draft(service, dossier))


@pytest.mark.req("PR-09")
def test_a_procedure_that_pauses_adds_the_days_between() -> None:
    service, dossier = on_desk(supplement_policy="pause")
    service.tell(dossier, asked(day(3)), completed(day(10)))
    moved = service.facts(dossier)[-1]
    assert isinstance(moved, Rescheduled)
    assert (moved.cause, moved.deadline.due_at.isoformat()) == ("supplement-pause", "2026-03-30T17:00:00+07:00")


@pytest.mark.req("PR-09")
def test_a_supplement_at_the_gate_leaves_the_settlement_clock_alone() -> None:
    service, dossier = on_desk()
    from msgspec.structs import replace

    service.tell(dossier, replace(asked(day(3)), stage="gate"), replace(completed(day(4)), stage="gate"))
    assert types(service.facts(dossier)) == ["Assigned"]


@pytest.mark.req("PR-09")
def test_an_imported_history_is_listed_and_never_rescheduled() -> None:
    service, dossier = on_desk(assign=False, rules="imported")
    service.tell(dossier, asked(day(3)), completed(day(10)))
    assert service.facts(dossier) == []
