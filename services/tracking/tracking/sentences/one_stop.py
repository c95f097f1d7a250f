"""What the one-stop and the applicant do, in words: filing, reception, supplements, stopping, money, results."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.dossier import intake, payments, results
from contracts.dossier.parts import DEFECTS, Deadline, SupplementItem
from contracts.fact import Fact
from contracts.imported import is_imported
from tracking.sentences.background import Background
from tracking.sentences.words import CHANNELS, NOTICES, dong, due, end, moment, moved, term

Say = Callable[[Any, Background], str]
Cite = Callable[[Any, Background], str | None]

_WAYS_IN = CHANNELS | {"counter": "trực tiếp"}


def items(wanted: Sequence[SupplementItem], b: Background) -> str:
    """`Tờ khai (mờ, không đọc được); Hộ chiếu (thiếu)`."""
    return "; ".join(f"{b.component(item.component)} ({DEFECTS[item.defect]})" for item in wanted)


def _submitted(f: intake.Submitted, b: Background) -> str:
    if is_imported(f):
        return f"Nộp hồ sơ {CHANNELS[f.channel]} đến {b.agency(f.receiving)}, theo hệ thống cũ."
    if f.channel != "online":
        waybill = f", vận đơn {f.waybill}" if f.waybill else ""
        done, book = ("nhận", ", ghi sổ giấy") if f.back_entry else ("nhập", "")
        return f"Cán bộ một cửa {b.agency(f.receiving)} {done} hồ sơ nộp {_WAYS_IN[f.channel]}{waybill}{book}."
    portal = " trên Cổng Dịch vụ công quốc gia" if f.source == "national-portal" else ""
    gate = f"; {_out_of_hours(f.gate)}một cửa trả lời chậm nhất {due(f.gate)}" if f.gate else ""
    return f"Nộp hồ sơ {CHANNELS[f.channel]}{portal} đến {b.agency(f.receiving)}{_prepaid(f)}{gate}."


def _prepaid(f: intake.Submitted) -> str:
    if f.prepaid is None:
        return ""
    since = "" if f.gate else "; thời hạn tiếp nhận tính từ khi nộp đủ số tiền này"
    return f"; phí, lệ phí phải nộp trước khi tiếp nhận: {dong(f.prepaid.amount_vnd)}{since}"


def _submitted_by(f: intake.Submitted, b: Background) -> str | None:
    if f.prepaid is not None:
        return b.point("prepaid_fee")
    if not f.gate or f.channel != "online":
        return b.point("channels")
    term, start = b.point("gate_term") or "", b.point("gate_start") or ""
    return term if start in term else f"{term}; {start}"


def _out_of_hours(gate: Deadline) -> str:
    start = next((step for step in gate.derivation if step.step == "start" and step.from_), None)
    if start is None or start.from_ == start.to:
        return ""
    return f"ngoài giờ làm việc nên tính từ {moment(datetime.fromisoformat(start.to))}, "


def _amended(f: intake.Amended, b: Background) -> str:
    parts = ["biểu mẫu"] if f.form else []
    parts += [b.component(paper.component) for paper in f.attachments]
    what = "; ".join(parts) or "không kèm giấy tờ"
    if f.answers_supplement:
        return f"Người nộp gửi giấy tờ bổ sung theo yêu cầu: {what}."
    return f"Người nộp sửa đổi, bổ sung lần {f.amendment}: {what}; mã hồ sơ giữ nguyên."


def _received(f: intake.Received, b: Background) -> str:
    if is_imported(f):
        until = f"; hẹn trả kết quả {due(f.deadline)}" if f.deadline else ""
        return f"{b.agency(f.receiving)} tiếp nhận hồ sơ trên hệ thống cũ; mã khi nhập vào đây là {f.code}{until}."
    exempt = ", miễn phí, lệ phí theo căn cứ ghi trong hồ sơ" if f.fee_exempt else ""
    promise = f"; thời hạn {term(f.deadline)}, hẹn trả kết quả {due(f.deadline)}" if f.deadline else ""
    return f"{b.agency(f.receiving)} tiếp nhận hồ sơ, cấp mã {f.code}{exempt}{promise}."


def _refused(f: intake.Refused, b: Background) -> str:
    if f.competent is None:
        return "Từ chối tiếp nhận hồ sơ; phiếu từ chối nêu rõ lý do."
    return f"Từ chối tiếp nhận vì hồ sơ thuộc thẩm quyền của {b.agency(f.competent)}; phiếu từ chối nêu rõ lý do và nơi nộp."


def _refused_by(f: intake.Refused, b: Background) -> str | None:
    """What is filed online is taken, supplemented or refused by a rule of its own (Đ17.2c)."""
    return b.point("wrong_agency" if f.competent else "gate_term" if b.online else "refusal")


def _requested(f: intake.SupplementRequested, b: Background) -> str:
    until = f"; hạn bổ sung {end(f.answer_by)}{b.unsure(f, f.answer_by)}" if f.answer_by else ""
    often = "lần nữa" if f.legal_basis else "một lần"
    return f"Một cửa yêu cầu người nộp bổ sung ({often}): {items(f.items, b)}{until}."


def _supplemented(f: intake.Supplemented, _: Background) -> str:
    """The moment of law is the arrival; what the one-stop then confirmed, and when, is said beside it."""
    confirmed = "" if f.back_entry else f" lúc {moment(f.recorded_at)}"
    return f"Giấy tờ bổ sung cuối cùng đến lúc {moment(f.effective_at)}; một cửa xác nhận hồ sơ đã bổ sung đủ{confirmed}."


def _closed(f: intake.Closed, b: Background) -> str:
    if f.cause == "withdrawn":
        return "Kết thúc hồ sơ: người nộp rút trước khi tiếp nhận."
    if b.asked is None or b.asked.answer_by is None:
        return "Đóng hồ sơ: hết thời hạn bổ sung mà người nộp không bổ sung đủ."
    return f"Đóng hồ sơ: đến {end(b.asked.answer_by)} người nộp không bổ sung đủ theo yêu cầu lúc {moment(b.asked.effective_at)}."


def _closed_by(f: intake.Closed, b: Background) -> str | None:
    if f.cause == "withdrawn":
        return b.point("stop")
    return b.point("gate_close_days" if b.asked and b.asked.stage == "gate" else "close_after_days")


def _stop_requested(f: intake.StopRequested, _: Background) -> str:
    return f"Người nộp đề nghị {'rút hồ sơ, dừng giải quyết' if f.wish == 'stop' else 'điều chỉnh hồ sơ'}."


def _paid(f: payments.ObligationPaid, _: Background) -> str:
    what = "phí, lệ phí" if f.obligation == payments.FEE else "nghĩa vụ tài chính"
    if f.method == "counter":
        return f"Thu {what} tại quầy: {dong(f.amount_vnd)}, biên lai {f.voucher}."
    return f"Người nộp trả {what} qua ngân hàng: {dong(f.amount_vnd)}, chứng từ {f.voucher}."


def _issued(f: results.ResultIssued, _: Background) -> str:
    what = "kết quả" if f.outcome == "granted" else "văn bản không giải quyết"
    if is_imported(f):
        return f"Hệ thống cũ ghi đã có {what} số {f.number}; tệp lưu tại hệ thống cũ, không nhập vào đây. Việc giải quyết kết thúc."
    return f"Văn thư phát hành {what} số {f.number}, đã ký số; việc giải quyết kết thúc."


def _announced(f: results.EarlyReturnAnnounced, b: Background) -> str:
    return f"Báo cho người nộp {NOTICES[f.way]}: đã có kết quả, sớm hơn ngày hẹn {moment(f.due_at)}{b.unsure(f, f.due_at)}."


def _correction_requested(f: results.CorrectionRequested, _: Background) -> str:
    until = f", chậm nhất {due(f.deadline)}" if f.deadline else ""
    return f"Kết quả có sai sót do cơ quan giải quyết; chuyển lại cơ quan để đính chính{until}."


def _corrected(f: results.ResultCorrected, _: Background) -> str:
    return f"Văn thư phát hành kết quả đã đính chính, số {f.number}{', quá thời hạn đính chính' if f.late else ''}."


def _returned(f: results.ResultReturned, _: Background) -> str:
    other = ", khác cách ghi trên giấy tiếp nhận, có ghi lý do" if f.other_way_reason else ""
    compared = ", đã đối chiếu bản gốc" if f.originals_compared else ""
    return f"Trả kết quả cho người nộp {CHANNELS[f.way]}{other}{compared}; hồ sơ kết thúc."


def _originals(what: str) -> Say:
    return lambda f, b: f"{what}: {', '.join(b.component(code) for code in f.components)}."


GUIDANCE = {"counter": "tại bộ phận một cửa", "phone": "qua điện thoại", "online": "trực tuyến", "post": "bằng văn bản"}
SAID: Mapping[type[Fact], tuple[Say, Cite]] = {
    intake.Submitted: (_submitted, _submitted_by),
    intake.Amended: (_amended, lambda f, b: b.point("supplement_restart" if f.answers_supplement else "amend")),
    intake.Received: (_received, lambda f, b: b.point("clock_start") or b.point("reception")),
    intake.Refused: (_refused, _refused_by),
    intake.SupplementRequested: (_requested, lambda f, b: b.point("supplement_once")),
    intake.Supplemented: (_supplemented, lambda f, b: b.point("supplement_restart")),
    intake.SupplementDeclined: (
        lambda f, _: "Một cửa không chuyển yêu cầu bổ sung đến người nộp, có nêu lý do.",
        lambda f, b: b.point("supplement_once"),
    ),
    intake.Closed: (_closed, _closed_by),
    intake.StopRequested: (_stop_requested, lambda f, b: b.point("stop")),
    intake.GateRescheduled: (
        lambda f, b: f"Hạn kiểm tra hồ sơ {moved(f.old_due_at, f.gate)}: {b.moved_gate(f.old_due_at, f.gate)}.",
        lambda f, b: b.point("gate_term"),
    ),
    intake.Guided: (lambda f, _: f"Hướng dẫn người nộp hồ sơ {GUIDANCE[f.means]}.", lambda f, b: b.point("guidance")),
    intake.OriginalsAsked: (_originals("Đề nghị xuất trình bản chính để đối chiếu"), lambda f, b: b.point("originals")),
    intake.OriginalsShown: (_originals("Đã đối chiếu bản chính"), lambda f, b: b.point("originals")),
    intake.CodeVoided: (lambda f, _: f"Hủy mã hồ sơ {f.code}.", lambda f, b: b.point("code_agency")),
    payments.ObligationPaid: (_paid, lambda f, b: b.point("collection" if f.method == "counter" else "payment_proof")),
    results.ResultIssued: (_issued, lambda f, b: b.point("issue" if f.outcome == "granted" else "decline")),
    results.ResultReturned: (_returned, lambda f, b: b.point("return_result")),
    results.EarlyReturnAnnounced: (_announced, lambda f, b: b.point("early_return")),
    results.CorrectionRequested: (_correction_requested, lambda f, b: b.point("result_correction")),
    results.ResultCorrected: (_corrected, lambda f, b: b.point("result_correction")),
    results.LateStopAnswered: (
        lambda f, _: "Không dừng hoặc điều chỉnh được, vì kết quả đã được quyết định.",
        lambda f, b: b.point("stop"),
    ),
}
