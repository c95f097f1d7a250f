"""Intake's read model: one row a dossier, for the officers' lists and the applicant's own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from chassis.store import Condition, Session, Table
from contracts.dossier.processing import SupplementNeeded


class DossierRow(msgspec.Struct, frozen=True, kw_only=True):
    """What lists show. `status` is the national code 1–10; `needed` an unanswered wish for a supplement."""

    dossier: UUID
    code: str | None = None
    procedure: str
    receiving: str
    settling: str
    channel: str
    source: str
    applicant: str
    status: int
    before_stop: int | None = None
    supplement_stage: str | None = None
    submitted_at: datetime
    gate_due_at: datetime | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    answer_by: datetime | None = None
    supplement_arrived_at: datetime | None = None
    needed: SupplementNeeded | None = None
    decided: bool = False
    register_ordinal: int | None = None
    imported: bool = False


DOSSIER = Table("dossier", DossierRow, ("dossier",))
GATE_ORDER = ("gate_due_at", "dossier")
LIST_ORDER = ("submitted_at", "dossier")


def gate_queue(
    session: Session, receiving: str, *, late_at: datetime | None, after: tuple[object, ...] | None, limit: int
) -> list[DossierRow]:
    """Dossiers at the gate by minutes left; with `late_at` only those past their 8 working hours."""
    where: list[Condition] = [("receiving", "=", receiving), ("status", "=", 1), ("gate_due_at", "is not null", None)]
    if late_at is not None:
        where.append(("gate_due_at", "<", late_at))
    return session.find(DOSSIER, where, GATE_ORDER, after, limit)


def dossiers(session: Session, where: Sequence[Condition], after: tuple[object, ...] | None, limit: int) -> list[DossierRow]:
    """Dossiers by condition, oldest submission first."""
    return session.find(DOSSIER, where, LIST_ORDER, after, limit)
