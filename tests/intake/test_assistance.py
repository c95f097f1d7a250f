"""Help that is recorded, originals that are compared, and what goes back to the right agency; over HTTP, in memory."""

from datetime import timedelta
from uuid import UUID

import pytest

from contracts.dossier.intake import OriginalsShown
from tests.harness import Service, types
from tests.intake.cases import CITIZEN, HERE, OFFICER, PROCEDURE, THERE, intake, item, received, submitted
from tests.intake.test_letters import text_of

PAPER = PROCEDURE.components[0].code


def wire(service: Service) -> bytes:
    service.world.settle()
    return b"".join(r.value or b"" for p in service.world.bus.partitions("dossiers.v1") for r in p)


@pytest.mark.req("IN-15", "IN-44")
@pytest.mark.parametrize("means", ["phone", "counter", "online", "post"])
def test_help_is_recorded_with_time_and_officer_and_its_words_stay_in_the_vault(means: str) -> None:
    service = intake()
    dossier = submitted(service)
    words = "Đã gọi 0912345678, hướng dẫn chụp lại giấy khai sinh"
    answer = service.post(f"/dossiers/{dossier}/guidance", OFFICER, {"means": means, "words": words})
    assert answer.status_code == 200, answer.text
    fact = service.facts(UUID(dossier))[-1]
    assert (fact.means, fact.officer, fact.effective_at) == (means, "officer-1", service.world.clock.now())  # type: ignore[attr-defined]
    assert b"0912345678" not in wire(service)
    assert service.database.tables["vault"][(fact.words.key,)].content == {"words": words}  # type: ignore[attr-defined]


@pytest.mark.req("IN-15")
def test_a_citizen_records_no_guidance() -> None:
    service = intake()
    dossier = submitted(service)
    assert service.post(f"/dossiers/{dossier}/guidance", CITIZEN, {"means": "phone", "words": "x"}).status_code == 403


@pytest.mark.req("IN-37")
def test_originals_are_asked_for_and_ticked_with_officer_and_time_and_no_clock_moves() -> None:
    service = intake()
    dossier, _ = received(service)
    before = service.get(f"/dossiers/{dossier}", OFFICER).json()
    asked = service.post(f"/dossiers/{dossier}/originals", OFFICER, {"components": [PAPER]})
    assert asked.json() == {"to_show": [PAPER]}
    service.world.settle()
    shown_now = service.get(f"/dossiers/{dossier}", CITIZEN).json()
    assert (shown_now["originals_to_show"], shown_now["due_at"], shown_now["status"]) == ([PAPER], before["due_at"], before["status"])
    service.world.clock.advance(timedelta(hours=1))
    assert service.post(f"/dossiers/{dossier}/originals/shown", OFFICER, {"components": [PAPER]}).json() == {"to_show": []}
    fact = service.facts(UUID(dossier))[-1]
    assert isinstance(fact, OriginalsShown)
    assert (fact.officer, fact.effective_at) == ("officer-1", service.world.clock.now())


@pytest.mark.req("IN-37", "IN-18")
def test_showing_originals_uses_up_no_supplement() -> None:
    service = intake()
    dossier = submitted(service)
    service.post(f"/dossiers/{dossier}/originals", OFFICER, {"components": [PAPER]})
    assert service.post(f"/dossiers/{dossier}/supplement-requests", OFFICER, {"items": [item()]}).status_code == 200


@pytest.mark.req("IN-37", "IN-19")
def test_originals_of_what_is_not_published_or_was_not_asked_for_are_refused() -> None:
    service = intake()
    dossier = submitted(service)
    unknown = service.post(f"/dossiers/{dossier}/originals", OFFICER, {"components": ["KHAC"]})
    assert (unknown.status_code, unknown.json()["field"]) == (422, "components.0")
    early = service.post(f"/dossiers/{dossier}/originals/shown", OFFICER, {"components": [PAPER]})
    assert early.status_code == 409
    assert "Điều 17" in early.json()["article"]


@pytest.mark.req("IN-17")
def test_a_dossier_for_another_agency_goes_back_with_one_full_notice() -> None:
    service = intake()
    dossier = submitted(service)
    body = {"reason": "Nơi cư trú thuộc địa bàn khác", "competent": THERE.code, "guidance": "Mang theo giấy khai sinh bản chính."}
    assert service.post(f"/dossiers/{dossier}/refusal", OFFICER, body).status_code == 200
    assert service.facts(UUID(dossier))[-1].competent == THERE.code  # type: ignore[attr-defined]
    text = text_of(service.get(f"/dossiers/{dossier}/forms/03", CITIZEN).content)
    for said in ("Nơi cư trú thuộc địa bàn khác", THERE.name, "Mang theo giấy khai sinh bản chính.", "Điều 17 khoản 2 điểm a"):
        assert said in text


@pytest.mark.req("IN-17")
@pytest.mark.parametrize("competent", [HERE.code, "H60.KHONG-CO"], ids=["the right agency", "no such agency"])
def test_nothing_goes_back_to(competent: str) -> None:
    service = intake()
    dossier = submitted(service)
    answer = service.post(f"/dossiers/{dossier}/refusal", OFFICER, {"reason": "Sai nơi nhận", "competent": competent})
    assert (answer.status_code, answer.json()["field"]) == (422, "competent")
    assert types(service.facts(UUID(dossier))) == ["Submitted"]


@pytest.mark.req("PR-10")
def test_closing_for_want_of_a_supplement_is_told_with_a_notice() -> None:
    service = intake()
    dossier = submitted(service)
    service.post(f"/dossiers/{dossier}/supplement-requests", OFFICER, {"items": [item()]})
    asked = text_of(service.get(f"/dossiers/{dossier}/forms/02", CITIZEN).content)
    assert "chậm nhất hết ngày 17 tháng 03 năm 2026" in asked
    service.world.settle()
    service.world.clock.advance(timedelta(days=17))
    service.fire()
    text = text_of(service.get(f"/dossiers/{dossier}/forms/05", CITIZEN).content)
    assert "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ" in text
    assert "Hết ngày thứ Ba 17/03/2026" in text
