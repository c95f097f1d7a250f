"""The bodies of processing's commands: unknown fields are refused, every text has its limits."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool

from chassis.http.back_entry import BackEntryIn
from chassis.http.bodies import SEEN, Body, Pseudonym
from chassis.http.moments import CalendarMoment, Day
from chassis.http.uploads import FileIn
from processing.application import Act
from processing.application.decisions import Wanted
from processing.application.deferral import Letter

Text = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S"), SEEN]
Line = Annotated[str, Field(min_length=1, max_length=400, pattern=r"\S"), SEEN]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z.\-]+$")]
Leg = Annotated[int, Field(ge=1, le=1000, strict=True)]


class OnDossier(Body):
    """A command on a dossier; after an outage with what stands in the paper book."""

    back_entry: BackEntryIn | None = None

    def acting_agency(self, act: Act) -> str:
        """The agency that takes the step: whose outage counts, and whose second person approves a back-entry."""
        return act.case.lead_agency


class OfLeg(OnDossier):
    """A command on a leg of the process."""

    leg: Leg

    def acting_agency(self, act: Act) -> str:
        return act.agency_of(self.leg)


class AssignmentIn(OfLeg):
    """Who handles the leg: a specialist, or the head's own id."""

    POINT: ClassVar[str] = "assignment"

    assignee: Pseudonym


class StepIn(OfLeg):
    """A step of the internal process, by its published name, and what was found (PR-22)."""

    POINT: ClassVar[str] = "process_order"

    step: Line
    information: Text


class FileOfLeg(OfLeg):
    """A stored file: a draft or a partial result."""

    POINT: ClassVar[str] = "draft"

    file: FileIn


class VerificationIn(OfLeg):
    """An appointment with its four obligatory fields (PR-03)."""

    POINT: ClassVar[str] = "verification"

    at: CalendarMoment
    place: Line
    participants: Text
    content: Text

    def details(self) -> dict[str, str]:
        return {"place": self.place, "participants": self.participants, "content": self.content}


class OpinionIn(OfLeg):
    """The leader's opinion on a draft."""

    POINT: ClassVar[str] = "review"

    opinion: Text


class DeclineIn(OfLeg):
    """Why the dossier is not eligible."""

    POINT: ClassVar[str] = "decline"

    reason: Text


class WantedIn(Body):
    """One component to supplement."""

    component: Code
    defect: Literal["missing", "illegible", "wrong", "expired"]
    reason: Text

    def wanted(self) -> Wanted:
        return Wanted(self.component, self.defect, self.reason)


class SupplementNeedIn(OfLeg):
    """Everything the agency needs, at once."""

    POINT: ClassVar[str] = "deficiency_limit"

    items: list[WantedIn] = Field(min_length=1, max_length=100)
    reason: Text


class ApologyIn(OnDossier):
    """Form 04: five obligatory contents (TQ25.2a), whose fault it is, and the new date if one is proposed."""

    POINT: ClassVar[str] = "extension_lead"

    fault: Literal["settling", "one-stop", "receiver"]
    new_date: Day | None = None
    name: Line
    dossier_type: Line
    receipt_number: Annotated[str, Field(min_length=1, max_length=60, pattern=r"\S"), SEEN]
    state: Text
    reason: Text

    def letter(self) -> Letter:
        return Letter(**self.model_dump(exclude={"back_entry"}))

    def acting_agency(self, act: Act) -> str:
        return act.case.settling if self.fault == "settling" else act.case.receiving


class ExtensionIn(OnDossier):
    """The one-stop's act on the slip."""

    def acting_agency(self, act: Act) -> str:
        return act.case.receiving


class ObligationIn(OnDossier):
    """What is owed, in đồng, and the text it rests on."""

    amount_vnd: int = Field(gt=0, le=10**15, strict=True)
    basis: Line


class StopAnswerIn(OnDossier):
    """Grant or decline; a no needs its reason."""

    POINT: ClassVar[str] = "stop"

    grant: StrictBool
    reason: Text | None = None
