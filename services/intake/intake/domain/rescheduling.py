"""The gate's clock under a new calendar: whether it still runs, and the fact that says a date moved."""

from collections.abc import Sequence
from datetime import datetime

from contracts.dossier.parts import Deadline
from contracts.fact import Fact
from intake.domain.dossier import Phase, fold
from intake.events import GateRescheduled
from worktime import RuleSet, Running


def gate_clock(term: str, submitted_at: datetime, received_by_system_at: datetime, *, rules: RuleSet) -> Running:
    """The clock of the gate as plain data, from the start that the rules of that day name."""
    start = submitted_at if rules.settings.gate_start == "submitted" else received_by_system_at
    return Running(term=term, start=start, rule_set=rules.name, point="gate_term")


def is_at_gate(facts: Sequence[Fact]) -> bool:
    """Whether the one-stop still has to act: nothing was received, refused or closed, and no supplement is waited for."""
    state = fold(facts)
    if state is None or state.received is not None:
        return False
    return state.phase is Phase.SUBMITTED or (state.phase is Phase.SUPPLEMENTING and state.last_arrival is not None)


def moved(old_due_at: datetime, new: Deadline, now: datetime) -> GateRescheduled:
    """A calendar change moved the gate's limit, and pins the calendar that counted the new one."""
    return GateRescheduled(effective_at=now, recorded_at=now, old_due_at=old_due_at, gate=new, cause="calendar")
