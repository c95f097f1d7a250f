"""The bodies of intake's commands."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from chassis.http.back_entry import BackEntryIn
from chassis.http.bodies import IMPERSONAL, SEEN, Body, FormValues, Pseudonym
from chassis.http.moments import CalendarMoment
from chassis.http.uploads import FileIn
from contracts.dossier.parts import Attachment

Text = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S"), SEEN]
Basis = Annotated[str, Field(min_length=1, max_length=400, pattern=r"\S"), SEEN]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z.\-]+$")]
Waybill = Annotated[str, Field(min_length=5, max_length=30, pattern=r"^[0-9A-Z\-]*[0-9][0-9A-Z\-]*$"), IMPERSONAL]
ChannelIn = Literal["counter", "online", "post", "agent"]


class AttachmentIn(Body):
    """A file for a published component."""

    component: Code
    file: FileIn
    copy_of: Literal["original", "copy", "electronic"] = "electronic"

    def part(self) -> Attachment:
        return Attachment(component=self.component, file=self.file.ref(), copy=self.copy_of)


class ActIn(Body):
    """A command that needs no words. `back_entry`: it was done on paper in an outage (so in the other bodies too)."""

    back_entry: BackEntryIn | None = None


class ReceptionIn(ActIn):
    """Accepting. `code` is the one of the paper book, in a back-entry only; `fee_exempt`: on which law the applicant pays no fee."""

    POINT: ClassVar[str] = "reception"

    code: Code | None = None
    fee_exempt: Annotated[str, Field(min_length=1, max_length=400, pattern=r"\S"), SEEN] | None = None


class Submission(ActIn):
    """A dossier to file. `settling` only where several agencies are competent; `applicant` only by officers (pseudonymous account id).

    `return_at` is the one-stop that hands the result over, where another than the receiving one is wished.
    `waybill` is the postal item's number; `submitted_at` the portal's acknowledgement, by its gateway only.
    """

    POINT: ClassVar[str] = "forms"

    procedure: Code
    channel: ChannelIn
    receiving: Code
    settling: Code | None = None
    form: FormValues
    attachments: list[AttachmentIn] = Field(default_factory=list, max_length=100)
    return_channel: ChannelIn = "counter"
    return_at: Code | None = None
    applicant: Pseudonym | None = None
    waybill: Waybill | None = None
    submitted_at: CalendarMoment | None = None


class OutageReception(Body):
    """What was received on paper: the dossier as at the counter, the code of the book, the time and the reason."""

    POINT: ClassVar[str] = "outage"

    dossier: Submission
    code: Code
    back_entry: BackEntryIn


class Amendment(ActIn):
    """What changes: the whole form anew (`form`, a message), single `fields` (direct entry), or files for components."""

    POINT: ClassVar[str] = "amend"

    fields: FormValues | None = None
    form: FormValues | None = None
    attachments: list[AttachmentIn] = Field(default_factory=list, max_length=100)


class ReasonIn(ActIn):
    """A reason in words."""

    POINT: ClassVar[str] = "refusal"

    reason: Text


class RefusalIn(ReasonIn):
    """Not accepted. `competent`: the agency that it should have been sent to; `guidance`: what to do now."""

    competent: Code | None = None
    guidance: Annotated[str, Field(max_length=4000), SEEN] = ""


class GuidanceIn(ActIn):
    """How the applicant was helped, and what was said."""

    POINT: ClassVar[str] = "guidance"

    means: Literal["counter", "phone", "online", "post"]
    words: Text


class OriginalsIn(ActIn):
    """Which components' originals."""

    POINT: ClassVar[str] = "originals"

    components: list[Code] = Field(min_length=1, max_length=100)


class ShownIn(OriginalsIn):
    """What was compared; `differ`: where paper and data differ."""

    differ: list[Code] = Field(default_factory=list, max_length=100)


class WantedIn(Body):
    """One component to supplement."""

    component: Code
    defect: Literal["missing", "illegible", "wrong", "expired"]
    reason: Text


class SupplementIn(ActIn):
    """Everything to supplement, at once. A second request needs `legal_basis` and the head of the one-stop."""

    POINT: ClassVar[str] = "supplement_complete"

    items: list[WantedIn] = Field(max_length=100)
    legal_basis: Basis | None = None


class PassOnIn(ActIn):
    """Passing the settling agency's wish on."""

    POINT: ClassVar[str] = "supplement_once"

    legal_basis: Basis | None = None


class StopIn(ActIn):
    """Stop or adjust."""

    POINT: ClassVar[str] = "stop"

    wish: Literal["stop", "adjust"] = "stop"
    reason: Annotated[str, Field(max_length=4000), SEEN] | None = None


class VaultIn(Body):
    """Free text that a service keeps in the vault."""

    kind: Code
    content: dict[str, Any]
