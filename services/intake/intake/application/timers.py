"""What intake does when a time has come."""

from datetime import datetime

from chassis.store import Unit
from chassis.timers import Timer
from intake.application.desk import Desk
from intake.application.gate import tell_late, tell_officer
from intake.application.outage import close_sheet_by_timer
from intake.domain import fold, supplement
from intake.views import CLOSE_SHEET, CLOSE_UNSUPPLEMENTED, TELL_LATE, TELL_OFFICER


def fire(unit: Unit, desk: Desk, timer: Timer, now: datetime) -> None:
    """A timer of intake: something for the officer, the gate is late, a paper book is closed, or the fifteen days are over (PR-10)."""
    if timer.name == TELL_OFFICER:
        tell_officer(unit, desk, timer.subject, now)
    elif timer.name == TELL_LATE:
        tell_late(unit, timer.subject, now)
    elif timer.name == CLOSE_SHEET:
        close_sheet_by_timer(unit, desk, timer, now)
    elif timer.name == CLOSE_UNSUPPLEMENTED:
        state = fold(unit.history(timer.subject))
        closed = state and supplement.close_unsupplemented(state, now)
        if closed:
            unit.record(timer.subject, closed)
