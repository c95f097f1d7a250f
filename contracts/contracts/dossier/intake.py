"""Facts that intake records: from submission to reception, and what is asked of the applicant."""

from typing import Literal

from contracts.dossier.parts import Attachment, Channel, Deadline, Fee, PinnedProcess, Source, Stage, SupplementItem
from contracts.fact import Fact, VaultRef, owned_by, owned_earlier_by, words_left_behind
from contracts.moment import Moment

SERVICE = "intake"


@owned_by(SERVICE, "vn.motcua.dossier.submitted.v1")
class Submitted(Fact):
    """A dossier was filed: national status 1, mới đăng ký (IN-01). `applicant` is a pseudonymous account id.

    `effective_at` is the successful submission, `received_by_system_at` the receipt here; they differ when the portal forwards it (IN-13).
    `waybill` is the number of the postal item (IN-25); `helper` the officer who helped the applicant to file electronically (IN-24);
    `return_at` the one-stop that hands the result over, where that is another than the receiving one (Đ22.3).
    `prepaid` is the fee that has to be paid before reception, where the rules hold the dossier until then (SL10.2c); while it is owed
    and the rules let an obligation pause the clock, there is no `gate`: its hours begin with the payment.
    """

    channel: Channel
    source: Source
    procedure: str
    procedure_version: int
    receiving: str
    settling: str
    applicant: str
    form_version: int
    form: VaultRef
    attachments: tuple[Attachment, ...]
    return_channel: Channel
    received_by_system_at: Moment
    gate: Deadline | None = None
    waybill: str | None = None
    helper: str | None = None
    return_at: str | None = None
    prepaid: Fee | None = None


@owned_by(SERVICE, "vn.motcua.dossier.amended.v1")
class Amended(Fact):
    """The applicant changed or completed the dossier; the code stays (IN-34). `amendment` counts from 1."""

    amendment: int
    form: VaultRef | None = None
    attachments: tuple[Attachment, ...] = ()
    answers_supplement: bool = False


@owned_by(SERVICE, "vn.motcua.dossier.received.v1")
class Received(Fact):
    """Accepted complete and valid: code, receipt, pinned rules, and the first due date with its derivation (IN-11, IN-14, IN-22).

    `return_at` is the one-stop that hands the result over, where the receipt names another than the receiving one.
    `fee_exempt`: the words on which the applicant pays no fee; there is no `fee` then.
    """

    code: str
    receiving: str
    settling: str
    officer: str
    procedure: str
    procedure_version: int
    channel: Channel
    return_channel: Channel
    rule_set: str
    deadline: Deadline | None
    process: PinnedProcess
    register_ordinal: int
    supplement_policy: Literal["restart", "pause"] = "restart"
    fee: Fee | None = None
    immediate: bool = False
    return_at: str | None = None
    fee_exempt: VaultRef | None = None


@owned_by(SERVICE, "vn.motcua.dossier.refused.v1")
class Refused(Fact):
    """Not accepted, with a written reason (IN-17): national status 3. `competent`: the agency it should have been sent to (Đ17.2a)."""

    officer: str
    reason: VaultRef
    competent: str | None = None


@owned_by(SERVICE, "vn.motcua.dossier.supplement-requested.v2")
class SupplementRequested(Fact):
    """The one complete request for what is missing (IN-18): national status 5. `answer_by` ends the 15 days (Đ19.5).

    `legal_basis` of a further request is in the vault: an officer writes it in their own words.
    """

    stage: Stage
    items: tuple[SupplementItem, ...]
    officer: str
    answer_by: Moment | None = None
    legal_basis: VaultRef | None = None


@owned_earlier_by(SERVICE, "vn.motcua.dossier.supplement-requested.v1")
class SupplementRequestedV1(Fact):
    """A request whose legal basis stood in the fact itself."""

    stage: Stage
    items: tuple[SupplementItem, ...]
    officer: str
    answer_by: Moment | None = None
    legal_basis: str | None = None

    def upcast(self) -> SupplementRequested:
        return SupplementRequested(
            effective_at=self.effective_at,
            recorded_at=self.recorded_at,
            back_entry=self.back_entry,
            stage=self.stage,
            items=self.items,
            officer=self.officer,
            answer_by=self.answer_by,
            legal_basis=words_left_behind(self.legal_basis) if self.legal_basis else None,
        )


@owned_by(SERVICE, "vn.motcua.dossier.supplemented.v1")
class Supplemented(Fact):
    """The officer confirmed that all was completed; `effective_at` is the arrival of the last item (Đ19.5)."""

    stage: Stage
    officer: str


@owned_by(SERVICE, "vn.motcua.dossier.supplement-declined.v1")
class SupplementDeclined(Fact):
    """The one-stop does not pass a wished supplement on: the one request has been used, or it names no published component."""

    officer: str
    reason: VaultRef | None = None
    article: str | None = None


@owned_by(SERVICE, "vn.motcua.dossier.guided.v1")
class Guided(Fact):
    """The applicant was helped: at the counter, by telephone, online or by post (Đ16; IN-15, IN-44). The words are in the vault."""

    means: Literal["counter", "phone", "online", "post"]
    officer: str
    words: VaultRef


@owned_by(SERVICE, "vn.motcua.dossier.originals-asked.v1")
class OriginalsAsked(Fact):
    """Originals are to be shown for comparison (IN-37); this is no supplement and touches no clock."""

    components: tuple[str, ...]
    officer: str


@owned_by(SERVICE, "vn.motcua.dossier.originals-shown.v1")
class OriginalsShown(Fact):
    """The officer compared the originals (IN-37). `differ`: paper and data differ, and the paper was taken (Đ17.1b)."""

    components: tuple[str, ...]
    officer: str
    differ: tuple[str, ...] = ()


@owned_by(SERVICE, "vn.motcua.dossier.closed.v1")
class Closed(Fact):
    """Ended without settlement: not completed in time (Đ19.5), or withdrawn before reception (Đ21): national status 8."""

    cause: Literal["not-supplemented", "withdrawn"]


@owned_by(SERVICE, "vn.motcua.dossier.stop-requested.v1")
class StopRequested(Fact):
    """The applicant asks to stop or to adjust (Đ21): national status 7 until the holder answers."""

    wish: Literal["stop", "adjust"] = "stop"
    reason: VaultRef | None = None


@owned_by(SERVICE, "vn.motcua.dossier.gate-rescheduled.v1")
class GateRescheduled(Fact):
    """A calendar change moved the limit of the reception gate."""

    old_due_at: Moment
    gate: Deadline
    cause: str


@owned_by(SERVICE, "vn.motcua.dossier.code-voided.v1")
class CodeVoided(Fact):
    """An allotted code will never be used; with it every ordinal is accounted for (exact readings 4.2)."""

    code: str
    cause: str
