"""Which dossiers need an apology, and from which date on: a working day ahead of the date that binds (TQ25)."""

from datetime import date, datetime

import msgspec

from contracts.apology import Duty, frees, holds
from processing.domain.case import Case
from processing.domain.clock import Law
from processing.domain.guards import unpaid
from processing.domain.state import State
from worktime import in_viet_nam, judge, last_day_in_time


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """An apology that an agency owes unless the result comes by `due_at`. `apologise_on`: the last date on which it is in time."""

    agency: str
    duty: Duty
    due_at: datetime
    apologise_on: date


def binding_due_at(case: Case, state: State) -> datetime | None:
    """The date a result is judged against: an extension counts only if its slip was in time (exact readings 2)."""
    first = case.deadline.due_at if case.deadline else None
    return state.settlement.binding_due_at or first


def needs(case: Case, state: State, law: Law) -> tuple[Need, ...]:
    """Who still has to apologise. Nobody while the dossier cannot become late, nor once it ended or its result was in time.

    A receiver who does not hand the result over apologises at once when it hears that the dossier may be late (TQ25.1c).
    """
    due_at = binding_due_at(case, state)
    if due_at is None or not _may_be_late(case, state, law, due_at):
        return ()
    on = last_day_in_time(due_at, law.calendar, law.rules)
    duties: list[tuple[str, Duty, date]] = [(case.settling, "settling", on)]
    duties += [(case.receiving, "receiver", _heard_on(state, on))] if case.receiver_apologises else []
    return tuple(Need(agency=who, duty=duty, due_at=due_at, apologise_on=day) for who, duty, day in duties if not _given(state, duty))


def settled_in_time(case: Case, state: State) -> bool:
    """Whether there is a result, and it came by the date that binds: nobody has to apologise any more, nor can."""
    due_at = binding_due_at(case, state)
    if case.issued_at is None or due_at is None or case.imported:
        return False
    return judge(case.issued_at, due_at, None, None, case.issued_at) != "late"


def _heard_on(state: State, on: date) -> date:
    """When the receiver learns of it: with the settling agency's own apology, at the latest when that one is due."""
    told = (given.effective_at for given in state.apologies if given.fault == "settling" and holds(given.effective_at, state.bound_since))
    return min([on, *(in_viet_nam(moment).date() for moment in told)])


def _may_be_late(case: Case, state: State, law: Law, due_at: datetime) -> bool:
    if case.imported or case.returned or state.stopped is not None:
        return False
    if case.issued_at is not None:
        return not settled_in_time(case, state)
    owing = law.rules.settings.obligation_clock == "pause" and bool(unpaid(case, state))
    return not (case.ended or case.asked_at is not None or owing)


def _given(state: State, duty: Duty) -> bool:
    return any(frees(given.fault, duty) and holds(given.effective_at, state.bound_since) for given in state.apologies)
