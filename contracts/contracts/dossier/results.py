"""Facts that results records: the signed result, and its hand-over."""

from typing import Literal

from contracts.dossier.parts import Channel, Deadline, Outcome
from contracts.fact import Fact, FileRef, VaultRef, owned_by
from contracts.moment import Moment

SERVICE = "results"


@owned_by(SERVICE, "vn.motcua.dossier.result-issued.v1")
class ResultIssued(Fact):
    """The clerk numbered and attached the signed result: national status 9; the settlement clock ends here (PR-18, RS-08).

    `document_type` is the result-type code; the other minimum fields of an e-paper (Đ19.2) lie in the vault under `e_paper`.
    """

    outcome: Outcome
    number: str
    file: FileRef
    certificate: str
    clerk: str
    document_type: str | None = None
    e_paper: VaultRef | None = None


@owned_by(SERVICE, "vn.motcua.dossier.early-return-announced.v1")
class EarlyReturnAnnounced(Fact):
    """The applicant is told that the result is there before its date, so that it may be returned early (RS-03; SL15.1đ).

    `way`: `system` through account and e-mail; otherwise how the officer reached the applicant.
    """

    way: Literal["system", "telephone", "in-person"]
    due_at: Moment
    officer: str


@owned_by(SERVICE, "vn.motcua.dossier.result-returned.v1")
class ResultReturned(Fact):
    """The result was handed over or its notice given: national status 10; the dossier ends (RS-01, RS-05)."""

    way: Channel
    officer: str
    other_way_reason: VaultRef | None = None
    originals_compared: bool = False


@owned_by(SERVICE, "vn.motcua.dossier.correction-requested.v1")
class CorrectionRequested(Fact):
    """An error of the authority was found: the result goes back to the agency, for 3 working days (Đ23.1): national status 9."""

    officer: str
    reason: VaultRef
    deadline: Deadline | None = None


@owned_by(SERVICE, "vn.motcua.dossier.result-corrected.v1")
class ResultCorrected(Fact):
    """An error of the authority was mended (Đ23.1); `late` when that took longer than 3 working days, by the minute."""

    file: FileRef
    number: str
    clerk: str
    certificate: str = ""
    late: bool = False


@owned_by(SERVICE, "vn.motcua.dossier.late-stop-answered.v1")
class LateStopAnswered(Fact):
    """A stop asked for after approval is answered here, always with no (Đ21)."""

    answer: Literal["declined"]
    article: str
