"""An event in the words a clerk would use, with the article it rests on."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import worktime
from contracts.dossier import intake, payments, processing, results, routing
from contracts.fact import Fact
from contracts.national_status import Status

Named = Callable[[str], str]
"""An agency's name from its code."""

CHANNELS = {
    "counter": "trực tiếp tại bộ phận một cửa",
    "online": "trực tuyến",
    "post": "qua bưu chính công ích",
    "agent": "qua đại lý dịch vụ",
}
STAGES = {"gate": "khi tiếp nhận", "processing": "trong quá trình giải quyết"}
CAUSES = {
    "supplement-restart": "tính lại từ đầu sau khi hồ sơ được bổ sung",
    "supplement-pause": "trừ thời gian chờ bổ sung",
    "obligation-pause": "trừ thời gian chờ thực hiện nghĩa vụ tài chính",
    "calendar": "lịch làm việc thay đổi",
}
FAULTS = {"settling": "cơ quan giải quyết", "one-stop": "bộ phận một cửa", "receiver": "người tiếp nhận"}


def moment(when: datetime) -> str:
    """Hour, minute and date in Viet Nam."""
    return f"{worktime.in_viet_nam(when):%H:%M ngày %d/%m/%Y}"


def dong(amount: int) -> str:
    """An amount with points between thousands."""
    return f"{amount:,}".replace(",", ".") + " đồng"


def _transferred(f: routing.Transferred, named: Named) -> str:
    role = "chủ trì" if f.lead else "phối hợp"
    due = f", hạn {moment(f.deadline.due_at)}" if f.deadline else ""
    return f"Chuyển hồ sơ đến {named(f.agency)} ({role}): {f.task}{due}."


def _received(f: intake.Received, named: Named) -> str:
    due = f", hẹn trả kết quả {moment(f.deadline.due_at)}" if f.deadline else ""
    return f"{named(f.receiving)} tiếp nhận hồ sơ, cấp mã {f.code}{due}."


def _amended(f: intake.Amended, _: Named) -> str:
    parts = ["biểu mẫu"] if f.form else []
    parts += [f"thành phần {paper.component}" for paper in f.attachments]
    what = ", ".join(parts) or "không kèm giấy tờ"
    return f"Người nộp sửa đổi, bổ sung lần {f.amendment}: {what}; mã hồ sơ giữ nguyên."


def _supplement_requested(f: intake.SupplementRequested, _: Named) -> str:
    until = f", bổ sung trước {moment(f.answer_by)}" if f.answer_by else ""
    return f"Yêu cầu bổ sung một lần {STAGES[f.stage]}: {', '.join(item.component for item in f.items)}{until}."


def _supplement_needed(f: processing.SupplementNeeded, _: Named) -> str:
    return f"Cơ quan giải quyết đề nghị một cửa yêu cầu bổ sung: {', '.join(item.component for item in f.items)}."


def _closed(f: intake.Closed, _: Named) -> str:
    return (
        "Hồ sơ kết thúc vì quá hạn bổ sung."
        if f.cause == "not-supplemented"
        else "Hồ sơ dừng theo đề nghị của người nộp trước khi tiếp nhận."
    )


def _step(f: processing.StepCompleted, _: Named) -> str:
    return f"Hoàn thành bước “{f.step}”" + ("; kết thúc phần việc phối hợp." if f.leg_ended else ".")


def _handed(f: routing.HandedOver, _: Named) -> str:
    return f"{'Giao' if f.movement == 'sent' else 'Nhận'} hồ sơ giấy, phần việc số {f.leg}."


def _extended(f: processing.Extended, _: Named) -> str:
    late = " (văn bản gửi chậm, vẫn đánh giá theo hạn cũ)" if f.late_notice else ""
    return f"Gia hạn từ {moment(f.old_due_at)} đến {moment(f.deadline.due_at)}{late}."


def _rescheduled(f: processing.Rescheduled, _: Named) -> str:
    return f"Tính lại hạn trả kết quả từ {moment(f.old_due_at)} thành {moment(f.deadline.due_at)}: {CAUSES[f.cause]}."


def _asked(f: routing.ConsultationRequested, named: Named) -> str:
    return f"{named(f.asking)} lấy ý kiến {named(f.asked)}, trả lời trước {moment(f.reply_by)}."


def _issued(f: results.ResultIssued, _: Named) -> str:
    return f"Phát hành {'kết quả' if f.outcome == 'granted' else 'văn bản không giải quyết'} số {f.number}, đã ký số."


