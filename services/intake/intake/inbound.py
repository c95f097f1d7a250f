"""What intake hears: its own facts become list rows; others' facts say what is still possible."""

from typing import Any

import msgspec

from chassis.bus import Message
from chassis.store import Unit
from chassis.timers import TIMERS, Timer
from contracts.dossier import processing, results
from contracts.fact import Fact
from contracts.national_status import Progress, Status
from intake.events import Amended, Received, Submitted, SupplementDeclined, Supplemented, SupplementRequested
from intake.views import DOSSIER, DossierRow
from worktime import calendar, closing_moment

CLOSE_UNSUPPLEMENTED = "close-unsupplemented"


def handle(unit: Unit, message: Message) -> None:
    """One message into the list row of its dossier."""
    fact = message.fact
    subject = message.envelope.subject
    row = unit.get(DOSSIER, subject)
    if isinstance(fact, Submitted):
        unit.put(DOSSIER, _new_row(message, fact))
        return
    if row is None:
        return
    changes = {**_moved(row, fact), **_details(row, fact)}
    if changes:
        unit.put(DOSSIER, msgspec.structs.replace(row, **changes))
    if isinstance(fact, SupplementRequested) and fact.answer_by is not None and not row.imported:
        closing = closing_moment(fact.answer_by, calendar(row.receiving))
        unit.put(TIMERS, Timer(name=CLOSE_UNSUPPLEMENTED, subject=subject, due_at=closing))


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
        imported=fact.back_entry is not None and fact.back_entry.cause == "imported",
    )


def _moved(row: DossierRow, fact: Fact) -> dict[str, Any]:
    before = Status(row.before_stop) if row.before_stop else None
    progress = Progress(Status(row.status), before, row.supplement_stage)
    if not progress.apply(fact):
        return {}
    return {
        "status": int(progress.status or row.status),
        "before_stop": int(progress.before_stop) if progress.before_stop else None,
        "supplement_stage": progress.supplement_stage,
    }


def _details(row: DossierRow, fact: Fact) -> dict[str, Any]:
    if isinstance(fact, Received):
        due_at = fact.deadline.due_at if fact.deadline else None
        return {"code": fact.code, "received_at": fact.effective_at, "due_at": due_at, "register_ordinal": fact.register_ordinal}
    if isinstance(fact, SupplementRequested):
        return {"answer_by": fact.answer_by, "supplement_arrived_at": None, "needed": None}
    if isinstance(fact, Amended) and fact.answers_supplement:
        return {"supplement_arrived_at": fact.effective_at}
    if isinstance(fact, Supplemented):
        return {"answer_by": None, "supplement_arrived_at": None}
    if isinstance(fact, SupplementDeclined):
        return {"needed": None}
    if isinstance(fact, processing.SupplementNeeded):
        return {"needed": fact}
    if isinstance(fact, processing.Rescheduled | processing.Extended):
        return {"due_at": fact.deadline.due_at}
    if isinstance(fact, processing.Approved | processing.Declined | processing.Stopped | results.ResultIssued):
        return {"decided": True, "needed": None}
    return {}
