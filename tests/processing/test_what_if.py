"""What each legal next action would give, before anything is done."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from processing.domain.what_if import ACTIONS
from tests.harness import Service, types
from tests.processing.cases import (
    LEADER,
    ONE_STOP,
    OTHER_LEADER,
    approve,
    asked,
    day,
    draft,
    letter,
    ok,
    on_desk,
    processing,
    received,
    refused,
    stop_requested,
    transferred,
)

DUE = "2026-03-23T17:00:00+07:00"


def ask(service: Service, dossier: UUID, **params: Any) -> dict[str, Any]:
    answer = ok(service.get(f"/dossiers/{dossier}/what-if", LEADER, **params))
    return {action["action"]: action for action in answer["actions"]}


def dates(action: dict[str, Any]) -> list[str]:
    return [outcome["due_at"][:10] for outcome in action["outcomes"]]


@pytest.mark.req("PR-09", "PR-11", "PR-13")
def test_asking_records_nothing_and_answers_for_every_action() -> None:
    service, dossier = on_desk()
    actions = ask(service, dossier)
    assert set(actions) == {action for action, _, _ in ACTIONS} - {"extend-to"}
    for action in actions.values():
        assert bool(action["refused"]) != bool(action["outcomes"] or action["notes"])
        assert all(outcome["derivation"] for outcome in action["outcomes"])
    assert types(service.facts(dossier)) == ["Assigned"]
    assert service.get(f"/dossiers/{dossier}/what-if", OTHER_LEADER).status_code == 404


@pytest.mark.req("PR-06", "PR-09")
def test_a_supplement_restarts_or_pauses_the_clock_and_says_until_when_it_is_awaited() -> None:
    service, dossier = on_desk()
    service.world.clock.move_to(day(3))
    supplement = ask(service, dossier)["supplement"]
    assert dates(supplement) == ["2026-03-24", "2026-04-08"]
    assert "đóng hồ sơ" in supplement["notes"][1]
    service, dossier = on_desk(supplement_policy="pause")
    service.world.clock.move_to(day(3))
    assert dates(ask(service, dossier)["supplement"]) == ["2026-03-23", "2026-04-07"]


@pytest.mark.req("PR-06", "PR-07")
def test_too_late_for_a_supplement_is_said_with_the_article_of_each_rule_set() -> None:
    service, dossier = on_desk()
    service.world.clock.move_to(day(6))
    assert "Điều 19 khoản 5" in ask(service, dossier)["supplement"]["refused"]["article"]
    service, dossier = on_desk(rules="son-la-2019")
    service.world.clock.move_to(day(6))
    assert ask(service, dossier)["supplement"]["refused"] is None


@pytest.mark.req("IN-18", "PR-06")
def test_a_second_supplement_is_said_to_need_its_legal_basis() -> None:
    service, dossier = processing(), uuid4()
    service.tell(dossier, replace(asked(day(2)), stage="gate"), received(), transferred())
    assert "căn cứ pháp luật" in ask(service, dossier)["supplement"]["notes"][-1]


@pytest.mark.req("PR-12", "PR-13")
def test_the_legal_dates_of_an_extension_and_why_another_is_refused() -> None:
    service, dossier = on_desk()
    extend = ask(service, dossier)["extend"]
    assert dates(extend) == ["2026-03-24", "2026-03-25", "2026-03-26", "2026-03-27", "2026-03-30"]
    assert {outcome["late_notice"] for outcome in extend["outcomes"]} == {False}
    assert dates(ask(service, dossier, extend_to="2026-03-30")["extend-to"]) == ["2026-03-30"]
    refused = ask(service, dossier, extend_to="2026-03-31")["extend-to"]["refused"]
    assert "một phần ba" in refused["why"] and "Điều 25" in refused["article"]
    service.world.clock.move_to(day(23))
    assert {outcome["late_notice"] for outcome in ask(service, dossier)["extend"]["outcomes"]} == {True}


@pytest.mark.req("PR-13")
def test_a_date_that_is_over_is_neither_offered_nor_accepted() -> None:
    service, dossier = on_desk()
    service.world.clock.move_to(day(26))
    actions = ask(service, dossier, extend_to="2026-03-25")
    assert dates(actions["extend"]) == ["2026-03-26", "2026-03-27", "2026-03-30"]
    assert "phía trước" in actions["extend-to"]["refused"]["why"]
    assert refused(service.post(f"/dossiers/{dossier}/apologies", LEADER, letter(new_date="2026-03-25")))["field"] == "new_date"
    assert types(service.facts(dossier)) == ["Assigned"]


@pytest.mark.req("PR-11", "PR-13")
def test_a_slip_waits_for_the_one_stop_and_after_it_no_other_date_is_legal() -> None:
    service, dossier = on_desk()
    assert "phiếu" in ask(service, dossier)["change-date"]["refused"]["why"]
    ok(service.post(f"/dossiers/{dossier}/apologies", LEADER, letter(new_date="2026-03-30")))
    actions = ask(service, dossier)
    assert dates(actions["change-date"]) == ["2026-03-30"] and "một lần" in actions["extend"]["refused"]["why"]
    ok(service.post(f"/dossiers/{dossier}/extension", ONE_STOP))
    assert ask(service, dossier)["change-date"]["refused"]


@pytest.mark.req("PR-05", "PR-20")
def test_consulting_adjusting_and_stopping_leave_the_date_alone() -> None:
    service, dossier = on_desk()
    actions = ask(service, dossier)
    assert [outcome["due_at"] for name in ("consult", "adjust") for outcome in actions[name]["outcomes"]] == [DUE, DUE]
    assert actions["stop"]["outcomes"] == [] and "mẫu 05" in actions["stop"]["notes"][1]
    service.tell(dossier, stop_requested())
    assert "đang chờ trả lời" in ask(service, dossier)["stop"]["notes"][0]


@pytest.mark.req("PY-08")
def test_an_obligation_pauses_the_clock_or_does_not_by_rule_set() -> None:
    service, dossier = on_desk()
    assert "tạm dừng" in ask(service, dossier)["obligation"]["notes"][0]


@pytest.mark.req("PR-02", "PR-17")
def test_the_decision_wants_a_draft_and_after_it_nothing_is_open() -> None:
    service, dossier = on_desk()
    assert "dự thảo" in ask(service, dossier)["approve"]["refused"]["why"]
    ok(draft(service, dossier))
    assert dates(ask(service, dossier)["approve"]) == ["2026-03-23"]
    ok(approve(service, dossier))
    actions = ask(service, dossier)
    closed = {name for name, action in actions.items() if action["refused"]}
    assert closed == set(actions) - {"extend"}
    assert actions["stop"]["refused"]["article"]


@pytest.mark.req("PR-09")
def test_while_a_supplement_is_awaited_each_action_says_so() -> None:
    service, dossier = on_desk()
    service.tell(dossier, asked(day(3)))
    actions = ask(service, dossier)
    assert all("bổ sung" in actions[name]["refused"]["why"] for name in ("supplement", "extend", "obligation", "approve"))
