"""The read model of payments."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from chassis.errors import NotHeardOf
from chassis.http.paging import key_from, page_of
from chassis.store import Session, Table, Unit
from chassis.store.session import Condition
from payments.domain import BankNotice, Obligation


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Whose dossier it is, when it was filed, which agencies hold it, and the rules and calendar that it pins."""

    dossier: UUID
    code: str = ""
    applicant: str = ""
    receiving: str = ""
    settling: str = ""
    imported: bool = False
    rule_set: str = ""
    calendar: str | None = None
    filed_at: datetime | None = None


CASES = Table("payment_case", Case, ("dossier",))
OBLIGATIONS = Table("obligation", Obligation, ("dossier", "obligation"))
NOTICES = Table("bank_notice", BankNotice, ("voucher",))
TABLES = (CASES,)
NOTICE_ORDER = ("heard_at", "voucher")


def case_of(unit: Unit, dossier: UUID) -> Case:
    """The case. Raises `NotHeardOf` before its submission was heard."""
    case = unit.get(CASES, dossier)
    if case is None:
        raise NotHeardOf(f"dossier {dossier}")
    return case


def obligations(session: Session, dossier: UUID) -> list[Obligation]:
    """What is or was owed, oldest first."""
    return session.find(OBLIGATIONS, [("dossier", "=", dossier)], ("opened_at", "obligation"))


def waiting_notices(unit: Unit, dossier: UUID, obligation: str) -> list[BankNotice]:
    """Notices that came before their obligation was known, oldest first."""
    where: list[Condition] = [("dossier", "=", dossier), ("obligation", "=", obligation), ("state", "=", "waiting")]
    return unit.find(NOTICES, where, NOTICE_ORDER)


def notices_page(session: Session, state: str | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """Bank notices by what became of them."""
    where: list[Condition] = [("state", "=", state)] if state else []
    rows = session.find(NOTICES, where, NOTICE_ORDER, key_from(cursor, NOTICES, NOTICE_ORDER), limit + 1)
    return page_of(rows, limit, NOTICE_ORDER)
