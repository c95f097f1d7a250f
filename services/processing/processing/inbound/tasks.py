"""The work lists: a task a leg, moved on by what happens to it."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from chassis.store import Unit
from contracts import Fact
from contracts.dossier import intake, payments, results, routing
from processing.domain import Case, fold
from processing.domain.steps import skipped
from processing.events import (
    AdjustmentAllowed,
    Approved,
    Assigned,
    Declined,
    DraftReturned,
    DraftSubmitted,
    Extended,
    ObligationRaised,
    Rescheduled,
    StepCompleted,
    StopDeclined,
    Stopped,
)
from processing.views import TASKS


def move_tasks(unit: Unit, case: Case, fact: Fact) -> None:
    """The tasks of a dossier after a fact."""
    changes, leg = _leg_changes(fact), getattr(fact, "leg", None)
    if isinstance(fact, Approved | Declined):
        changes["skipped"] = len(skipped(case, unit.state(case.dossier, fold)))
    if isinstance(fact, routing.HandedOver):
        _paper_came(unit, case, fact)
    if changes and leg is not None:
        _change(unit, case, leg, changes)
        return
    for_all = _dossier_changes(fact)
    for held in case.held if for_all else ():
        _change(unit, case, held.leg, for_all)


def _paper_came(unit: Unit, case: Case, fact: routing.HandedOver) -> None:
    row = unit.get(TASKS, case.dossier, fact.leg)
    if row is not None and fact.movement == "received":
        lag = (fact.effective_at - row.transferred_at) // timedelta(minutes=1)
        unit.put(TASKS, replace(row, paper_at=fact.effective_at, paper_lag=lag))


def _change(unit: Unit, case: Case, leg: int, changes: dict[str, Any]) -> None:
    row = unit.get(TASKS, case.dossier, leg)
    if row is not None:
        unit.put(TASKS, replace(row, **changes))


def _leg_changes(fact: Fact) -> dict[str, Any]:
    match fact:
        case Assigned():
            return {"state": "assigned", "assignee": fact.assignee}
        case StepCompleted(leg_ended=True):
            return {"state": "ended"}
        case DraftSubmitted():
            return {"state": "submitted", "draft": fact.draft}
        case DraftReturned():
            return {"state": "returned"}
        case Approved():
            return {"state": "approved"}
        case Declined():
            return {"state": "declined"}
        case routing.LegRescheduled():
            return {"due_at": fact.deadline.due_at}
    return {}


def _dossier_changes(fact: Fact) -> dict[str, Any]:
    match fact:
        case Rescheduled() | Extended():
            return {"settlement_due_at": fact.deadline.due_at}
        case intake.SupplementRequested(stage="processing"):
            return {"waits_for": "supplement"}
        case ObligationRaised():
            return {"waits_for": "obligation"}
        case intake.StopRequested():
            return {"waits_for": "stop-answer"}
        case intake.Supplemented(stage="processing") | payments.ObligationPaid():
            return {"waits_for": None}
        case StopDeclined() | AdjustmentAllowed() | results.LateStopAnswered():
            return {"waits_for": None}
        case _:
            return _endings(fact)


def _endings(fact: Fact) -> dict[str, Any]:
    match fact:
        case Stopped():
            return {"state": "stopped", "waits_for": None}
        case intake.Closed():
            return {"state": "closed", "waits_for": None}
        case results.ResultIssued():
            return {"state": "issued", "waits_for": None}
    return {}
