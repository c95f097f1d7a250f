"""The rows of the legs' open clocks, written beside the facts that start, move and end them."""

from datetime import datetime

from chassis.catalogue import Catalogue
from chassis.deadlines import deadline
from chassis.rescheduling import OPEN_CLOCKS, OpenClock, Owner, codes_in, opened
from chassis.store import Unit
from contracts import Fact
from routing.domain import Case, State, fold
from routing.domain.rescheduling import moved, open_clocks
from routing.views import CASE
from worktime import DueDate, rule_set


def follow(unit: Unit, case: Case, catalogue: Catalogue) -> None:
    """Bring the rows of a dossier up to date with its case and its facts."""
    state: State = unit.state(case.dossier, fold)
    running = open_clocks(case, state, rule_set(case.rule_set))
    for number in state.legs:
        if number not in running:
            unit.delete(OPEN_CLOCKS, case.dossier, _name(number))
    for number, (pinned, clock) in running.items():
        row = opened(
            catalogue,
            dossier=case.dossier,
            clock=_name(number),
            agency=state.legs[number].agency,
            calendar=pinned.calendar,
            due_at=pinned.due_at,
            running=clock,
            waiting_since=case.asked_at,
        )
        unit.put(OPEN_CLOCKS, row)


def _name(leg: int) -> str:
    return f"leg/{leg}"


def _fact(clock: OpenClock, told: DueDate, now: datetime) -> Fact:
    number = int(clock.clock.partition("/")[2])
    return moved(number, clock.due_at, deadline(told, told.term, told.calendar), now)


OWNER = Owner(_fact, codes_in(CASE), by_minute=True)
