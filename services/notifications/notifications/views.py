"""What notifications keeps: one row a dossier, one row for each channel of each event. Ids, codes and references; no personal data."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from chassis.store import Table
from contracts.dossier.parts import SupplementItem
from contracts.fact import VaultRef

Channel = Literal["account", "sms", "email"]
State = Literal["waiting", "delivered", "no-address", "refused"]
"""`no-address`: the form names none, or was erased. `refused`: the gateway will never take it."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a dossier's notices go to, and what they name."""

    dossier: UUID
    applicant: str
    receiving: str
    settling: str = ""
    procedure: str
    procedure_version: int
    form: VaultRef
    code: str | None = None
    due_at: datetime | None = None
    imported: bool = False
    submitted_at: datetime | None = None
    declined: VaultRef | None = None
    """Why it is not settled, once the leader has said so."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One notice on one channel, and the evidence: when, in which state, digest of the text. Real time, but for `happened_at`."""

    fact: UUID
    channel: Channel
    event: str
    dossier: UUID
    applicant: str
    number: str
    procedure: str
    procedure_version: int
    form: VaultRef
    due_at: datetime | None
    amount_vnd: int | None
    items: tuple[SupplementItem, ...]
    reason: VaultRef | None
    old_due_at: datetime | None = None
    calendar: str | None = None
    submitted_at: datetime | None = None
    settling: str = ""
    happened_at: datetime
    queued_at: datetime
    next_try_at: datetime
    state: State = "waiting"
    attempts: int = 0
    delivered_at: datetime | None = None
    digest: str | None = None
    answer: str | None = None


CASE = Table("case_notice", Case, ("dossier",))
DELIVERY = Table("delivery", Delivery, ("fact", "channel"))
