"""What the tests of processing's rules know: one dossier of two legs, and facts that may happen to it."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from chassis.deadlines import deadline
from contracts.dossier.parts import Deadline, Leg, PinnedProcess, ProcessStep
from contracts.fact import Fact, FileRef, VaultRef
from processing.domain import Case, HeldLeg, State, fold
from processing.domain.clock import Law
from processing.events import (
    Apologised,
    Approved,
    Assigned,
    Declined,
    DraftReturned,
    DraftSubmitted,
    Extended,
    ExtensionProposed,
    ObligationRaised,
    Rescheduled,
    StepCompleted,
    StopDeclined,
    Stopped,
    SupplementNeeded,
)
from tests.refusing import refuses
from worktime import calendar, due, rule_set

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in Viet Nam."""
HERE, THERE, RULES = "H60.02269", "H60.STC", "tuyen-quang-2025"
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
WORDS, BASIS = VaultRef(key="w", digest="1" * 64), VaultRef(key="b", digest="2" * 64)
FILE = FileRef(key="f", digest="3" * 64, size=9, media_type="application/pdf")
LEAD = Leg(leg=1, agency=THERE, lead=True, task="Thẩm định", term="15wd")
PART = Leg(leg=2, agency=HERE, lead=False, task="Xác minh", term="5wd")
STEPS = (
    ProcessStep(name="Phân công", role="department-head", hours=2),
    ProcessStep(name="Thẩm định", role="specialist", hours=16),
    ProcessStep(name="Soát xét", role="department-head", hours=4),
    ProcessStep(name="Trình ký", role="leader", hours=8),
)


def law(rules: str = RULES, **settings: Any) -> Law:
    known, dates = rule_set(rules), calendar(HERE)
    known = replace(known, settings=replace(known.settings, **settings)) if settings else known
    return Law(rules=known, calendar=dates, told=lambda due: deadline(due, due.term, dates.version))


def counted(term: str = "15wd", start: datetime = START, rules: str = RULES, **moved: Any) -> Deadline:
    """The deadline that the rules give."""
    return law(rules).told(due(term, start, calendar(HERE), rule_set(rules), **moved))


FIRST = counted()
"""Monday 23 March 2026, 17:00 in Viet Nam."""


def case(*legs: Leg, **changes: Any) -> Case:
    """Received here, settled elsewhere; every leg has come to its agency."""
    parts = legs or (LEAD, PART)
    known = Case(
        dossier=UUID(int=1),
        code="H60.STC-260302-0001",
        receiving=HERE,
        settling=THERE,
        procedure="1.1",
        procedure_version=1,
        rule_set=RULES,
        deadline=FIRST,
        process=PinnedProcess(code="P", version=1, mode="parallel", legs=parts, steps=STEPS),
        supplement_policy="restart",
        received_at=START,
        held=tuple(HeldLeg(leg=leg.leg, agency=leg.agency, lead=leg.lead, task=leg.task) for leg in parts),
    )
    return replace(known, **changes)


def made(at: datetime = START) -> dict[str, Any]:
    """When a fact happened, and that it was recorded an hour later."""
    return {"effective_at": at, "recorded_at": at + HOUR}


ASSIGNED = Assigned(**made(), leg=1, agency=THERE, assignee="specialist-1", assigned_by="head-1")
DRAFTED = DraftSubmitted(**made(), leg=1, draft=1, file=FILE, officer="specialist-1")
SENT_BACK = DraftReturned(**made(), leg=1, draft=1, opinion=WORDS, leader="leader-1")
PART_ENDED = StepCompleted(**made(), leg=2, step="Gửi kết quả phối hợp", officer="o", partial_result=FILE, leg_ended=True)
APPROVED = Approved(**made(), leg=1, draft=1, leader="leader-1")
DECLINED = Declined(**made(), leg=1, reason=WORDS, leader="leader-1")
STOPPED = Stopped(**made(), officer="head-1")
STOP_DECLINED = StopDeclined(**made(), officer="head-1", article="Điều 21")
OWED = ObligationRaised(**made(START + DAY), obligation="tax", amount_vnd=5, basis=BASIS, officer="o")
WISHED = SupplementNeeded(**made(), leg=1, items=(), reason=WORDS, officer="o", approved_by="leader-1")
SORRY = Apologised(**made(), fault="settling", signer="leader-1", letter=WORDS)
PROPOSED = ExtensionProposed(
    **made(),
    new_date=date(2026, 3, 27),
    new_due_at=datetime(2026, 3, 27, 10, 0, tzinfo=UTC),
    late_notice=False,
    signer="leader-1",
    article="Điều 25",
)
EXTENDED = Extended(
    **made(START + DAY),
    old_due_at=FIRST.due_at,
    deadline=Deadline(due_at=PROPOSED.new_due_at, term="15wd", calendar="c"),
    late_notice=False,
    officer="officer-1",
)
LATER = Deadline(due_at=FIRST.due_at + 7 * DAY, term="15wd", calendar="d")
POINT = "QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2 điểm a"
"""The article of the one extension, and of what form 04 must say."""
RESTS: list[tuple[dict[str, Any], list[Fact]]] = [({"ended": True}, []), ({"asked_at": START}, []), ({}, [STOPPED]), ({}, [OWED])]
"""While one of these holds, nothing moves the clock."""


def moved_to(deadline: Deadline, cause: Any = "calendar", at: datetime = START + 3 * DAY, **more: Any) -> Rescheduled:
    """The first date became another one."""
    return Rescheduled(**made(at), old_due_at=FIRST.due_at, deadline=deadline, cause=cause, **more)


def nothing_is_kept() -> Any:
    """For a command that has to be refused: its words must not come into the vault."""
    raise AssertionError("what is refused puts nothing into the vault")


NOW = START + 2 * DAY
ASSIGNED_PART = replace(ASSIGNED, leg=2, agency=HERE, assignee="specialist-2")
ALL_DONE = (ASSIGNED, DRAFTED, PART_ENDED)
Doing = Callable[[Case, State], object]

RESTING: tuple[tuple[dict[str, Any], Sequence[Fact]], ...] = (
    ({"ended": True}, ()),
    ({"asked_at": START}, ()),
    ({}, (OWED,)),
    ({}, (STOPPED,)),
    ({}, (APPROVED,)),
)
"""Why work may have to rest."""


def rests(doing: Doing, *facts: Fact) -> None:
    """What is done is refused whenever work has to rest."""
    for changes, more in RESTING:
        with refuses(""):
            doing(case(**changes), fold([*facts, *more]))
