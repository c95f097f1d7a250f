"""What routing remembers from the bus: the case of a dossier, its legs, its consultations."""

from datetime import datetime
from uuid import UUID

import msgspec

from chassis.store import Condition, Session, Table
from routing.domain import Case


class LegRow(msgspec.Struct, frozen=True, kw_only=True):
    """A leg as it stands. `paper_due_at`: by when its paper must be handed over (NĐ 118 Đ18.2)."""

    dossier: UUID
    leg: int
    agency: str
    lead: bool
    task: str
    transferred_at: datetime
    due_at: datetime | None
    paper_due_at: datetime | None = None
    sent_at: datetime | None = None
    received_at: datetime | None = None
    ended_at: datetime | None = None


class ConsultationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation as it stands; question and answer lie in the vault."""

    dossier: UUID
    consultation: int
    asking: str
    asked: str
    way_of_replying: str
    asked_at: datetime
    reply_by: datetime
    answered_at: datetime | None = None
    late: bool = False


class AlertRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the head of a one-stop is told, once: `about` is the agency that is late with a consultation or a hand-over."""

    dossier: UUID
    kind: str
    number: int
    told: str
    code: str
    about: str
    due_at: datetime
    raised_at: datetime


CASE = Table("dossier_case", Case, ("dossier",))
LEGS = Table("leg", LegRow, ("dossier", "leg"))
CONSULTATIONS = Table("consultation", ConsultationRow, ("dossier", "consultation"))
ALERTS = Table("alert", AlertRow, ("dossier", "kind", "number", "told"))
ALERT_ORDER = ("-raised_at", "dossier", "kind", "number", "told")
SUPERVISED_ORDER = ("received_at", "dossier")
CONSULTATION_ORDER = ("reply_by", "dossier", "consultation")


def legs(session: Session, dossier: UUID) -> list[LegRow]:
    """The legs of a dossier, in order."""
    return session.find(LEGS, [("dossier", "=", dossier)], ("leg",))


def consultations(session: Session, dossier: UUID) -> list[ConsultationRow]:
    """The consultations of a dossier, in order."""
    return session.find(CONSULTATIONS, [("dossier", "=", dossier)], ("consultation",))


def consultations_asked(asked: list[str] | None, is_open: bool | None) -> list[Condition]:
    """Conditions for the consultations put to these agencies (None: all)."""
    where: list[Condition] = [("asked", "in", asked)] if asked is not None else []
    if is_open is not None:
        where.append(("answered_at", "is null" if is_open else "is not null", None))
    return where
