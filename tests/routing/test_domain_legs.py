"""The dates of legs: given legs that run, when the clock is counted anew, then each that moves is told of."""

import pytest
from msgspec.structs import replace

from contracts.dossier.parts import Deadline
from routing.domain import fold, legs
from routing.domain.rescheduling import moved, open_clocks
from routing.events import (
    LegRescheduled,
)
from tests.routing.known import DAY, LATER, MINUTE, RULES, SECOND, START, TAX, case, law_of, limit_in, transferred
from worktime import Pause, calendar, due, rule_set


def test_in_order_a_leg_is_counted_from_the_end_of_the_one_before() -> None:
    known, held = case(ended_legs=((1, START + DAY),)), fold([transferred(1), transferred(2)])
    (fact,) = legs.reschedule(known, held, "calendar", START, law_of)
    assert (fact.leg, fact.deadline.due_at) == (2, limit_in("2wd", START + DAY))


def test_a_leg_whose_date_stays_is_not_told_of() -> None:
    stands = Deadline(due_at=limit_in("3wd", START), term="3wd", calendar="c")
    assert legs.reschedule(case("parallel"), fold([transferred(1, deadline=stands)]), "x", START, law_of) == []


def test_a_restart_from_before_the_legs_own_start_counts_for_nothing_and_pauses_are_told_with_their_reason() -> None:
    pauses = ((START, START + DAY, "chờ bổ sung"),)
    known = case(restarted_at=START + DAY, ended_legs=((1, START + DAY),), pauses=pauses)
    second, held = fold([transferred(2)]).legs[2], (Pause(from_=START, to=START + DAY, reason="chờ bổ sung"),)
    clock = legs.running(known, 2, second, "2wd", rule_set(RULES))
    assert (clock.term, clock.start, clock.rule_set, clock.restart, clock.pauses) == ("2wd", START + DAY, RULES, None, held)
    again = legs.running(replace(known, restarted_at=START + DAY + MINUTE), 2, second, "2wd", rule_set(RULES))
    assert again.restart == START + DAY + MINUTE
    begun = legs.running(case(supervising="H60.TTPVHCC"), 3, fold([transferred(3, at=START + DAY)]).legs[3], "5wd", rule_set("nd-309-2026"))
    assert begun.start == START + DAY


@pytest.mark.req("PR-19")
def test_a_new_calendar_looks_at_the_legs_that_run_and_at_no_other() -> None:
    held = fold([transferred(1), transferred(2), transferred(3, deadline=None)])
    known = case("parallel", ended_legs=((2, START + DAY),))
    ((number, (old, clock)),) = open_clocks(known, held, rule_set(RULES)).items()
    assert (number, old) == (1, held.legs[1].deadline)
    assert clock == legs.running(known, 1, held.legs[1], "3wd", rule_set(RULES))
    in_order = open_clocks(case(ended_legs=((1, START + DAY),)), fold([transferred(2)]), rule_set(RULES))
    assert in_order[2][1].start == START + DAY
    assert open_clocks(replace(known, ended=True), held, rule_set(RULES)) == {}
    assert open_clocks(replace(known, imported=True), held, rule_set(RULES)) == {}


@pytest.mark.req("PR-19")
def test_a_move_by_the_calendar_names_both_dates() -> None:
    assert moved(2, START, LATER, START + DAY) == LegRescheduled(
        effective_at=START + DAY, recorded_at=START + DAY, leg=2, old_due_at=START, deadline=LATER, cause="calendar"
    )


@pytest.mark.req("RT-06")
def test_a_leg_that_may_end_after_the_applicants_date_says_so() -> None:
    limit = due("5wd", START, calendar(TAX), rule_set(RULES))
    for due_at, beyond in ((limit.due_at, False), (limit.due_at - SECOND, True), (None, False)):
        told = legs.explained(case(due_at=due_at), limit)
        assert (told.due_at, told.derivation[-1]) == (limit.due_at, limit.derivation[-1])
        assert ("beyond" in [step.step for step in told.derivation]) is beyond
