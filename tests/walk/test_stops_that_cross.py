"""A wish to stop or adjust crosses decisions on the bus: whatever arrives first, it gets exactly one answer."""

from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.dossier.intake import StopRequested
from contracts.dossier.processing import AdjustmentAllowed, Approved, Declined, StopDeclined, Stopped
from contracts.dossier.results import LateStopAnswered
from contracts.national_status import Status, national_status
from tests.intake.cases import OFFICER, PROCEDURE
from tests.intake.test_letters import text_of
from tests.walk.town import LEADER, ONE_STOP, Town

ANSWERS = (Stopped, StopDeclined, AdjustmentAllowed, LateStopAnswered)
PEOPLE = ("stop", "adjust", "approve", "decline", "grant", "deny")
PUMPS = tuple(f"{way} {who}" for way in ("relay", "hear") for who in ("intake", "processing", "results"))
STEPS = st.lists(st.sampled_from(PEOPLE + PUMPS), min_size=4, max_size=16)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town(Path(tmp_path_factory.mktemp("town")))


def act(town: Town, dossier: str, step: str) -> int:
    """What somebody does; how it was answered."""
    match step:
        case "stop" | "adjust":
            answer = town.intake.post(f"/dossiers/{dossier}/stop-requests", OFFICER, {"wish": step, "reason": "Đổi ý"})
        case "approve":
            answer = town.processing.post(f"/dossiers/{dossier}/approval", LEADER, {"leg": 1})
        case "decline":
            answer = town.processing.post(f"/dossiers/{dossier}/decline", LEADER, {"leg": 1, "reason": "Không đủ điều kiện"})
        case _:
            said = {"grant": step == "grant", "reason": "Còn tranh chấp"}
            answer = town.processing.post(f"/dossiers/{dossier}/stop-answer", LEADER, said)
    return int(answer.status_code)


def run(town: Town, dossier: str, step: str) -> None:
    if step in PEOPLE:
        assert act(town, dossier, step) in (200, 201, 409)
        return
    way, who = step.split()
    service = getattr(town, who)
    service.relay_once() if way == "relay" else service.hear()


