"""Facts that processing records: assignment, drafts, approval, the settlement clock."""

from datetime import date
from typing import Literal

from contracts.dossier.parts import Deadline, SupplementItem
from contracts.fact import Fact, FileRef, VaultRef, owned_by, owned_earlier_by, words_left_behind
from contracts.moment import Moment

SERVICE = "processing"


@owned_by(SERVICE, "vn.motcua.dossier.assigned.v1")
class Assigned(Fact):
    """A head handles the leg personally or assigns a specialist (PR-01)."""

    leg: int
    agency: str
    assignee: str
    assigned_by: str


@owned_by(SERVICE, "vn.motcua.dossier.step-completed.v1")
class StepCompleted(Fact):
    """A step of the internal process ended with its `information` (PR-22), or, with `partial_result`, a co-ordinating agency's whole
    leg (RT-06)."""

    leg: int
    step: str
    officer: str
    partial_result: FileRef | None = None
    leg_ended: bool = False
    information: VaultRef | None = None


@owned_by(SERVICE, "vn.motcua.dossier.verification-scheduled.v1")
class VerificationScheduled(Fact):
    """Time, place, participants and content of a verification (PR-03); what is personal lies in the vault."""

    leg: int
    at: Moment
    details: VaultRef
    officer: str


@owned_by(SERVICE, "vn.motcua.dossier.supplement-needed.v1")
class SupplementNeeded(Fact):
    """The agency asks the one-stop for a supplement, approved by a leader, within 3 working days of reception (PR-06, Đ19.5)."""

    leg: int
    items: tuple[SupplementItem, ...]
    reason: VaultRef
    officer: str
    approved_by: str


@owned_by(SERVICE, "vn.motcua.dossier.draft-submitted.v1")
class DraftSubmitted(Fact):
    """A draft result went up; drafts count from 1 (PR-02)."""

    leg: int
    draft: int
    file: FileRef
    officer: str


@owned_by(SERVICE, "vn.motcua.dossier.draft-returned.v1")
class DraftReturned(Fact):
    """The leader sent the draft back with a recorded opinion (PR-16)."""

    leg: int
    draft: int
    opinion: VaultRef
    leader: str


@owned_by(SERVICE, "vn.motcua.dossier.approved.v1")
class Approved(Fact):
    """The agency's leader approved the draft; it goes to the clerk (PR-17)."""

    leg: int
    draft: int
    leader: str


@owned_by(SERVICE, "vn.motcua.dossier.declined.v1")
class Declined(Fact):
    """Không giải quyết: the leader signed that the dossier is not eligible, with the reason (Đ19.3)."""

    leg: int
    reason: VaultRef
    leader: str


@owned_by(SERVICE, "vn.motcua.dossier.rescheduled.v2")
class Rescheduled(Fact):
    """The settlement clock was projected anew: restart or pause after a supplement, obligation, calendar change, or where the rule set
    lets it begin only when the competent agency has the dossier (NĐ 309 Đ17.3).

    `original_due_at`: where there is an extension, the date without it, counted anew too.
    """

    old_due_at: Moment
    deadline: Deadline
    cause: Literal["supplement-restart", "supplement-pause", "obligation-pause", "calendar", "competent-agency"]
    original_due_at: Moment | None = None


@owned_earlier_by(SERVICE, "vn.motcua.dossier.rescheduled.v1")
class RescheduledV1(Fact):
    """A clock projected anew, before one could begin at the competent agency."""

    old_due_at: Moment
    deadline: Deadline
    cause: Literal["supplement-restart", "supplement-pause", "obligation-pause", "calendar"]
    original_due_at: Moment | None = None

    def upcast(self) -> Rescheduled:
        return Rescheduled(
            effective_at=self.effective_at,
            recorded_at=self.recorded_at,
            back_entry=self.back_entry,
            old_due_at=self.old_due_at,
            deadline=self.deadline,
            cause=self.cause,
            original_due_at=self.original_due_at,
        )


@owned_by(SERVICE, "vn.motcua.dossier.apologised.v1")
class Apologised(Fact):
    """The apology of form 04, with its five obligatory contents (TQ25.2a); it never ends a dossier (PR-15)."""

    fault: Literal["settling", "one-stop", "receiver"]
    signer: str
    letter: VaultRef


@owned_by(SERVICE, "vn.motcua.dossier.extension-proposed.v1")
class ExtensionProposed(Fact):
    """The agency's head proposes the one new date; in time or late is judged now (PR-12, PR-13)."""

    new_date: date
    new_due_at: Moment
    late_notice: bool
    signer: str
    article: str


@owned_by(SERVICE, "vn.motcua.dossier.extended.v1")
class Extended(Fact):
    """The one-stop changed the date and told the applicant (PR-11); both dates are kept."""

    old_due_at: Moment
    deadline: Deadline
    late_notice: bool
    officer: str


@owned_by(SERVICE, "vn.motcua.dossier.stopped.v1")
class Stopped(Fact):
    """The stop was granted, form 05 (Đ21): national status 8."""

    officer: str


@owned_by(SERVICE, "vn.motcua.dossier.stop-declined.v1")
class StopDeclined(Fact):
    """The stop was not granted, with the reason in the vault (None in facts from before one was asked for). Handling goes on."""

    officer: str
    article: str
    reason: VaultRef | None = None


@owned_by(SERVICE, "vn.motcua.dossier.adjustment-allowed.v1")
class AdjustmentAllowed(Fact):
    """The holder consents to an adjustment after reception (Đ21): the applicant may amend once; status and clock stay as they are."""

    officer: str


@owned_by(SERVICE, "vn.motcua.dossier.obligation-raised.v2")
class ObligationRaised(Fact):
    """The applicant owes tax, charge or fee: national status 6; the next step waits for the proof (PY-08). `basis` is in the vault.

    `stops_clock`: the pinned rules let the settlement clock stand still until it is paid.
    """

    obligation: str
    amount_vnd: int
    basis: VaultRef
    officer: str
    stops_clock: bool = False


@owned_earlier_by(SERVICE, "vn.motcua.dossier.obligation-raised.v1")
class ObligationRaisedV1(Fact):
    """An obligation whose basis stood in the fact itself."""

    obligation: str
    amount_vnd: int
    basis: str
    officer: str

    def upcast(self) -> ObligationRaised:
        return ObligationRaised(
            effective_at=self.effective_at,
            recorded_at=self.recorded_at,
            back_entry=self.back_entry,
            obligation=self.obligation,
            amount_vnd=self.amount_vnd,
            basis=words_left_behind(self.basis),
            officer=self.officer,
        )
