"""The records of the compacted topic `catalogue.v1`: agencies and procedures, with the dates between which they hold.

A record is the whole truth under its `key`; a later record with the same key replaces it. A procedure's key has its version, so all
versions stay; a dossier pins one of them. Every service keeps its own copy and asks `in_force`. Texts are Vietnamese, for people.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal

import msgspec

from contracts.calendar_version import CalendarVersion
from contracts.outage import Outage

Confidence = Literal["found", "recalled-high", "recalled-med", "recalled-low", "none", "ours"]
"""`found`: read in the source named; `recalled-…`: known but not read again; `none`: no source; `ours`: a setting of this deployment."""
Term = Annotated[str, msgspec.Meta(pattern=r"^(same-day|[1-9]\d{0,4}(wh|wd|d))$")]
"""Working hours, working days, calendar days, or the same day, as `worktime` reads them: `8wh`, `15wd`, `30d`, `same-day`."""
Count = Annotated[int, msgspec.Meta(ge=0)]
Version = Annotated[int, msgspec.Meta(ge=1)]
Channel = Literal["counter", "online", "post"]
Level = Literal["province", "department", "district", "commune", "vertical", "other"]
ServiceLevel = Literal["toàn trình", "một phần"]
SETTLING = "settling"
"""The role of a leg that stands for whichever agency settles the dossier."""
NATIONAL_PORTAL = "national-portal"
"""The group of the one agency whose id stands in the codes of interlinked dossiers that came online (Đ28.2a NĐ 118)."""


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where a value comes from (law and article) and how surely it is known."""

    source: str
    confidence: Confidence


