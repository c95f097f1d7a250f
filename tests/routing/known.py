"""What the tests of routing's rules know: a process with three legs, the agencies, and the facts that may follow."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec.structs import replace

from chassis.deadlines import deadline
from contracts.dossier.parts import Deadline, Leg, PinnedProcess
from contracts.fact import VaultRef
from routing.domain import Case, Law
from routing.events import (
    ConsultationAnswered,
    ConsultationLate,
    ConsultationRequested,
    HandedOver,
    HandoverLate,
    LegRescheduled,
    Transferred,
)
from tests.catalogue.samples import agency
from worktime import calendar, due, rule_set

HERE, POLICE, TAX, SETTLING = "H60.02269", "H60.02269.CA", "H60.THUE", "H60.STC"
RULES = "nd-118-2025+tuyen-quang-2025"
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in Viet Nam."""
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WORDS, ANSWER = VaultRef(key="q", digest="1" * 64), VaultRef(key="a", digest="2" * 64)
LEGS = (
    Leg(leg=1, agency=POLICE, lead=False, task="Xác minh", term="3wd"),
    Leg(leg=2, agency=TAX, lead=False, task="Tính thuế", term="2wd"),
    Leg(leg=3, agency=SETTLING, lead=True, task="Giải quyết", term="5wd"),
)
Mode = Literal["single", "sequential", "parallel"]


def case(mode: Mode = "sequential", parts: tuple[Leg, ...] = LEGS, **changes: object) -> Case:
    known = Case(
        dossier=UUID(int=1),
        code="H60-260302-0001",
        receiving=HERE,
        settling=SETTLING,
        rule_set=RULES,
        calendar=None,
        process=PinnedProcess(code="P", version=1, mode=mode, legs=parts),
        supplement_policy="restart",
        received_at=START,
        due_at=START + 30 * DAY,
    )
    return replace(known, **changes)


def law(rules: str = RULES) -> Law:
    dates = calendar(HERE)
    return Law(rules=rule_set(rules), calendar=dates, told=lambda due: deadline(due, due.term, dates.version))


def law_of(agency: str, version: str | None = None) -> Law:
    """The law whose calendar says whose it is, and in which version it was asked for."""
    dates = calendar(agency)
    return Law(rules=rule_set(RULES), calendar=dates, told=lambda due: deadline(due, due.term, f"{agency} {version}"))


def transferred(leg: int, *, at: datetime = START, **changes: object) -> Transferred:
    part = next(part for part in LEGS if part.leg == leg)
    told = Deadline(due_at=START + part.leg * DAY, term=part.term, calendar="c")
    fact = Transferred(effective_at=at, recorded_at=at + HOUR, leg=leg, agency=part.agency, lead=part.lead, task=part.task, deadline=told)
    return replace(fact, **changes)


def limit_in(term: str, start: datetime, rules: str = RULES) -> datetime:
    return due(term, start, calendar(HERE), rule_set(rules)).due_at


# what own facts give
PAPER = Deadline(due_at=START + 4 * HOUR, term="paper", calendar="c")
LATER = Deadline(due_at=START + 9 * DAY, term="3wd", calendar="d")


def handed(movement: Literal["sent", "received"], at: datetime) -> HandedOver:
    return HandedOver(effective_at=at, recorded_at=at + HOUR, leg=1, movement=movement, officer="o")


def asked(number: int = 1, at: datetime = START) -> ConsultationRequested:
    return ConsultationRequested(
        effective_at=at,
        recorded_at=at + HOUR,
        consultation=number,
        asking=SETTLING,
        asked=TAX,
        question=WORDS,
        reply_by=START + 2 * DAY,
        way_of_replying="system",
        officer="o",
    )


LATE_PAPER = HandoverLate(effective_at=START, recorded_at=START, leg=1, agency=HERE, due_at=START)
MOVED = LegRescheduled(effective_at=START, recorded_at=START, leg=1, old_due_at=START, deadline=LATER, cause="calendar")
ANSWERED = ConsultationAnswered(
    effective_at=START + DAY, recorded_at=START + 2 * DAY, consultation=1, asked=TAX, answer=ANSWER, officer="o"
)
SILENT = ConsultationLate(effective_at=START, recorded_at=START, consultation=1, asked=TAX)

AGENCIES = {
    a.code: a
    for a in (
        agency("H60", "province"),
        agency(HERE, "commune", area=HERE, one_stop=True),
        agency(POLICE, "vertical", area=HERE),
        agency(TAX, "department"),
        agency(SETTLING, "department"),
    )
}

WAITING = transferred(1, paper=PAPER)
