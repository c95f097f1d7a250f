"""A verification that the applicant takes part in: time, place, participants and content (PR-03)."""

from datetime import datetime

from contracts.refusal import Refused
from processing.domain.assignment import worked_leg
from processing.domain.case import Case
from processing.domain.drafts import Keep
from processing.domain.state import State
from processing.events import VerificationScheduled


def schedule(case: Case, state: State, *, leg: int, at: datetime, officer: str, now: datetime, keep: Keep) -> VerificationScheduled:
    """Appoint the verification; the applicant is told. The settlement clock goes on."""
    worked_leg(case, state, leg)
    if at <= now:
        raise Refused("Thời điểm xác minh phải ở phía trước.", article=case.article("verification"), field="at", status=422)
    return VerificationScheduled(effective_at=now, recorded_at=now, leg=leg, at=at, details=keep(), officer=officer)