class Agency(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="agency"):
    """An agency with its validity (CA-01). `official`: `code` is a known identifier of QĐ 20/2020; otherwise it is a local one.

    `groups` are the rules it answers to as a settling agency (`any-commune`); `area` is the agency whose territory it serves.
    `valid_to` is the last day; a merged agency names its `successor`. `address` and `phone` are the agency's own, absent when unknown.
    """

    kind: ClassVar[str] = "agency"

    code: str
    name: str
    level: Level
    parent: str | None
    area: str
    official: bool
    one_stop: bool
    valid_from: date
    valid_to: date | None = None
    successor: str | None = None
    groups: tuple[str, ...] = ()
    address: str | None = None
    phone: str | None = None
    provenance: Provenance

    @property
    def key(self) -> str:
        """The record's key on the topic."""
        return f"agency/{self.code}"


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of the dossier with the numbers asked for. `accepted_media` are media types; `digitise` is false for exempt papers."""

    code: str
    name: str
    required: bool = True
    originals: Count = 1
    copies: Count = 0
    digitise: bool = True
    accepted_media: tuple[str, ...] = ("application/pdf", "image/jpeg", "image/png")


class Fee(msgspec.Struct, frozen=True, kw_only=True):
    """What it costs in đồng and when it is due. `amount_vnd` None: set elsewhere (usually by the provincial People's Council), see `note`.

    `amount_online_vnd` is what an online dossier pays, when that differs.
    """

    amount_vnd: Count | None
    when: Literal["reception", "result", "none"]
    kind: Literal["phi", "le_phi"] | None = None
    amount_online_vnd: Count | None = None
    note: str = ""
    provenance: Provenance

    def due(self, channel: str) -> int | None:
        """The amount in đồng for a channel; None when the amount is set elsewhere."""
        return self.amount_online_vnd if channel == "online" and self.amount_online_vnd is not None else self.amount_vnd


class FormField(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One field of an e-form. `personal`: its value belongs to the vault and never to a topic. `past`: a date that has come, as a birth."""

    name: str
    label: str
    kind: Literal["text", "date", "number", "choice", "id-number", "phone", "email"]
    required: bool = True
    personal: bool = False
    past: bool = False
    choices: tuple[str, ...] = ()


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """An e-form (mẫu đơn, tờ khai điện tử) with its version (IN-05)."""

    version: Version
    fields: tuple[FormField, ...]


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """One agency's part. `agency_role`: `settling`, an agency code, or a group resolved in the settling agency's area."""

    order: Version
    agency_role: str
    lead: bool
    task: str
    term: Term


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the internal process (quy trình nội bộ) and the working hours it may take; `clerk` is văn thư."""

    name: str
    role: Literal["department-head", "specialist", "leader", "clerk"]
    hours: Annotated[int, msgspec.Meta(ge=1)]


class Consultation(msgspec.Struct, frozen=True, kw_only=True):
    """An agency that is usually asked for an opinion inside the total time (PR-04)."""

    agency_role: str
    about: str
    term: Term


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """The internal process: who works in which order; `approval_number` is that of the decision that approved it (CA-11)."""

    code: str
    version: Version
    mode: Literal["single", "sequential", "parallel"]
    legs: tuple[Leg, ...]
    steps: tuple[Step, ...]
    approval_number: str
    consultations: tuple[Consultation, ...] = ()
    provenance: Provenance


class ResultType(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of result; `code` is the document-type half of mã số giấy tờ (Đ22.4 NĐ 118); codes that begin with `MC-` are local."""

    code: str
    name: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The decision that announced the procedure, and the name it gave to it (CA-05, CA-10)."""

    reference: str
    announced_name: str
    provenance: Provenance


class Responsibility(msgspec.Struct, frozen=True, kw_only=True):
    """What one party has to do (CA-04)."""

    party: str
    duty: str


class Procedure(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="procedure"):
    """One version of a procedure with its full elements (CA-04).

    `official_code` is true only for a code read in its source; every other procedure has a local code `MC-nnnn`. `settling` holds
    agency codes or groups (`any-commune`). `field_code` beginning with `LV-` is local. `term_online` is another term for online
    dossiers. `term_note`, `conditions` and the like are shown to people as they stand. `deficiency_limit` is the sector law's own term
    for the notice that something is missing (Đ19.5). `interlinked`: a group of procedures (nhóm thủ tục hành chính liên thông), whose
    codes have an id of their own kind (Đ28.2a NĐ 118). `valid_to` is the last day.
    """

    kind: ClassVar[str] = "procedure"

    code: str
    official_code: bool
    version: Version
    name: str
    field: str
    field_code: str | None
    level_of_settlement: Literal["province", "commune"]
    settling: tuple[str, ...]
    service_level: ServiceLevel
    partial_reason: str | None = None
    channels: tuple[Channel, ...]
    term: Term
    term_online: Term | None = None
    term_note: str = ""
    term_provenance: Provenance
    components: tuple[Component, ...]
    components_provenance: Provenance
    sets: Count = 1
    fee: Fee
    form: Form
    process: Process
    result_types: tuple[ResultType, ...]
    conditions: str
    legal_basis: tuple[str, ...]
    subjects: tuple[str, ...]
    responsibilities: tuple[Responsibility, ...]
    decision: Decision
    code_provenance: Provenance
    supplement_policy: Literal["restart", "pause"] = "restart"
    deficiency_limit: Term | None = None
    immediate: bool = False
    interlinked: bool = False
    valid_from: date
    valid_to: date | None = None

    @property
    def key(self) -> str:
        """The record's key on the topic."""
        return f"procedure/{self.code}/{self.version}"

    def term_for(self, channel: str) -> str:
        """The term of a dossier that came by `channel`."""
        return self.term_online if channel == "online" and self.term_online is not None else self.term


Record = Agency | Procedure | Outage | CalendarVersion

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)


def encode(record: Record) -> bytes:
    """The JSON bytes of a record, its `kind` first."""
    return _ENCODER.encode(record)


def decode(value: bytes) -> Record:
    """Read a record back. Raises `msgspec.ValidationError` for a kind nobody declared and for a damaged body."""
    return _DECODER.decode(value)


def holds(record: Record, on: date) -> bool:
    """Whether the record is in force on a date; `valid_from` and `valid_to` both belong to it."""
    return record.valid_from <= on and (record.valid_to is None or on <= record.valid_to)
