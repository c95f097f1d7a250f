"""Notices in memory: from a fact to what each channel did with it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.dossier import intake, processing, results
from contracts.dossier.parts import Fee, SupplementItem
from contracts.fact import BackEntry
from notifications.domain import DECLINED, ENDED, EVENTS, MISDIRECTED, MOVED, TO_PAY
from notifications.views import CASE, DELIVERY
from notifications.wording import notices
from tests.harness import token
from tests.notifications.stage import FORM, OWNER, Stage
from tests.tracking import story


@pytest.mark.req("IN-10", "IN-14", "NO-02")
def test_submission_and_reception_are_told_on_three_channels_with_code_and_due_date(stage: Stage) -> None:
    stage.tell(story.submitted(form=stage.form), story.received())
    stage.deliver()
    assert {row.state for row in [*stage.rows("submitted").values(), *stage.rows("received").values()]} == {"delivered"}
    received = stage.rows("received")
    sms = stage.gateway.taken[f"{received['sms'].fact}:sms"]
    email = stage.gateway.taken[f"{received['email'].fact}:email"]
    assert sms["to"] == FORM["phone"] and story.CODE in sms["text"] and "06/03/2026" in sms["text"]
    assert email["to"] == FORM["email"] and email["text"].startswith("Kính gửi Trần Thị Mận,") and "06/03/2026" in email["text"]
    newest, first = stage.messages()
    assert newest["number"] == story.CODE and "06/03/2026" in newest["text"] and first["subject"] == "Gửi hồ sơ thành công"
    assert stage.messages(token("citizen-2", "citizen")) == []


@pytest.mark.req("PY-09", "IN-15")
def test_a_fee_to_be_paid_in_advance_is_asked_for_at_once_with_its_amount(stage: Stage) -> None:
    stage.tell(story.submitted(form=stage.form, prepaid=Fee(amount_vnd=1_200_000, when="reception")))
    stage.deliver()
    assert stage.rows("submitted") == {} and set(stage.rows("submitted-to-pay")) == {"account", "sms", "email"}
    sms, email = (stage.gateway.taken[f"{stage.rows('submitted-to-pay')[channel].fact}:{channel}"]["text"] for channel in ("sms", "email"))
    assert "Nộp trước 1.200.000 đồng" in sms and "phải nộp trước khi tiếp nhận: 1.200.000 đồng" in email


@pytest.mark.req("NO-02", "IN-15")
def test_the_reasons_of_a_supplement_are_in_account_and_email_and_not_in_sms(stage: Stage) -> None:
    item = SupplementItem(component="TP01", defect="missing", reason=stage.reason("Thiếu chữ ký trang 2"))
    request = intake.SupplementRequested(**story.at(3), stage="gate", items=(item,), officer="o", answer_by=story.DUE)
    stage.tell(story.submitted(form=stage.form), request)
    stage.deliver()
    row = stage.rows("supplement-requested")["sms"]
    assert "Thiếu chữ ký trang 2" in stage.messages()[0]["text"]
    assert "Thiếu chữ ký trang 2" in stage.gateway.taken[f"{row.fact}:email"]["text"]
    assert "Thiếu" not in stage.gateway.taken[f"{row.fact}:sms"]["text"]


@pytest.mark.req("NO-02")
def test_a_limit_at_midnight_is_told_as_the_end_of_the_day_before(stage: Stage) -> None:
    item = SupplementItem(component="TP01", defect="missing", reason=stage.reason("Thiếu"))
    midnight = datetime(2026, 3, 17, 17, 0, tzinfo=UTC)
    request = intake.SupplementRequested(**story.at(3), stage="gate", items=(item,), officer="o", answer_by=midnight)
    stage.tell(story.submitted(form=stage.form), request)
    stage.deliver()
    row = stage.rows("supplement-requested")["sms"]
    assert "Hạn bổ sung: hết ngày thứ Ba 17/03/2026." in stage.messages()[0]["text"]
    assert "hạn: hết ngày 17/03/2026." in stage.gateway.taken[f"{row.fact}:sms"]["text"]


@pytest.mark.req("NO-02")
def test_a_date_of_a_year_without_an_official_calendar_is_told_as_provisional_and_an_appointment_as_it_is(stage: Stage) -> None:
    ahead = datetime(2027, 1, 5, 10, 0, tzinfo=UTC)
    details = stage.vault.put(story.ID, "verification", {"place": "Thửa đất số 12"})
    met = processing.VerificationScheduled(**story.at(3), leg=1, at=ahead, details=details, officer="o")
    stage.tell(story.submitted(form=stage.form), story.received(deadline=story.due(ahead)), met)
    stage.deliver()
    row = stage.rows("received")["sms"]
    told = {message["event"]: message["text"] for message in stage.messages()}
    assert told["received"].endswith("Thời hạn trả kết quả: 17:00 thứ Ba 05/01/2027 (tạm tính, lịch nghỉ của năm chưa công bố).")
    assert stage.gateway.taken[f"{row.fact}:sms"]["text"].endswith("Hạn trả kết quả: 17:00 05/01/2027 (tạm tính).")
    assert "lúc 17:00 thứ Ba 05/01/2027; địa điểm" in told["verification-scheduled"]


@pytest.mark.req("NO-02", "IN-18")
def test_a_defect_has_the_word_of_form_02(stage: Stage) -> None:
    item = SupplementItem(component="TP01", defect="illegible", reason=stage.reason("Bản chụp mờ"))
    stage.tell(story.submitted(form=stage.form), intake.SupplementRequested(**story.at(3), stage="gate", items=(item,), officer="o"))
    assert " – mờ, không đọc được: Bản chụp mờ. Hạn bổ sung" in stage.messages()[0]["text"]


@pytest.mark.req("NO-02")
def test_a_refusal_is_told_with_its_written_reason(stage: Stage) -> None:
    stage.tell(story.submitted(form=stage.form), intake.Refused(**story.at(1), officer="o", reason=stage.reason("Không thuộc thẩm quyền")))
    assert stage.messages()[0]["text"].endswith("Lý do: Không thuộc thẩm quyền")


@pytest.mark.req("NO-02", "IN-17")
def test_a_dossier_of_another_agency_is_told_with_that_agencys_name_and_what_to_do(stage: Stage) -> None:
    words = stage.vault.put(story.ID, "refusal", {"reason": "Đất thuộc xã khác", "guidance": "Mang theo bản chính"})
    stage.tell(story.submitted(form=stage.form), intake.Refused(**story.at(1), officer="o", reason=words, competent="H60.STP"))
    text = stage.messages()[0]["text"]
    assert "thuộc thẩm quyền của Sở Tư pháp; đề nghị nộp đến cơ quan này" in text
    assert text.endswith("Lý do: Đất thuộc xã khác Hướng dẫn: Mang theo bản chính")


@pytest.mark.req("NO-02", "RS-02")
def test_a_result_that_is_a_no_is_told_as_such_with_its_reason(stage: Stage) -> None:
    """Regression: whoever was declined read that there was a result."""
    no = processing.Declined(**story.at(3), leg=1, reason=stage.reason("Đất thuộc quy hoạch"), leader="l")
    issued = replace(story.issued(story.DUE), outcome="declined")
    stage.tell(story.submitted(form=stage.form), story.received(), no, issued)
    told = {message["event"]: message["text"] for message in stage.messages()}
    assert "không đủ điều kiện giải quyết" in told["result-declined"] and told["result-declined"].endswith("Lý do: Đất thuộc quy hoạch")
    assert "result-issued" not in told


@pytest.mark.req("NO-02", "PR-20")
def test_a_stop_that_is_declined_is_told_with_its_reason_and_one_that_came_too_late_as_such(stage: Stage) -> None:
    law = "NĐ 118/2025/NĐ-CP Điều 21"
    no = processing.StopDeclined(**story.at(3), officer="l", article=law, reason=stage.reason("Đất đang có tranh chấp"))
    late = results.LateStopAnswered(**story.at(4), answer="declined", article=law)
    stage.tell(story.submitted(form=stage.form), story.received(), no, late)
    told = {message["event"]: message["text"] for message in stage.messages()}
    assert told["stop-declined"].endswith("hồ sơ tiếp tục được giải quyết. Lý do: Đất đang có tranh chấp")
    assert "đã có quyết định giải quyết" in told["stop-too-late"] and "tiếp tục" not in told["stop-too-late"]


@pytest.mark.req("NO-02", "PR-03")
def test_an_appointment_tells_time_place_participants_and_content(stage: Stage) -> None:
    words = {"place": "Thửa đất số 12", "participants": "Chủ hồ sơ, công chức địa chính", "content": "Xác minh ranh giới"}
    details = stage.vault.put(story.ID, "verification", words)
    fact = processing.VerificationScheduled(**story.at(3), leg=1, at=story.DUE, details=details, officer="o")
    stage.tell(story.submitted(form=stage.form), story.received(), fact)
    stage.deliver()
    text, sms = stage.messages()[0]["text"], stage.gateway.taken[f"{stage.rows('verification-scheduled')['sms'].fact}:sms"]["text"]
    assert "06/03/2026" in text and all(word in text for word in words.values())
    assert "06/03/2026" in sms and "Thửa" not in sms


@pytest.mark.req("NO-02")
def test_an_amended_form_gives_the_new_address(stage: Stage) -> None:
    new = stage.vault.put(story.ID, "form", FORM | {"phone": "0987654321"})
    stage.tell(story.submitted(form=stage.form), intake.Amended(**story.at(1), amendment=1, form=new), story.received(2))
    stage.deliver()
    assert stage.gateway.taken[f"{stage.rows('received')['sms'].fact}:sms"]["to"] == "0987654321"


def test_no_table_holds_personal_data_and_the_one_stop_sees_the_evidence(stage: Stage) -> None:
    stage.tell(*[story.submitted(form=stage.form), *story.walk()[1:]])
    stage.deliver()
    with stage.service.database.session() as session:
        kept = f"{session.find(DELIVERY)}{session.find(CASE)}"
    assert not [value for value in FORM.values() if value in kept]
    path = f"/dossiers/{story.ID}/messages"
    evidence = stage.service.get(path, token("o", "one-stop", agencies=(story.RECEIVING,))).json()["items"]
    assert len(evidence) == 11 and all(item["digest"] and item["delivered_at"] for item in evidence)
    assert stage.service.get(path, token("o", "one-stop", agencies=("H60.X",))).status_code == 403
    assert stage.service.get(path, OWNER).status_code == 403


def test_an_imported_dossier_is_told_nothing(stage: Stage) -> None:
    stage.tell(story.submitted(form=stage.form, source="imported", back_entry=BackEntry(cause="imported")), story.received())
    assert stage.messages() == [] and stage.rows("received") == {}


def test_a_long_account_turns_its_pages(stage: Stage) -> None:
    stage.tell(*[story.submitted(form=stage.form), *story.walk()[1:]])
    first = stage.service.get("/messages", OWNER, limit=3).json()
    second = stage.service.get("/messages", OWNER, limit=3, cursor=first["next"]).json()
    events = [item["event"] for item in first["items"] + second["items"]]
    assert events == ["result-returned", "result-issued", "received", "submitted"] and "next" not in second


@pytest.mark.req("NO-02")
def test_every_event_that_is_told_has_its_channels_and_words(stage: Stage) -> None:
    assert {*EVENTS.values(), *MOVED.values(), *ENDED.values(), TO_PAY, DECLINED, MISDIRECTED} == set(notices())
    owed = processing.ObligationRaised(**story.at(4), obligation="o", amount_vnd=1250000, basis=story.REF, officer="o")
    stopped = processing.Stopped(**story.at(5), officer="o")
    stage.tell(story.submitted(form=stage.form), story.received(), owed, story.extended(True, story.DUE), stopped)
    stage.deliver()
    texts = [message["text"] for message in stage.messages()]
    assert any("1.250.000 đồng" in text for text in texts) and any("xin lỗi" in text for text in texts)
    assert all(message["text"] and "{" not in message["text"] for message in stage.gateway.taken.values())


@pytest.mark.req("NO-02", "PR-09", "PR-11")
@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("supplement-restart", "đã được bổ sung đầy đủ"),
        ("supplement-pause", "đã được bổ sung đầy đủ"),
        ("obligation-pause", "Thời gian chờ nộp không tính vào thời hạn"),
        ("calendar", "lịch làm việc của cơ quan thay đổi"),
        ("competent-agency", "Cơ quan có thẩm quyền đã nhận hồ sơ"),
    ],
)
def test_no_date_of_a_receipt_changes_silently(stage: Stage, cause: Any, words: str) -> None:
    first = story.received().deadline
    assert first is not None
    later = replace(first, due_at=first.due_at + timedelta(days=3))
    moved = processing.Rescheduled(**story.at(4), old_due_at=first.due_at, deadline=later, cause=cause)
    stage.tell(story.submitted(form=stage.form), story.received(), moved)
    text = stage.messages()[0]["text"]
    assert words in text and "06/03/2026" in text and "09/03/2026" in text


@pytest.mark.req("NO-02", "PR-12")
def test_an_apology_reaches_the_applicant_with_its_reason(stage: Stage) -> None:
    letter = stage.vault.put(story.ID, "apology", {"name": "Trần Thị Mận", "state": "Đang trình ký", "reason": "Hồ sơ phải xác minh thêm"})
    apology = processing.Apologised(**story.at(4), fault="settling", signer="leader-1", letter=letter)
    stage.tell(story.submitted(form=stage.form), story.received(), apology)
    stage.deliver()
    text = stage.messages()[0]["text"]
    assert "xin lỗi" in text and text.endswith("Lý do: Hồ sơ phải xác minh thêm")
    assert "xác minh" not in stage.gateway.taken[f"{stage.rows('apologised')['sms'].fact}:sms"]["text"]


@pytest.mark.req("NO-02", "PR-10", "PR-20")
@pytest.mark.parametrize(("cause", "words"), [("not-supplemented", "không được bổ sung đầy đủ"), ("withdrawn", "yêu cầu rút hồ sơ")])
def test_the_end_of_a_dossier_is_told_with_its_own_cause(stage: Stage, cause: Any, words: str) -> None:
    stage.tell(story.submitted(form=stage.form), intake.Closed(**story.at(4), cause=cause))
    assert words in stage.messages()[0]["text"]
