"""The settlement clock under a new calendar: which clocks still run, and the fact that says a date moved."""

from datetime import datetime

from contracts.dossier.parts import Deadline
from processing.domain.case import Case
from processing.domain.clock import running
from processing.domain.state import State
from processing.events import Rescheduled
from worktime import Running


def open_clock(case: Case, state: State) -> Running | None:
    """The settlement clock; None when there is none, it has ended, or the history was imported and is never moved."""
    if case.deadline is None or case.imported or case.ended or state.stopped is not None:
        return None
    return running(case, proposed=state.proposed if state.extended else None)


def moved(old_due_at: datetime, new: Deadline, now: datetime, *, original_due_at: datetime | None = None) -> Rescheduled:
    """A calendar change moved the date, and pins the calendar that counted the new one. `original_due_at`: without the extension."""
    return Rescheduled(
        effective_at=now, recorded_at=now, old_due_at=old_due_at, deadline=new, cause="calendar", original_due_at=original_due_at
    )
