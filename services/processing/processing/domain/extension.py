"""The apology of form 04 and the one extension: proposed by the agency's head, recorded by the one-stop."""

from datetime import date, datetime
from functools import partial
from typing import Literal

import worktime
from contracts.catalogue import Procedure
from contracts.refusal import Refused
from processing.domain.case import Case
from processing.domain.clock import Law, current, projected
from processing.domain.drafts import Keep
from processing.domain.guards import must_not_wait, must_run
from processing.domain.lateness import settled_in_time
from processing.domain.state import State
from processing.events import Apologised, Extended, ExtensionProposed
from worktime import Refusal, check_extension, in_viet_nam, legal_extension_dates

Fault = Literal["settling", "one-stop", "receiver"]


def signer_of(case: Case, fault: Fault) -> tuple[tuple[str, ...], str]:
    """Who apologises, as roles and agency (PR-14): the head of the settling agency, the head of the one-stop for its own fault,
    the receiver where another one-stop than the receiving one hands the result over."""
    if fault == "settling":
        return ("leader",), case.settling
    if fault == "one-stop":
        return ("one-stop-head",), case.receiving
    if not case.receiver_apologises:
        why = "Cơ quan tiếp nhận cũng là nơi trả kết quả hoặc nơi giải quyết; người đứng đầu cơ quan giải quyết xin lỗi."
        raise Refused(why, article=case.article("apology"), field="fault")
    return ("one-stop", "one-stop-head"), case.receiving


SHORTENED = 200
"""A long name of a procedure may be cut, but not shorter."""


def check_letter(case: Case, *, procedure: Procedure, dossier_type: str, receipt_number: str) -> None:
    """What the signer wrote of the dossier is true of it (TQ25.2a); the papers of an imported one are the older system's."""
    if case.imported:
        return
    cut = len(dossier_type) >= SHORTENED and procedure.name.startswith(dossier_type)
    if not cut and dossier_type not in (procedure.name, procedure.code):
        why = f"Loại hồ sơ không phải của hồ sơ này: {procedure.name}."
        raise Refused(why, article=case.article("extension_lead"), field="dossier_type", status=422)
    if receipt_number not in (case.receipt_number, case.code):
        why = f"Số giấy tiếp nhận không phải của hồ sơ này: {case.receipt_number}, mã hồ sơ {case.code}."
        raise Refused(why, article=case.article("extension_lead"), field="receipt_number", status=422)


def no_extension(case: Case, state: State, law: Law, *, before: datetime | None = None) -> Refused | None:
    """Why no new date can be given; None where one can. `before`: as a letter of that moment says it, whose own slip uses up nothing."""
    deadline, proposed = state.deadline or case.deadline, state.proposed
    if deadline is None:
        return None
    used = proposed is not None and (before is None or proposed.effective_at < before)
    never = worktime.no_extension(deadline.term, already_extended=used, rules=law.rules)
    return Refused(never.why, article=never.article) if never else None


def apologise(case: Case, state: State, *, fault: Fault, signer: str, keep: Keep, now: datetime, proposes: bool = False) -> Apologised:
    """The apology alone; it never ends a dossier (PR-15), and after a late result it still has to be given. Once a day for the same
    fault, unless a new date is proposed with it: each one is sent to the applicant."""
    if state.stopped is not None:
        raise Refused("Hồ sơ đã dừng giải quyết theo yêu cầu.", article=case.article("apology"))
    if case.returned:
        raise Refused("Kết quả đã trả, hồ sơ đã kết thúc.", article=case.article("apology"))
    if settled_in_time(case, state):
        raise Refused("Kết quả đã có đúng hẹn; không có chậm trễ nào để xin lỗi.", article=case.article("apology"))
    today = in_viet_nam(now).date()
    if not proposes and any(sent.fault == fault and in_viet_nam(sent.effective_at).date() == today for sent in state.apologies):
        raise Refused("Hôm nay đã gửi văn bản xin lỗi này cho người nộp.", article=case.article("apology"), field="fault")
    return Apologised(effective_at=now, recorded_at=now, fault=fault, signer=signer, letter=keep())


def propose(case: Case, state: State, law: Law, *, new_date: date, fault: Fault, signer: str, now: datetime) -> ExtensionProposed:
    """The one new date, still to come and at most a third more (PR-13). A slip sent too late is kept and marked, never refused (PR-12)."""
    if fault != "settling":
        raise Refused(
            "Ngày hẹn mới do người đứng đầu cơ quan giải quyết đề nghị.",
            article=case.article("extension_slip"),
            field="new_date",
            status=422,
        )
    must_run(case, state)
    must_not_wait(case, state)
    deadline = current(case, state)
    try:
        accepted = check_extension(
            term=deadline.term,
            due_at=deadline.due_at,
            new_date=new_date,
            asked_at=now,
            already_extended=state.proposed is not None,
            calendar=law.calendar,
            rules=law.rules,
        )
    except Refusal as refusal:
        raise Refused(refusal.why, article=refusal.article, field="new_date") from refusal
    except ValueError as outside:
        why = "Ngày hẹn mới nằm ngoài lịch làm việc."
        raise Refused(why, article=law.article("extension_date"), field="new_date", status=422) from outside
    if accepted.due_at <= now:
        raise Refused("Ngày hẹn mới phải ở phía trước.", article=law.article("extension_date"), field="new_date")
    return ExtensionProposed(
        effective_at=now,
        recorded_at=now,
        new_date=new_date,
        new_due_at=accepted.due_at,
        late_notice=accepted.late_notice,
        signer=signer,
        article=accepted.article,
    )


def extend(case: Case, state: State, law: Law, *, officer: str, now: datetime) -> Extended:
    """The one-stop changes the date on the slip (PR-11); without a slip there is no change."""
    must_run(case, state)
    must_not_wait(case, state)
    proposed = state.proposed
    if proposed is None:
        raise Refused("Chưa có phiếu đề nghị gia hạn của cơ quan giải quyết.", article=case.article("extension_slip"))
    if state.extended is not None:
        raise Refused("Việc hẹn lại ngày trả kết quả chỉ được thực hiện một lần.", article=proposed.article)
    old, new = current(case, state), projected(case, law, proposed=proposed)
    if new.due_at <= old.due_at:
        raise Refused("Thời hạn đã được tính lại từ đầu nên ngày hẹn trên phiếu không còn áp dụng.", article=proposed.article)
    return Extended(
        effective_at=now, recorded_at=now, old_due_at=old.due_at, deadline=new, late_notice=proposed.late_notice, officer=officer
    )


def legal_dates(case: Case, state: State, law: Law, now: datetime) -> list[date]:
    """The dates to come to which the head may move the due date; refused with the reason where there is none."""
    must_run(case, state)
    must_not_wait(case, state)
    deadline = current(case, state)
    never = no_extension(case, state, law)
    if never is not None:
        raise never
    within = partial(legal_extension_dates, term=deadline.term, due_at=deadline.due_at, calendar=law.calendar, rules=law.rules)
    dates = within(asked_at=now)
    if not dates:
        why = "Mọi ngày được phép hẹn lại đã qua." if within() else "Mức được gia hạn không đến hết ngày làm việc nào."
        raise Refused(why, article=law.article("extension_date"))
    return dates
