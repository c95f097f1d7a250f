"""What intake does when a time has come."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from chassis.store import Unit
from chassis.timers import TIMERS, Timer
from intake.application.desk import Desk, elsewhere
from intake.application.gate import tell_late
from intake.application.numbering import record_with_number
from intake.application.outage import close_sheet_by_timer
from intake.domain import fold, stopping, supplement
from intake.views import CLOSE_SHEET, CLOSE_UNSUPPLEMENTED, TELL_LATE

ONE_DAY = timedelta(days=1)


def fire(unit: Unit, desk: Desk, timer: Timer, now: datetime) -> None:
    """A timer of intake: the gate is late, a paper book is closed, or the fifteen days are over (PR-10)."""
    if timer.name == TELL_LATE:
        tell_late(unit, timer.subject, now)
    elif timer.name == CLOSE_SHEET:
        close_sheet_by_timer(unit, desk, timer, now)
    elif timer.name == CLOSE_UNSUPPLEMENTED:
        _close_unsupplemented(unit, timer, now)


def _close_unsupplemented(unit: Unit, timer: Timer, now: datetime) -> None:
    """Closes, unless the dossier was stopped; a wish to stop is answered first, so it is asked again the next day."""
    state, heard = fold(unit.history(timer.subject)), elsewhere(unit, timer.subject)
    closed = state and supplement.close_unsupplemented(state, now)
    if not state or not closed or heard.decided:
        return
    if state.received is not None and stopping.is_open(state, heard):
        unit.put(TIMERS, replace(timer, due_at=now + ONE_DAY))
    else:
        record_with_number(unit, timer.subject, state, closed)
