"""What routing hears: the case from others, and its own facts for the lists. Imported histories change lists only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from chassis.bus import Message
from chassis.catalogue import Catalogue
from chassis.clock import Clock
from chassis.inbox import Handler
from chassis.store import Unit
from contracts import Fact
from contracts.dossier import intake, payments, processing, results
from contracts.places import supervising
from routing import application
from routing.clocks import follow
from routing.domain import Case, fold, legs
from routing.events import (
    ConsultationAnswered,
    ConsultationLate,
    ConsultationRequested,
    HandedOver,
    HandoverLate,
    LegRescheduled,
    Transferred,
)
from routing.views import ALERTS, CASE, CONSULTATIONS, LEGS, AlertRow, ConsultationRow, LegRow
from worktime import rule_set

ENDINGS = (processing.Stopped, intake.Closed, results.ResultIssued)


def handler(clock: Clock, catalogue: Catalogue) -> Handler:
    """The inbox's handler, with the clock that new facts are timed by and the catalogue that knows agencies and calendars."""

    def handle(unit: Unit, message: Message) -> None:
        dossier, fact, now = message.envelope.subject, message.fact, unit.moment(clock.now())
        if isinstance(fact, intake.Received):
            _received(unit, dossier, fact, now, catalogue)
            return
        case = unit.get(CASE, dossier)
        _own(unit, dossier, case, fact)
        if case is not None:
            _others(unit, case, fact, now, catalogue)

    return handle


def _received(unit: Unit, dossier: UUID, fact: intake.Received, now: datetime, catalogue: Catalogue) -> None:
    imported = fact.rule_set == "imported" or (fact.back_entry is not None and fact.back_entry.cause == "imported")
    case = Case(
        dossier=dossier,
        code=fact.code,
        receiving=fact.receiving,
        settling=fact.settling,
        rule_set=fact.rule_set,
        calendar=fact.deadline.calendar if fact.deadline else None,
        process=fact.process,
        supplement_policy=fact.supplement_policy,
        received_at=fact.effective_at,
        due_at=fact.deadline.due_at if fact.deadline else None,
        imported=imported,
        on_paper=fact.channel != "online",
        supervising=supervising(fact.receiving, fact.settling, catalogue.agencies()),
    )
    unit.put(CASE, case)
    if not imported:
        application.transfer(unit, case, now, catalogue)


def _others(unit: Unit, case: Case, fact: Fact, now: datetime, catalogue: Catalogue) -> None:
    match fact:
        case processing.StepCompleted(leg_ended=True) if not case.has_ended(fact.leg):
            _leg_ended(unit, case, fact, now, catalogue)
        case intake.SupplementRequested(stage="processing"):
            _put(unit, replace(case, asked_at=fact.effective_at), catalogue)
        case intake.Supplemented(stage="processing"):
            _supplemented(unit, case, fact.effective_at, now, catalogue)
        case processing.ObligationRaised():
            owed = (*case.owed, fact.obligation)
            unit.put(CASE, replace(case, owed=owed, owed_since=case.owed_since or fact.effective_at))
        case payments.ObligationPaid() if fact.obligation in case.owed:
            _paid(unit, case, fact, now, catalogue)
        case processing.Extended():
            _extended(unit, replace(case, due_at=fact.deadline.due_at, calendar=fact.deadline.calendar), fact, now, catalogue)
        case processing.Rescheduled():
            unit.put(CASE, replace(case, due_at=fact.deadline.due_at, calendar=fact.deadline.calendar))
        case processing.Approved() | processing.Declined() if case.leads(fact.leg):
            _put(unit, replace(case, ended=True), catalogue)
            _change_leg(unit, case.dossier, fact.leg, ended_at=fact.effective_at)
        case _ if isinstance(fact, ENDINGS):
            _put(unit, replace(case, ended=True), catalogue)


def _put(unit: Unit, case: Case, catalogue: Catalogue) -> None:
    unit.put(CASE, case)
    follow(unit, case, catalogue)


def _paid(unit: Unit, case: Case, fact: payments.ObligationPaid, now: datetime, catalogue: Catalogue) -> None:
    left = tuple(obligation for obligation in case.owed if obligation != fact.obligation)
    since, case = case.owed_since, replace(case, owed=left, owed_since=case.owed_since if left else None)
    unit.put(CASE, case)
    if since is None or left or case.imported or rule_set(case.rule_set).settings.obligation_clock != "pause":
        return
    paused = (since, max(since, fact.effective_at), "chờ thực hiện nghĩa vụ tài chính")
    _resume(unit, replace(case, pauses=(*case.pauses, paused)), "obligation-pause", now, catalogue)


