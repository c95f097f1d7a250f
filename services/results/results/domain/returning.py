"""The result is handed over, and the dossier ends."""

from datetime import datetime

import msgspec

from contracts.dossier.parts import Channel
from contracts.fact import VaultRef
from contracts.refusal import Refused
from results.case import Case
from results.domain.early import must_have_been_announced
from results.domain.state import State
from results.domain.time import real_time, timeliness
from results.events import ResultIssued, ResultReturned


class Returning(msgspec.Struct, frozen=True, kw_only=True):
    """How the result is handed over. `compare`: originals have to be compared first, since half of the service is online (RS-07)."""

    way: Channel
    explained: bool
    compare: bool
    compared: bool


def may_return(state: State, case: Case, how: Returning, at: datetime, now: datetime) -> ResultIssued:
    """The issued result, when it may be handed over. Refuses debts (RS-01), silence about lateness (PR-15) or earliness (RS-03),
    an unexplained way (RS-09), originals that nobody compared (RS-07), and a result that is being corrected (Đ23.1)."""
    if state.issued is None:
        raise Refused("Chưa có kết quả để trả.", article=case.article("return_result"))
    if state.returned:
        raise Refused("Kết quả đã được trả.", article=case.article("return_result"))
    if state.correction is not None:
        raise Refused("Kết quả đang được đính chính, chưa trả được.", article=case.article("result_correction"))
    if not case.imported:
        _guard(state, case, state.issued, how, at, now)
    return state.issued


def must_be_clear(case: Case, issued_at: datetime | None, now: datetime) -> None:
    """Refuses what the owner may not have yet: something is owed (RS-01), or the lateness has not been apologised for (PR-15)."""
    if case.unpaid:
        raise Refused(
            f"Còn {_money(sum(case.unpaid.values()))} đồng phí, lệ phí hoặc nghĩa vụ tài chính chưa nộp.",
            article=case.article("return_fee"),
        )
    if timeliness(case, issued_at, now) == "late" and not case.apologised:
        raise Refused(
            "Hồ sơ trễ hạn: phải có văn bản xin lỗi (mẫu 04) trước khi trả kết quả.",
            article=case.article("apology"),
        )


def _guard(state: State, case: Case, issued: ResultIssued, how: Returning, at: datetime, now: datetime) -> None:
    must_be_clear(case, issued.effective_at, now)
    must_have_been_announced(state, case, at, now)
    if how.compare and not how.compared:
        raise Refused(
            "Phải đối chiếu bản gốc trước khi trả kết quả.",
            article=case.article("compare_originals"),
            field="originals_compared",
            status=422,
        )
    if case.return_channel and how.way != case.return_channel and not how.explained:
        raise Refused(
            "Trả kết quả khác cách đã ghi trên giấy tiếp nhận thì phải ghi lý do.",
            article=case.article("return_result"),
            field="other_way_reason",
            status=422,
        )


def return_result(
    state: State, case: Case, how: Returning, *, other_way_reason: VaultRef | None, officer: str, at: datetime, now: datetime
) -> ResultReturned:
    """The hand-over, at its real time (RS-05)."""
    issued = may_return(state, case, how, at, now)
    real_time(case, at, now)
    if at < issued.effective_at:
        raise Refused(
            "Thời điểm trả không thể trước thời điểm có kết quả.",
            article=case.article("real_time"),
            field="effective_at",
            status=422,
        )
    return ResultReturned(
        effective_at=at,
        recorded_at=now,
        way=how.way,
        officer=officer,
        other_way_reason=other_way_reason,
        originals_compared=how.compared,
    )


def _money(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
