"""How a dossier counts in its agency's punctuality (RP-06); pure."""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

import worktime
from contracts.dossier import intake
from contracts.fact import Fact
from contracts.national_status import Progress, Status
from contracts.settlement import Settlement, settlement_changes

Verdict = Literal["open", "early", "on_time", "late", "none"]
"""`none`: refused, or stopped in time; such a dossier is in no rate."""
ONE_DAY = timedelta(days=1)


class Case(Settlement, frozen=True, kw_only=True):
    """A dossier with its settling agency, and the month (`2026-03`) it counts in: of its end, while open of its due date."""

    dossier: UUID
    settling: str = ""
    status: int | None = None
    before_stop: int | None = None
    supplement_stage: str | None = None
    month: str | None = None
    verdict: Verdict = "open"
    late_from: datetime | None = None
    imported: bool = False
    known_at: datetime


def apply(case: Case, fact: Fact) -> Case:
    """The case after one more fact."""
    progress = Progress(_status(case.status), _status(case.before_stop), case.supplement_stage)
    before = progress.status
    progress.apply(fact)
    after = msgspec.structs.replace(
        case,
        status=progress.status,
        before_stop=progress.before_stop,
        supplement_stage=progress.supplement_stage,
        known_at=max(case.known_at, fact.recorded_at),
        **_details(fact),
        **settlement_changes(case, fact, before, progress.status),
    )
    return msgspec.structs.replace(after, verdict=_verdict(after), late_from=_late_from(after), month=_month(after))


def _status(code: int | None) -> Status | None:
    return None if code is None else Status(code)


def _details(fact: Fact) -> dict[str, Any]:
    changes: dict[str, Any] = {"settling": fact.settling} if isinstance(fact, intake.Submitted | intake.Received) else {}
    imported = fact.back_entry is not None and fact.back_entry.cause == "imported"
    return changes | ({"imported": True} if imported else {})


def _judged(case: Case, when: datetime) -> worktime.Verdict:
    assert case.due_at is not None
    in_time = None if case.original_due_at is None else not case.late_extension
    return worktime.judge(case.finished_at, case.due_at, case.original_due_at, in_time, when)


def _verdict(case: Case) -> Verdict:
    if case.finished_at is None:
        return "open"
    if case.due_at is None:
        return "none"
    if case.status in (Status.REFUSED, Status.STOPPED):
        return "late" if _was_late(case) else "none"
    return _judged(case, case.finished_at)


def _was_late(case: Case) -> bool:
    """Whether a dossier that ended without a result was late already: at its end, or when it began to wait for the applicant."""
    assert case.finished_at is not None
    ended = msgspec.structs.replace(case, finished_at=case.waiting_since or case.finished_at)
    return _judged(ended, case.finished_at) == "late"


def _late_from(case: Case) -> datetime | None:
    binding = case.binding_due_at
    if binding is None or case.finished_at is not None:
        return None
    if case.waiting_since is not None and _judged(case, case.waiting_since) != "late":
        return None
    return worktime.in_viet_nam(binding).replace(hour=0, minute=0, second=0, microsecond=0) + ONE_DAY


def _month(case: Case) -> str | None:
    moment = case.finished_at or case.binding_due_at
    return f"{worktime.in_viet_nam(moment):%Y-%m}" if moment is not None else None
