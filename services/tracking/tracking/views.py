"""What tracking keeps: one row a dossier, one row a fact."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from chassis.store import Condition, Session, Table
from contracts.fact import Fact, decode
from tracking.domain import Dossier, fold


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as it was heard; `n` counts the dossier's facts on the topic, `body` is the fact's JSON, free of personal data."""

    dossier: UUID
    n: int
    type: str
    source: str
    actor: str
    effective_at: datetime
    recorded_at: datetime
    body: str

    def fact(self) -> Fact:
        """The fact itself."""
        return decode(self.type, self.body.encode())


DOSSIER = Table("dossier", Dossier, ("id",))
HISTORY = Table("history", Event, ("dossier", "n"))


def tidy(text: str) -> str:
    """A code as it is stored, whatever its case and spaces, and whichever dash was typed."""
    return "".join(text.split()).upper().replace("–", "-").replace("—", "-")[:64]


def find(session: Session, text: str) -> Dossier | None:
    """The dossier of an id (its number before reception) or of a code."""
    try:
        rows = session.rows(DOSSIER, [(UUID(text.strip()),)])
    except ValueError:
        rows = session.find(DOSSIER, [("code", "=", tidy(text))], ("id",), limit=1)
    return rows[0] if rows else None


def history(session: Session, dossier: UUID) -> list[Event]:
    """All events of a dossier in the order of the topic."""
    return session.find(HISTORY, [("dossier", "=", dossier)], ("n",))


def rebuilt(events: Sequence[Event], dossier: UUID, as_of: datetime | None, known_at: datetime | None) -> Dossier:
    """The dossier as it was at `as_of`, judged by what had been recorded at `known_at`."""
    return fold(dossier, (event.fact() for event in events if _counts(event, as_of, known_at)))


def _counts(event: Event, as_of: datetime | None, known_at: datetime | None) -> bool:
    return (as_of is None or event.effective_at <= as_of) and (known_at is None or event.recorded_at <= known_at)


def facts_by_type(session: Session) -> dict[str, int]:
    """How many facts of each type were heard."""
    return {kind: number for (kind,), number in sorted(session.tally(HISTORY, ["type"]).items())}


def by_agency_and_status(session: Session, where: Sequence[Condition] = ()) -> dict[tuple[str, int], int]:
    """How many dossiers each settling agency has in each national status."""
    return {key: number for key, number in session.tally(DOSSIER, ["settling", "status"], where).items() if key[1] is not None}
