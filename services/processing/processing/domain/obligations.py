"""What the applicant owes before the next step (DNG9)."""

from datetime import datetime

from msgspec.structs import replace

from processing.domain.case import Case
from processing.domain.clock import Law
from processing.domain.drafts import Keep
from processing.domain.guards import must_be_open
from processing.domain.state import State
from processing.events import ObligationRaised
from worktime import RuleSet


def raise_obligation(
    case: Case, state: State, rules: RuleSet | None, *, obligation: str, amount_vnd: int, keep: Keep, officer: str, now: datetime
) -> ObligationRaised:
    """Tell what is owed and on what basis, kept in the vault; the next step waits for the proof (PY-08). `rules`: None without a clock."""
    must_be_open(case, state)
    return ObligationRaised(
        effective_at=now,
        recorded_at=now,
        obligation=obligation,
        amount_vnd=amount_vnd,
        basis=keep(),
        officer=officer,
        stops_clock=rules is not None and rules.settings.obligation_clock == "pause",
    )


def paid(case: Case, state: State, law: Law, obligation: str, paid_at: datetime) -> Case:
    """The case once an obligation was paid; the clock stood still meanwhile where the rule set says so."""
    settled = replace(case, paid=(*case.paid, obligation))
    if law.rules.settings.obligation_clock != "pause":
        return settled
    raised_at = state.obligations[obligation]
    return replace(settled, pauses=(*case.pauses, (raised_at, max(raised_at, paid_at))))
