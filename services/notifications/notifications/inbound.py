"""What notifications hears: each event that the applicant is told of becomes one row a channel."""

from datetime import datetime

import msgspec

from chassis.bus import Message
from chassis.store import Unit
from contracts.dossier import intake, processing
from contracts.fact import Fact
from notifications.domain import Contents, contents, is_imported
from notifications.views import CASE, DELIVERY, Case, Delivery
from notifications.wording import notices


def handle(unit: Unit, message: Message, queued_at: datetime) -> None:
    """One message. `queued_at` is real time: people do not live by a simulated clock."""
    fact = message.fact
    case = _case(unit, message)
    if case is None:
        return
    unit.put(CASE, case)
    told = contents(fact, case.declined)
    if told is None or case.imported:
        return
    for delivery in _deliveries(case, message, told, queued_at):
        unit.insert(DELIVERY, delivery)


def _case(unit: Unit, message: Message) -> Case | None:
    subject, fact = message.envelope.subject, message.fact
    if isinstance(fact, intake.Submitted):
        return _opened(message, fact)
    case = unit.get(CASE, subject)
    return None if case is None else _changed(case, fact)


def _opened(message: Message, fact: intake.Submitted) -> Case:
    return Case(
        dossier=message.envelope.subject,
        applicant=fact.applicant,
        receiving=fact.receiving,
        settling=fact.settling,
        procedure=fact.procedure,
        procedure_version=fact.procedure_version,
        form=fact.form,
        imported=is_imported(fact),
        submitted_at=fact.effective_at,
    )


def _changed(case: Case, fact: Fact) -> Case:
    if is_imported(fact):
        case = msgspec.structs.replace(case, imported=True)
    match fact:
        case intake.Received():
            due_at = fact.deadline.due_at if fact.deadline else None
            return msgspec.structs.replace(case, code=fact.code, receiving=fact.receiving, settling=fact.settling, due_at=due_at)
        case intake.Amended() if fact.form is not None:
            return msgspec.structs.replace(case, form=fact.form)
        case processing.Rescheduled() | processing.Extended():
            return msgspec.structs.replace(case, due_at=fact.deadline.due_at)
        case processing.Declined():
            return msgspec.structs.replace(case, declined=fact.reason)
    return case


def _deliveries(case: Case, message: Message, told: Contents, queued_at: datetime) -> list[Delivery]:
    return [
        Delivery(
            fact=message.envelope.id,
            channel=channel,
            event=told.event,
            dossier=case.dossier,
            applicant=case.applicant,
            number=case.code or str(case.dossier),
            procedure=case.procedure,
            procedure_version=case.procedure_version,
            form=case.form,
            due_at=told.due_at,
            amount_vnd=told.amount_vnd,
            items=told.items,
            reason=told.reason,
            old_due_at=told.old_due_at,
            calendar=told.calendar,
            submitted_at=case.submitted_at,
            settling=told.agency or case.settling,
            happened_at=message.fact.effective_at,
            queued_at=queued_at,
            next_try_at=queued_at,
        )
        for channel in notices()[told.event].channels
    ]
