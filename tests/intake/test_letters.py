"""The forms intake prints, read back as text."""

from io import BytesIO
from uuid import UUID

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from contracts.catalogue import Fee, Procedure, settling_agencies
from contracts.dossier.parts import DEFECTS, SupplementItem
from contracts.dossier.processing import Stopped, SupplementNeeded
from contracts.fact import VaultRef
from forms import Defect
from intake.wording import clock_after, fee_note
from tests.harness import START, Service
from tests.intake.cases import CITIZEN, HERE, OFFICER, PROCEDURE, STRANGER, attachments, form, intake, item, received, submitted, upload
from worktime import rule_set


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


@pytest.mark.req("IN-29", "IN-23")
def test_the_receipt_has_the_code_the_minute_and_the_reasons_of_its_date() -> None:
    service = intake()
    dossier, answer = received(service)
    sheet = service.get(f"/dossiers/{dossier}/forms/01", OFFICER)
    assert sheet.headers["content-type"] == "application/pdf"
    text = text_of(sheet.content)
    assert answer["code"] in text
    assert form()["full_name"] in text
    assert "09" in text
    assert "17" in text
    assert "ngày bắt đầu không tính vào thời hạn" in text and "BLDS 2015 Điều 147 khoản 2" in text
    assert "Không tính các ngày nghỉ:" in text and "Số: 01/TNHS" in text
    assert "quyển số 01, số thứ tự 1." in text and "lập thành 02 bản" in text


@pytest.mark.req("IN-29")
def test_a_fee_set_elsewhere_was_printed_as_no_fee() -> None:
    provenance = PROCEDURE.fee.provenance
    unknown = Fee(amount_vnd=None, when="result", note="Do Hội đồng nhân dân tỉnh quy định.", provenance=provenance)
    assert fee_note(unknown, "online").startswith("Do Hội đồng nhân dân tỉnh quy định.")
    assert fee_note(Fee(amount_vnd=None, when="none", provenance=provenance), "online") == ""
    assert fee_note(Fee(amount_vnd=0, when="result", provenance=provenance), "counter") == ""


@pytest.mark.req("IN-17", "IN-16")
def test_the_supplement_request_and_the_refusal_carry_their_reasons() -> None:
    service = intake()
    asked = submitted(service)
    service.post(f"/dossiers/{asked}/supplement-requests", OFFICER, {"items": [item("Ảnh chụp thiếu trang hai")]})
    assert "Ảnh chụp thiếu trang hai" in text_of(service.get(f"/dossiers/{asked}/forms/02", CITIZEN).content)
    refused = submitted(service)
    service.post(f"/dossiers/{refused}/refusal", OFFICER, {"reason": "Không thuộc thẩm quyền của cấp xã"})
    assert "Không thuộc thẩm quyền của cấp xã" in text_of(service.get(f"/dossiers/{refused}/forms/03", CITIZEN).content)


@pytest.mark.req("PR-20")
def test_a_withdrawal_is_answered_with_a_stop_notice() -> None:
    service = intake()
    dossier = submitted(service)
    service.post(f"/dossiers/{dossier}/stop-requests", CITIZEN, {"reason": "Tôi nộp nhầm thủ tục"})
    assert "Tôi nộp nhầm thủ tục" in text_of(service.get(f"/dossiers/{dossier}/forms/05", CITIZEN).content)


@pytest.mark.req("PR-20")
def test_a_stop_notice_offered_uploads_back_and_said_nothing_of_fees() -> None:
    service = intake()
    text = _withdrawn(service, submitted(service))
    assert "Giấy tờ trả lại người nộp hồ sơ: không có." in text
    assert "Phí, lệ phí: " in text


@pytest.mark.req("PR-20")
def test_a_stop_notice_gives_paper_back() -> None:
    service = intake()
    dossier, _ = received(service, online=False)
    service.tell(UUID(dossier), Stopped(effective_at=START, recorded_at=START, officer="o"))
    text = text_of(service.get(f"/dossiers/{dossier}/forms/05", OFFICER).content)
    assert PROCEDURE.components[0].name in text and "bản chính: " in text


@pytest.mark.req("PR-20", "IN-17")
def test_papers_written_before_there_is_a_code_all_had_the_same_number() -> None:
    service = intake()
    stops = [_withdrawn(service, submitted(service)) for _ in range(2)]
    refusals = []
    for _ in range(2):
        dossier = submitted(service)
        service.post(f"/dossiers/{dossier}/refusal", OFFICER, {"reason": "Không thuộc thẩm quyền"})
        refusals.append(text_of(service.get(f"/dossiers/{dossier}/forms/03", OFFICER).content))
    assert [_number(text) for text in (*stops, *refusals)] == ["01/TBD", "02/TBD", "01/TCHS", "02/TCHS"]


