"""Sequences that will never be heard, because somebody discarded the record: a real gap stops the inbox, these do not."""

from datetime import datetime

import msgspec

from chassis.store import Table, Unit
from contracts import Envelope


class Discarded(msgspec.Struct, frozen=True, kw_only=True):
    """Who gave a record up, when and why. `digest` is the SHA-256 of its value, which stays on the topic.

    `source` and `sequence` say which fact it claimed to be; None where nobody can read that.
    """

    topic: str
    partition: int
    offset: int
    subject: str
    digest: str
    parked_reason: str
    parked_at: datetime
    reason: str
    discarded_by: str
    discarded_at: datetime
    source: str = ""
    sequence: int | None = 0


DISCARDED = Table("discarded", Discarded, ("topic", "partition", "offset"))


def explains(unit: Unit, envelope: Envelope, last: int) -> bool:
    """Whether all between the last one heard and this one were discarded. One that nobody can read stands for one missing sequence,
    and is given its number: it explains no second one."""
    rows = unit.find(DISCARDED, [("subject", "=", str(envelope.subject))], ("topic", "partition", "offset"))
    claimed = {row.sequence for row in rows if row.source == envelope.source}
    missing = [number for number in range(last + 1, envelope.sequence) if number not in claimed] if _near(envelope, last, rows) else None
    unread = [row for row in rows if row.sequence is None]
    if missing is None or len(missing) > len(unread):
        return False
    for row, number in zip(unread, missing, strict=False):
        unit.put(DISCARDED, msgspec.structs.replace(row, source=envelope.source, sequence=number))
    return True


def _near(envelope: Envelope, last: int, rows: list[Discarded]) -> bool:
    """A sequence far beyond what was discarded is not worth counting up to."""
    return envelope.sequence - last - 1 <= len(rows)