def _supplemented(unit: Unit, case: Case, arrived_at: datetime, now: datetime, catalogue: Catalogue) -> None:
    if case.imported:
        return
    asked_at, case = case.asked_at or arrived_at, replace(case, asked_at=None)
    if case.supplement_policy == "pause" or rule_set(case.rule_set).settings.supplement_clock == "pause":
        waited = (asked_at, max(asked_at, arrived_at), "chờ bổ sung hồ sơ")
        paused = replace(case, pauses=(*case.pauses, waited))
        _resume(unit, paused, "supplement-pause", now, catalogue)
    else:
        _resume(unit, replace(case, restarted_at=arrived_at, restart_asked_at=asked_at), "supplement-restart", now, catalogue)


def _extended(unit: Unit, case: Case, fact: processing.Extended, now: datetime, catalogue: Catalogue) -> None:
    unit.put(CASE, case)
    if not case.imported:
        _resume(unit, legs.extended(case, unit.state(case.dossier, fold), fact), "extension", now, catalogue)


def _resume(unit: Unit, case: Case, cause: str, now: datetime, catalogue: Catalogue) -> None:
    unit.put(CASE, case)
    application.reschedule(unit, case, cause, now, catalogue)


def _leg_ended(unit: Unit, case: Case, fact: processing.StepCompleted, now: datetime, catalogue: Catalogue) -> None:
    case = replace(case, ended_legs=(*case.ended_legs, (fact.leg, fact.effective_at)))
    unit.put(CASE, case)
    _change_leg(unit, case.dossier, fact.leg, ended_at=fact.effective_at)
    if not case.imported:
        application.transfer(unit, case, now, catalogue)


def _own(unit: Unit, dossier: UUID, case: Case | None, fact: Fact) -> None:
    match fact:
        case Transferred():
            unit.put(LEGS, _leg_row(dossier, fact))
        case HandedOver(movement="sent"):
            _change_leg(unit, dossier, fact.leg, sent_at=fact.effective_at)
        case HandedOver():
            _change_leg(unit, dossier, fact.leg, received_at=fact.effective_at)
        case HandoverLate():
            _alert(unit, dossier, case, "handover-late", fact.leg, fact.agency, fact.due_at, fact.effective_at)
        case LegRescheduled():
            _change_leg(unit, dossier, fact.leg, due_at=fact.deadline.due_at)
        case ConsultationRequested():
            unit.put(CONSULTATIONS, _consultation_row(dossier, fact))
        case ConsultationAnswered():
            _change_consultation(unit, dossier, fact.consultation, answered_at=fact.effective_at)
        case ConsultationLate():
            _change_consultation(unit, dossier, fact.consultation, late=True)
            row = unit.get(CONSULTATIONS, dossier, fact.consultation)
            reply_by = row.reply_by if row else fact.effective_at
            _alert(unit, dossier, case, "consultation-late", fact.consultation, fact.asked, reply_by, fact.effective_at)


def _alert(unit: Unit, dossier: UUID, case: Case | None, kind: str, number: int, about: str, due_at: datetime, raised_at: datetime) -> None:
    """What the heads of the one-stops concerned are told (NĐ 118 Đ19.4, RT-01)."""
    if case is None or case.imported:
        return
    for told in case.one_stops():
        row = AlertRow(
            dossier=dossier, kind=kind, number=number, told=told, code=case.code, about=about, due_at=due_at, raised_at=raised_at
        )
        unit.put(ALERTS, row)


def _leg_row(dossier: UUID, fact: Transferred) -> LegRow:
    return LegRow(
        dossier=dossier,
        leg=fact.leg,
        agency=fact.agency,
        lead=fact.lead,
        task=fact.task,
        transferred_at=fact.effective_at,
        due_at=fact.deadline.due_at if fact.deadline else None,
        paper_due_at=fact.paper.due_at if fact.paper else None,
    )


def _consultation_row(dossier: UUID, fact: ConsultationRequested) -> ConsultationRow:
    return ConsultationRow(
        dossier=dossier,
        consultation=fact.consultation,
        asking=fact.asking,
        asked=fact.asked,
        way_of_replying=fact.way_of_replying,
        asked_at=fact.effective_at,
        reply_by=fact.reply_by,
    )


def _change_leg(unit: Unit, dossier: UUID, leg: int, **changes: Any) -> None:
    row = unit.get(LEGS, dossier, leg)
    if row is not None:
        unit.put(LEGS, replace(row, **changes))


def _change_consultation(unit: Unit, dossier: UUID, number: int, **changes: Any) -> None:
    row = unit.get(CONSULTATIONS, dossier, number)
    if row is not None:
        unit.put(CONSULTATIONS, replace(row, **changes))
