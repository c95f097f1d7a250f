"""A verification that the applicant takes part in."""

from typing import Any

import pytest

from contracts.dossier.processing import VerificationScheduled
from tests.processing.cases import COLLEAGUE, HEAD, SPECIALIST, asked, day, ok, on_desk, refused

APPOINTMENT = {
    "leg": 1,
    "at": "2026-03-05T08:30:00+07:00",
    "place": "Thửa đất số 12, thôn Tân Bình",
    "participants": "Chủ hồ sơ, công chức địa chính",
    "content": "Xác minh ranh giới thửa đất",
}


def schedule(service: Any, dossier: Any, who: str = SPECIALIST, **changes: Any) -> Any:
    return service.post(f"/dossiers/{dossier}/verifications", who, {**APPOINTMENT, **changes})


@pytest.mark.req("PR-03")
def test_an_appointment_keeps_its_words_in_the_vault_and_leaves_the_clock_alone() -> None:
    service, dossier = on_desk()
    before = ok(service.get(f"/dossiers/{dossier}", HEAD))["due_at"]
    assert ok(schedule(service, dossier)) == {"recorded": ["VerificationScheduled"]}
    fact = service.facts(dossier)[-1]
    assert isinstance(fact, VerificationScheduled) and fact.officer == "specialist-1"
    kept = {name: APPOINTMENT[name] for name in ("place", "participants", "content")}
    assert service.parts.vault.get(fact.details, "render") == kept
    shown = ok(service.get(f"/dossiers/{dossier}", HEAD))
    assert shown["due_at"] == before and shown["verifications"][0]["officer"] == "specialist-1"


@pytest.mark.req("PR-03")
@pytest.mark.parametrize("field", ["at", "place", "participants", "content"])
def test_each_of_the_four_fields_is_obligatory(field: str) -> None:
    service, dossier = on_desk()
    answer = schedule(service, dossier, **{field: " "})
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    missing = service.post(
        f"/dossiers/{dossier}/verifications", SPECIALIST, {name: value for name, value in APPOINTMENT.items() if name != field}
    )
    assert (missing.status_code, missing.json()["field"]) == (422, field)


@pytest.mark.req("PR-03")
def test_nobody_is_asked_to_come_yesterday_or_by_somebody_elses_officer_or_while_waiting() -> None:
    service, dossier = on_desk()
    assert refused(schedule(service, dossier, at="2026-03-01T08:30:00+07:00"), 422)["field"] == "at"
    for absurd in ("2026-03-23T17:00:01+07:00", "2031-03-05T08:30:00+07:00"):
        problem = refused(schedule(service, dossier, at=absurd), 422)
        assert (problem["field"], problem["article"]) == ("at", "NĐ 118/2025/NĐ-CP Điều 19 khoản 4 điểm a")
    ok(schedule(service, dossier, at="2026-03-23T17:00:00+07:00"))
    refused(schedule(service, dossier, COLLEAGUE), 403)
    service.tell(dossier, asked(day(3)))
    assert "khoản 5" in refused(schedule(service, dossier))["article"]


@pytest.mark.req("PR-03")
def test_a_late_dossier_may_still_be_verified_within_its_whole_term() -> None:
    service, dossier = on_desk()
    service.world.clock.move_to(day(24))
    ok(schedule(service, dossier, at="2026-04-14T17:00:00+07:00"))
    assert refused(schedule(service, dossier, at="2026-04-15T08:00:00+07:00"), 422)["field"] == "at"
