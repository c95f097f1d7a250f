"""What intake's routes answer. A date is ISO 8601; `status` is the national code 1–10."""

from typing import Any, Literal, TypedDict

from msgspec import UNSET, UnsetType

from contracts.catalogue import Component
from contracts.dossier.parts import Deadline, Reason
from contracts.dossier.processing import SupplementNeeded
from contracts.fact import FileRef
from contracts.outage import Outage
from forms import RegisterRow
from intake.events import Received
from intake.views import DossierRow, OutageCode


class Filed(TypedDict):
    """A dossier was filed; by `gate_due_at` the one-stop says whether it is accepted. `to_pay`: what has to be paid before."""

    id: str
    status: Literal[1]
    message: str
    gate_due_at: str | None
    to_pay: "ToPay | None"


class AmendmentTaken(TypedDict):
    """The number of the amendment."""

    amendment: int


class FactsRecorded(TypedDict):
    """The types of the facts that were recorded."""

    recorded: list[str]


class Done(TypedDict):
    """It was recorded."""

    recorded: Literal[True]


class OriginalsToShow(TypedDict):
    """The components whose originals are still to be shown."""

    to_show: list[str]


class NoticesSeen(TypedDict):
    """How many notices were marked as seen."""

    seen: int


class Reception(TypedDict):
    """A dossier was accepted: code, number in the register, due date with its derivation (None: without a date)."""

    code: str
    register_ordinal: int
    rule_set: str
    deadline: Deadline | None


class PaperReception(TypedDict):
    """What was received on paper and entered."""

    id: str
    code: str
    register_ordinal: int
    deadline: Deadline | None


class NewStatus(TypedDict):
    """The national status afterwards."""

    status: int


class SupplementAsked(TypedDict):
    """Something was asked for, to be brought by `answer_by`."""

    status: int
    answer_by: str | None


class SupplementDeclined(TypedDict):
    """The settling agency's wish was not passed on."""

    declined: Literal[True]


class SupplementConfirmed(TypedDict):
    """What was asked for is complete."""

    confirmed: Literal[True]


class CodesAllotted(TypedDict):
    """The codes that were added to the paper book."""

    allotted: list[str]


class CodesVoided(TypedDict):
    """How many unused codes were voided."""

    voided: int


class PaperBook(TypedDict):
    """The codes of a one-stop's books and what became of them, beside its outages."""

    items: list[OutageCode]
    outages: list[Outage]


class SignedScan(TypedDict):
    """The signed file, who digitised it, and the certificate."""

    file: FileRef
    officer: str
    certificate: str


class VaultContent(TypedDict):
    """What the vault keeps under a key."""

    kind: str
    content: dict[str, Any]


class VaultEntry(TypedDict):
    """One of several contents that were asked for together."""

    key: str
    content: dict[str, Any]


class QueueLine(DossierRow, frozen=True, kw_only=True):
    """A dossier at the gate, with the working minutes that are left of its 8 hours, or by which it is late."""

    late: bool
    working_minutes_left: int
    working_minutes_late: int | UnsetType = UNSET


class ToSupplement(TypedDict):
    """A component that was asked for, and what is wrong with it."""

    component: str
    defect: str


class ToPay(TypedDict):
    """An obligation that has to be paid before reception, and its amount in đồng."""

    obligation: str
    amount_vnd: int


class DossierShown(TypedDict):
    """One dossier as intake knows it. `needed`: a wish of the settling agency that nobody has answered; `received`: the fact.

    `gate_due_at` is None while the applicant has to supplement, or to pay before reception (`to_pay`).
    """

    id: str
    code: str | None
    phase: str
    status: int
    procedure: str
    procedure_version: int
    receiving: str
    settling: str
    channel: str
    applicant: str
    helper: str | None
    amendments: int
    submitted_at: str
    gate_due_at: str | None
    due_at: str | None
    to_supplement: list[ToSupplement]
    to_pay: ToPay | None
    originals_to_show: list[str]
    needed: SupplementNeeded | None
    received: Received | None


class WhyNot(TypedDict):
    """Why something is refused, and the article."""

    why: str
    article: str | None


class OutcomeTold(TypedDict):
    """The due date that an action would give, with its derivation."""

    due_at: str
    said: str
    provisional: bool
    derivation: list[Reason]


class ActionTold(TypedDict):
    """An action that is possible next, or why it is not."""

    action: str
    label: str
    refused: WhyNot | None
    outcomes: list[OutcomeTold]
    notes: list[str]


class WhatIfTold(TypedDict):
    """What date reception now would give."""

    asked_at: str
    rule_set: str
    actions: list[ActionTold]


class Change(TypedDict):
    """A field of the form before and after."""

    before: Any
    after: Any


class AmendmentShown(TypedDict):
    """One amendment and what it changed."""

    amendment: int
    at: str
    answers_supplement: bool
    fields: dict[str, Change]
    components: list[str]


class FeeTold(TypedDict):
    """What it costs in đồng and when."""

    amount_vnd: int | None
    when: str
    note: str


class FieldTold(TypedDict):
    """A field of the form."""

    label: str
    required: bool


class Guidance(TypedDict):
    """A procedure in words, as Điều 16 wants it shown."""

    name: str
    version: int
    papers: list[Component]
    sets: int
    time: str
    time_online: str
    fee: FeeTold
    channels: list[str]
    conditions: str
    fields: list[FieldTold]


class RegisterPage(TypedDict):
    """Lines of the register; `next` is None on the last page."""

    items: list[RegisterRow]
    next: str | None


class Unhandled(TypedDict):
    """A received dossier of which nothing was heard since."""

    dossier: str
    code: str | None


class Completeness(TypedDict):
    """Whether every dossier of these days is in the system with its steps, and what is not."""

    received: int
    by_status: dict[str, int]
    register_gaps: list[int]
    without_handling: list[Unhandled]
    paper_codes_open: int
    complete: bool
