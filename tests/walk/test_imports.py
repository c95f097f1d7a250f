"""An older system's history enters through the owner of each fact, and through this door nobody touches what lives here."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from contracts.dossier.processing import StepCompleted
from contracts.fact import Fact
from payments.main import BLUEPRINT as PAYMENTS
from tests.harness import Service, token, types
from tests.intake.cases import HERE
from tests.tracking import story
from tests.walk.town import ONE_STOP, Town

IMPORTER = token("importer", "importer")
CODE = "H60.SXD-251103-0007"
OLD = -timedelta(days=90)
FAR = {"due_at": "9999-12-31T23:59:59-14:00", "term": "4wd", "calendar": "imported"}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def entry(fact: Fact, **changes: Any) -> dict[str, Any]:
    body = msgspec.to_builtins(msgspec.structs.replace(fact, effective_at=fact.effective_at + OLD)) | changes
    return {"type": str(fact.TYPE), "body": {name: value for name, value in body.items() if name not in ("recorded_at", "back_entry")}}


def submitted(**changes: Any) -> dict[str, Any]:
    return entry(story.submitted(source="imported", applicant="imported-1"), **changes)


def received(**changes: Any) -> dict[str, Any]:
    fact = story.received(rule_set="imported", code=CODE)
    legs = [{"leg": 1, "agency": story.SETTLING, "lead": True, "task": "imported", "term": "4wd"}]
    return entry(fact, **{"process": {"code": "imported", "version": 1, "mode": "single", "legs": legs}} | changes)


def issued(**changes: Any) -> dict[str, Any]:
    return entry(story.issued(story.DUE), **changes)


def step(**changes: Any) -> dict[str, Any]:
    return entry(StepCompleted(**story.at(3), leg=1, step="T02", officer="Resource10"), **changes)


def send(service: Service, dossier: UUID, *facts: dict[str, Any], who: str = IMPORTER) -> Any:
    answer = service.post(f"/imports/{dossier}", who, {"facts": list(facts)})
    service.world.settle()
    return answer


def begun(town: Town) -> UUID:
    """A case whose filing and reception have come in."""
    dossier = uuid4()
    assert send(town.intake, dossier, submitted(), received()).json() == {"recorded": 2, "version": 2}
    return dossier


def test_a_case_enters_owner_by_owner_and_again_adds_nothing(town: Town) -> None:
    dossier = begun(town)
    for service, facts in ((town.processing, [step()]), (town.results, [issued()])):
        assert [send(service, dossier, *facts).json()["recorded"] for _ in range(2)] == [1, 0]
    assert types(town.world.history(dossier)) == ["Submitted", "Received", "StepCompleted", "ResultIssued"]
    assert send(town.intake, dossier, submitted(), received()).json() == {"recorded": 0, "version": 2}


def test_the_same_case_with_another_history_is_refused_and_changes_nothing(town: Town) -> None:
    """Regression: a log that was corrected since its import was passed over as if it were the same."""
    dossier = begun(town)
    assert send(town.intake, dossier, submitted(), received(officer="Resource99")).json()["field"] == "facts.1"
    assert send(town.intake, dossier, submitted()).json()["status"] == 409
    assert types(town.world.history(dossier)) == ["Submitted", "Received"]


@pytest.mark.req("RS-05")
def test_nobody_settles_a_live_dossier_by_importing_its_result(town: Town) -> None:
    """Regression: the door asked only whether its own stream was empty."""
    payments = town.world.add(PAYMENTS)
    dossier = UUID(town.received())
    before = types(town.world.history(dossier))
    for service, fact in ((town.results, issued()), (town.processing, step()), (town.intake, submitted()), (town.routing, handed())):
        answer = send(service, dossier, fact)
        assert answer.status_code == 409 and answer.headers["content-type"] == "application/problem+json"
    paid = {"obligation": "fee", "amount_vnd": 1, "method": "bank", "voucher": "1", "effective_at": "2025-12-01T09:00:00+07:00"}
    answer = send(payments, dossier, {"type": "vn.motcua.dossier.obligation-paid.v1", "body": paid})
    assert answer.status_code == 409
    assert types(town.world.history(dossier)) == before


def handed() -> dict[str, Any]:
    return entry(story.handed("sent", 3))


def test_what_is_not_heard_of_yet_is_to_be_tried_again(town: Town) -> None:
    for service, fact in ((town.results, issued()), (town.processing, step()), (town.routing, handed())):
        answer = send(service, uuid4(), fact)
        assert (answer.status_code, answer.headers["Retry-After"]) == (404, "1")


def test_an_importer_of_another_agency_and_one_without_any_are_forbidden(town: Town) -> None:
    dossier = begun(town)
    for agencies in ([], ["H60.X001"]):
        who = token("importer", "importer", agencies=agencies)
        assert send(town.intake, uuid4(), submitted(), who=who).status_code == 403
        assert send(town.results, dossier, issued(), who=who).status_code == 403
    here = token("importer", "importer", agencies=[story.RECEIVING])
    assert send(town.results, dossier, issued(), who=here).status_code == 201


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ([received()], "facts.0.type"),
        ([submitted(source="province")], "facts.0.source"),
        ([submitted(), submitted()], "facts.1.type"),
        ([submitted(), received(), received()], "facts.2.type"),
        ([submitted(), received(rule_set="tuyen-quang-2025")], "facts.1.rule_set"),
        ([submitted(), received(code="H60 – 7")], "facts.1.code"),
        ([submitted(), received(receiving="H60.X001")], "facts.1.receiving"),
        ([submitted(effective_at="2027-01-01T00:00:00+07:00")], "facts.0.effective_at"),
        ([submitted(effective_at="2025-01-01T00:00:00")], "facts.0.effective_at"),
        ([submitted(effective_at=None)], "facts.0.effective_at"),
        ([{**submitted(), "body": {}}], "facts.0.channel"),
        ([submitted(effective_at="0001-01-01T00:00:00+07:00")], "facts.0.effective_at"),
        ([submitted(), received(deadline=FAR)], "facts.1.deadline.due_at"),
        ([submitted(channel="Nguyễn Văn Bí Mật 0911222333")], "facts.0.channel"),
        ([submitted(channel="Nguyễn Văn Bí Mật - at `$.applicant")], "facts.0.channel"),
        ([submitted(channel="missing required field `applicant`")], "facts.0.channel"),
        ([{**submitted(), "type": "Nguyễn Văn Bí Mật 0911222333"}], "facts.0.type"),
        ([submitted(), {**received(), "type": "vn.motcua.dossier.welcomed.v1"}], "facts.1.type"),
        (
            [submitted(), received(process={"code": "c", "version": 1, "mode": "single", "legs": [{"leg": "x"}]})],
            "facts.1.process.legs.0.leg",
        ),
        ([submitted(applicant="Nguyễn Văn Bí Mật 0911222333")], "facts.0.applicant"),
        ([submitted(), received(officer="0911222333")], "facts.1.officer"),
    ],
)
def test_the_whole_part_is_checked_before_a_fact_is_recorded(town: Town, facts: Sequence[dict[str, Any]], field: str) -> None:
    answer = send(town.intake, dossier := uuid4(), *facts)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert "Bí Mật" not in answer.text and "0911222333" not in answer.text
    assert "xpected" not in answer.text and "`" not in answer.text
    assert town.world.history(dossier) == []


def test_words_of_an_older_system_never_reach_a_topic(town: Town) -> None:
    """Regression: officers, clerks and steps of a log went into facts as they stood there."""
    dossier = begun(town)
    words = "Nguyễn Văn Bí Mật 0911222333"
    for service, fact in ((town.processing, step(officer=words)), (town.processing, step(step=words)), (town.results, issued(clerk=words))):
        answer = send(service, dossier, fact)
        assert answer.status_code == 422 and words not in answer.text
    assert types(town.world.history(dossier)) == ["Submitted", "Received"]


@pytest.mark.req("IN-22")
def test_a_code_that_was_issued_here_or_came_with_another_case_is_refused(town: Town) -> None:
    """Regression: a second dossier could get it by import."""
    dossier = town.received()
    live = next(fact for fact in town.world.history(UUID(dossier)) if hasattr(fact, "code")).code
    begun(town)
    for code in (live, CODE):
        answer = send(town.intake, uuid4(), submitted(), received(code=code))
        assert (answer.status_code, answer.json()["field"]) == (409, "facts.1.code")


@pytest.mark.req("IN-22")
def test_reception_passes_over_a_code_that_an_imported_dossier_has(town: Town) -> None:
    first = next(fact.code for fact in town.world.history(UUID(town.received())) if hasattr(fact, "code"))
    series, _, ordinal = first.rpartition("-")
    taken = f"{series}-{int(ordinal) + 1:04}"
    assert send(town.intake, uuid4(), submitted(), received(code=taken)).status_code == 201
    after = next(fact.code for fact in town.world.history(UUID(town.received())) if hasattr(fact, "code"))
    assert after == f"{series}-{int(ordinal) + 2:04}"


def test_the_result_of_a_case_lies_with_the_older_system_and_is_said_to(town: Town) -> None:
    """Regression: whoever fetched it got 500."""
    dossier = begun(town)
    assert send(town.results, dossier, issued()).status_code == 201
    answer = town.results.get(f"/dossiers/{dossier}/result", ONE_STOP)
    assert (answer.status_code, answer.json()["detail"]) == (404, "Tệp kết quả của hồ sơ này nằm ở hệ thống cũ.")


def test_no_supplement_is_asked_of_a_case_from_before_any_rules(town: Town) -> None:
    """Regression: it was answered with 422, as if the clerk had sent a date that cannot be counted."""
    then = "2011-10-12T08:00:00+07:00"
    dossier = uuid4()
    assert send(town.intake, dossier, submitted(effective_at=then), received(effective_at=then)).status_code == 201
    items = [{"component": "don", "defect": "missing", "reason": "Chưa có đơn."}]
    answer = town.intake.post(f"/dossiers/{dossier}/supplement-requests", ONE_STOP, {"items": items})
    assert answer.status_code == 409 and "“đã tiếp nhận”" in answer.json()["detail"]


@pytest.mark.req("IN-22")
def test_a_code_of_the_paper_book_is_refused(town: Town) -> None:
    code = town.intake.post("/outage-sheets", ONE_STOP, {"agency": HERE.code, "count": 2}).json()["allotted"][0]
    refused = send(town.intake, uuid4(), submitted(), received(code=code))
    assert (refused.status_code, refused.json()["field"]) == (409, "facts.1.code")
