"""What the agencies do with a dossier, in words: transfer, paper, opinions, work, decision, dates."""

from collections.abc import Mapping

from contracts.dossier import processing, routing
from contracts.fact import Fact
from contracts.imported import is_imported
from tracking.sentences.background import Background
from tracking.sentences.one_stop import Cite, Say, items
from tracking.sentences.words import CAUSE_POINTS, FAULTS, capital, dong, due, moment, moved, plain

WAYS = {"system": "trên hệ thống", "document": "bằng văn bản"}


# routing
def _transferred(f: routing.Transferred, b: Background) -> str:
    role = "chủ trì" if f.lead else "phối hợp"
    until = f"; hạn {due(f.deadline)}" if f.deadline else ""
    paper = f"; giao hồ sơ giấy chậm nhất {due(f.paper)}" if f.paper else ""
    if is_imported(f):
        return f"Chuyển hồ sơ đến {b.agency(f.agency)} ({role}){until}{paper}."
    supervisor = b.supervisor() if f.lead else None
    told = f"; báo một cửa {supervisor} theo dõi, giám sát" if supervisor else ""
    what = "hồ sơ" if f.back_entry else "hồ sơ điện tử"
    return f"Chuyển {what} đến {b.agency(f.agency)} ({role}) để {plain(f.task)}{until}{paper}{told}."


def _handed(f: routing.HandedOver, b: Background) -> str:
    return f"Giao hồ sơ giấy cho {b.unit(f.leg)}." if f.movement == "sent" else f"{capital(b.unit(f.leg))} nhận hồ sơ giấy."


def _handover_late(f: routing.HandoverLate, b: Background) -> str:
    return f"{b.desk(f.agency)} chưa giao hồ sơ giấy cho {b.unit(f.leg)} đúng hạn {moment(f.due_at)}."


def _asked(f: routing.ConsultationRequested, b: Background) -> str:
    return f"{b.agency(f.asking)} lấy ý kiến {b.agency(f.asked)}, đề nghị trả lời {WAYS[f.way_of_replying]} chậm nhất {moment(f.reply_by)}."


def _answered(f: routing.ConsultationAnswered, b: Background) -> str:
    limit = b.reply_by.get(f.consultation)
    late = f", chậm so với hạn {moment(limit)}" if limit and f.effective_at > limit else ""
    return f"{b.agency(f.asked)} trả lời ý kiến{late}."


def _unanswered(f: routing.ConsultationLate, b: Background) -> str:
    return f"Hết hạn mà {b.agency(f.asked)} chưa trả lời ý kiến; báo người đứng đầu bộ phận một cửa."


def _leg_rescheduled(f: routing.LegRescheduled, b: Background) -> str:
    if b.moved_alike:
        return f"Hạn của {b.of_leg(f.leg)} cũng đổi như vậy."
    why = b.moved_of_leg(f.leg, f.cause, f.old_due_at, f.deadline)
    return f"Hạn của {b.of_leg(f.leg)} {moved(f.old_due_at, f.deadline)}: {why}."


# processing
def _assigned(f: processing.Assigned, b: Background) -> str:
    who = "trưởng phòng trực tiếp" if f.assignee == f.assigned_by else f"phân công {f.assignee}"
    return f"{b.agency(f.agency)} {who} thụ lý hồ sơ."


def _step(f: processing.StepCompleted, b: Background) -> str:
    if f.leg_ended:
        return f"{capital(b.of_leg(f.leg))} gửi kết quả phối hợp, xong phần việc của mình."
    return f"Hoàn thành bước “{f.step}”."


def _needed(f: processing.SupplementNeeded, b: Background) -> str:
    return f"Lãnh đạo {b.of_leg(f.leg)} ký đề nghị một cửa yêu cầu bổ sung: {items(f.items, b)}."


def _rescheduled(f: processing.Rescheduled, b: Background) -> str:
    if b.moved_alike:
        return "Hạn trả kết quả cũng đổi như vậy."
    why = b.moved(f.cause, f.old_due_at, f.deadline)
    return f"Hạn trả kết quả {moved(f.old_due_at, f.deadline)}: {why}."


