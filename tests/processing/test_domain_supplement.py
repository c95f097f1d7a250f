"""Supplements asked for in processing: given facts, when one is wished for, then the clock or a refusal."""

from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.dossier.parts import SupplementItem
from contracts.fact import Fact
from contracts.supplement import check_components
from processing.domain import Case, State, clock, fold, supplement
from processing.events import Rescheduled, SupplementNeeded
from tests.processing.known import (
    APPROVED,
    ASSIGNED,
    DAY,
    EXTENDED,
    FIRST,
    HERE,
    LATER,
    PROPOSED,
    RESTS,
    SECOND,
    START,
    STOPPED,
    WISHED,
    WORDS,
    case,
    counted,
    law,
    moved_to,
    nothing_is_kept,
)
from tests.refusing import refuses
from worktime import Pause, calendar, deficiency_limit

ITEMS = (SupplementItem(component="TP1", defect="wrong", reason=WORDS),)


def need(known: Case | None = None, *facts: Fact, leg: int = 1, now: datetime = START, items: Any = lambda: ITEMS) -> SupplementNeeded:
    reason = (lambda: WORDS) if items is not nothing_is_kept else nothing_is_kept
    return supplement.need(known or case(), fold(facts), law(), leg=leg, leader="leader-1", now=now, items=items, reason=reason)


@pytest.mark.req("PR-06")
def test_given_an_open_dossier_when_a_leader_wishes_for_a_supplement_then_items_reason_and_officer_are_kept() -> None:
    fact = SupplementNeeded(
        effective_at=START, recorded_at=START, leg=1, items=ITEMS, reason=WORDS, officer="leader-1", approved_by="leader-1"
    )
    assert need() == fact
    assert need(None, ASSIGNED) == replace(fact, officer="specialist-1")


@pytest.mark.req("PR-06", "PR-07")
def test_a_supplement_is_wished_for_within_three_working_days_and_under_the_procedures_own_limit_within_that() -> None:
    limit = deficiency_limit(START, calendar(HERE), law().rules)
    assert limit is not None
    need(now=limit)
    with refuses("Điều 19 khoản 5"):
        need(now=limit + SECOND, items=nothing_is_kept)
    own = clock.limited(law(), "8wd")
    supplement.may_need(case(), State(), own, limit + DAY)
    with refuses(clock.SECTOR):
        supplement.may_need(case(), State(), own, limit + 20 * DAY)
    supplement.may_need(case(), State(), law(deficiency_limit=None), limit + 20 * DAY)


@pytest.mark.req("PR-06")
def test_where_a_wish_may_come_until_the_settlement_the_date_in_force_counts() -> None:
    until_then = law(deficiency_limit="settlement")
    supplement.may_need(case(), State(), until_then, FIRST.due_at)
    supplement.may_need(case(), fold([moved_to(LATER)]), until_then, LATER.due_at)
    supplement.may_need(case(deadline=None), State(), until_then, LATER.due_at)
    with refuses(until_then.article("deficiency_limit")):
        supplement.may_need(case(), State(), until_then, FIRST.due_at + SECOND)


DECIDED: tuple[dict[str, Any], list[Fact]] = ({}, [APPROVED])


@pytest.mark.req("PR-06")
def test_no_supplement_is_wished_for_while_work_rests_or_another_wish_waits_or_of_an_unknown_leg() -> None:
    for changes, facts in (*RESTS, DECIDED):
        with refuses(""):
            need(case(**changes), *facts, items=nothing_is_kept)
    with refuses(law().article("supplement_once")):
        need(None, WISHED, items=nothing_is_kept)
    assert need(case(wishes_answered=1), WISHED)
    with refuses("Điều 18", field="leg", status=422):
        need(leg=9, items=nothing_is_kept)


@pytest.mark.req("PR-06")
def test_a_wish_names_published_papers() -> None:
    check_components(["TP1", "TP2"], {"TP1", "TP2"}, case())
    with refuses("Điều 16 khoản 3", field="items", status=422):
        check_components([], {"TP1"}, case())
    with refuses("Điều 5 khoản 1 điểm đ", field="items.1.component", status=422):
        check_components(["TP1", "TP9"], {"TP1"}, case())
    with refuses("Điều 16 khoản 3", field="items.1.component", status=422):
        check_components(["TP1", "TP1"], {"TP1"}, case())


CAME = START + 5 * DAY


@pytest.mark.req("PR-09")
def test_what_was_completed_restarts_the_clock_or_pauses_it_by_policy_or_rule_set() -> None:
    before = ((START, START),)
    waiting = case(asked_at=START + DAY, pauses=before)
    restarted = (replace(waiting, asked_at=None, restarted_at=CAME, restart_asked_at=START + DAY), "supplement-restart")
    paused = (replace(waiting, asked_at=None, pauses=(*before, (START + DAY, CAME))), "supplement-pause")
    by_policy = replace(waiting, supplement_policy="pause")
    assert supplement.supplemented(waiting, law(), CAME) == restarted
    assert supplement.supplemented(waiting, law(supplement_clock="pause"), CAME) == paused
    assert supplement.supplemented(by_policy, law(), CAME) == (replace(paused[0], supplement_policy="pause"), "supplement-pause")
    assert supplement.supplemented(by_policy, law(), START)[0].pauses == (*before, (START + DAY, START + DAY))
    assert supplement.supplemented(replace(by_policy, asked_at=None), law(), CAME)[0].pauses == (*before, (CAME, CAME))


def rescheduled(known: Case, *facts: Fact, cause: str = "supplement-restart") -> Rescheduled | None:
    return supplement.rescheduled(known, fold(facts), law(), cause=cause, now=CAME)


@pytest.mark.req("PR-09", "PR-19")
def test_given_a_moved_clock_when_it_is_projected_then_both_dates_and_the_cause_are_kept() -> None:
    restarted = case(restarted_at=CAME)
    fact = Rescheduled(
        effective_at=CAME, recorded_at=CAME, old_due_at=FIRST.due_at, deadline=counted(restart=CAME), cause="supplement-restart"
    )
    assert rescheduled(restarted) == fact
    assert rescheduled(restarted, moved_to(LATER)) == replace(fact, old_due_at=LATER.due_at)
    assert rescheduled(case()) == replace(fact, deadline=FIRST)
    paused = case(pauses=((START, START + DAY),))
    assert rescheduled(paused, cause="supplement-pause") == replace(
        fact, deadline=counted(pauses=(Pause(from_=START, to=START + DAY),)), cause="supplement-pause"
    )


@pytest.mark.req("PR-11", "PR-19")
def test_an_extension_counts_in_the_projection_only_once_the_one_stop_made_it() -> None:
    paused = case(pauses=((START, START + DAY),))
    slip, made_it = rescheduled(paused, PROPOSED, cause="x"), rescheduled(paused, PROPOSED, EXTENDED, cause="x")
    assert slip is not None and slip.deadline.due_at == FIRST.due_at + DAY
    assert made_it is not None
    assert made_it.deadline == clock.projected(paused, law(), proposed=PROPOSED)


def test_nothing_is_told_of_a_clock_that_is_not_there_has_stopped_or_stands() -> None:
    assert rescheduled(case(deadline=None)) is None
    assert rescheduled(case(ended=True)) is None
    assert rescheduled(case(), STOPPED) is None
    assert rescheduled(case(), cause="supplement-pause") is None
