"""The settlement clock of a dossier as its facts give it: which date binds, and when the dossier ended.

Tracking and ratings use it, so that the public page and the internal numbers are the same (RP-07). The verdict itself is
`worktime.judge`, by date in Viet Nam.
"""

from datetime import datetime
from typing import Any

import msgspec

from contracts.dossier import intake, payments, processing, results
from contracts.fact import Fact
from contracts.national_status import Status


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """`original_due_at`: the date before an extension. `waiting_since`: since when the clock stands still for the applicant, who was
    asked for a supplement or owes what is in `owing`; the dossier cannot become late meanwhile (Đ19.5). `finished_at`: when the first
    result was issued, or the dossier ended without one.
    """

    due_at: datetime | None = None
    original_due_at: datetime | None = None
    late_extension: bool = False
    waiting_since: datetime | None = None
    owing: tuple[str, ...] = ()
    finished_at: datetime | None = None
    returned_at: datetime | None = None

    @property
    def binding_due_at(self) -> datetime | None:
        """The date the dossier is judged against: an extension counts only if its slip was in time (PR-13)."""
        return self.original_due_at if self.late_extension and self.original_due_at else self.due_at


MOVE_THE_CLOCK: frozenset[type[Fact]] = frozenset(
    {
        intake.Received, intake.SupplementRequested, intake.Supplemented, payments.ObligationPaid,
        processing.Extended, processing.ObligationRaised, processing.Rescheduled,
    }
)  # fmt: skip
"""Every other fact leaves the dates as they are: most facts do, and each is asked about in every view."""


def settlement_changes(held: Settlement, fact: Fact, before: Status | None, after: Status | None) -> dict[str, Any]:
    """What a fact changes in a `Settlement`, by field; `before` and `after` are the national status around it."""
    if type(fact) not in MOVE_THE_CLOCK:
        return _end(held, fact, before, after)
    return deadline_changes(held, fact) | _waiting(fact, before, after) | _owing(held, fact) | _end(held, fact, before, after)


def deadline_changes(held: Settlement, fact: Fact) -> dict[str, Any]:
    """What a fact changes in the dates alone: for a reader that keeps no national status."""
    match fact:
        case intake.Received():
            return {"due_at": fact.deadline.due_at if fact.deadline else None}
        case processing.Extended():
            return {"due_at": fact.deadline.due_at, "original_due_at": fact.old_due_at, "late_extension": fact.late_notice}
        case processing.Rescheduled(cause="supplement-restart"):
            return {"due_at": fact.deadline.due_at, "original_due_at": None, "late_extension": False}
        case processing.Rescheduled():
            return {"due_at": fact.deadline.due_at, "original_due_at": original_after(held.original_due_at, fact)}
    return {}


def original_after(original_due_at: datetime | None, fact: processing.Rescheduled) -> datetime | None:
    """The date before the extension once the clock was counted anew: as the fact says, else moved with the extended date."""
    if original_due_at is None:
        return None
    return fact.original_due_at or original_due_at + (fact.deadline.due_at - fact.old_due_at)


def _waiting(fact: Fact, before: Status | None, after: Status | None) -> dict[str, Any]:
    """Only the answer ends the waiting: a dossier that is closed or withdrawn without one never became late meanwhile (Đ19.5)."""
    if isinstance(fact, intake.SupplementRequested) and before is not after:
        return {"waiting_since": fact.effective_at}
    return {"waiting_since": None} if isinstance(fact, intake.Supplemented | intake.Received) else {}


def _owing(held: Settlement, fact: Fact) -> dict[str, Any]:
    """What stops the clock until it is paid."""
    match fact:
        case processing.ObligationRaised(stops_clock=True):
            return {"owing": (*held.owing, fact.obligation), "waiting_since": held.waiting_since or fact.effective_at}
        case payments.ObligationPaid() if fact.obligation in held.owing:
            left = tuple(owed for owed in held.owing if owed != fact.obligation)
            return {"owing": left, "waiting_since": held.waiting_since if left else None}
    return {}


def _end(held: Settlement, fact: Fact, before: Status | None, after: Status | None) -> dict[str, Any]:
    if before is after:
        return {}
    if after in (Status.REFUSED, Status.STOPPED) or isinstance(fact, results.ResultIssued):
        return {"finished_at": held.finished_at or fact.effective_at}
    return {"returned_at": fact.effective_at} if after is Status.RETURNED else {}
