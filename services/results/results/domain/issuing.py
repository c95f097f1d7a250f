"""The result is numbered, signed and issued."""

from datetime import datetime
from typing import cast

from contracts.dossier.parts import Outcome
from contracts.fact import FileRef, VaultRef
from contracts.refusal import Refused, Unheard
from results.case import Case
from results.domain.state import State
from results.domain.time import real_time
from results.events import ResultIssued


def may_issue(state: State, case: Case) -> Outcome:
    """The outcome that the leader decided (PR-17, Đ19.3). Refuses what is already issued or ended, and what no decision was heard of."""
    if state.issued is not None:
        raise Refused("Hồ sơ này đã có kết quả được phát hành.", article=case.article("issue"))
    if case.state == "ended":
        raise Refused("Hồ sơ đã dừng xử lý, không phát hành kết quả.", article=case.article("stop"))
    if case.outcome is None:
        why = "Chưa nhận được quyết định của lãnh đạo về hồ sơ này; nếu lãnh đạo vừa quyết định, xin thử lại sau ít giây."
        raise Unheard(why, article=case.article("issue"))
    return cast(Outcome, case.outcome)


def may_hand_over_at_once(case: Case) -> None:
    """Only a result that the law wants at once is handed over in the act of issuing it (NĐ 118 Đ17.4)."""
    if not case.immediate:
        raise Refused(
            "Chỉ thủ tục phải trả kết quả ngay mới phát hành và trả trong cùng một bước.",
            article=case.article("at_once"),
            field="hand_over",
            status=422,
        )


def issue(
    state: State,
    case: Case,
    *,
    number: str,
    file: FileRef,
    certificate: str,
    clerk: str,
    document_type: str | None,
    e_paper: VaultRef | None,
    at: datetime,
    now: datetime,
) -> ResultIssued:
    """The signed result gets its number and ends the settlement clock (PR-18, RS-08)."""
    outcome = may_issue(state, case)
    real_time(case, at, now)
    return ResultIssued(
        effective_at=at,
        recorded_at=now,
        outcome=outcome,
        number=number,
        file=file,
        certificate=certificate,
        clerk=clerk,
        document_type=document_type,
        e_paper=e_paper,
    )
