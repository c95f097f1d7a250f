"""A stop or an adjustment that is asked for after the decision (Đ21)."""

from datetime import datetime

from results.case import Case
from results.events import LateStopAnswered


def answer_late_stop(case: Case, now: datetime) -> LateStopAnswered | None:
    """The standing no to a stop or adjustment asked for after the decision; None while the holder still answers."""
    if not case.stop_open or case.outcome is None or case.imported or case.state == "ended":
        return None
    return LateStopAnswered(effective_at=now, recorded_at=now, answer="declined", article=case.article("stop"))
