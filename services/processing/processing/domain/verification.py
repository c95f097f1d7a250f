"""A verification that the applicant takes part in: time, place, participants and content (PR-03)."""

from datetime import datetime

from contracts.refusal import Refused
from processing.domain.assignment import worked_leg
from processing.domain.case import Case
from processing.domain.clock import Law, current
from processing.domain.drafts import Keep
from processing.domain.state import State
from processing.events import VerificationScheduled
from worktime import due, say_moment


def schedule(
    case: Case, state: State, law: Law, *, leg: int, at: datetime, officer: str, now: datetime, keep: Keep
) -> VerificationScheduled:
    """Appoint the verification; the applicant is told. The settlement clock goes on."""
    worked_leg(case, state, leg)
    if at <= now:
        raise Refused("Thời điểm xác minh phải ở phía trước.", article=case.article("verification"), field="at", status=422)
    if at > (last := _last(case, state, law, now)):
        why = f"Việc xác minh nằm trong thời hạn giải quyết: chậm nhất {say_moment(last)}."
        raise Refused(why, article=case.article("verification"), field="at", status=422)
    return VerificationScheduled(effective_at=now, recorded_at=now, leg=leg, at=at, details=keep(), officer=officer)


def _last(case: Case, state: State, law: Law, now: datetime) -> datetime:
    """Until when the applicant may be asked to come: the due date; of a late dossier, as far ahead as its whole term."""
    deadline = current(case, state)
    return deadline.due_at if now < deadline.due_at else due(deadline.term, now, law.calendar, law.rules).due_at
