"""What processing hears: the case from others, and its own facts for the work lists. Imported histories change lists only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from chassis.bus import Message
from chassis.clock import Clock
from chassis.inbox import Handler
from chassis.store import Unit
from contracts import Fact
from contracts.dossier import intake, payments, results, routing
from processing.application import law_of
from processing.domain import Case, HeldLeg, fold, obligations, supplement
from processing.events import (
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
from processing.views import CASE, TASKS, TaskRow


def handler(clock: Clock) -> Handler:
    """The inbox's handler, with the clock that new facts are timed by."""

    def handle(unit: Unit, message: Message) -> None:
        dossier, fact = message.envelope.subject, message.fact
        if isinstance(fact, intake.Received):
            unit.put(CASE, _case(dossier, fact))
            return
        case = unit.get(CASE, dossier)
        if case is not None:
            _hear(unit, case, fact, clock.now())
            _list(unit, case, fact)

    return handle


def _case(dossier: UUID, fact: intake.Received) -> Case:
    return Case(
        dossier=dossier,
        code=fact.code,
        receiving=fact.receiving,
        settling=fact.settling,
        procedure=fact.procedure,
        procedure_version=fact.procedure_version,
        rule_set=fact.rule_set,
        deadline=fact.deadline,
        process=fact.process,
        supplement_policy=fact.supplement_policy,
        received_at=fact.effective_at,
        imported=fact.rule_set == "imported" or (fact.back_entry is not None and fact.back_entry.cause == "imported"),
    )


# the case
def _hear(unit: Unit, case: Case, fact: Fact, now: datetime) -> None:
    match fact:
        case routing.Transferred():
            _open_task(unit, case, fact)
        case intake.Supplemented(stage="processing"):
            resumed, cause = supplement.supplemented(case, law_of(case), fact.effective_at)
            _resume(unit, resumed, cause, now)
        case payments.ObligationPaid():
            _paid(unit, case, fact, now)
        case _:
            changes = _changes(case, fact)
            if changes:
                unit.put(CASE, replace(case, **changes))


def _changes(case: Case, fact: Fact) -> dict[str, Any]:
    match fact:
        case intake.SupplementRequested(stage="processing"):
            return {"asked_at": fact.effective_at, "wishes_answered": case.wishes_answered + 1}
        case intake.SupplementDeclined():
            return {"wishes_answered": case.wishes_answered + 1}
        case intake.StopRequested():
            return {"stop_requests": case.stop_requests + 1, "stop_wish": fact.wish}
        case results.LateStopAnswered():
            return {"late_stops": case.late_stops + 1}
        case intake.Closed() | results.ResultIssued():
            return {"ended": True, "asked_at": None}
    return {}


def _open_task(unit: Unit, case: Case, fact: routing.Transferred) -> None:
    held = HeldLeg(leg=fact.leg, agency=fact.agency, lead=fact.lead, task=fact.task)
    others = tuple(leg for leg in case.held if leg.leg != fact.leg)
    unit.put(CASE, replace(case, held=(*others, held)))
    row = TaskRow(
        dossier=case.dossier,
        leg=fact.leg,
        code=case.code,
        procedure=case.procedure,
        agency=fact.agency,
        lead=fact.lead,
        task=fact.task,
        transferred_at=fact.effective_at,
        due_at=fact.deadline.due_at if fact.deadline else None,
        settlement_due_at=case.deadline.due_at if case.deadline else None,
    )
    unit.put(TASKS, row)


def _paid(unit: Unit, case: Case, fact: payments.ObligationPaid, now: datetime) -> None:
    state = unit.state(case.dossier, fold)
    if fact.obligation in state.obligations and fact.obligation not in case.paid:
        paid = obligations.paid(case, state, law_of(case), fact.obligation, fact.effective_at)
        _resume(unit, paid, "obligation-pause", now)


def _resume(unit: Unit, case: Case, cause: str, now: datetime) -> None:
    unit.put(CASE, case)
    if case.imported:
        return
    moved = supplement.rescheduled(case, unit.state(case.dossier, fold), law_of(case), cause=cause, now=now)
    if moved is not None:
        unit.record(case.dossier, moved)


# the work lists
def _list(unit: Unit, case: Case, fact: Fact) -> None:
    changes, leg = _leg_changes(fact), getattr(fact, "leg", None)
    if changes and leg is not None:
        _change(unit, case, leg, changes)
        return
    for_all = _dossier_changes(fact)
    for held in case.held if for_all else ():
        _change(unit, case, held.leg, for_all)


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
        case intake.Supplemented(stage="processing") | payments.ObligationPaid() | StopDeclined() | results.LateStopAnswered():
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
