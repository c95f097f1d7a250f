"""The holder's answer to a request to stop, until the decision is taken (Đ21)."""

from datetime import datetime

from contracts.refusal import Refused
from processing.domain.case import Case
from processing.domain.guards import STOP, must_be_undecided, stop_open
from processing.domain.state import State
from processing.events import StopDeclined, Stopped


def answer(case: Case, state: State, *, grant: bool, officer: str, article: str, now: datetime) -> Stopped | StopDeclined:
    """Grant, which ends the dossier with form 05, or decline; also while a supplement or a payment is awaited (PR-20)."""
    must_be_undecided(case, state)
    if not stop_open(case, state):
        raise Refused("Không có yêu cầu dừng nào đang chờ trả lời.", article=STOP)
    if not grant:
        return StopDeclined(effective_at=now, recorded_at=now, officer=officer, article=article)
    if case.stop_wish == "adjust":
        raise Refused("Người nộp xin điều chỉnh, không xin dừng hồ sơ.", article=STOP, field="grant")
    return Stopped(effective_at=now, recorded_at=now, officer=officer)
