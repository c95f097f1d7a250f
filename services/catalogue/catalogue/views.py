"""The catalogue's tables: its records (the chassis' copy is the original here) and what waits to be published."""

from datetime import datetime
from uuid import UUID

import msgspec

from chassis.store import Table


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A record on its way to the topic; `value` is its JSON text."""

    n: int
    id: UUID
    key: str
    kind: str
    value: str
    recorded_at: datetime


OUTGOING = Table("outgoing", Outgoing, ("n",))
