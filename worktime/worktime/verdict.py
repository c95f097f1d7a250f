"""Early, on time or late: dossiers by date, gates, legs, steps and consultations by the minute."""

from datetime import datetime
from typing import Literal

from worktime.moments import in_viet_nam

Verdict = Literal["early", "on_time", "late"]


def judge(
    finished_at: datetime | None, due_at: datetime, original_due_at: datetime | None, extension_in_time: bool | None, now: datetime
) -> Verdict:
    """A dossier by Viet Nam date: finished (or now, while open) after the due date is late, on it on time, before it early.

    The extended date counts only if its slip was in time; else the original one. Without an extension, give `due_at` twice or None.
    """
    extended_late = original_due_at is not None and not extension_in_time
    binding = original_due_at if extended_late and original_due_at is not None else due_at
    return _compared(in_viet_nam(finished_at or now).toordinal(), in_viet_nam(binding).toordinal())


def judge_by_minute(finished_at: datetime | None, due_at: datetime, now: datetime) -> Verdict:
    """A gate, leg, step or consultation: the minute in which it ended against the minute in which it was due."""
    return _compared(_minute(finished_at or now), _minute(due_at))


def _minute(moment: datetime) -> int:
    return int(in_viet_nam(moment).timestamp() // 60)


def _compared(done: int, limit: int) -> Verdict:
    if done == limit:
        return "on_time"
    return "late" if done > limit else "early"
