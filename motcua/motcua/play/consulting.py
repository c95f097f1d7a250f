"""When another agency's opinion is wanted."""

from datetime import datetime, timedelta


def reply_by(now: datetime, due_at: str | None, within: timedelta) -> datetime:
    """In that time, or by the dossier's own date (ISO 8601) where that still comes and comes first: a later one is refused."""
    wanted, due = now + within, datetime.fromisoformat(due_at) if due_at else None
    return due if due is not None and now < due < wanted else wanted
