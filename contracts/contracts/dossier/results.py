"""Facts that results records: the signed result, and its hand-over."""

from typing import Literal

from contracts.dossier.parts import Channel, Outcome
from contracts.fact import Fact, FileRef, VaultRef, owned_by

SERVICE = "results"


@owned_by(SERVICE, "vn.motcua.dossier.result-issued.v1")
class ResultIssued(Fact):
    """The clerk numbered and attached the signed result: national status 9; the settlement clock ends here (PR-18, RS-08)."""

    outcome: Outcome
    number: str
    file: FileRef
    certificate: str
    clerk: str


@owned_by(SERVICE, "vn.motcua.dossier.result-returned.v1")
class ResultReturned(Fact):
    """The result was handed over or its notice given: national status 10; the dossier ends (RS-01, RS-05)."""

    way: Channel
    officer: str
    other_way_reason: VaultRef | None = None


@owned_by(SERVICE, "vn.motcua.dossier.result-corrected.v1")
class ResultCorrected(Fact):
    """An error of the authority was mended within 3 working days (Đ23.1)."""

    file: FileRef
    number: str
    clerk: str


@owned_by(SERVICE, "vn.motcua.dossier.late-stop-answered.v1")
class LateStopAnswered(Fact):
    """A stop asked for after approval is answered here, always with no (Đ21)."""

    answer: Literal["declined"]
    article: str
