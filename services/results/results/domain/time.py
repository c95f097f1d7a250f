"""When things happened: no back-dating, and what early and late mean."""

from datetime import datetime, timedelta

import worktime
from contracts.refusal import Refused
from results.case import Case
from worktime import Verdict

BACK_DATING = timedelta(minutes=5)
"""How far `effective_at` may lie before the recording outside outage mode and import (RS-05)."""
AHEAD = timedelta(minutes=1)
"""What clocks may differ by; later than that a moment lies in the future."""


def real_time(case: Case, at: datetime, now: datetime) -> None:
    """Refuses a back-dated or future moment (RS-05; SL15.3)."""
    if at < now - BACK_DATING:
        raise Refused(
            "Thời điểm ghi lùi quá 5 phút so với thực tế.",
            article=case.article("real_time"),
            field="effective_at",
            status=422,
        )
    if at > now + AHEAD:
        raise Refused("Thời điểm ở tương lai.", article=case.article("real_time"), field="effective_at", status=422)


def timeliness(case: Case, issued_at: datetime | None, now: datetime) -> Verdict | None:
    """Early, on time or late by Viet Nam date; None where the dossier has no limit. Waiting to be collected never counts (RS-04)."""
    if case.due_at is None:
        return None
    return worktime.judge(issued_at, case.due_at, case.original_due_at, not case.late_extension, now)
