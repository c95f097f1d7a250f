"""The row of each open settlement clock, written beside the facts that start, move and end it."""

from collections.abc import Iterable
from datetime import datetime

from chassis.catalogue import Catalogue
from chassis.deadlines import deadline
from chassis.rescheduling import OPEN_CLOCKS, OpenClock, Owner, codes_in, opened
from chassis.store import Unit
from contracts import Fact
from contracts.dossier import intake, payments, results
from processing.domain import Case, fold
from processing.domain.clock import current
from processing.domain.rescheduling import moved, open_clock
from processing.events import Extended, Stopped
from processing.views import CASE
from worktime import DueDate

OF_THE_CLOCK = (
    intake.Received,
    intake.SupplementRequested,
    intake.Supplemented,
    intake.Closed,
    payments.ObligationPaid,
    results.ResultIssued,
    Extended,
    Stopped,
)


def follow(unit: Unit, case: Case, catalogue: Catalogue, facts: Iterable[Fact]) -> None:
    """Bring the row up to date, if any of these facts touches the clock."""
    if any(isinstance(fact, OF_THE_CLOCK) for fact in facts):
        keep(unit, case, catalogue)


def keep(unit: Unit, case: Case, catalogue: Catalogue) -> None:
    """The row as the clock stands now."""
    state = unit.state(case.dossier, fold)
    running = open_clock(case, state)
    if running is None:
        unit.delete(OPEN_CLOCKS, case.dossier, "")
        return
    pinned = current(case, state)
    row = opened(
        catalogue,
        dossier=case.dossier,
        agency=case.settling,
        calendar=pinned.calendar,
        due_at=pinned.due_at,
        running=running,
        waiting_since=case.asked_at,
    )
    unit.put(OPEN_CLOCKS, row)


def _fact(clock: OpenClock, told: DueDate, now: datetime) -> Fact:
    original = told.original_due_at if clock.running.extension else None
    return moved(clock.due_at, deadline(told, told.term, told.calendar), now, original_due_at=original)


OWNER = Owner(_fact, codes_in(CASE))
