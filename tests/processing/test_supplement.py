"""What the clock does when a supplement is wished for, asked for and answered."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from chassis.catalogue import ENTRIES, entry_of
from chassis.store import Because, Unit
from contracts.dossier.intake import SupplementDeclined
from contracts.dossier.processing import ObligationRaised, Rescheduled, SupplementNeeded
from contracts.fact import VaultRef
from processing.domain import State, fold, obligations, supplement
from tests.harness import Service, types
from tests.intake.cases import PROCEDURE
from tests.processing.cases import HEAD, LEADER, SPECIALIST, asked, completed, day, draft, ok, on_desk, refused
from tests.processing.test_domain import case_of, law


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


@pytest.mark.req("PR-07")
def test_under_the_son_la_rule_the_wish_may_come_until_the_settlement_is_due() -> None:
    service, dossier = on_desk(rules="son-la-2019")
    service.world.clock.move_to(day(23, 9))
    ok(need(service, dossier))
    service, dossier = on_desk(rules="son-la-2019")
    service.world.clock.move_to(day(24, 1))
    assert "Điều 13 khoản 3 điểm d" in refused(need(service, dossier))["article"]


@pytest.mark.req("PR-07")
def test_the_procedures_own_limit_goes_before_the_rule_sets() -> None:
    service, dossier = on_desk()
    own(service, deficiency_limit="5wd")
    service.world.clock.move_to(day(9, 9))
    ok(need(service, dossier))
    service, dossier = on_desk()
    own(service, deficiency_limit="5wd")
    service.world.clock.move_to(day(10, 1))
    assert "chuyên ngành" in refused(need(service, dossier))["article"]


def own(service: Service, **changes: str) -> None:
    """The procedure's version carries a term of its own."""
    with service.database.session() as session:
        unit = Unit(session, Because(actor="test", correlation=UUID(int=0)))
        unit.put(ENTRIES, entry_of(replace(PROCEDURE, **changes)))
        unit.commit()
    service.parts.catalogue.forget()


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
    assert "Yêu cầu bổ sung lúc" in next(step.why for step in moved.deadline.derivation if step.step == "restart")
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
    service.tell(dossier, replace(asked(day(3)), stage="gate"), replace(completed(day(4)), stage="gate"))
    assert types(service.facts(dossier)) == ["Assigned"]


@pytest.mark.req("PR-09")
def test_an_imported_history_is_listed_and_never_rescheduled() -> None:
    service, dossier = on_desk(assign=False, rules="imported")
    service.tell(dossier, asked(day(3)), completed(day(10)))
    assert service.facts(dossier) == []


@pytest.mark.req("PR-08")
def test_after_the_supplement_the_same_officer_goes_on() -> None:
    service, dossier = on_desk()
    service.tell(dossier, asked(day(3)), completed(day(10)))
    assert ok(service.get(f"/dossiers/{dossier}", HEAD))["legs"][0]["assignee"] == "specialist-1"
    ok(draft(service, dossier))


@pytest.mark.req("PR-09")
def test_conflict_2_a_rule_set_may_pause_where_another_restarts() -> None:
    restart = law()
    pause = replace(restart, rules=replace(restart.rules, settings=replace(restart.rules.settings, supplement_clock="pause")))
    waiting = replace(case_of(), asked_at=day(3))
    due = []
    for rules in (restart, pause):
        resumed, cause = supplement.supplemented(waiting, rules, day(10))
        moved = supplement.rescheduled(resumed, State(), rules, cause=cause, now=day(10))
        assert moved is not None
        due.append((cause, moved.deadline.due_at.date().isoformat()))
    assert due == [("supplement-restart", "2026-03-31"), ("supplement-pause", "2026-03-30")]


@pytest.mark.req("PR-09", "PY-08")
@pytest.mark.parametrize(("policy", "moves"), [("pause", True), ("run", False)])
def test_an_obligation_pauses_the_clock_or_lets_it_run_by_rule_set(policy: str, moves: bool) -> None:
    given = law()
    rules = replace(given, rules=replace(given.rules, settings=replace(given.rules.settings, obligation_clock=policy)))
    state = fold(
        [
            ObligationRaised(
                effective_at=day(4), recorded_at=day(4), obligation="a", amount_vnd=1, basis=VaultRef(key="k", digest="d"), officer="y"
            )
        ]
    )
    case = obligations.paid(case_of(), state, rules, "a", day(9))
    assert (supplement.rescheduled(case, state, rules, cause="obligation-pause", now=day(9)) is not None) is moves


@pytest.mark.req("PR-06")
def test_nothing_is_decided_while_the_one_stop_has_not_answered_the_wish() -> None:
    service, dossier = on_desk()
    ok(draft(service, dossier))
    ok(need(service, dossier))
    assert "một cửa" in refused(service.post(f"/dossiers/{dossier}/approval", LEADER, {"leg": 1}))["detail"]
    refused(service.post(f"/dossiers/{dossier}/decline", LEADER, {"leg": 1, "reason": "Không đủ điều kiện"}))
    service.tell(dossier, SupplementDeclined(effective_at=day(2), recorded_at=day(2), officer="officer-1"))
    ok(service.post(f"/dossiers/{dossier}/approval", LEADER, {"leg": 1}))
