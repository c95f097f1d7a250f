"""A result before its date: the applicant is told first, then it may be returned (SL15.1đ, DNG10.3, NĐ 118 Đ22)."""

from datetime import datetime
from typing import Literal

from contracts.refusal import Refused
from results.case import Case
from results.domain.state import State
from results.domain.time import timeliness
from results.events import EarlyReturnAnnounced

Way = Literal["system", "telephone", "in-person"]


def announce(case: Case, *, way: Way, officer: str, at: datetime, now: datetime) -> EarlyReturnAnnounced | None:
    """The notice of an early result; None where nothing has to be told: no date, imported, the same day, or not early."""
    if case.due_at is None or case.imported or case.immediate or timeliness(case, at, now) != "early":
        return None
    return EarlyReturnAnnounced(effective_at=at, recorded_at=now, way=way, due_at=case.due_at, officer=officer)


def announce_again(state: State, case: Case, *, way: Way, officer: str, at: datetime, now: datetime) -> EarlyReturnAnnounced:
    """The officer reached the applicant otherwise, for instance where no address is known."""
    if state.issued is None:
        raise Refused("Chưa có kết quả để báo.", article=case.article("early_return"))
    if state.returned:
        raise Refused("Kết quả đã được trả.", article=case.article("early_return"))
    fact = announce(case, way=way, officer=officer, at=at, now=now)
    if fact is None:
        raise Refused("Kết quả không sớm hơn ngày hẹn nên không cần báo trước.", article=case.article("early_return"))
    return fact


def must_have_been_announced(state: State, case: Case, at: datetime, now: datetime) -> None:
    """Refuse an early return of which the applicant was not told first (RS-03)."""
    if announce(case, way="system", officer="", at=at, now=now) is None:
        return
    if state.announced_at is None or at < state.announced_at:
        raise Refused("Kết quả có sớm hơn ngày hẹn: phải báo cho người nộp trước khi trả.", article=case.article("early_return"))