def _apologised(f: processing.Apologised, _: Background) -> str:
    return f"Ký phiếu xin lỗi người nộp vì không trả kết quả đúng ngày hẹn (mẫu 04); trách nhiệm thuộc {FAULTS[f.fault]}."


def _proposed(f: processing.ExtensionProposed, b: Background) -> str:
    late = "; phiếu gửi chậm nên hồ sơ vẫn được đánh giá theo hạn cũ" if f.late_notice else ""
    return f"Đề nghị một cửa hẹn lại ngày trả kết quả, đến {moment(f.new_due_at)}{b.unsure(f, f.new_due_at)}{late}."


def _extended(f: processing.Extended, _: Background) -> str:
    late = " (phiếu gửi chậm, vẫn đánh giá theo hạn cũ)" if f.late_notice else ""
    return f"Một cửa đổi ngày hẹn trả từ {moment(f.old_due_at)} thành {due(f.deadline)}{late} và báo người nộp."


def _owed(f: processing.ObligationRaised, _: Background) -> str:
    until = "; thời hạn tạm dừng đến khi nộp" if f.stops_clock else ""
    return f"Báo người nộp thực hiện nghĩa vụ tài chính {dong(f.amount_vnd)}{until}."


def _by_cause(f: routing.LegRescheduled | processing.Rescheduled, b: Background) -> str | None:
    if f.cause == "calendar":
        return f"lịch làm việc {f.deadline.calendar}"
    return b.point(CAUSE_POINTS.get(f.cause, "term"))


def _point(name: str) -> Cite:
    return lambda _, b: b.point(name)


def _said(words: str) -> Say:
    return lambda f, b: words


SAID: Mapping[type[Fact], tuple[Say, Cite]] = {
    routing.Transferred: (_transferred, lambda f, b: b.point("transfer" if f.lead else "partial")),
    routing.HandedOver: (_handed, lambda f, b: b.paper(f.leg)),
    routing.HandoverLate: (_handover_late, lambda f, b: b.paper(f.leg)),
    routing.ConsultationRequested: (_asked, _point("consultation")),
    routing.ConsultationAnswered: (_answered, _point("consultation")),
    routing.ConsultationLate: (_unanswered, _point("consultation")),
    routing.LegRescheduled: (_leg_rescheduled, _by_cause),
    processing.Assigned: (_assigned, _point("assignment")),
    processing.StepCompleted: (_step, lambda f, b: b.point("partial" if f.leg_ended else "process_order")),
    processing.VerificationScheduled: (
        lambda f, _: f"Xếp lịch thẩm tra, xác minh lúc {moment(f.at)}, có báo người nộp.",
        _point("verification"),
    ),
    processing.SupplementNeeded: (_needed, _point("deficiency_limit")),
    processing.DraftSubmitted: (lambda f, _: f"Trình lãnh đạo dự thảo kết quả lần {f.draft}.", _point("draft")),
    processing.DraftReturned: (
        lambda f, _: f"Lãnh đạo trả lại dự thảo lần {f.draft} kèm ý kiến chỉ đạo.",
        _point("review"),
    ),
    processing.Approved: (lambda f, _: f"Lãnh đạo phê duyệt dự thảo lần {f.draft}, chuyển văn thư.", _point("review")),
    processing.Declined: (
        _said("Lãnh đạo ký không giải quyết vì hồ sơ không đủ điều kiện; phiếu từ chối nêu rõ lý do."),
        _point("decline"),
    ),
    processing.Rescheduled: (_rescheduled, _by_cause),
    processing.Apologised: (_apologised, _point("apology")),
    processing.ExtensionProposed: (_proposed, _point("extension_lead")),
    processing.Extended: (_extended, _point("extension_slip")),
    processing.Stopped: (_said("Đồng ý dừng giải quyết theo đề nghị của người nộp; thông báo theo mẫu 05."), _point("stop")),
    processing.StopDeclined: (_said("Không chấp nhận đề nghị dừng hoặc điều chỉnh; tiếp tục giải quyết."), _point("stop")),
    processing.AdjustmentAllowed: (_said("Đồng ý cho người nộp điều chỉnh hồ sơ; thời hạn giữ nguyên."), _point("stop")),
    processing.ObligationRaised: (_owed, _point("collection")),
}
