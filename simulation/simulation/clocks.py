"""The dates of a history counted again, day by day, from what its facts say and the calendar that they name."""

from collections.abc import Callable, Iterator, Sequence, Set
from datetime import date, datetime, time, timedelta

from contracts.dossier import intake, processing, routing
from contracts.dossier.parts import Deadline
from contracts.fact import Fact
from worktime import VN, Calendar, Term, in_viet_nam

ONE = timedelta(days=1)
SAME_DAY_UNTIL = time(15)
Known = Callable[[str, str], Calendar]
"""The calendar of an agency in a version."""


def wrong_dates(facts: Sequence[Fact], known: Known) -> list[str]:
    """What a fact says and the count does not."""
    moments = {moment for fact in facts for moment in (fact.effective_at, getattr(fact, "received_by_system_at", None))}
    promised = {fact.new_date for fact in facts if isinstance(fact, processing.ExtensionProposed) and fact.new_date}
    found = []
    for fact, agency, deadline in _clocks(facts):
        counted, used = recount(deadline, promised, known(agency, deadline.calendar))
        if counted != deadline.due_at:
            found.append(f"{type(fact).__name__} of {fact.effective_at} says {deadline.due_at}, counted is {counted}")
        found += [f"{type(fact).__name__} of {fact.effective_at} counts with {at}, when nothing happened" for at in used - moments]
    return found


def recount(deadline: Deadline, promised: Set[date], calendar: Calendar) -> tuple[datetime, set[datetime]]:
    """The due moment that a term, its start, its pauses and an extension to a promised date give, and the moments it follows from."""
    term = Term.parse(deadline.term)
    start = in_viet_nam(_counted_from(deadline))
    used = {start}
    base, units = start, _units(term, start, calendar)
    for step in deadline.derivation:
        if step.step == "pause":
            begin, end = datetime.fromisoformat(step.from_ or ""), datetime.fromisoformat(step.to)
            units += _between(term.unit, begin, end, calendar)
            used |= {begin, end}
        elif step.step == "extension":
            old, new = datetime.fromisoformat(step.from_ or ""), datetime.fromisoformat(step.to)
            kept = new in {_end_of(_rolled(day, calendar), calendar) for day in promised}  # a promised day may have become a day off
            if kept and old == _moved(term.unit, base, units, calendar):  # else a restart has spent it
                base, units = new, 0
    return _moved(term.unit, base, units, calendar), used


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


def _counted_from(deadline: Deadline) -> datetime:
    """The moment from which the whole term runs."""
    steps = {step.step: step for step in deadline.derivation}
    written = steps["restart"].to if "restart" in steps else steps["start"].from_
    return datetime.fromisoformat(written or "")


def _units(term: Term, start: datetime, calendar: Calendar) -> int:
    """How many units the whole term is from its start: working minutes, or days."""
    if term.unit == "wh":
        return term.amount * 60
    if term.unit == "same-day" and calendar.is_working(start.date()) and start.time() <= SAME_DAY_UNTIL:
        return 0
    return term.amount


def _moved(unit: str, base: datetime, units: int, calendar: Calendar) -> datetime:
    """The due moment so many units after a moment."""
    if unit == "wh":
        return _after_hours(base, timedelta(minutes=units), calendar)
    day = base.date()
    while units:
        day += ONE
        units -= 1 if unit == "d" or calendar.is_working(day) else 0
    return _end_of(_rolled(day, calendar), calendar)


def _rolled(day: date, calendar: Calendar) -> date:
    """That date, or the next working one."""
    while not calendar.is_working(day):
        day += ONE
    return day


def _between(unit: str, begin: datetime, end: datetime, calendar: Calendar) -> int:
    """How many units a pause lasts (exact readings 1.4): dates D with begin < D <= end, or working minutes."""
    begin, end = in_viet_nam(begin), in_viet_nam(end)
    days = [begin.date() + ONE * n for n in range((end.date() - begin.date()).days + 1)]
    if unit == "wh":
        worked = (min(b, end) - max(a, begin) for day in days for a, b in _halves(day, calendar))
        return sum((part for part in worked if part > timedelta(0)), timedelta(0)) // timedelta(minutes=1)
    return sum(unit == "d" or calendar.is_working(day) for day in days[1:])


def _end_of(day: date, calendar: Calendar) -> datetime:
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
