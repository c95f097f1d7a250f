"""The holder's answer to a request to stop or adjust, until the decision is taken (Đ21)."""

from datetime import datetime

from contracts.refusal import Refused, Unheard
from processing.domain.case import Case
from processing.domain.drafts import Keep
from processing.domain.guards import must_be_undecided, stop_open
from processing.domain.state import State
from processing.events import AdjustmentAllowed, StopDeclined, Stopped

Answer = Stopped | StopDeclined | AdjustmentAllowed


def answer(case: Case, state: State, *, grant: bool, reason: Keep | None, officer: str, article: str, now: datetime) -> Answer:
    """Grant or decline, also while a supplement or a payment is awaited (PR-20). A granted stop ends the dossier with form 05; a
    granted adjustment lets the applicant amend, and leaves status and clock alone. A no says why."""
    must_be_undecided(case, state)
    if not stop_open(case, state):
        why = "Chưa nhận được yêu cầu dừng hoặc điều chỉnh nào đang chờ trả lời; nếu người nộp vừa gửi, xin thử lại sau ít giây."
        raise Unheard(why, article=case.article("stop"))
    if not grant:
        if reason is None:
            raise Refused("Không chấp nhận thì nêu lý do để trả lời người nộp.", article=case.article("stop"), field="reason", status=422)
        return StopDeclined(effective_at=now, recorded_at=now, officer=officer, article=article, reason=reason())
    if case.stop_wish == "adjust":
        return AdjustmentAllowed(effective_at=now, recorded_at=now, officer=officer)
    return Stopped(effective_at=now, recorded_at=now, officer=officer)
