"""What intake does when a time has come."""

from datetime import datetime

from chassis.store import Unit
from chassis.timers import Timer
from intake.domain import fold, supplement
from intake.inbound import CLOSE_UNSUPPLEMENTED


def fire(unit: Unit, timer: Timer, now: datetime) -> None:
    """A timer of intake: the fifteen days are over (PR-10)."""
    state = fold(unit.history(timer.subject))
    if timer.name == CLOSE_UNSUPPLEMENTED and state is not None:
        closed = supplement.close_unsupplemented(state, now)
        if closed is not None:
            unit.record(timer.subject, closed)
