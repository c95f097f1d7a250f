"""The legs' clocks under a new calendar: which still run, and the fact that says a date moved."""

from datetime import datetime

from contracts.dossier.parts import Deadline
from routing.domain.case import Case
from routing.domain.legs import running
from routing.domain.state import State
from routing.events import LegRescheduled
from worktime import RuleSet, Running


def open_clocks(case: Case, state: State, rules: RuleSet) -> dict[int, tuple[Deadline, Running]]:
    """The clocks of the legs not yet ended, each with its deadline; none of an imported history."""
    if case.ended or case.imported:
        return {}
    held = {number: leg for number, leg in state.legs.items() if leg.deadline is not None and not case.has_ended(number)}
    return {n: (leg.deadline, running(case, n, leg, leg.deadline.term, rules)) for n, leg in held.items() if leg.deadline}


def moved(leg: int, old_due_at: datetime, new: Deadline, now: datetime) -> LegRescheduled:
    """A calendar change moved a leg's date, and pins the calendar that counted the new one."""
    return LegRescheduled(effective_at=now, recorded_at=now, leg=leg, old_due_at=old_due_at, deadline=new, cause="calendar")
