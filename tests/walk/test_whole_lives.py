"""Whole lives of a dossier through all services, in memory."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.dossier.payments import ObligationPaid
from tests.harness import token
from tests.intake.cases import HERE, OFFICER, PROCEDURE, filing, form, upload
from tests.walk.town import CLERK, LEADER, ONE_STOP, Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


@pytest.mark.req("RT-01", "PR-01", "PR-02", "PR-17", "PR-18", "RS-01", "RS-03", "TR-08")
def test_a_dossier_lives_its_whole_life(town: Town) -> None:
    dossier = town.received()
    town.issued(dossier)
    assert town.seen(dossier)["status"] == 9
    town.done(town.results.post(f"/dossiers/{dossier}/return", ONE_STOP, {"way": "counter"}))
    assert town.story(dossier) == [
        "Submitted",
        "Received",
        "Transferred",
        "Assigned",
        "DraftSubmitted",
        "Approved",
        "ResultIssued",
        "EarlyReturnAnnounced",
        "ResultReturned",
    ]
    assert (town.seen(dossier)["status"], town.seen(dossier)["standing"]) == (10, "early")


@pytest.mark.req("PR-15")
def test_a_late_dossier_cannot_be_closed_without_an_apology(town: Town) -> None:
    dossier = town.received()
    town.approved(dossier)
    town.world.clock.advance(timedelta(days=60))
    file = town.upload(town.results, *_clerk_file(town))
    town.done(town.results.post(f"/dossiers/{dossier}/result", _clerk_file(town)[0], {"number": "1", "file": file}))
    refused = town.results.post(f"/dossiers/{dossier}/return", ONE_STOP, {"way": "counter"})
    assert refused.status_code == 409
    assert refused.json()["article"]


@pytest.mark.req("PR-06", "PR-08", "PR-09")
def test_a_supplement_restarts_the_clock_from_the_arrival(town: Town) -> None:
    dossier = town.received()
    town.drafted(dossier)
    first = town.seen(dossier)["due_at"]
    item = {"component": PROCEDURE.components[0].code, "defect": "illegible", "reason": "Mờ"}
    town.done(town.processing.post(f"/dossiers/{dossier}/supplement-needs", LEADER, {"leg": 1, "items": [item], "reason": "Cần bản rõ"}))
    town.done(town.intake.post(f"/dossiers/{dossier}/supplement-requests/from-processing", ONE_STOP))
    assert town.seen(dossier)["status"] == 5
    town.world.clock.advance(timedelta(days=4))
    town.done(town.supplement(dossier))
    town.done(town.intake.post(f"/dossiers/{dossier}/supplement-confirmation", ONE_STOP))
    assert town.seen(dossier)["status"] == 4
    assert "Rescheduled" in town.story(dossier)
    assert datetime.fromisoformat(town.seen(dossier)["due_at"]) > datetime.fromisoformat(first)


@pytest.mark.req("PR-20")
def test_a_stop_before_the_decision_ends_in_state_eight(town: Town) -> None:
    dossier = town.received()
    town.drafted(dossier)
    town.done(town.intake.post(f"/dossiers/{dossier}/stop-requests", ONE_STOP, {"reason": "Rút hồ sơ"}))
    assert town.seen(dossier)["status"] == 7
    town.done(town.processing.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": True}))
    assert town.seen(dossier)["status"] == 8


@pytest.mark.req("PR-20")
@pytest.mark.parametrize("heard", [False, True], ids=["before intake heard of it", "after intake heard of it"])
def test_a_stop_after_approval_is_answered_with_no_by_results(town: Town, heard: bool) -> None:
    dossier = town.received()
    asked = town.intake.post
    town.drafted(dossier)
    town.processing.post(f"/dossiers/{dossier}/approval", LEADER, {"leg": 1})
    if heard:
        town.world.settle()
    assert asked(f"/dossiers/{dossier}/stop-requests", ONE_STOP, {"reason": "Rút"}).status_code == 200
    town.world.settle()
    assert town.story(dossier)[-1] == "LateStopAnswered"
    assert town.seen(dossier)["status"] == 4


@pytest.mark.req("IN-30")
def test_an_immediate_result_is_closed_at_once_without_a_receipt_and_counted_in_every_report(town: Town) -> None:
    procedure = next(known for known in town.intake.parts.catalogue.procedures() if known.immediate and "counter" in known.channels)
    papers = [{"component": part.code, "file": upload(town.intake, OFFICER)} for part in procedure.components if part.required]
    body = filing(town.intake, online=False, procedure=procedure.code, form=form(procedure), attachments=papers, settling=HERE.code)
    dossier = town.done(town.intake.post("/dossiers", OFFICER, body))["id"]
    town.done(town.intake.post(f"/dossiers/{dossier}/reception", OFFICER))
    assert town.intake.get(f"/dossiers/{dossier}/forms/01", OFFICER).status_code == 409
    town.approved(dossier)
    at_both = token("clerk-1", "clerk", "one-stop")
    result = {"number": "12/TLKS-BS", "file": town.upload(town.results, at_both, town.paper()), "hand_over": "counter"}
    assert town.results.post(f"/dossiers/{dossier}/result", CLERK, result).status_code == 403
    owed = town.results.post(f"/dossiers/{dossier}/result", at_both, result)
    if procedure.fee.due("counter"):
        assert (owed.status_code, town.story(dossier)[-1]) == (409, "Approved")
        paid = ObligationPaid(**_now(town), obligation="fee", amount_vnd=procedure.fee.due("counter") or 0, method="counter", voucher="1")
        town.results.tell(UUID(dossier), paid)
        owed = town.results.post(f"/dossiers/{dossier}/result", at_both, result)
    town.done(owed)
    assert town.story(dossier)[-2:] == ["ResultIssued", "ResultReturned"]
    assert (town.seen(dossier)["status"], town.seen(dossier)["standing"]) == (10, "on_time")
    (line,) = town.intake.get(f"/registers/{HERE.code}/{town.world.clock.now():%Y}", OFFICER).json()["items"]
    assert line["code"] == town.seen(dossier)["code"] and line["returned_at"]
    statistics = town.tracking.get("/statistics", ONE_STOP).json()
    assert (statistics["by_status"]["10"], statistics["on_time"]) == (1, 1)


@pytest.mark.req("IN-30")
def test_no_other_result_is_handed_over_in_the_act_of_issuing_it(town: Town) -> None:
    dossier = town.received()
    town.approved(dossier)
    at_both = token("clerk-1", "clerk", "one-stop")
    result = {"number": "12/QĐ", "file": town.upload(town.results, at_both, town.paper()), "hand_over": "counter"}
    refused = town.results.post(f"/dossiers/{dossier}/result", at_both, result)
    assert (refused.status_code, refused.json()["article"]) == (422, "NĐ 118/2025/NĐ-CP Điều 17 khoản 4")
    assert town.story(dossier)[-1] == "Approved"


def _now(town: Town) -> dict[str, Any]:
    return {"effective_at": town.world.clock.now(), "recorded_at": town.world.clock.now()}


def _clerk_file(town: Town) -> tuple[str, bytes]:
    from tests.walk.town import CLERK

    return CLERK, town.paper()
