"""Which settlement clocks a new calendar looks at, and what is said of a move."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from contracts.dossier.processing import Extended, ExtensionProposed, Stopped
from processing.domain import Case, fold
from processing.domain.rescheduling import moved, open_clock
from tests.processing.cases import day, first_deadline, received
from worktime import Closure, Pause, calendar


def case(**changes: object) -> Case:
    fact = received()
    known = Case(
        dossier=UUID(int=1),
        code=fact.code,
        receiving=fact.receiving,
        settling=fact.settling,
        procedure=fact.procedure,
        procedure_version=1,
        rule_set=fact.rule_set,
        deadline=fact.deadline,
        process=fact.process,
        supplement_policy="restart",
        received_at=fact.effective_at,
    )
    return replace(known, **changes)


PROPOSED = ExtensionProposed(
    effective_at=day(10),
    recorded_at=day(10),
    new_date=day(27).date(),
    new_due_at=day(27, 10),
    late_notice=False,
    signer="leader-1",
    article="Điều 25",
)
EXTENDED = Extended(
    effective_at=day(11),
    recorded_at=day(11),
    old_due_at=day(23, 10),
    deadline=first_deadline("19wd"),
    late_notice=False,
    officer="officer-1",
)


def test_a_running_clock_is_open_with_its_pauses_and_restart() -> None:
    clock = open_clock(case(pauses=((day(3), day(5)),), restarted_at=day(9)), fold([]))
    assert clock is not None
    assert (clock.term, clock.pauses, clock.restart, clock.extension) == ("15wd", (Pause(from_=day(3), to=day(5)),), day(9), None)


@pytest.mark.parametrize("changes", [{"deadline": None}, {"imported": True}, {"ended": True}])
def test_what_has_no_clock_has_ended_or_was_imported_is_not_open(changes: dict[str, object]) -> None:
    assert open_clock(case(**changes), fold([])) is None


def test_a_stopped_dossier_has_no_open_clock() -> None:
    assert open_clock(case(), fold([Stopped(effective_at=day(5), recorded_at=day(5), officer="head-1")])) is None


def test_a_proposal_counts_only_once_the_one_stop_has_extended() -> None:
    proposed, extended = open_clock(case(), fold([PROPOSED])), open_clock(case(), fold([PROPOSED, EXTENDED]))
    assert proposed is not None and proposed.extension is None
    assert extended is not None and extended.extension is not None and extended.extension.new_date == PROPOSED.new_date


def test_a_move_names_both_dates_its_cause_and_the_date_without_the_extension() -> None:
    new = first_deadline("16wd")
    fact = moved(day(23, 10), new, day(12), original_due_at=day(24, 10))
    assert (fact.cause, fact.old_due_at, fact.deadline, fact.original_due_at) == ("calendar", day(23, 10), new, day(24, 10))


@dataclass(frozen=True)
class _At:
    closed: int
    due: int
    original: int


@pytest.mark.req("PR-19")
@pytest.mark.parametrize(
    "seen", [_At(closed=18, due=27, original=24), _At(closed=27, due=30, original=23), _At(closed=31, due=27, original=23)]
)
def test_an_extended_date_stands_unless_it_is_itself_a_day_off(seen: _At) -> None:
    clock = open_clock(case(), fold([PROPOSED, EXTENDED]))
    assert clock is not None
    stormy = calendar().with_entries("vn-2026.2", [Closure(date=(day(seen.closed) + timedelta(0)).date(), reason="Bão")])
    assert clock.dates(stormy) == (day(seen.due, 10), day(seen.original, 10))
