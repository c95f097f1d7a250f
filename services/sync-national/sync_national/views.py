"""What sync-national keeps: where each dossier stands, and one row a message."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from chassis.store import Table

State = Literal["waiting", "delivered", "parked", "held"]
"""`held`: an earlier message of the dossier is parked."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Where a dossier stands, to know the next change; `messages` counts those made."""

    dossier: UUID
    status: int | None = None
    before_stop: int | None = None
    supplement_stage: str | None = None
    code: str | None = None
    holder: str = ""
    imported: bool = False
    messages: int = 0


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One status the portal is owed. `fact` caused it and is its Idempotency-Key; `number` is the code, before reception the id."""

    dossier: UUID
    n: int
    fact: UUID
    correlation: UUID
    status: int
    number: str
    department: str
    happened_at: datetime
    queued_at: datetime
    state: State = "waiting"
    attempts: int = 0
    next_try_at: datetime
    delivered_at: datetime | None = None
    answer: str | None = None
    traceparent: str | None = None
    """Of the fact; what the portal answers continues its trace."""


CASE = Table("case_state", Case, ("dossier",))
OUTGOING = Table("outgoing", Outgoing, ("dossier", "n"))
