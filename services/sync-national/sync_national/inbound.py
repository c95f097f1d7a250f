"""What sync-national hears: every change of the national status becomes one message, in the order of the topic."""

from datetime import datetime
from typing import Any

import msgspec

from chassis.bus import Message
from chassis.store import Unit
from contracts.dossier import intake, routing
from contracts.fact import Fact
from contracts.national_status import Progress, Status
from sync_national.views import CASE, OUTGOING, Case, Outgoing


def handle(unit: Unit, message: Message, queued_at: datetime) -> None:
    """One message. `queued_at` is real time: the portal does not live by a simulated clock."""
    subject, fact = message.envelope.subject, message.fact
    case = unit.get(CASE, subject) or Case(dossier=subject)
    progress = Progress(_status(case.status), _status(case.before_stop), case.supplement_stage)
    changed = progress.apply(fact)
    case = msgspec.structs.replace(
        case,
        status=progress.status,
        before_stop=progress.before_stop,
        supplement_stage=progress.supplement_stage,
        **_details(fact),
    )
    if changed and not case.imported:
        case = msgspec.structs.replace(case, messages=case.messages + 1)
        unit.insert(OUTGOING, _outgoing(case, message, queued_at, unit.because.traceparent))
    unit.put(CASE, case)


def _outgoing(case: Case, message: Message, queued_at: datetime, traceparent: str | None) -> Outgoing:
    assert case.status is not None
    return Outgoing(
        dossier=case.dossier,
        n=case.messages,
        fact=message.envelope.id,
        correlation=message.envelope.correlation,
        status=case.status,
        number=case.code or str(case.dossier),
        department=case.holder,
        happened_at=message.fact.effective_at,
        queued_at=queued_at,
        next_try_at=queued_at,
        traceparent=traceparent,
    )


def _status(code: int | None) -> Status | None:
    return None if code is None else Status(code)


def _details(fact: Fact) -> dict[str, Any]:
    changes: dict[str, Any] = {"imported": True} if _is_imported(fact) else {}
    match fact:
        case intake.Submitted():
            changes["holder"] = fact.receiving
        case intake.Received():
            changes |= {"code": fact.code, "holder": fact.receiving}
        case routing.Transferred():
            changes["holder"] = fact.agency
    return changes


def _is_imported(fact: Fact) -> bool:
    if fact.back_entry is not None and fact.back_entry.cause == "imported":
        return True
    return isinstance(fact, intake.Submitted) and fact.source == "imported"
