"""The dates of a history counted again, day by day, from what its facts say and the calendar that they name."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

import worktime
from contracts.dossier import intake
from contracts.dossier.parts import Deadline
from contracts.fact import Fact
from worktime import VN, Calendar, Term, in_viet_nam

ONE = timedelta(days=1)
HALF_AN_HOUR = timedelta(minutes=30)
Known = Callable[[str, str], Calendar]
"""The calendar of an agency in a version."""


def wrong_dates(facts: Sequence[Fact], known: Known) -> list[str]:
    """What a fact says and the count does not."""
    return [
        f"{type(fact).__name__} of {fact.effective_at} says {fact.deadline.due_at}, counted is {counted}"
        for fact in facts
        if isinstance(fact, intake.Received) and fact.deadline
        if (counted := _counted(fact.deadline, fact.effective_at, known(fact.settling, fact.deadline.calendar))) is not None
        and counted != fact.deadline.due_at
    ]


def _counted(deadline: Deadline, start: datetime, calendar: Calendar) -> datetime | None:
    """The due moment of a term in days; None for a term in hours, or of the same day."""
    term = Term.parse(deadline.term)
    if term.unit not in ("wd", "d"):
        return None
    day, left = in_viet_nam(start).date(), term.amount
    while left:
        day += ONE
        left -= 1 if term.unit == "d" or calendar.is_working(day) else 0
    while not calendar.is_working(day):
        day += ONE
    return _last_minute(day, calendar)


def _last_minute(day: date, calendar: Calendar) -> datetime:
    """The end of the last working half-day of a date, by half-hours from midnight back."""
    moment = datetime.combine(day + ONE, time(), VN)
    while not calendar.is_open(moment - timedelta(minutes=1)):
        moment -= HALF_AN_HOUR
    return moment


def packaged(agency: str, version: str) -> Calendar:
    """The calendars that come with `worktime`."""
    return worktime.calendar(agency, version)
