"""The row of the gate's open clock: written beside the submission, deleted when the dossier leaves the gate."""

from datetime import datetime
from uuid import UUID

from chassis.deadlines import deadline
from chassis.rescheduling import OPEN_CLOCKS, OpenClock, Owner, codes_in, opened
from chassis.store import Unit
from contracts.dossier.parts import Deadline
from contracts.fact import Fact
from intake.application.desk import Desk
from intake.application.gate import gate_of
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
    """A supplement's arrival starts the gate again; leaving the gate ends its clock."""
    if after.imported:
        return
    if isinstance(fact, Amended) and fact.answers_supplement and after.supplement_stage == "gate":
        gate = gate_of(desk, after.receiving, fact.effective_at, fact.effective_at)
        if gate is not None:
            _keep(unit, desk, after.dossier, after.receiving, gate, (fact.effective_at, fact.effective_at))
    elif at_gate(before.status, before.supplement_arrived_at) and not at_gate(after.status, after.supplement_arrived_at):
        unit.delete(OPEN_CLOCKS, after.dossier, GATE_CLOCK)


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
