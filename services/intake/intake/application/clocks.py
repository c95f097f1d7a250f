"""The row of the gate's open clock: written beside the submission, deleted when the dossier leaves the gate."""

from datetime import datetime
from uuid import UUID

from chassis.deadlines import deadline
from chassis.rescheduling import OPEN_CLOCKS, OpenClock, Owner, codes_in, opened
from chassis.store import Unit
from contracts.dossier.parts import Deadline
from contracts.dossier.payments import ObligationPaid
from contracts.fact import Fact
from intake.application.desk import Desk
from intake.application.gate import gate_of, waits_for_fee
from intake.domain.gate import at_gate
from intake.domain.rescheduling import gate_clock, is_at_gate, moved
from intake.events import Amended, Submitted
from intake.views import DOSSIER, GATE_CLOCK, DossierRow
from worktime import DueDate


def open_gate(unit: Unit, desk: Desk, dossier: UUID, submitted: Submitted) -> None:
    """Keep the clock of the gate while it runs."""
    if submitted.gate is not None and not _imported(submitted):
        _keep(unit, desk, dossier, submitted.receiving, submitted.gate, (submitted.effective_at, submitted.received_by_system_at))


def follow_gate(unit: Unit, desk: Desk, before: DossierRow, after: DossierRow, fact: Fact) -> None:
    """A supplement's arrival starts the gate again, the prepaid fee for the first time; leaving the gate ends its clock."""
    if after.imported:
        return
    if isinstance(fact, Amended) and fact.answers_supplement and after.supplement_stage == "gate":
        gate = None if waits_for_fee(desk, after) else gate_of(desk, after.receiving, fact.effective_at, fact.effective_at)
        if gate is not None:
            _keep(unit, desk, after.dossier, after.receiving, gate, (fact.effective_at, fact.effective_at))
    elif isinstance(fact, ObligationPaid) and waits_for_fee(desk, before):
        gate, started = gate_after_fee(desk, before, fact)
        if gate is not None:
            _keep(unit, desk, after.dossier, after.receiving, gate, started)
    elif at_gate(before.status, before.supplement_arrived_at) and not at_gate(after.status, after.supplement_arrived_at):
        unit.delete(OPEN_CLOCKS, after.dossier, GATE_CLOCK)


def gate_after_fee(desk: Desk, row: DossierRow, paid: ObligationPaid) -> tuple[Deadline | None, tuple[datetime, datetime]]:
    """The gate that begins with the payment of what held it, and the two moments it may begin at (IN-13); none while nothing is there
    to be looked at."""
    there = row.supplement_arrived_at or row.submitted_at
    started = (max(there, paid.effective_at), max(there, paid.recorded_at))
    waiting = at_gate(row.status, row.supplement_arrived_at)
    return (gate_of(desk, row.receiving, *started) if waiting else None), started


def _keep(unit: Unit, desk: Desk, dossier: UUID, agency: str, gate: Deadline, started: tuple[datetime, datetime]) -> None:
    running = gate_clock(gate.term, *started, rules=desk.rules_on(started[0]))
    row = opened(
        desk.catalogue, dossier=dossier, clock=GATE_CLOCK, agency=agency, calendar=gate.calendar, due_at=gate.due_at, running=running
    )
    unit.put(OPEN_CLOCKS, row)


def _imported(fact: Submitted) -> bool:
    return fact.source == "imported" or (fact.back_entry is not None and fact.back_entry.cause == "imported")


def _fact(clock: OpenClock, told: DueDate, now: datetime) -> Fact:
    return moved(clock.due_at, deadline(told, clock.running.term, told.calendar), now)


OWNER = Owner(_fact, codes_in(DOSSIER), by_minute=True, is_open=is_at_gate)
