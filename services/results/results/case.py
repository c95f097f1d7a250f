"""What results knows of a dossier: folded from the facts of all services as they arrive. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from contracts.apology import bound_since_after, frees, holds
from contracts.dossier import intake, payments, processing, results
from contracts.fact import Fact, FileRef, VaultRef
from contracts.imported import is_imported
from contracts.settlement import Settlement, deadline_changes
from worktime import article_of

IMPORTED = "imported"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier as seen from here. `state`: open, decided, issued, correcting, returned, ended; `unpaid`: obligation → đồng.

    The dates are those of `contracts.settlement`; `bound_since`: since when the one that binds has bound, `apologised_at`: when an
    apology was last given that frees the settling agency. `returner`: the one-stop that hands over. `form`: the e-form as it stands;
    `correction_due_at`: by when an error is mended.
    """

    dossier: UUID
    state: str = "open"
    code: str = ""
    procedure: str = ""
    procedure_version: int = 0
    channel: str = ""
    receiving: str = ""
    settling: str = ""
    returner: str = ""
    applicant: str = ""
    return_channel: str = ""
    imported: bool = False
    immediate: bool = False
    rule_set: str = ""
    calendar: str | None = None
    form: VaultRef | None = None
    due_at: datetime | None = None
    original_due_at: datetime | None = None
    late_extension: bool = False
    apologised_at: datetime | None = None
    bound_since: datetime | None = None
    outcome: str | None = None
    stop_open: bool = False
    unpaid: dict[str, int] = msgspec.field(default_factory=dict)
    paid: list[str] = msgspec.field(default_factory=list)
    number: str = ""
    file: FileRef | None = None
    certificate: str = ""
    decided_at: datetime | None = None
    issued_at: datetime | None = None
    announced_at: datetime | None = None
    correction_due_at: datetime | None = None
    returned_at: datetime | None = None
    way: str = ""

    def article(self, point: str) -> str:
        """The article of a point in the rule set that the dossier pins."""
        return article_of(self.rule_set, point)

    @property
    def apologised(self) -> bool:
        """Whether the settling agency's lateness was apologised for, and for the date that binds (PR-14, PR-15)."""
        return self.apologised_at is not None and holds(self.apologised_at, self.bound_since)


def learn(case: Case, fact: Fact) -> Case:
    """The case after one more fact; facts that do not matter here leave it as it is."""
    step = _STEPS.get(type(fact))
    known = step(case, fact) if step else case
    held = _settlement(case)
    changes = deadline_changes(held, fact)
    return replace(known, **changes, bound_since=bound_since_after(case.bound_since, held, fact)) if changes else known


def _settlement(case: Case) -> Settlement:
    return Settlement(due_at=case.due_at, original_due_at=case.original_due_at, late_extension=case.late_extension)


def _submitted(case: Case, fact: intake.Submitted) -> Case:
    return replace(
        case,
        applicant=fact.applicant,
        receiving=fact.receiving,
        settling=fact.settling,
        returner=fact.return_at or fact.receiving,
        procedure=fact.procedure,
        procedure_version=fact.procedure_version,
        channel=fact.channel,
        form=fact.form,
        imported=is_imported(fact),
    )


def _received(case: Case, fact: intake.Received) -> Case:
    known = replace(
        case,
        code=fact.code,
        procedure=fact.procedure,
        procedure_version=fact.procedure_version,
        channel=fact.channel,
        receiving=fact.receiving,
        settling=fact.settling,
        returner=fact.return_at or fact.receiving,
        return_channel=fact.return_channel,
        imported=fact.rule_set == IMPORTED,
        immediate=fact.immediate,
        rule_set=fact.rule_set,
        calendar=fact.deadline.calendar if fact.deadline else None,
    )
    fee = fact.fee
    return _owing(known, payments.FEE, fee.amount_vnd) if fee else known


def _owing(case: Case, obligation: str, amount_vnd: int) -> Case:
    if amount_vnd <= 0 or obligation in case.paid:
        return case
    return replace(case, unpaid={**case.unpaid, obligation: amount_vnd})


def _paid(case: Case, fact: payments.ObligationPaid) -> Case:
    rest = {name: amount for name, amount in case.unpaid.items() if name != fact.obligation}
    return replace(case, unpaid=rest, paid=[*case.paid, fact.obligation])


def _apologised(case: Case, fact: processing.Apologised) -> Case:
    if not frees(fact.fault, "settling"):
        return case
    return replace(case, apologised_at=max(case.apologised_at or fact.effective_at, fact.effective_at))


def _decided(outcome: str) -> Callable[[Case, Fact], Case]:
    def step(case: Case, fact: Fact) -> Case:
        return replace(case, outcome=outcome, decided_at=fact.effective_at, state="decided" if case.state == "open" else case.state)

    return step


def _issued(case: Case, fact: results.ResultIssued) -> Case:
    return replace(
        case,
        state="issued",
        outcome=fact.outcome,
        number=fact.number,
        file=fact.file,
        certificate=fact.certificate,
        issued_at=fact.effective_at,
    )


def _returned(case: Case, fact: results.ResultReturned) -> Case:
    return replace(case, state="returned", way=fact.way, returned_at=fact.effective_at)


def _corrected(case: Case, fact: results.ResultCorrected) -> Case:
    certificate = fact.certificate or case.certificate
    return replace(case, state="issued", number=fact.number, file=fact.file, certificate=certificate, correction_due_at=None)


def _correcting(case: Case, fact: results.CorrectionRequested) -> Case:
    return replace(case, state="correcting", correction_due_at=fact.deadline.due_at if fact.deadline else None)


def _amended(case: Case, fact: intake.Amended) -> Case:
    return replace(case, form=fact.form or case.form)


def _ended(case: Case, _: Fact) -> Case:
    return replace(case, state="ended", stop_open=False)


_STEPS: dict[type[Fact], Callable[[Case, Any], Case]] = {
    intake.Submitted: _submitted,
    intake.Received: _received,
    intake.Amended: _amended,
    intake.Closed: _ended,
    intake.Refused: _ended,
    intake.StopRequested: lambda case, _: replace(case, stop_open=True),
    processing.StopDeclined: lambda case, _: replace(case, stop_open=False),
    processing.AdjustmentAllowed: lambda case, _: replace(case, stop_open=False),
    processing.Stopped: _ended,
    processing.ObligationRaised: lambda case, fact: _owing(case, fact.obligation, fact.amount_vnd),
    processing.Apologised: _apologised,
    processing.Approved: _decided("granted"),
    processing.Declined: _decided("declined"),
    payments.ObligationPaid: _paid,
    results.ResultIssued: _issued,
    results.ResultReturned: _returned,
    results.EarlyReturnAnnounced: lambda case, fact: replace(case, announced_at=fact.effective_at),
    results.CorrectionRequested: _correcting,
    results.ResultCorrected: _corrected,
    results.LateStopAnswered: lambda case, _: replace(case, stop_open=False),
}
