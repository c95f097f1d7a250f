"""Is every received dossier in the system, with all its steps (IN-42)? Counted from intake's own rows, exceptions listed."""

from datetime import datetime
from typing import Any

from chassis.store import Session
from intake.views import DOSSIER, OUTAGE_CODE, DossierRow, registered
from worktime import Calendar

UNHANDLED_MINUTES = 60
"""A received dossier is transferred at once (Đ18); after a working hour without any word it is an exception (ours)."""


def report(session: Session, working: Calendar, agency: str, since: datetime, until: datetime, now: datetime) -> dict[str, Any]:
    """Dossiers by status, gaps in the register, and those of which nothing was heard after reception."""
    rows = registered(session, agency, since, until, between=None, after=None, limit=100_000)
    counts = session.tally(DOSSIER, ["status"], [("receiving", "=", agency), ("submitted_at", ">=", since), ("submitted_at", "<", until)])
    ordinals = {row.register_ordinal for row in rows if not row.imported}
    silent = [row for row in rows if _is_silent(row, working, now)]
    lost = session.count(OUTAGE_CODE, [("holder", "=", agency), ("day", "<", now.date()), ("state", "=", "allotted")])
    return {
        "received": len(rows),
        "by_status": {str(status): number for (status,), number in sorted(counts.items())},
        "register_gaps": _gaps({ordinal for ordinal in ordinals if ordinal is not None}),
        "without_handling": [{"dossier": str(row.dossier), "code": row.code} for row in silent],
        "paper_codes_open": lost,
        "complete": not silent and not lost,
    }


def _is_silent(row: DossierRow, working: Calendar, now: datetime) -> bool:
    if row.imported or row.status != 2 or row.received_at is None:
        return False
    return working.working_minutes(row.received_at, now) > UNHANDLED_MINUTES


def _gaps(ordinals: set[int]) -> list[int]:
    if not ordinals:
        return []
    return [number for number in range(min(ordinals), max(ordinals)) if number not in ordinals]