ND118 = "NĐ 118/2025/NĐ-CP, "
_SAID: Mapping[type[Fact], tuple[Callable[[Any, Named], str], str]] = {
    intake.Submitted: (lambda f, named: f"Nộp hồ sơ {CHANNELS[f.channel]} đến {named(f.receiving)}.", ND118 + "Đ15"),
    intake.Amended: (_amended, "QĐ 06/2025/QĐ-CTUBND Tuyên Quang, Đ18.2c"),
    intake.Received: (_received, ND118 + "Đ17"),
    intake.Refused: (lambda f, _: "Từ chối tiếp nhận hồ sơ, có phiếu nêu lý do.", ND118 + "Đ17.1c"),
    intake.SupplementRequested: (_supplement_requested, ND118 + "Đ16.3, Đ19.5"),
    intake.Supplemented: (lambda f, _: f"Xác nhận hồ sơ đã bổ sung đủ {STAGES[f.stage]}.", ND118 + "Đ19.5"),
    intake.SupplementDeclined: (lambda f, _: "Một cửa không chuyển yêu cầu bổ sung.", ND118 + "Đ16.3"),
    intake.Closed: (_closed, ND118 + "Đ19.5, Đ21"),
    intake.StopRequested: (
        lambda f, _: f"Người nộp đề nghị {'dừng giải quyết' if f.wish == 'stop' else 'điều chỉnh'} hồ sơ.",
        ND118 + "Đ21",
    ),
    intake.GateRescheduled: (lambda f, _: f"Tính lại hạn kiểm tra hồ sơ thành {moment(f.gate.due_at)}.", ""),
    intake.CodeVoided: (lambda f, _: f"Hủy mã hồ sơ {f.code}.", ""),
    routing.Transferred: (_transferred, ND118 + "Đ18, Đ20"),
    routing.HandedOver: (_handed, ND118 + "Đ18.2, Đ20.1a"),
    routing.HandoverLate: (
        lambda f, named: f"{named(f.agency)} chưa giao hồ sơ giấy đúng hạn {moment(f.due_at)}, phần việc số {f.leg}.",
        ND118 + "Đ18.2, Đ20.1a",
    ),
    routing.ConsultationRequested: (_asked, ND118 + "Đ19.4"),
    routing.ConsultationAnswered: (lambda f, named: f"{named(f.asked)} trả lời ý kiến.", ND118 + "Đ19.4"),
    routing.ConsultationLate: (lambda f, named: f"{named(f.asked)} chưa trả lời ý kiến đúng hạn.", ND118 + "Đ19.4"),
    routing.LegRescheduled: (lambda f, _: f"Tính lại hạn phần việc số {f.leg} thành {moment(f.deadline.due_at)}.", ""),
    processing.Assigned: (lambda f, named: f"{named(f.agency)} phân công {f.assignee} xử lý.", ""),
    processing.StepCompleted: (_step, ""),
    processing.VerificationScheduled: (lambda f, _: f"Xếp lịch thẩm tra, xác minh lúc {moment(f.at)}.", ""),
    processing.SupplementNeeded: (_supplement_needed, ND118 + "Đ19.5"),
    processing.DraftSubmitted: (lambda f, _: f"Trình dự thảo kết quả lần {f.draft}.", ""),
    processing.DraftReturned: (lambda f, _: f"Lãnh đạo trả lại dự thảo lần {f.draft} kèm ý kiến.", ""),
    processing.Approved: (lambda f, _: f"Lãnh đạo phê duyệt dự thảo lần {f.draft}.", ""),
    processing.Declined: (lambda f, _: "Lãnh đạo ký không giải quyết, có nêu lý do.", ND118 + "Đ19.3"),
    processing.Rescheduled: (_rescheduled, ND118 + "Đ19.5"),
    processing.Apologised: (
        lambda f, _: f"Xin lỗi vì chậm trả kết quả, lỗi của {FAULTS[f.fault]}.",
        "QĐ 06/2025/QĐ-CTUBND Tuyên Quang, Đ25.2a",
    ),
    processing.ExtensionProposed: (
        lambda f, _: f"Đề nghị gia hạn đến ngày {f.new_date:%d/%m/%Y}{' (gửi chậm)' if f.late_notice else ''}.",
        "QĐ 06/2025/QĐ-CTUBND Tuyên Quang, Đ25.2a",
    ),
    processing.Extended: (_extended, ND118 + "Đ19.6"),
    processing.Stopped: (lambda f, _: "Dừng giải quyết hồ sơ theo đề nghị.", ND118 + "Đ21"),
    processing.StopDeclined: (lambda f, _: "Không chấp nhận đề nghị dừng hoặc điều chỉnh; tiếp tục giải quyết.", ND118 + "Đ21"),
    processing.AdjustmentAllowed: (
        lambda f, _: "Đồng ý cho người nộp điều chỉnh hồ sơ; thời hạn giữ nguyên.",
        ND118 + "Đ21",
    ),
    processing.ObligationRaised: (lambda f, _: f"Yêu cầu thực hiện nghĩa vụ tài chính {dong(f.amount_vnd)}.", ""),
    payments.ObligationPaid: (lambda f, _: f"Đã nộp {dong(f.amount_vnd)}, chứng từ {f.voucher}.", ""),
    results.ResultIssued: (_issued, ""),
    results.ResultReturned: (lambda f, _: f"Trả kết quả {CHANNELS[f.way]}.", ""),
    results.ResultCorrected: (lambda f, _: f"Đính chính kết quả, số {f.number}.", ND118 + "Đ23.1"),
    results.LateStopAnswered: (lambda f, _: "Không dừng hoặc điều chỉnh được: quyết định đã được phê duyệt.", ND118 + "Đ21"),
}


def sentence(fact: Fact, named: Named) -> str:
    """What happened, in Vietnamese; agencies by name."""
    said = _SAID.get(type(fact))
    return said[0](fact, named) if said else f"Sự kiện {fact.TYPE}."


def article(fact: Fact) -> str | None:
    """The article: the fact's own, else that of its kind; None where no law is cited."""
    own = getattr(fact, "article", None) or getattr(fact, "legal_basis", None)
    said = _SAID.get(type(fact))
    return own or (said[1] if said else "") or None


def completion(status: int | None) -> str:
    """The degree of completion that anybody may read."""
    return Status(status).label if status is not None else "Chưa có thông tin"
