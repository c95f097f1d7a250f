"""The agency's wish for a supplement, and what the clock does when it is answered."""

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from contracts.dossier.parts import SupplementItem
from contracts.fact import VaultRef
from contracts.refusal import Refused
from processing.domain.case import Case
from processing.domain.clock import Law, current, running
from processing.domain.guards import must_be_open
from processing.domain.state import State
from processing.events import Rescheduled, SupplementNeeded
from worktime import deficiency_limit, say_moment


def need(
    case: Case,
    state: State,
    law: Law,
    *,
    leg: int,
    leader: str,
    now: datetime,
    items: Callable[[], tuple[SupplementItem, ...]],
    reason: Callable[[], VaultRef],
) -> SupplementNeeded:
    """A leader approves the wish, within 3 working days of reception (PR-06, Đ19.5); the one-stop asks the applicant."""
    case.leg(leg)
    may_need(case, state, law, now)
    officer = state.leg(leg).assignee or leader
    return SupplementNeeded(effective_at=now, recorded_at=now, leg=leg, items=items(), reason=reason(), officer=officer, approved_by=leader)


def may_need(case: Case, state: State, law: Law, now: datetime) -> None:
    """Refuse a wish for a supplement while work rests, after its limit, or while another waits for the one-stop."""
    must_be_open(case, state)
    settlement = state.deadline or case.deadline
    limit = deficiency_limit(case.received_at, law.calendar, law.rules, settlement_due_at=settlement.due_at if settlement else None)
    if limit is not None and now > limit:
        why = f"Chỉ được đề nghị bổ sung đến {say_moment(limit)}."
        raise Refused(why, article=law.article("deficiency_limit"))
    if state.wishes > case.wishes_answered:
        raise Refused("Đề nghị bổ sung trước đang chờ bộ phận một cửa.", article=law.article("supplement_once"))


def supplemented(case: Case, law: Law, arrived_at: datetime) -> tuple[Case, str]:
    """The case after the last item arrived, and why the clock moves: paused by sector law, else restarted (PR-09)."""
    asked_at = case.asked_at or arrived_at
    answered = replace(case, asked_at=None)
    if case.supplement_policy == "pause" or law.rules.settings.supplement_clock == "pause":
        interval = (asked_at, max(asked_at, arrived_at))
        return replace(answered, pauses=(*case.pauses, interval)), "supplement-pause"
    return replace(answered, restarted_at=arrived_at, restart_asked_at=case.asked_at), "supplement-restart"


def rescheduled(case: Case, state: State, law: Law, *, cause: str, now: datetime) -> Rescheduled | None:
    """The clock projected anew; None when the dossier has no clock or the date did not move."""
    if case.deadline is None or state.stopped is not None or case.ended:
        return None
    proposed = state.proposed if state.extended else None
    old, counted = current(case, state), running(case, proposed=proposed).recount(law.calendar)
    new = law.told(counted)
    if cause != "supplement-restart" and new.due_at == old.due_at:
        return None
    original = counted.original_due_at if proposed and cause != "supplement-restart" else None
    return Rescheduled(
        effective_at=now,
        recorded_at=now,
        old_due_at=old.due_at,
        deadline=new,
        cause=cause,  # type: ignore[arg-type]
        original_due_at=original,
    )
