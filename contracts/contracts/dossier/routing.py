"""Facts that routing records: who holds the dossier, and who is asked for an opinion."""

from typing import Literal

from contracts.dossier.parts import Deadline
from contracts.fact import Fact, VaultRef, owned_by
from contracts.moment import Moment

SERVICE = "routing"


@owned_by(SERVICE, "vn.motcua.dossier.transferred.v1")
class Transferred(Fact):
    """The e-dossier went to an agency with its task and its own deadline (RT-01, RT-06): national status 4.

    `paper`: by when its paper has to leave (Đ18.2, Đ20.1a); None where nothing came on paper.
    """

    leg: int
    agency: str
    lead: bool
    task: str
    deadline: Deadline | None = None
    paper: Deadline | None = None


@owned_by(SERVICE, "vn.motcua.dossier.handed-over.v1")
class HandedOver(Fact):
    """Paper left (`sent`) or arrived (`received`): two facts, so that the time between belongs to somebody."""

    leg: int
    movement: Literal["sent", "received"]
    officer: str


@owned_by(SERVICE, "vn.motcua.dossier.handover-late.v1")
class HandoverLate(Fact):
    """Paper did not leave by its limit: the one-stops concerned are told, once (RT-01, RT-02). `agency` had to send it."""

    leg: int
    agency: str
    due_at: Moment


@owned_by(SERVICE, "vn.motcua.dossier.consultation-requested.v1")
class ConsultationRequested(Fact):
    """An agency is asked for its opinion with content, deadline and way of replying (Đ19.4, PR-04)."""

    consultation: int
    asking: str
    asked: str
    question: VaultRef
    reply_by: Moment
    way_of_replying: Literal["system", "document"]
    officer: str


@owned_by(SERVICE, "vn.motcua.dossier.consultation-answered.v1")
class ConsultationAnswered(Fact):
    """The asked agency answered."""

    consultation: int
    asked: str
    answer: VaultRef
    officer: str


@owned_by(SERVICE, "vn.motcua.dossier.consultation-late.v1")
class ConsultationLate(Fact):
    """No answer by the deadline: the head of the one-stop is told, once (PR-05); the settlement clock goes on."""

    consultation: int
    asked: str


@owned_by(SERVICE, "vn.motcua.dossier.leg-rescheduled.v1")
class LegRescheduled(Fact):
    """A leg's deadline moved: a calendar change, a restart or pause, or with the extension of the dossier's date."""

    leg: int
    old_due_at: Moment
    deadline: Deadline
    cause: str
