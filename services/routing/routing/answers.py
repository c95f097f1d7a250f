"""What the routes of routing answer."""

from typing import Literal, TypedDict

from contracts.dossier.parts import Leg
from routing.views import ConsultationRow, LegRow
from worktime import Verdict


class FactRecorded(TypedDict):
    """The type of the fact that was recorded."""

    recorded: str


class Consulted(FactRecorded):
    """The number of the consultation."""

    consultation: int


class LegShown(LegRow, frozen=True, kw_only=True):
    """A leg with its verdict by the minute. `beyond_settlement`: it may end after the applicant's date."""

    timeliness: Verdict | None
    beyond_settlement: bool


class ConsultationShown(ConsultationRow, frozen=True, kw_only=True):
    """A consultation with its verdict by the minute."""

    timeliness: Verdict


class DossierShown(TypedDict):
    """Where a dossier is. `planned`: legs that have not begun; `supervising`: the one-stop that supervises what another received."""

    dossier: str
    code: str
    mode: Literal["single", "sequential", "parallel"]
    due_at: str | None
    supervising: str | None
    legs: list[LegShown]
    planned: list[Leg]
    consultations: list[ConsultationShown]


class ConsultationWords(TypedDict):
    """What is asked and what was answered; None where there is nothing, or nothing any more."""

    consultation: int
    asking: str
    asked: str
    reply_by: str
    answered_at: str | None
    late: bool
    question: str | None
    answer: str | None
