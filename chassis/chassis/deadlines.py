"""From a date that `worktime` computed to the value a fact carries."""

import worktime
from contracts.dossier.parts import Deadline, Reason


def deadline(due: worktime.DueDate, term: str, calendar_version: str) -> Deadline:
    """The contract's deadline, with the whole derivation."""
    return Deadline(
        due_at=due.due_at,
        term=term,
        calendar=calendar_version,
        provisional=due.provisional,
        derivation=tuple(Reason(step=s.step, from_=s.from_, to=s.to, why=s.why, source=s.source) for s in due.derivation),
    )
