"""The settlement clock: given facts, when the date is asked for, then it and why."""

from typing import Any

import pytest
from msgspec.structs import replace

from contracts.settlement import Settlement
from processing.domain import State, clock, fold, lateness, rescheduling, supplement
from processing.events import Rescheduled
from tests.processing.known import (
    DAY,
    EXTENDED,
    FIRST,
    LATER,
    PROPOSED,
    RULES,
    START,
    STOPPED,
    case,
    counted,
    law,
    moved_to,
)
from tests.refusing import refuses
from worktime import Extension, Pause, Running

LATE = FIRST.due_at + DAY


# the clock
def test_the_deadline_in_force_is_the_last_one_recorded() -> None:
    assert clock.current(case(), State()) == FIRST
    assert clock.current(case(), fold([moved_to(LATER)])) == LATER
    assert clock.current(case(), fold([EXTENDED])) == EXTENDED.deadline
    with refuses("Điều 19"):
        clock.current(case(deadline=None), State())


EXTENSION = Extension(
    new_date=PROPOSED.new_date,
    due_at=PROPOSED.new_due_at,
    old_due_at=FIRST.due_at,
    asked_at=START,
    late_notice=False,
    cap=None,
    legal_dates=(),
    article="Điều 25",
)


@pytest.mark.req("PR-19")
def test_the_clock_is_the_first_term_and_all_that_moved_it() -> None:
    plain = Running(term="15wd", start=START, rule_set=RULES)
    assert clock.running(case()) == plain
    moved = case(restarted_at=START + DAY, restart_asked_at=START, pauses=((START, START + DAY),))
    assert clock.running(moved, proposed=PROPOSED) == Running(
        term="15wd",
        start=START,
        rule_set=RULES,
        restart=START + DAY,
        restart_asked_at=START,
        pauses=(Pause(from_=START, to=START + DAY),),
        extension=EXTENSION,
    )
    assert clock.running(case(started_at=START + DAY)) == replace(plain, start=START + DAY)
    late = replace(PROPOSED, late_notice=True)
    assert clock.running(case(), proposed=late) == replace(plain, extension=replace(EXTENSION, late_notice=True))


@pytest.mark.req("PR-19")
def test_the_clock_is_projected_by_the_law_that_was_pinned() -> None:
    assert clock.projected(case(), law()) == FIRST
    assert clock.projected(case(restarted_at=START + 7 * DAY), law()) == counted(restart=START + 7 * DAY)
    assert clock.projected(case(), law(), proposed=PROPOSED).due_at == PROPOSED.new_due_at


@pytest.mark.req("PR-07")
def test_the_procedures_own_limit_of_a_deficiency_takes_the_place_of_the_decrees() -> None:
    decree = law()
    assert clock.limited(decree, None) is decree
    own = clock.limited(decree, "5wd")
    assert own.rules.settings == replace(decree.rules.settings, deficiency_limit="5wd")
    assert own.rules.articles == {**decree.rules.articles, "deficiency_limit": clock.SECTOR}
    assert (own.calendar, own.told) == (decree.calendar, decree.told)
    assert decree.article("term") == decree.rules.article("term")


@pytest.mark.req("PR-19")
@pytest.mark.parametrize("changes", [{"deadline": None}, {"imported": True}, {"ended": True}])
def test_a_new_calendar_looks_at_clocks_that_run(changes: dict[str, Any]) -> None:
    assert rescheduling.open_clock(case(), State()) == clock.running(case())
    assert rescheduling.open_clock(case(), fold([PROPOSED])) == clock.running(case())
    assert rescheduling.open_clock(case(), fold([PROPOSED, EXTENDED])) == clock.running(case(), proposed=PROPOSED)
    assert rescheduling.open_clock(case(**changes), State()) is None
    assert rescheduling.open_clock(case(), fold([STOPPED])) is None


@pytest.mark.req("PR-19")
def test_a_move_by_the_calendar_names_both_dates_and_the_one_without_the_extension() -> None:
    moment: dict[str, Any] = {"effective_at": START + DAY, "recorded_at": START + DAY}
    assert rescheduling.moved(FIRST.due_at, LATER, START + DAY, original_due_at=LATE) == Rescheduled(
        **moment, old_due_at=FIRST.due_at, deadline=LATER, cause="calendar", original_due_at=LATE
    )


@pytest.mark.req("PR-13", "PY-08")
def test_a_pause_after_a_slip_too_late_moves_the_date_that_binds_by_its_working_days() -> None:
    """Regression: the date before the extension was moved by the difference of the extended dates, over a weekend on to a Sunday."""
    late = fold([replace(PROPOSED, late_notice=True), replace(EXTENDED, late_notice=True)])
    friday, tuesday = START + 18 * DAY, START + 22 * DAY
    paused = case(pauses=((friday, tuesday),))
    moved = supplement.rescheduled(paused, late, law(), cause="obligation-pause", now=tuesday)
    assert moved is not None
    assert moved.original_due_at == clock.projected(paused, law()).due_at > FIRST.due_at
    assert moved.original_due_at - FIRST.due_at != moved.deadline.due_at - moved.old_due_at
    plain = supplement.rescheduled(paused, State(), law(), cause="obligation-pause", now=tuesday)
    assert plain is not None and plain.original_due_at is None


# which date binds
@pytest.mark.req("PR-13")
def test_an_extension_binds_from_its_slip_in_time_and_one_too_late_never() -> None:
    assert fold([EXTENDED]).settlement == Settlement(due_at=PROPOSED.new_due_at, original_due_at=FIRST.due_at)
    assert fold([EXTENDED]).bound_since == START + DAY
    late = replace(EXTENDED, late_notice=True)
    assert fold([late]).bound_since is None
    assert (lateness.binding_due_at(case(), fold([late])), lateness.binding_due_at(case(), fold([EXTENDED]))) == (
        FIRST.due_at,
        PROPOSED.new_due_at,
    )


@pytest.mark.req("PR-13", "PR-19")
def test_a_date_binds_since_it_was_last_moved() -> None:
    first, again = moved_to(LATER), moved_to(LATER, at=START + 9 * DAY)
    assert (fold([first]).deadline, fold([first]).bound_since) == (LATER, START + 3 * DAY)
    assert fold([first, again]).bound_since == START + 3 * DAY
    assert lateness.binding_due_at(case(), fold([first])) == LATER.due_at
    assert lateness.binding_due_at(case(), State()) == FIRST.due_at
    assert lateness.binding_due_at(case(deadline=None), State()) is None
