"""Asking to stop."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from chassis.store import Unit
from intake.application.desk import Desk, elsewhere, load
from intake.application.numbering import record_with_number
from intake.domain import stopping
from intake.vault import keep


def request_stop(
    unit: Unit, desk: Desk, dossier: UUID, wish: Literal["stop", "adjust"], reason: str | None, by: str, now: datetime
) -> list[str]:
    """Ask to stop or adjust (PR-20); the types of the facts recorded."""
    state = load(unit, dossier)
    kept = keep(unit, dossier, "stop", {"reason": reason}, by=by, now=now) if reason else None
    facts = stopping.request_stop(state, elsewhere(unit, dossier), wish=wish, reason=kept, rules=desk.rules_of(state), now=now)
    record_with_number(unit, dossier, state, *facts)
    return [type(fact).__name__ for fact in facts]
