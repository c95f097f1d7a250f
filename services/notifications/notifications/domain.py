"""Which facts are told, how long to pause after a failure, what an answer of the gateway means. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.dossier import intake, processing, results
from contracts.dossier.parts import Fee, SupplementItem
from contracts.fact import Fact, VaultRef

EVENTS: Mapping[type[Fact], str] = {
    intake.Submitted: "submitted",
    intake.Received: "received",
    intake.Refused: "refused",
    intake.SupplementRequested: "supplement-requested",
    intake.Closed: "closed",
    processing.VerificationScheduled: "verification-scheduled",
    processing.Apologised: "apologised",
    processing.Extended: "extended",
    processing.Rescheduled: "rescheduled",
    processing.ObligationRaised: "obligation-raised",
    processing.Stopped: "stopped",
    processing.StopDeclined: "stop-declined",
    results.LateStopAnswered: "stop-too-late",
    processing.AdjustmentAllowed: "adjustment-allowed",
    results.ResultIssued: "result-issued",
    results.EarlyReturnAnnounced: "result-early",
    results.CorrectionRequested: "correction-requested",
    results.ResultCorrected: "result-corrected",
    results.ResultReturned: "result-returned",
}
"""NO-02: on reception, result, supplement and progress (DN8.2, TQ4.3, TQ13)."""
MOVED: Mapping[str, str] = {
    "calendar": "rescheduled",
    "competent-agency": "clock-begun",
    "supplement-restart": "supplement-complete",
    "supplement-pause": "supplement-complete",
    "obligation-pause": "obligation-met",
}
"""A date that a receipt named never changes silently: what is told of each cause."""
DECLINED = "result-declined"
"""A result that is a no: told with its reason."""
ENDED: Mapping[str, str] = {"not-supplemented": "closed", "withdrawn": "withdrawn"}
MISDIRECTED = "misdirected"
"""A dossier that another agency settles: told with its name (Đ17.2a)."""
TO_PAY = "submitted-to-pay"
"""A submission whose fee has to be paid before reception (SL10.2c)."""
LONGEST_PAUSE = timedelta(minutes=30)
TRANSIENT = (401, 403, 408, 409, 425, 429)


@dataclass(frozen=True)
class Contents:
    """What a notice says besides the number: a date, the calendar that moved it, an amount, references to reasons, an agency."""

    event: str
    due_at: datetime | None = None
    old_due_at: datetime | None = None
    calendar: str | None = None
    amount_vnd: int | None = None
    items: tuple[SupplementItem, ...] = ()
    reason: VaultRef | None = None
    agency: str | None = None


@dataclass(frozen=True)
class Delivered:
    """Taken; `digest` is that of the text."""

    digest: str


@dataclass(frozen=True)
class Never:
    """It cannot be delivered: no address, or refused for good."""

    state: str
    why: str | None = None


@dataclass(frozen=True)
class Again:
    """Nothing certain is known: the same message again later."""

    why: str


Outcome = Delivered | Never | Again


def contents(fact: Fact, declined: VaultRef | None = None) -> Contents | None:
    """What the applicant is told of a fact; None when nothing. `declined`: why the leader declined to settle, if that came before."""
    event = EVENTS.get(type(fact))
    if event is None:
        return None
    match fact:
        case results.EarlyReturnAnnounced():
            return Contents(event, due_at=fact.due_at) if fact.way == "system" else None
        case results.CorrectionRequested():
            return Contents(event, due_at=fact.deadline.due_at if fact.deadline else None)
        case processing.Rescheduled():
            return _rescheduled(fact)
        case processing.Apologised():
            return Contents(event, reason=fact.letter)
        case intake.Closed():
            return Contents(ENDED[fact.cause])
        case intake.Submitted(prepaid=Fee(amount_vnd=amount)):
            return Contents(TO_PAY, amount_vnd=amount)
        case intake.Received() | processing.Extended():
            return Contents(event, due_at=fact.deadline.due_at if fact.deadline else None)
        case intake.SupplementRequested():
            return Contents(event, due_at=fact.answer_by, items=fact.items)
        case intake.Refused(competent=str(agency)):
            return Contents(MISDIRECTED, reason=fact.reason, agency=agency)
        case intake.Refused() | processing.StopDeclined():
            return Contents(event, reason=fact.reason)
        case results.ResultIssued(outcome="declined"):
            return Contents(DECLINED, reason=declined)
        case processing.VerificationScheduled():
            return Contents(event, due_at=fact.at, reason=fact.details)
        case processing.ObligationRaised():
            return Contents(event, amount_vnd=fact.amount_vnd, reason=fact.basis)
    return Contents(event)


def _rescheduled(fact: processing.Rescheduled) -> Contents | None:
    """A date that a receipt named has moved, and why."""
    if fact.deadline.due_at == fact.old_due_at:
        return None
    calendar = fact.deadline.calendar if fact.cause == "calendar" else None
    return Contents(MOVED[fact.cause], due_at=fact.deadline.due_at, old_due_at=fact.old_due_at, calendar=calendar)


def is_imported(fact: Fact) -> bool:
    """History that was imported is never told."""
    if fact.back_entry is not None and fact.back_entry.cause == "imported":
        return True
    return isinstance(fact, intake.Submitted) and fact.source == "imported"


def pause(attempts: int) -> timedelta:
    """How long to wait after the nth failure: 2, 4, 8 … seconds, at most half an hour."""
    return min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_PAUSE)


def meaning(status: int, accepted: bool, digest: str) -> Outcome:
    """What an answer of the gateway means. Only 2xx with `accepted` is a yes."""
    if 200 <= status < 300 and accepted:
        return Delivered(digest)
    if 400 <= status < 500 and status not in TRANSIENT:
        return Never("refused", f"answer {status}")
    return Again(f"answer {status}")
