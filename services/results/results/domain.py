"""The rules of issuing and returning a result. Pure: times, ids and what others did come in as arguments."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, cast

import msgspec

import worktime
from contracts.dossier.parts import Channel, Outcome
from contracts.fact import Fact, FileRef, VaultRef
from contracts.refusal import Refused
from results.case import Case
from results.events import LateStopAnswered, ResultCorrected, ResultIssued, ResultReturned

BACK_DATING = timedelta(minutes=5)
"""How far `effective_at` may lie before the recording outside outage mode and import (RS-05)."""
AHEAD = timedelta(minutes=1)
"""What clocks may differ by; later than that a moment lies in the future."""
Timeliness = Literal["early", "on_time", "late"]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier as this service's own facts give it."""

    issued: ResultIssued | None = None
    returned: bool = False
    late_stops: int = 0


def fold(facts: Sequence[Fact]) -> State:
    """The state after own facts in order."""
    state = State()
    for fact in facts:
        state = _step(state, fact)
    return state


def _step(state: State, fact: Fact) -> State:
    match fact:
        case ResultIssued():
            return msgspec.structs.replace(state, issued=fact)
        case ResultReturned():
            return msgspec.structs.replace(state, returned=True)
        case ResultCorrected():
            return msgspec.structs.replace(state, returned=False)
        case LateStopAnswered():
            return msgspec.structs.replace(state, late_stops=state.late_stops + 1)
    return state


def may_issue(state: State, case: Case) -> Outcome:
    """The outcome that the leader decided (PR-17, Đ19.3). Refuses what is not decided, already issued, or ended."""
    if state.issued is not None:
        raise Refused("Hồ sơ này đã có kết quả được phát hành.", article="TTHC SL14.2")
    if case.state == "ended":
        raise Refused("Hồ sơ đã dừng xử lý, không phát hành kết quả.", article="NĐ 118/2025 Điều 21")
    if case.outcome is None:
        raise Refused("Lãnh đạo chưa phê duyệt hoặc từ chối giải quyết hồ sơ này.", article="SL14.2")
    return cast(Outcome, case.outcome)


def issue(
    state: State, case: Case, *, number: str, file: FileRef, certificate: str, clerk: str, at: datetime, now: datetime
) -> ResultIssued:
    """The signed result gets its number and ends the settlement clock (PR-18, RS-08)."""
    outcome = may_issue(state, case)
    real_time(at, now)
    return ResultIssued(effective_at=at, recorded_at=now, outcome=outcome, number=number, file=file, certificate=certificate, clerk=clerk)


def may_return(state: State, case: Case, way: str, has_reason: bool, now: datetime) -> ResultIssued:
    """The issued result, when it may be handed over. Refuses debts (RS-01), silence about lateness (PR-15), an unexplained way (RS-09)."""
    if state.issued is None:
        raise Refused("Chưa có kết quả để trả.", article="SL15.1")
    if state.returned:
        raise Refused("Kết quả đã được trả.", article="SL15.1")
    if case.imported:
        return state.issued
    if case.unpaid:
        raise Refused(f"Còn {_money(sum(case.unpaid.values()))} đồng phí, lệ phí hoặc nghĩa vụ tài chính chưa nộp.", article="SL15.1a")
    if timeliness(case, state.issued.effective_at, now) == "late" and not case.apologised:
        raise Refused("Hồ sơ trễ hạn: phải có văn bản xin lỗi (mẫu 04) trước khi trả kết quả.", article="SL15.1d; NĐ 118/2025 Điều 19.6")
    if case.return_channel and way != case.return_channel and not has_reason:
        raise Refused(
            "Trả kết quả khác cách đã ghi trên giấy tiếp nhận thì phải ghi lý do.",
            article="NĐ 118/2025 Điều 20",
            field="other_way_reason",
            status=422,
        )
    return state.issued


def return_result(
    state: State, case: Case, *, way: Channel, other_way_reason: VaultRef | None, officer: str, at: datetime, now: datetime
) -> ResultReturned:
    """The hand-over, at its real time (RS-05)."""
    issued = may_return(state, case, way, other_way_reason is not None, now)
    real_time(at, now)
    if at < issued.effective_at:
        raise Refused("Thời điểm trả không thể trước thời điểm có kết quả.", article="SL15.3", field="effective_at", status=422)
    return ResultReturned(effective_at=at, recorded_at=now, way=way, officer=officer, other_way_reason=other_way_reason)


def real_time(at: datetime, now: datetime) -> None:
    """Refuses a back-dated or future moment (RS-05; SL15.3)."""
    if at < now - BACK_DATING:
        raise Refused("Thời điểm ghi lùi quá 5 phút so với thực tế.", article="SL15.3", field="effective_at", status=422)
    if at > now + AHEAD:
        raise Refused("Thời điểm ở tương lai.", article="SL15.3", field="effective_at", status=422)


def timeliness(case: Case, issued_at: datetime | None, now: datetime) -> Timeliness | None:
    """Early, on time or late by Viet Nam date; None where the dossier has no limit. Waiting to be collected never counts (RS-04)."""
    if case.due_at is None:
        return None
    return worktime.judge(issued_at, case.due_at, case.original_due_at, case.extension_in_time, now)


def answer_late_stop(case: Case, now: datetime) -> LateStopAnswered | None:
    """The standing no to a stop or adjustment asked for after the decision; None while the holder still answers."""
    if not case.stop_open or case.outcome is None or case.imported or case.state == "ended":
        return None
    return LateStopAnswered(effective_at=now, recorded_at=now, answer="declined", article="NĐ 118/2025/NĐ-CP Điều 21")


def _money(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
