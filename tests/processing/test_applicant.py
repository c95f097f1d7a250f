"""Stops and obligations: what the applicant wants, and what the applicant owes."""

from typing import Any

import pytest

from contracts.dossier.payments import ObligationPaid
from contracts.dossier.processing import ObligationRaised, Rescheduled, StopDeclined
from contracts.dossier.results import LateStopAnswered
from contracts.fact import encode
from tests.harness import types
from tests.processing.cases import HEAD, LEADER, SPECIALIST, approve, asked, day, draft, letter, ok, on_desk, refused, stop_requested

OWED: dict[str, Any] = {"amount_vnd": 150_000, "basis": "Nghị định 10/2022/NĐ-CP"}


@pytest.mark.req("PY-08")
def test_the_basis_of_an_obligation_is_kept_in_the_vault_and_read_by_those_who_handle_the_dossier() -> None:
    service, dossier = on_desk()
    ok(service.post(f"/dossiers/{dossier}/obligations", SPECIALIST, OWED))
    fact = service.facts(dossier)[-1]
    assert isinstance(fact, ObligationRaised) and OWED["basis"] not in encode(fact).decode()
    [note] = ok(service.get(f"/dossiers/{dossier}/notes", HEAD))["items"]
    assert note["words"] == {"basis": OWED["basis"]}


@pytest.mark.req("PR-20")
def test_a_granted_stop_ends_the_dossier() -> None:
    service, dossier = on_desk()
    refused(service.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": True}), 409)
    service.tell(dossier, stop_requested())
    assert ok(service.get(f"/dossiers/{dossier}", HEAD))["stop_open"] is True
    assert ok(service.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": True})) == {"recorded": ["Stopped"]}
    assert "Điều 21" in refused(draft(service, dossier))["article"]
    refused(service.post(f"/dossiers/{dossier}/apologies", LEADER, letter()))
    refused(service.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": False}))


@pytest.mark.req("PR-20")
def test_a_declined_stop_names_the_article_and_handling_goes_on() -> None:
    service, dossier = on_desk()
    ok(draft(service, dossier))
    service.tell(dossier, stop_requested())
    assert "Điều 21" in refused(approve(service, dossier))["article"]
    for blank in ({}, {"reason": " "}, {"reason": "\u200b\u00a0"}):
        told = refused(service.post(f"/dossiers/{dossier}/stop-answer", HEAD, {"grant": False, **blank}), 422)
        assert told["field"] == "reason" and "Điều 21" in told["article"]
    ok(service.post(f"/dossiers/{dossier}/stop-answer", HEAD, {"grant": False, "reason": "Đất đang có tranh chấp"}))
    fact = service.facts(dossier)[-1]
    assert isinstance(fact, StopDeclined) and "Điều 21" in fact.article
    assert fact.reason is not None and "tranh chấp" not in encode(fact).decode()
    assert {"reason": "Đất đang có tranh chấp"} in [note["words"] for note in ok(service.get(f"/dossiers/{dossier}/notes", HEAD))["items"]]
    ok(approve(service, dossier))


@pytest.mark.req("PR-20")
def test_after_the_decision_processing_does_not_answer_a_stop() -> None:
    service, dossier = on_desk()
    ok(draft(service, dossier))
    ok(approve(service, dossier))
    service.tell(dossier, stop_requested(day(3)))
    refused(service.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": True}))
    answered = LateStopAnswered(effective_at=day(3), recorded_at=day(3), answer="declined", article="NĐ 118/2025/NĐ-CP Điều 21")
    service.tell(dossier, answered)
    assert ok(service.get(f"/dossiers/{dossier}", HEAD))["stop_open"] is False


@pytest.mark.req("PR-20")
def test_a_stop_is_answered_while_a_supplement_is_awaited_too() -> None:
    service, dossier = on_desk()
    service.tell(dossier, asked(day(3)), stop_requested(day(4)))
    ok(service.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": True}))


@pytest.mark.req("PR-20")
def test_a_wish_to_adjust_is_never_turned_into_a_stop_and_leaves_the_clock_alone() -> None:
    service, dossier = on_desk()
    before = ok(service.get(f"/dossiers/{dossier}", HEAD))["due_at"]
    service.tell(dossier, stop_requested(wish="adjust"))
    assert ok(service.get(f"/dossiers/{dossier}", HEAD))["stop_wish"] == "adjust"
    assert ok(service.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": True})) == {"recorded": ["AdjustmentAllowed"]}
    service.world.settle()
    refused(service.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": True}), 409)
    shown = ok(service.get(f"/dossiers/{dossier}", HEAD))
    assert (shown["due_at"], shown["stop_open"], shown["stopped"], shown["legs"][0]["waits_for"]) == (before, False, False, None)
    ok(draft(service, dossier))
    ok(approve(service, dossier))


@pytest.mark.req("PY-08")
def test_nothing_goes_on_until_the_obligation_is_paid() -> None:
    service, dossier = on_desk()
    service.world.clock.move_to(day(4))
    obligation = ok(service.post(f"/dossiers/{dossier}/obligations", SPECIALIST, OWED))["obligation"]
    service.world.settle()
    assert "Điều 24 khoản 2" in refused(draft(service, dossier))["article"]
    refused(service.post(f"/dossiers/{dossier}/obligations", SPECIALIST, OWED))
    assert ok(service.get(f"/dossiers/{dossier}", HEAD))["legs"][0]["waits_for"] == "obligation"
    paid = ObligationPaid(effective_at=day(6), recorded_at=day(6), obligation="fee", amount_vnd=150_000, method="bank", voucher="V1")
    service.tell(dossier, paid)
    refused(draft(service, dossier))
    proof = ObligationPaid(effective_at=day(6), recorded_at=day(6), obligation=obligation, amount_vnd=150_000, method="bank", voucher="V2")
    service.tell(dossier, proof)
    ok(draft(service, dossier))


@pytest.mark.req("PY-08", "PR-19")
def test_the_clock_stands_still_while_the_applicant_owes() -> None:
    service, dossier = on_desk()
    service.world.clock.move_to(day(4))
    obligation = ok(service.post(f"/dossiers/{dossier}/obligations", SPECIALIST, OWED))["obligation"]
    service.world.settle()
    proof = ObligationPaid(effective_at=day(6), recorded_at=day(6), obligation=obligation, amount_vnd=150_000, method="bank", voucher="V2")
    service.tell(dossier, proof)
    moved = service.facts(dossier)[-1]
    assert isinstance(moved, Rescheduled)
    assert (moved.cause, moved.deadline.due_at.isoformat()) == ("obligation-pause", "2026-03-25T17:00:00+07:00")
    assert types(service.facts(dossier)) == ["Assigned", "ObligationRaised", "Rescheduled"]
