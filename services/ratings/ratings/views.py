"""What ratings keeps: one row a dossier; rates are counted from the rows when somebody asks, so nobody can set them (RP-05)."""

from collections.abc import Sequence
from datetime import datetime

from chassis.store import Condition, Session, Table
from ratings.domain import Case

CASE = Table("case_state", Case, ("dossier",))
Counts = dict[tuple[str, str], dict[str, int]]
"""(settling agency, month) → how many of each verdict; `open_late` is a part of `open`."""


def punctuality(session: Session, where: Sequence[Condition], now: datetime) -> Counts:
    """Counts of received dossiers, from the facts alone."""
    received: list[Condition] = [*where, ("due_at", "is not null", None)]
    counts: Counts = {}
    for (agency, month, verdict), number in session.tally(CASE, ["settling", "month", "verdict"], received).items():
        counts.setdefault((agency, month), {})[verdict] = number
    late: list[Condition] = [*received, ("verdict", "=", "open"), ("late_from", "<=", now)]
    for (agency, month), number in session.tally(CASE, ["settling", "month"], late).items():
        counts.setdefault((agency, month), {})["open_late"] = number
    return counts


def data_time(session: Session) -> datetime | None:
    """When the newest fact behind these numbers was recorded; None before the first."""
    newest = session.find(CASE, (), ("-known_at",), limit=1)
    return newest[0].known_at if newest else None
