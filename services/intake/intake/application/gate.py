"""The 8-working-hour gate: its clock, and what it tells the officer."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from chassis.deadlines import deadline
from chassis.store import Unit
from contracts.dossier.parts import Deadline
from intake.application.desk import Desk
from intake.domain.gate import at_gate
from intake.domain.reception import gate_waits
from intake.views import DOSSIER, NOTICE, DossierRow, Notice
from worktime import gate_due


def gate_of(desk: Desk, receiving: str, submitted_at: datetime, received_by_system_at: datetime) -> Deadline | None:
    """By when the one-stop accepts, asks or refuses; None where the rules have no such limit (IN-11, IN-13)."""
    rules, working = desk.rules_on(submitted_at), desk.catalogue.calendar(receiving)
    term = rules.settings.gate_term
    return deadline(gate_due(submitted_at, received_by_system_at, working, rules), term, working.version) if term else None


def waits_for_fee(desk: Desk, row: DossierRow) -> bool:
    """Whether the gate's hours begin only once the prepaid fee is paid."""
    return gate_waits(row.prepaid_vnd is not None and row.fee_paid_at is None, desk.rules_on(row.submitted_at))


def tell_paid(unit: Unit, row: DossierRow, now: datetime) -> None:
    """Nothing holds reception any more: the officer's hours run."""
    unit.put(NOTICE, Notice(kind="paid", dossier=row.dossier, receiving=row.receiving, round="", due_at=row.gate_due_at, told_at=now))


def tell_officer(unit: Unit, desk: Desk, row: DossierRow, now: datetime) -> None:
    """Put an online dossier before the officer, within two hours of the acknowledgement (Đ17.2)."""
    hours = desk.rules_on(row.submitted_at).settings.officer_notice_hours
    in_time = None if hours is None else now <= row.submitted_at + timedelta(hours=hours)
    notice = Notice(
        kind="new", dossier=row.dossier, receiving=row.receiving, round="", due_at=row.gate_due_at, told_at=now, in_time=in_time
    )
    unit.put(NOTICE, notice)


def tell_late(unit: Unit, dossier: UUID, now: datetime) -> None:
    """The 8 working hours are used up and nobody has answered (IN-11); once for each start of the gate."""
    row = unit.get(DOSSIER, dossier)
    if row is None or row.gate_due_at is None or now <= row.gate_due_at or not at_gate(row.status, row.supplement_arrived_at):
        return
    due_at = row.gate_due_at
    notice = Notice(kind="late", dossier=dossier, receiving=row.receiving, round=due_at.isoformat(), due_at=due_at, told_at=now)
    if unit.get(NOTICE, notice.kind, notice.dossier, notice.round) is None:
        unit.insert(NOTICE, notice)


def see_notices(unit: Unit, dossier: UUID, officer: str, now: datetime) -> int:
    """An officer has seen what was told about a dossier; how many notices."""
    waiting = unit.find(NOTICE, [("dossier", "=", dossier), ("seen_at", "is null", None)])
    for notice in waiting:
        unit.put(NOTICE, msgspec.structs.replace(notice, seen_by=officer, seen_at=now))
    return len(waiting)
