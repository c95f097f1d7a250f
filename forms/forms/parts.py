"""The parts that forms are made of: people, papers, fees, rows. Text is plain text: nothing in it is markup."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a form."""


class Issuer(Part, frozen=True, kw_only=True):
    """The agency on the left of the heading, its superior above it, and the place of the date line."""

    agency: str
    superior: str | None = None
    place: str
    phone: str | None = None
    website: str | None = None
    contact: str | None = None


class Party(Part, frozen=True, kw_only=True):
    """A citizen or organisation."""

    name: str
    id_number: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None

    @classmethod
    def filed(cls, form: Mapping[str, Any], otherwise: str) -> "Party":
        """Who stands in a form that was filed, by the names of its fields; `otherwise` is the name where it has none, or was erased."""

        def filled(*names: str) -> str | None:
            return next((str(form[name]) for name in names if form.get(name)), None)

        return cls(
            name=filled("full_name", "organisation_name", "organisation_head") or otherwise,
            id_number=filled("id_number", "tax_code", "organisation_head_id"),
            address=filled("residence", "address"),
            phone=filled("phone"),
            email=filled("email"),
        )


class Signature(Part, frozen=True, kw_only=True):
    """Who signs: the printed title (`GIÁM ĐỐC`) and the name under it; without a name there is a place to write it.

    A form never says of itself that it is signed: only the signature in the file can (`sign`, `verify`).
    """

    title: str
    name: str | None = None


class Component(Part, frozen=True, kw_only=True):
    """A paper handed in, with its numbers of copies."""

    name: str
    originals: int = 0
    certified_copies: int = 0
    plain_copies: int = 0
    electronic: int = 0


class Fee(Part, frozen=True, kw_only=True):
    """A phí or lệ phí in đồng, and whether it has been paid."""

    name: str
    amount: int
    paid: bool = False


class Defect(Enum):
    """What is wrong with a component."""

    MISSING = "thiếu"
    ILLEGIBLE = "mờ, không đọc được"
    WRONG = "sai"
    EXPIRED = "hết hiệu lực"


class DefectItem(Part, frozen=True, kw_only=True):
    """A component to supplement: what is wrong with it and why, in words the applicant can act on."""

    component: str
    defect: Defect
    reason: str


class Outcome(Enum):
    """A hand-over judged by the minute against its limit."""

    EARLY = "Trước hạn"
    ON_TIME = "Đúng hạn"
    LATE = "Quá hạn"


class Handover(Part, frozen=True, kw_only=True):
    """A row of the control slip: who gave the dossier to whom, and when; `received_at` is empty until it was taken over.

    Officers are named by their accounts, and the slip says so.
    """

    giver: str
    giver_officer: str | None = None
    given_at: datetime
    receiver: str
    receiver_officer: str | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    outcome: Outcome | None = None
    note: str = ""


class BlankField(Part, frozen=True, kw_only=True):
    """One line to fill in; with `choices`, boxes to tick."""

    label: str
    required: bool = True
    choices: tuple[str, ...] = ()


class RegisterRow(Part, frozen=True, kw_only=True):
    """A dossier in the register; `ordinal` runs from 1 through the year.

    `first_due_at`: what the receipt said, where `due_at` is another one. `provisional`: `due_at` touches a year without an official
    calendar.
    """

    ordinal: int
    code: str
    procedure: str
    sets: int = 1
    applicant: Party
    lead_agency: str
    received_at: datetime
    due_at: datetime | None = None
    first_due_at: datetime | None = None
    provisional: bool = False
    transferred_at: datetime | None = None
    result_received_at: datetime | None = None
    returned_at: datetime | None = None
    way_of_return: str = ""
    note: str = ""
