"""Intake's read model: one row a dossier, for the officers' lists and the applicant's own."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from chassis.store import Condition, Session, Table
from chassis.store.tables import Key
from contracts.dossier.processing import Stopped, SupplementNeeded


class DossierRow(msgspec.Struct, frozen=True, kw_only=True):
    """What lists show. `status` is the national code 1–10; `needed` an unanswered wish for a supplement.

    `prepaid_vnd`: what has to be paid before reception (SL10.2c), `fee_paid_at`: when it was.
    """

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
    transferred_at: datetime | None = None
    result_at: datetime | None = None
    returned_at: datetime | None = None
    returned_way: str | None = None
    stop_answers: int | None = 0
    consents: int = 0
    stopped: Stopped | None = None
    prepaid_vnd: int | None = None
    fee_paid_at: datetime | None = None
    imported: bool = False


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer was told: a `new` online dossier, a prepaid fee that was `paid`, a gate that is `late`.

    `round` tells starts of the gate apart.

    `in_time`: told within the rule set's hours of the acknowledgement (Đ17.2), None where there is no such limit.
    """

    kind: Literal["new", "paid", "late"]
    dossier: UUID
    round: str
    receiving: str
    due_at: datetime | None = None
    told_at: datetime
    in_time: bool | None = None
    seen_by: str | None = None
    seen_at: datetime | None = None


class OutageCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code allotted in advance to the paper book of `holder`; `agency` is the one whose id it carries."""

    code: str
    agency: str
    day: date
    holder: str
    allotted_by: str
    allotted_at: datetime
    state: Literal["allotted", "used", "voided"] = "allotted"
    dossier: UUID | None = None


class ImportedCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code that an older system gave, and the imported dossier that has it."""

    code: str
    dossier: UUID


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """A signed scan by the digest of its file: who digitised it, and with which certificate (Đ17.1c)."""

    digest: str
    officer: str
    certificate: str
    signed_at: datetime


class PaperNumber(msgspec.Struct, frozen=True, kw_only=True):
    """The number of the `nth` paper of a kind that a dossier without a code got."""

    dossier: UUID
    kind: str
    nth: int
    number: int


GATE_CLOCK = "gate"
"""The name of the one clock that intake keeps of a dossier."""
DOSSIER = Table("dossier", DossierRow, ("dossier",))
OUTAGE_CODE = Table("outage_code", OutageCode, ("code",))
IMPORTED_CODE = Table("imported_code", ImportedCode, ("code",))
SCANNED = Table("scanned", Scanned, ("digest",))
PAPER_NUMBER = Table("paper_number", PaperNumber, ("dossier", "kind", "nth"))
NOTICE = Table("notice", Notice, ("kind", "dossier", "round"))
CLOSE_UNSUPPLEMENTED = "close-unsupplemented"
TELL_LATE = "tell-late"
CLOSE_SHEET = "close-sheet"
GATE_ORDER = ("gate_due_at", "dossier")
NOTICE_ORDER = ("told_at", "kind", "dossier", "round")
REGISTER_ORDER = ("register_ordinal", "dossier")
LIST_ORDER = ("submitted_at", "dossier")


def gate_queue(
    session: Session, receiving: str, *, late_at: datetime | None, after: tuple[object, ...] | None, limit: int
) -> list[DossierRow]:
    """What waits for the one-stop, by minutes left; with `late_at` only what is past its 8 working hours."""
    where: list[Condition] = [("receiving", "=", receiving), ("status", "in", (1, 5)), ("gate_due_at", "is not null", None)]
    if late_at is not None:
        where.append(("gate_due_at", "<", late_at))
    return session.find(DOSSIER, where, GATE_ORDER, after, limit)


def notices(session: Session, receiving: str, *, seen: bool, after: tuple[object, ...] | None, limit: int) -> list[Notice]:
    """What the officers of a one-stop were told, the oldest first."""
    where: list[Condition] = [("receiving", "=", receiving), ("seen_at", "is not null" if seen else "is null", None)]
    return session.find(NOTICE, where, NOTICE_ORDER, after, limit)


def registered(
    session: Session, receiving: str, since: datetime, until: datetime, *, between: tuple[int, int] | None, after: Key | None, limit: int
) -> list[DossierRow]:
    """What a one-stop accepted from `since` up to, not including, `until`, by the register's ordinals."""
    where: list[Condition] = [("receiving", "=", receiving), ("received_at", ">=", since), ("received_at", "<", until)]
    if between is not None:
        where += [("register_ordinal", ">=", between[0]), ("register_ordinal", "<=", between[1])]
    return session.find(DOSSIER, where, REGISTER_ORDER, after, limit)


def paper_numbers(session: Session, dossier: UUID) -> dict[tuple[str, int], int]:
    """The numbers of a dossier's papers by kind and count."""
    return {(row.kind, row.nth): row.number for row in session.find(PAPER_NUMBER, [("dossier", "=", dossier)])}


def dossiers(session: Session, where: Sequence[Condition], after: tuple[object, ...] | None, limit: int) -> list[DossierRow]:
    """Dossiers by condition, oldest submission first."""
    return session.find(DOSSIER, where, LIST_ORDER, after, limit)
