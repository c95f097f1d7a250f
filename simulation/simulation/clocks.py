"""The dates of a history counted again, day by day, from what its facts say and the calendar that they name."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from contracts.dossier import intake, processing, routing
from contracts.dossier.parts import Deadline
from contracts.fact import Fact
from worktime import VN, Calendar, Term, in_viet_nam

ONE = timedelta(days=1)
SAME_DAY_UNTIL = time(15)
MOVED = frozenset({"pause", "extension"})
"""Steps after which a date is not simply the term counted from a moment."""
Known = Callable[[str, str], Calendar]
"""The calendar of an agency in a version."""


def wrong_dates(facts: Sequence[Fact], known: Known) -> list[str]:
    """What a fact says and the count does not."""
    moments = {moment for fact in facts for moment in (fact.effective_at, getattr(fact, "received_by_system_at", None))}
    found = []
    for fact, agency, deadline in _clocks(facts):
        start = _counted_from(deadline)
        counted = None if start is None else _counted(Term.parse(deadline.term), start, known(agency, deadline.calendar))
        if counted is not None and counted != deadline.due_at:
            found.append(f"{type(fact).__name__} of {fact.effective_at} says {deadline.due_at}, counted is {counted}")
        if start is not None and start not in moments:
            found.append(f"{type(fact).__name__} of {fact.effective_at} counts from {start}, when nothing happened")
    return found


def _clocks(facts: Sequence[Fact]) -> Iterator[tuple[Fact, str, Deadline]]:
    """Each deadline of a history, and whose calendar counts it."""
    receiving = settling = ""
    legs: dict[int, str] = {}
    for fact in facts:
        match fact:
            case intake.Submitted():
                receiving = fact.receiving
                yield from _clock(fact, receiving, fact.gate)
            case intake.GateRescheduled():
                yield from _clock(fact, receiving, fact.gate)
            case intake.Received():
                receiving, settling = fact.receiving, fact.settling
                yield from _clock(fact, settling, fact.deadline)
            case routing.Transferred():
                legs[fact.leg] = fact.agency
                yield from _clock(fact, fact.agency, fact.deadline)
            case routing.LegRescheduled():
                yield from _clock(fact, legs[fact.leg], fact.deadline)
            case processing.Rescheduled() | processing.Extended():
                yield from _clock(fact, settling, fact.deadline)


def _clock(fact: Fact, agency: str, deadline: Deadline | None) -> Iterator[tuple[Fact, str, Deadline]]:
    if deadline is not None:
        yield fact, agency, deadline


def _counted_from(deadline: Deadline) -> datetime | None:
    """The moment from which the whole term runs; None where a pause or an extension moved the date."""
    steps = {step.step: step for step in deadline.derivation}
    if MOVED & steps.keys():
        return None
    written = steps["restart"].to if "restart" in steps else steps["start"].from_
    return datetime.fromisoformat(written or "")


def _counted(term: Term, start: datetime, calendar: Calendar) -> datetime:
    """The due moment of a term that runs without interruption."""
    local = in_viet_nam(start)
    if term.unit == "wh":
        return _after_hours(local, timedelta(hours=term.amount), calendar)
    day = local.date()
    left = term.amount
    if term.unit == "same-day" and calendar.is_working(day) and local.time() <= SAME_DAY_UNTIL:
        left = 0
    while left:
        day += ONE
        left -= 1 if term.unit == "d" or calendar.is_working(day) else 0
    while not calendar.is_working(day):
        day += ONE
    return _halves(day, calendar)[-1][1]


def _after_hours(start: datetime, left: timedelta, calendar: Calendar) -> datetime:
    """When so much working time has passed."""
    day = start.date()
    while True:
        for begin, end in _halves(day, calendar):
            worked = end - max(begin, start)
            if worked >= left:
                return max(begin, start) + left
            left -= max(worked, timedelta(0))
        day += ONE


def _halves(day: date, calendar: Calendar) -> list[tuple[datetime, datetime]]:
    """The half-days of a date, from when to when."""
    midnight = datetime.combine(day, time(), VN)
    return [(midnight + timedelta(minutes=a), midnight + timedelta(minutes=b)) for a, b in calendar.table.halves(day.toordinal())]
