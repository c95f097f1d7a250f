"""What intake hears: its own facts become list rows; others' facts say what is still possible."""

from datetime import timedelta
from typing import Any

import msgspec

from chassis.bus import Message
from chassis.clock import Clock
from chassis.inbox import Handler
from chassis.store import Unit
from chassis.timers import TIMERS, Timer
from contracts.dossier import payments, processing, results, routing
from contracts.dossier.payments import FEE
from contracts.fact import Fact
from contracts.national_status import Progress, Status
from intake.application.clocks import follow_gate, gate_after_fee
from intake.application.desk import Desk
from intake.application.gate import gate_of, tell_officer, tell_paid, waits_for_fee
from intake.domain.gate import at_gate
from intake.events import Amended, GateRescheduled, Received, Submitted, SupplementDeclined, Supplemented, SupplementRequested
from intake.views import CLOSE_UNSUPPLEMENTED, DOSSIER, TELL_LATE, DossierRow
from worktime import closing_moment

LATE_BY = timedelta(minutes=1)
"""At the due minute itself the gate is kept; 8 h 01 is late."""


def handler(desk: Desk, clock: Clock) -> Handler:
    """The inbox's handler; `desk` has the rules of the gate that a supplement starts again, `clock` says when officers are told."""

    def handle(unit: Unit, message: Message) -> None:
        fact, subject = message.fact, message.envelope.subject
        row = unit.get(DOSSIER, subject)
        if isinstance(fact, Submitted):
            row = _new_row(message, fact)
            unit.put(DOSSIER, row)
            if fact.channel == "online" and not row.imported:
                tell_officer(unit, desk, row, clock.now())
        elif row is not None:
            changes = {**_moved(row, fact), **_details(row, fact, desk)}
            if changes:
                before, row = row, msgspec.structs.replace(row, **changes)
                unit.put(DOSSIER, row)
                follow_gate(unit, desk, before, row, fact)
                if _was_paid(before, row):
                    tell_paid(unit, row, clock.now())
        if row is not None and not row.imported:
            _set_timers(unit, row, fact, desk)

    return handle


def _was_paid(before: DossierRow, row: DossierRow) -> bool:
    """Whether the fee came that held reception, with nothing else to wait for."""
    return before.fee_paid_at is None and row.fee_paid_at is not None and at_gate(row.status, row.supplement_arrived_at)


def _set_timers(unit: Unit, row: DossierRow, fact: Fact, desk: Desk) -> None:
    if isinstance(fact, SupplementRequested) and fact.answer_by is not None:
        working = desk.catalogue.calendar(row.receiving if fact.stage == "gate" else row.settling)
        unit.put(TIMERS, Timer(name=CLOSE_UNSUPPLEMENTED, subject=row.dossier, due_at=closing_moment(fact.answer_by, working)))
    opened = (isinstance(fact, Submitted) and fact.channel == "online") or (isinstance(fact, Amended) and fact.answers_supplement)
    paid = isinstance(fact, payments.ObligationPaid) and at_gate(row.status, row.supplement_arrived_at)
    if (opened or paid or isinstance(fact, GateRescheduled)) and row.gate_due_at is not None:
        unit.put(TIMERS, Timer(name=TELL_LATE, subject=row.dossier, due_at=row.gate_due_at + LATE_BY))


def _new_row(message: Message, fact: Submitted) -> DossierRow:
    return DossierRow(
        dossier=message.envelope.subject,
        procedure=fact.procedure,
        receiving=fact.receiving,
        settling=fact.settling,
        channel=fact.channel,
        source=fact.source,
        applicant=fact.applicant,
        status=Status.REGISTERED,
        submitted_at=fact.effective_at,
        gate_due_at=fact.gate.due_at if fact.gate else None,
        prepaid_vnd=fact.prepaid.amount_vnd if fact.prepaid else None,
        imported=fact.back_entry is not None and fact.back_entry.cause == "imported",
    )


def _moved(row: DossierRow, fact: Fact) -> dict[str, Any]:
    before = Status(row.before_stop) if row.before_stop else None
    progress = Progress(Status(row.status), before, row.supplement_stage)
    progress.apply(fact)
    if (progress.status, progress.before_stop, progress.supplement_stage) == (row.status, row.before_stop, row.supplement_stage):
        return {}
    return {
        "status": int(progress.status or row.status),
        "before_stop": int(progress.before_stop) if progress.before_stop else None,
        "supplement_stage": progress.supplement_stage,
    }


def _answered(row: DossierRow, fact: Fact) -> dict[str, Any]:
    answers = None if row.stop_answers is None else row.stop_answers + 1
    return {"stop_answers": answers, "consents": row.consents + isinstance(fact, processing.AdjustmentAllowed)}


def _details(row: DossierRow, fact: Fact, desk: Desk) -> dict[str, Any]:
    if isinstance(fact, Received):
        due_at = fact.deadline.due_at if fact.deadline else None
        return {"code": fact.code, "received_at": fact.effective_at, "due_at": due_at, "register_ordinal": fact.register_ordinal}
    if isinstance(fact, SupplementRequested):
        return {"answer_by": fact.answer_by, "supplement_arrived_at": None, "needed": None, "gate_due_at": None}
    if isinstance(fact, GateRescheduled):
        return {"gate_due_at": fact.gate.due_at}
    if isinstance(fact, Amended) and fact.answers_supplement:
        gate = None if waits_for_fee(desk, row) else gate_of(desk, row.receiving, fact.effective_at, fact.effective_at)
        return {"supplement_arrived_at": fact.effective_at, "gate_due_at": gate.due_at if gate else None}
    if isinstance(fact, payments.ObligationPaid) and fact.obligation == FEE and row.prepaid_vnd is not None:
        begun = gate_after_fee(desk, row, fact)[0] if waits_for_fee(desk, row) else None
        return {"fee_paid_at": fact.effective_at} | ({"gate_due_at": begun.due_at} if begun else {})
    if isinstance(fact, Supplemented):
        return {"answer_by": None, "supplement_arrived_at": None}
    if isinstance(fact, SupplementDeclined):
        return {"needed": None}
    if isinstance(fact, processing.StopDeclined | processing.AdjustmentAllowed | results.LateStopAnswered):
        return _answered(row, fact)
    if isinstance(fact, processing.SupplementNeeded):
        return {"needed": fact}
    if isinstance(fact, processing.Rescheduled | processing.Extended):
        return {"due_at": fact.deadline.due_at}
    if isinstance(fact, routing.Transferred):
        return {"transferred_at": row.transferred_at or fact.effective_at}
    if isinstance(fact, results.ResultReturned):
        return {"returned_at": fact.effective_at, "returned_way": fact.way}
    if isinstance(fact, results.ResultIssued):
        return {"decided": True, "needed": None, "result_at": fact.effective_at}
    if isinstance(fact, processing.Stopped):
        return {"decided": True, "needed": None, "stopped": fact}
    if isinstance(fact, processing.Approved | processing.Declined):
        return {"decided": True, "needed": None}
    return {}