@pytest.mark.req("IN-16")
def test_a_paper_keeps_its_number_when_the_dossier_gets_its_code() -> None:
    service = intake()
    dossier = submitted(service)
    service.post(f"/dossiers/{dossier}/supplement-requests", OFFICER, {"items": [item("Ảnh mờ")]})
    before = _number(text_of(service.get(f"/dossiers/{dossier}/forms/02", OFFICER).content))
    service.post(f"/dossiers/{dossier}/amendments", CITIZEN, {"attachments": attachments(service)[:1]})
    assert service.post(f"/dossiers/{dossier}/supplement-confirmation", OFFICER).status_code == 200
    assert service.post(f"/dossiers/{dossier}/reception", OFFICER).status_code == 200
    assert before == _number(text_of(service.get(f"/dossiers/{dossier}/forms/02", OFFICER).content)) == "01/HDHS"


def _withdrawn(service: Service, dossier: str) -> str:
    service.post(f"/dossiers/{dossier}/stop-requests", CITIZEN, {"reason": "Tôi đổi ý"})
    return text_of(service.get(f"/dossiers/{dossier}/forms/05", CITIZEN).content)


def _number(text: str) -> str:
    return text.partition("Số: ")[2].partition(" ")[0]


def test_a_form_that_does_not_exist_and_a_stranger_are_answered_alike() -> None:
    service = intake()
    dossier = submitted(service)
    assert service.get(f"/dossiers/{dossier}/forms/01", OFFICER).status_code == 404
    assert service.get(f"/dossiers/{dossier}/forms/03", STRANGER).status_code == 404


def test_rendering_logs_each_read_of_personal_data() -> None:
    service = intake()
    dossier, _ = received(service)
    service.get(f"/dossiers/{dossier}/forms/01", OFFICER)
    assert {entry.purpose for entry in service.database.tables["vault_read"].values()} == {"render"}
    assert HERE.code
    assert PROCEDURE.name


@pytest.mark.req("IN-29")
def test_the_receipt_names_the_fee_once() -> None:
    service = intake()
    paid = next(p for p in service.parts.catalogue.procedures() if p.fee.due("counter") and "counter" in p.channels)
    papers = [{"component": part.code, "file": upload(service, OFFICER)} for part in paid.components if part.required]
    dossier, _ = received(service, online=False, procedure=paid.code, form=form(paid), attachments=papers, settling=_settles(service, paid))
    text = text_of(service.get(f"/dossiers/{dossier}/forms/01", OFFICER, asked=True).content)
    assert "Phí, lệ phí: " in text and "Phí, lệ phí: Phí" not in text and "đồng (chưa nộp)" in text


def _settles(service: Service, procedure: Procedure) -> str:
    found = settling_agencies(procedure, HERE, service.parts.catalogue.agencies().values())
    return found[0].code


@pytest.mark.req("IN-16", "IN-17")
def test_the_papers_of_two_dossiers_never_have_the_same_number() -> None:
    service = intake()
    numbers = set()
    for _ in range(2):
        dossier, _ = received(service)
        service.tell(UUID(dossier), needed())
        assert service.post(f"/dossiers/{dossier}/supplement-requests/from-processing", OFFICER).status_code == 200
        text = text_of(service.get(f"/dossiers/{dossier}/forms/02", OFFICER).content)
        numbers.add(text.partition("Số: ")[2].partition(" ")[0])
    assert numbers == {"260302-0001/HDHS", "260302-0002/HDHS"}


@pytest.mark.req("PR-09")
def test_conflict_2_a_request_under_rules_that_pause_said_that_the_time_starts_again() -> None:
    rules = rule_set("tuyen-quang-2025")
    pausing = replace(rules, settings=replace(rules.settings, supplement_clock="pause"))
    waiting = "Thời gian chờ bổ sung không tính vào thời gian giải quyết."
    assert clock_after("restart", pausing) == clock_after("pause", rules) == waiting
    assert "tính lại từ đầu" in clock_after("restart", rules)


def test_form_02_has_the_same_words_for_a_defect_as_notices_and_histories() -> None:
    assert {defect.value for defect in Defect} == set(DEFECTS.values())
    assert DEFECTS["illegible"] == "mờ, không đọc được"


def needed() -> SupplementNeeded:
    ref = VaultRef(key="k", digest="d")
    items = (SupplementItem(component=PROCEDURE.components[0].code, defect="wrong", reason=ref),)
    return SupplementNeeded(effective_at=START, recorded_at=START, leg=1, items=items, reason=ref, officer="o", approved_by="l")
