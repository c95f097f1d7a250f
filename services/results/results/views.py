"""The read model of results."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

import worktime
from chassis.errors import NotHeardOf
from chassis.http.paging import key_from, page_of
from chassis.store import Session, Table, Unit
from chassis.store.session import Condition
from results.case import Case
from results.domain.time import timeliness

CASES = Table("result_case", Case, ("dossier",))
TABLES = (CASES,)
ORDERS: dict[str, Sequence[str]] = {"issued": ("issued_at", "dossier"), "newest": ("-issued_at", "-dossier")}


def case_of(unit: Unit, dossier: UUID) -> Case:
    """The case. Raises `NotHeardOf` until its reception was heard."""
    case = unit.get(CASES, dossier)
    if case is None or not case.receiving:
        raise NotHeardOf(f"dossier {dossier}")
    return case


def shown(case: Case, now: datetime) -> dict[str, Any]:
    """A case for people: with its timeliness and, while it waits to be collected, its age in days."""
    row: dict[str, Any] = msgspec.to_builtins(case)
    row["timeliness"] = timeliness(case, case.issued_at, now) if case.state in ("issued", "correcting", "returned") else None
    row["apologised"] = case.apologised
    row["uncollected_days"] = _days(case.issued_at, now) if case.state == "issued" and case.issued_at else None
    row["correction"] = worktime.judge_by_minute(None, case.correction_due_at, now) if case.correction_due_at else None
    return row


def _days(since: datetime, now: datetime) -> int:
    return (worktime.in_viet_nam(now).date() - worktime.in_viet_nam(since).date()).days


def results_page(session: Session, where: Sequence[Condition], order: str, cursor: str | None, limit: int, now: datetime) -> dict[str, Any]:
    """A page of cases that have a result or a decision."""
    columns = ORDERS[order]
    rows = session.find(CASES, [*where, ("issued_at", "is not null", None)], columns, key_from(cursor, CASES, columns), limit + 1)
    page = page_of(rows, limit, columns)
    page["items"] = [shown(row, now) for row in rows[:limit]]
    return page


def counts(session: Session, where: Sequence[Condition]) -> dict[str, int]:
    """Granted and declined results, counted apart (RS-02)."""
    issued: Sequence[Condition] = [*where, ("issued_at", "is not null", None)]
    return {outcome: session.count(CASES, [*issued, ("outcome", "=", outcome)]) for outcome in ("granted", "declined")}
