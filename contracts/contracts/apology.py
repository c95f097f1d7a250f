"""For which due date an apology was given, and whose duty it frees (TQ25.1).

Processing lists who still owes one by it, and results lets a late dossier end by it: the two never disagree (PR-14, PR-15).
"""

from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from contracts.dossier.processing import Extended, Rescheduled
from contracts.fact import Fact
from contracts.settlement import Settlement, deadline_changes

Duty = Literal["settling", "receiver"]
_FREES = {"settling": ("settling", "one-stop"), "receiver": ("receiver", "one-stop")}


def frees(fault: str, duty: Duty) -> bool:
    """Whether an apology for that fault frees from the duty: the receiver's own does not stand in for the settling agency's."""
    return fault in _FREES[duty]


def bound_since_after(bound_since: datetime | None, held: Settlement, fact: Fact) -> datetime | None:
    """Since when the date that binds has bound, after the fact; `held` is the settlement before it, None: since the reception.

    A slip sent too late does not move the date that binds.
    """
    if not isinstance(fact, Extended | Rescheduled):
        return bound_since
    before = held.binding_due_at or fact.old_due_at
    after = replace(held, **deadline_changes(held, fact)).binding_due_at
    return bound_since if after == before else fact.effective_at


def holds(given_at: datetime, bound_since: datetime | None) -> bool:
    """Whether an apology of that moment was given for the date that binds now."""
    return bound_since is None or given_at >= bound_since
