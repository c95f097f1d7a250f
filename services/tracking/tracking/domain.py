"""A dossier as the facts on the topic give it; pure, so that any past state can be built again (TR-08)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

import worktime
from contracts.dossier import intake, results, routing
from contracts.fact import Fact
from contracts.national_status import Progress, Status
from contracts.settlement import Settlement, settlement_changes

Standing = Literal["early", "on_time", "late", "open", "none"]
"""How a dossier stands to its due date; `open` is in time so far, `none` is not judged (refused, stopped in time, without a date)."""
NOT_JUDGED = (Status.REFUSED, Status.STOPPED)
ONE_DAY = timedelta(days=1)


class Dossier(Settlement, frozen=True, kw_only=True):
    """One dossier. `applicant` is a pseudonym; `holder` is the agency that has the work now; `facts` counts what was heard."""

    id: UUID
    code: str | None = None
    procedure: str = ""
    receiving: str = ""
    settling: str = ""
    holder: str = ""
    involved: tuple[str, ...] = ()
    applicant: str = ""
    status: int | None = None
    before_stop: int | None = None
    supplement_stage: str | None = None
    submitted_at: datetime | None = None
    received_at: datetime | None = None
    late_from: datetime | None = None
    verdict: str = "open"
    imported: bool = False
    facts: int = 0


def apply(dossier: Dossier, fact: Fact) -> Dossier:
    """The dossier after one more fact."""
    progress = Progress(_status(dossier.status), _status(dossier.before_stop), dossier.supplement_stage)
    before = progress.status
    progress.apply(fact)
    after = msgspec.structs.replace(
        dossier,
        status=progress.status,
        before_stop=progress.before_stop,
        supplement_stage=progress.supplement_stage,
        facts=dossier.facts + 1,
        **_details(dossier, fact),
        **settlement_changes(dossier, fact, before, progress.status),
    )
    return msgspec.structs.replace(after, verdict=_verdict(after), late_from=_late_from(after))


def fold(dossier: UUID, facts: Iterable[Fact]) -> Dossier:
    """The dossier after these facts, in the order of the topic."""
    state = Dossier(id=dossier)
    for fact in facts:
        state = apply(state, fact)
    return state


def standing(dossier: Dossier, now: datetime) -> Standing:
    """Exact-readings § 2: by date in Viet Nam, against the date that binds; waiting for a supplement stops the clock."""
    if dossier.verdict != "open":
        return dossier.verdict  # type: ignore[return-value]
    return "late" if dossier.late_from is not None and dossier.late_from <= now else "open"


def _status(code: int | None) -> Status | None:
    return None if code is None else Status(code)


def _details(dossier: Dossier, fact: Fact) -> dict[str, Any]:
    changes: dict[str, Any] = {"imported": True} if _is_imported(fact) else {}
    match fact:
        case intake.Submitted():
            changes |= {
                "procedure": fact.procedure,
                "receiving": fact.receiving,
                "settling": fact.settling,
                "holder": fact.receiving,
                "applicant": fact.applicant,
                "submitted_at": fact.effective_at,
            }
        case intake.Received():
            changes |= {
                "code": fact.code,
                "procedure": fact.procedure,
                "receiving": fact.receiving,
                "settling": fact.settling,
                "holder": fact.receiving,
                "received_at": fact.effective_at,
            }
        case routing.Transferred():
            takes_over = fact.lead or dossier.holder != dossier.settling
            changes |= {"holder": fact.agency if takes_over else dossier.holder, "involved": _with(dossier, fact.agency)}
        case routing.ConsultationRequested():
            changes["involved"] = _with(dossier, fact.asked)
        case results.ResultIssued() | results.ResultCorrected():
            changes["holder"] = dossier.receiving
    return changes


def _with(dossier: Dossier, agency: str) -> tuple[str, ...]:
    return dossier.involved if agency in dossier.involved else (*dossier.involved, agency)


def _is_imported(fact: Fact) -> bool:
    if fact.back_entry is not None and fact.back_entry.cause == "imported":
        return True
    return isinstance(fact, intake.Received) and fact.rule_set == "imported"


def _judged(dossier: Dossier, now: datetime) -> worktime.Verdict:
    assert dossier.due_at is not None
    in_time = None if dossier.original_due_at is None else not dossier.late_extension
    return worktime.judge(dossier.finished_at, dossier.due_at, dossier.original_due_at, in_time, now)


def _verdict(dossier: Dossier) -> str:
    if dossier.finished_at is None:
        return "open"
    if dossier.due_at is None:
        return "none"
    if dossier.status in NOT_JUDGED:
        return "late" if _was_late(dossier) else "none"
    return _judged(dossier, dossier.finished_at)


def _was_late(dossier: Dossier) -> bool:
    """Whether a dossier that ended without a result was late already: at its end, or when it began to wait for the applicant."""
    assert dossier.finished_at is not None
    ended = msgspec.structs.replace(dossier, finished_at=dossier.waiting_since or dossier.finished_at)
    return _judged(ended, dossier.finished_at) == "late"


def _late_from(dossier: Dossier) -> datetime | None:
    """The first moment at which an open dossier is late: midnight in Viet Nam after the binding date."""
    binding = dossier.binding_due_at
    if binding is None or dossier.finished_at is not None:
        return None
    if dossier.waiting_since is not None and _judged(dossier, dossier.waiting_since) != "late":
        return None
    return worktime.in_viet_nam(binding).replace(hour=0, minute=0, second=0, microsecond=0) + ONE_DAY