@pytest.mark.req("PR-20")
@settings(max_examples=120, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_every_wish_gets_exactly_one_answer_whatever_crosses_it(town: Town, steps: list[str]) -> None:
    dossier = town.received()
    town.drafted(dossier)
    for step in steps:
        run(town, dossier, step)
    town.world.settle()
    if unanswered(town, dossier):
        assert act(town, dossier, "deny") == 201
        town.world.settle()
    facts = town.world.history(UUID(dossier))
    balance = list(accumulate(isinstance(fact, StopRequested) - isinstance(fact, ANSWERS) for fact in facts))
    assert balance[-1] == 0 and set(balance) <= {0, 1}, steps
    assert national_status(facts) is not Status.WITHDRAWING


def unanswered(town: Town, dossier: str) -> bool:
    """A wish waits for an answer only while nothing is decided."""
    facts = town.world.history(UUID(dossier))
    waiting = sum(isinstance(fact, StopRequested) - isinstance(fact, ANSWERS) for fact in facts) > 0
    assert not (waiting and any(isinstance(fact, Approved | Declined) for fact in facts))
    return waiting


@pytest.mark.req("PR-20")
def test_after_reception_an_adjustment_needs_the_holders_consent_once_and_leaves_the_clock_alone(town: Town) -> None:
    dossier = town.received()
    town.drafted(dossier)
    due_at = town.seen(dossier)["due_at"]
    assert town.supplement(dossier).status_code == 409
    town.done(town.intake.post(f"/dossiers/{dossier}/stop-requests", OFFICER, {"wish": "adjust", "reason": "Sai số thửa"}))
    assert town.supplement(dossier).status_code == 409
    town.done(town.processing.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": True}))
    town.done(town.supplement(dossier))
    refused = town.supplement(dossier)
    assert refused.status_code == 409 and "Điều 21" in refused.json()["article"]
    seen = town.seen(dossier)
    assert (seen["status"], seen["due_at"]) == (Status.PROCESSING, due_at)
    assert town.story(dossier)[-3:] == ["StopRequested", "AdjustmentAllowed", "Amended"]


@pytest.mark.req("PR-20")
def test_a_consent_is_worth_nothing_after_the_decision(town: Town) -> None:
    dossier = town.received()
    town.drafted(dossier)
    town.done(town.intake.post(f"/dossiers/{dossier}/stop-requests", OFFICER, {"wish": "adjust", "reason": "Sai số thửa"}))
    town.done(town.processing.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": True}))
    town.done(town.processing.post(f"/dossiers/{dossier}/approval", LEADER, {"leg": 1}))
    assert town.supplement(dossier).status_code == 409


@pytest.mark.req("PR-20")
def test_a_granted_stop_gives_form_05_of_the_settling_agency(town: Town) -> None:
    dossier = town.received()
    town.drafted(dossier)
    assert town.intake.get(f"/dossiers/{dossier}/forms/05", OFFICER).status_code == 404
    town.done(town.intake.post(f"/dossiers/{dossier}/stop-requests", OFFICER, {"reason": "Tôi bán đất rồi"}))
    town.done(town.processing.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": True}))
    printed = text_of(town.intake.get(f"/dossiers/{dossier}/forms/05", OFFICER).content)
    assert "Tôi bán đất rồi" in printed and "THỦ TRƯỞNG CƠ QUAN" in printed
    assert town.story(dossier)[-2:] == ["StopRequested", "Stopped"] and town.seen(dossier)["status"] == Status.STOPPED


@pytest.mark.req("PR-10", "PR-20")
def test_a_wish_to_stop_is_answered_before_an_unsupplemented_dossier_is_closed(tmp_path: Path) -> None:
    town = Town(tmp_path)
    dossier = town.received()
    town.drafted(dossier)
    item = {"component": PROCEDURE.components[0].code, "defect": "missing", "reason": "Thiếu trang 2"}
    town.done(
        town.processing.post(f"/dossiers/{dossier}/supplement-needs", LEADER, {"leg": 1, "items": [item], "reason": "Chưa đủ căn cứ"})
    )
    town.done(town.intake.post(f"/dossiers/{dossier}/supplement-requests/from-processing", ONE_STOP))
    town.done(town.intake.post(f"/dossiers/{dossier}/stop-requests", OFFICER, {"reason": "Đổi ý"}))
    town.world.clock.advance(timedelta(days=20))
    town.intake.fire()
    assert town.story(dossier)[-1] == "StopRequested"
    town.done(town.processing.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": False, "reason": "Còn tranh chấp"}))
    town.world.clock.advance(timedelta(days=2))
    town.intake.fire()
    assert town.story(dossier)[-2:] == ["StopDeclined", "Closed"] and town.seen(dossier)["status"] == Status.STOPPED


@pytest.mark.req("PR-20")
def test_a_dossier_stopped_while_a_supplement_was_awaited_is_not_closed_again(tmp_path: Path) -> None:
    town = Town(tmp_path)
    dossier = town.received()
    item = {"component": PROCEDURE.components[0].code, "defect": "missing", "reason": "Thiếu trang 2"}
    town.done(
        town.processing.post(f"/dossiers/{dossier}/supplement-needs", LEADER, {"leg": 1, "items": [item], "reason": "Chưa đủ căn cứ"})
    )
    town.done(town.intake.post(f"/dossiers/{dossier}/supplement-requests/from-processing", ONE_STOP))
    town.done(town.intake.post(f"/dossiers/{dossier}/stop-requests", OFFICER, {"reason": "Đổi ý"}))
    town.done(town.processing.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": True}))
    town.world.clock.advance(timedelta(days=20))
    town.intake.fire()
    assert town.story(dossier)[-1] == "Stopped"
