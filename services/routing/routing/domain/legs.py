"""Who gets the dossier next, and by when each agency has to be ready."""

from collections.abc import Callable, Iterator
from datetime import datetime

from contracts.dossier.parts import Leg
from routing.domain.case import Case, Law
from routing.domain.state import HeldLeg, State
from routing.events import LegRescheduled, Transferred
from worktime import Pause, due


def transfers(case: Case, state: State, now: datetime, law_of: Callable[[str], Law]) -> list[Transferred]:
    """Who gets the dossier now (RT-01, RT-05, RT-06; NĐ 118 Đ18, Đ20.2), by the process pinned at reception.

    Parallel: every agency at once. In order: the next one, once those before it have ended. A leading agency that stands before
    others is passed on from at once, since its own leg ends only with the result.
    """
    if case.ended:
        return []
    return [_transferred(leg, case.started_at(leg.leg), now, law_of(leg.agency)) for leg in _due_legs(case, state)]


def _due_legs(case: Case, state: State) -> Iterator[Leg]:
    for leg in sorted(case.process.legs, key=lambda leg: leg.leg):
        if leg.leg not in state.legs:
            yield leg
        if case.process.mode != "parallel" and not leg.lead and not case.has_ended(leg.leg):
            return


def _transferred(leg: Leg, start: datetime, now: datetime, law: Law) -> Transferred:
    told = law.told(due(leg.term, start, law.calendar, law.rules))
    return Transferred(effective_at=now, recorded_at=now, leg=leg.leg, agency=leg.agency, lead=leg.lead, task=leg.task, deadline=told)


def reschedule(case: Case, state: State, cause: str, now: datetime, law_of: Callable[[str], Law]) -> list[LegRescheduled]:
    """New deadlines of the legs still open: the whole term again from a restart, pauses added (exact readings 1.4, 1.5)."""
    if case.ended:
        return []
    running = [number for number in state.legs if not case.has_ended(number)]
    return [moved for number in running if (moved := _moved(case, number, state.legs[number], cause, now, law_of))]


def _moved(case: Case, number: int, leg: HeldLeg, cause: str, now: datetime, law_of: Callable[[str], Law]) -> LegRescheduled | None:
    old, law = leg.deadline, law_of(leg.agency)
    if old is None:
        return None
    start = case.started_at(number)
    restart = case.restarted_at if case.restarted_at and case.restarted_at > start else None
    pauses = [Pause(from_=begin, to=end, reason=why) for begin, end, why in case.pauses]
    new = law.told(due(old.term, start, law.calendar, law.rules, pauses=pauses, restart=restart))
    if new.due_at == old.due_at:
        return None
    return LegRescheduled(effective_at=now, recorded_at=now, leg=number, old_due_at=old.due_at, deadline=new, cause=cause)
