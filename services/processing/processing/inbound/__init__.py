"""What processing hears: the case from others, and its own facts for the work lists. Imported histories change lists only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from chassis.bus import Message
from chassis.catalogue import Catalogue
from chassis.clock import Clock
from chassis.errors import Stop
from chassis.inbox import Handler
from chassis.store import Unit
from contracts import Fact
from contracts.dossier import intake, payments, results, routing
from contracts.fact import VaultRef
from contracts.places import supervising
from processing.application import law_of
from processing.application.clocks import follow, keep
from processing.domain import Case, HeldLeg, fold, obligations, supplement
from processing.inbound.apologies import keep_apologies
from processing.inbound.tasks import move_tasks
from processing.views import CASE, GATE, TASKS, GateRequests, TaskRow
from worktime import rule_set

AFTER_RECEPTION = frozenset({"routing", "processing", "results"})
"""Whose facts can only follow `Received`; before it, the gate's own facts are none of ours."""


def handler(clock: Clock, catalogue: Catalogue) -> Handler:
    """The inbox's handler, with the clock that new facts are timed by and the catalogue that has the calendars."""

    def handle(unit: Unit, message: Message) -> None:
        dossier, fact = message.envelope.subject, message.fact
        if isinstance(fact, intake.Received):
            _open(unit, dossier, fact, catalogue)
            return
        case = unit.get(CASE, dossier)
        if case is None:
            _at_the_gate(unit, dossier, fact)
        if case is None and fact.OWNER in AFTER_RECEPTION:
            raise Stop(f"{fact.TYPE} came before the reception of its dossier")
        if case is not None:
            _hear(unit, case, fact, unit.moment(clock.now()), catalogue)
            move_tasks(unit, case, fact)
            case = unit.get(CASE, dossier) or case
            follow(unit, case, catalogue, [fact])
            keep_apologies(unit, case, fact, catalogue)

    return handle


def prepare(unit: Unit, dossiers: Sequence[UUID]) -> None:
    """The tasks of many dossiers in one round trip; of those that are still at the gate what was filed."""
    cases = [case for dossier in dossiers if (case := unit.get(CASE, dossier)) is not None]
    unit.prefetch_rows(TASKS, [(case.dossier, held.leg) for case in cases for held in case.held])
    received = {case.dossier for case in cases}
    unit.prefetch_rows(GATE, [(dossier,) for dossier in dossiers if dossier not in received])


def _open(unit: Unit, dossier: UUID, fact: intake.Received, catalogue: Catalogue) -> None:
    case = _case(dossier, fact, unit.get(GATE, dossier), catalogue)
    unit.delete(GATE, dossier)
    unit.put(CASE, case)
    follow(unit, case, catalogue, [fact])
    keep_apologies(unit, case, fact, catalogue)


def _at_the_gate(unit: Unit, dossier: UUID, fact: Fact) -> None:
    if isinstance(fact, intake.Submitted):
        unit.put(GATE, GateRequests(dossier=dossier, applicant=fact.applicant, form=fact.form))
    elif isinstance(fact, intake.Refused | intake.Closed):
        unit.delete(GATE, dossier)
    elif isinstance(fact, intake.Amended | intake.SupplementRequested):
        known = unit.get(GATE, dossier) or GateRequests(dossier=dossier)
        asked = isinstance(fact, intake.SupplementRequested)
        form = None if isinstance(fact, intake.SupplementRequested) else fact.form
        unit.put(GATE, replace(known, requests=known.requests + asked, form=form or known.form))


def _case(dossier: UUID, fact: intake.Received, asked: GateRequests | None, catalogue: Catalogue) -> Case:
    imported = fact.rule_set == "imported" or (fact.back_entry is not None and fact.back_entry.cause == "imported")
    waits = not imported and rule_set(fact.rule_set).settings.clock_start == "competent-agency"
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
        requests=asked.requests if asked else 0,
        applicant=asked.applicant if asked else "",
        form=asked.form if asked else None,
        register_ordinal=fact.register_ordinal,
        returner=fact.return_at,
        imported=imported,
        awaits_agency=waits and supervising(fact.receiving, fact.settling, catalogue.agencies()) is not None,
    )


# the case
def _hear(unit: Unit, case: Case, fact: Fact, now: datetime, catalogue: Catalogue) -> None:
    match fact:
        case routing.Transferred():
            _begin(unit, _open_task(unit, case, fact), fact, now, catalogue)
        case intake.Supplemented(stage="processing"):
            resumed, cause = supplement.supplemented(case, law_of(case, unit.state(case.dossier, fold), catalogue), fact.effective_at)
            _resume(unit, resumed, cause, now, catalogue)
        case payments.ObligationPaid():
            _paid(unit, case, fact, now, catalogue)
        case _:
            changes = _changes(case, fact)
            if changes:
                unit.put(CASE, replace(case, **changes))


def _changes(case: Case, fact: Fact) -> dict[str, Any]:
    match fact:
        case intake.SupplementRequested(stage="processing"):
            return {"asked_at": fact.effective_at, "wishes_answered": case.wishes_answered + 1, "requests": case.requests + 1}
        case intake.SupplementDeclined():
            return {"wishes_answered": case.wishes_answered + 1}
        case intake.StopRequested():
            return {"stop_requests": case.stop_requests + 1, "stop_wish": fact.wish}
        case results.LateStopAnswered():
            return {"late_stops": case.late_stops + 1}
        case intake.Amended(form=VaultRef() as form):
            return {"form": form}
        case intake.Closed():
            return {"ended": True, "asked_at": None}
        case results.ResultIssued():
            return {"ended": True, "asked_at": None, "issued_at": case.issued_at or fact.effective_at}
        case results.ResultReturned():
            return {"returned": True}
    return {}


def _begin(unit: Unit, case: Case, fact: routing.Transferred, now: datetime, catalogue: Catalogue) -> None:
    """The dossier has come to the agencies that settle it: where the rule set waited for that, the clock begins (NĐ 309 Đ17.3)."""
    if case.awaits_agency:
        begun = replace(case, awaits_agency=False, started_at=fact.effective_at)
        _resume(unit, begun, "competent-agency", now, catalogue)
        keep(unit, begun, catalogue)


def _open_task(unit: Unit, case: Case, fact: routing.Transferred) -> Case:
    held = HeldLeg(leg=fact.leg, agency=fact.agency, lead=fact.lead, task=fact.task)
    others = tuple(leg for leg in case.held if leg.leg != fact.leg)
    case = replace(case, held=(*others, held))
    unit.put(CASE, case)
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
    return case


def _paid(unit: Unit, case: Case, fact: payments.ObligationPaid, now: datetime, catalogue: Catalogue) -> None:
    state = unit.state(case.dossier, fold)
    if fact.obligation in state.obligations and fact.obligation not in case.paid:
        paid = obligations.paid(case, state, law_of(case, state, catalogue), fact.obligation, fact.effective_at)
        _resume(unit, paid, "obligation-pause", now, catalogue)


def _resume(unit: Unit, case: Case, cause: str, now: datetime, catalogue: Catalogue) -> None:
    unit.put(CASE, case)
    if case.imported:
        return
    state = unit.state(case.dossier, fold)
    moved = supplement.rescheduled(case, state, law_of(case, state, catalogue), cause=cause, now=now)
    if moved is not None:
        unit.record(case.dossier, moved)
