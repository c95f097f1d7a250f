"""The work: given a leg, when it is assigned, ended, drafted or decided, then a fact or a refusal."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from contracts.fact import VaultRef
from processing.domain import Case, State, WorkedLeg, assignment, drafts, fold
from processing.events import (
    Approved,
    Assigned,
    Declined,
    DraftReturned,
    DraftSubmitted,
    StepCompleted,
)
from tests.processing.known import (
    ALL_DONE,
    ASSIGNED,
    ASSIGNED_PART,
    DRAFTED,
    FILE,
    HERE,
    LEAD,
    NOW,
    PART,
    PART_ENDED,
    SENT_BACK,
    WISHED,
    WORDS,
    case,
    nothing_is_kept,
    rests,
)
from tests.refusing import refuses


# assignment
def assign(known: Case, state: State, leg: int = 2) -> Assigned:
    return assignment.assign(known, state, leg=leg, assignee="specialist-9", head="head-1", now=NOW)


@pytest.mark.req("PR-01")
def test_given_a_leg_when_its_head_assigns_it_then_agency_assignee_and_head_are_kept() -> None:
    fact = Assigned(effective_at=NOW, recorded_at=NOW, leg=2, agency=HERE, assignee="specialist-9", assigned_by="head-1")
    assert assign(case(), State()) == fact
    assert assign(case(), fold([ASSIGNED_PART])) == fact


@pytest.mark.req("PR-01")
def test_an_ended_unknown_or_resting_leg_is_not_assigned() -> None:
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 22", field="leg"):
        assign(case(), fold([PART_ENDED]))
    with refuses("Điều 18", field="leg", status=422):
        assign(case(), State(), 9)
    rests(assign)


@pytest.mark.req("PR-01")
def test_a_leg_is_not_assigned_again_to_the_one_who_has_it() -> None:
    """Regression: a second click was a second fact."""
    with refuses("Điều 19 khoản 1", field="assignee"):
        assign(case(), fold([replace(ASSIGNED_PART, assignee="specialist-9")]))


@pytest.mark.req("PR-01")
def test_a_leg_is_worked_on_once_it_is_assigned_until_it_ends() -> None:
    assert assignment.worked_leg(case(), fold([ASSIGNED]), 1) == WorkedLeg(assignee="specialist-1")
    with refuses("NĐ 118/2025/NĐ-CP Điều 19 khoản 1", field="leg"):
        assignment.worked_leg(case(), fold([ASSIGNED]), 2)
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 22", field="leg"):
        assignment.worked_leg(case(), fold([ASSIGNED_PART, PART_ENDED]), 2)
    with refuses("Điều 18", field="leg", status=422):
        assignment.worked_leg(case(), fold([ASSIGNED]), 9)
    rests(lambda known, state: assignment.worked_leg(known, state, 1), ASSIGNED)


def end_leg(known: Case, state: State, leg: int = 2) -> StepCompleted:
    return assignment.end_leg(known, state, leg=leg, file=FILE, officer="specialist-2", now=NOW)


@pytest.mark.req("RT-06")
def test_given_a_co_ordinating_leg_when_it_ends_then_its_partial_result_is_kept() -> None:
    assert end_leg(case(), fold([ASSIGNED_PART])) == StepCompleted(
        effective_at=NOW,
        recorded_at=NOW,
        leg=2,
        step="Gửi kết quả phối hợp",
        officer="specialist-2",
        partial_result=FILE,
        leg_ended=True,
    )
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 22", field="leg"):
        end_leg(case(), fold([ASSIGNED]), 1)
    with refuses("NĐ 118/2025/NĐ-CP Điều 19 khoản 1", field="leg"):
        end_leg(case(), State())
    with refuses("Điều 18", field="leg", status=422):
        end_leg(case(), State(), 9)
    rests(end_leg, ASSIGNED_PART)


# drafts and the decision
def submit(known: Case, state: State, leg: int = 1) -> DraftSubmitted:
    return drafts.submit(known, state, leg=leg, file=FILE, officer="specialist-1", now=NOW)


def send_back(known: Case, state: State, leg: int = 1, keep: Callable[[], VaultRef] = nothing_is_kept) -> DraftReturned:
    return drafts.send_back(known, state, leg=leg, leader="leader-1", now=NOW, keep=keep)


def approve(known: Case, state: State, leg: int = 1) -> Approved:
    return drafts.approve(known, state, leg=leg, leader="leader-1", now=NOW)


def decline(known: Case, state: State, leg: int = 1, keep: Callable[[], VaultRef] = nothing_is_kept) -> Declined:
    return drafts.decline(known, state, leg=leg, leader="leader-1", now=NOW, keep=keep)


@pytest.mark.req("PR-02")
def test_each_draft_of_the_lead_goes_up_and_counts_on() -> None:
    fact = DraftSubmitted(effective_at=NOW, recorded_at=NOW, leg=1, draft=1, file=FILE, officer="specialist-1")
    assert submit(case(), fold([ASSIGNED])) == fact
    assert submit(case(), fold([ASSIGNED, DRAFTED, SENT_BACK])) == replace(fact, draft=2)
    with refuses("NĐ 118/2025/NĐ-CP Điều 19 khoản 1", field="leg"):
        submit(case(), State())
    rests(submit, ASSIGNED)


@pytest.mark.req("PR-16")
def test_the_leader_sends_the_last_draft_back_with_an_opinion() -> None:
    again = [ASSIGNED, DRAFTED, SENT_BACK, replace(DRAFTED, draft=2)]
    assert send_back(case(), fold(again), keep=lambda: WORDS) == DraftReturned(
        effective_at=NOW, recorded_at=NOW, leg=1, draft=2, opinion=WORDS, leader="leader-1"
    )
    for facts in ([ASSIGNED], [ASSIGNED, DRAFTED, SENT_BACK]):
        with refuses("NĐ 118/2025/NĐ-CP Điều 19 khoản 1", field="leg"):
            send_back(case(), fold(facts))
    rests(send_back, ASSIGNED, DRAFTED)


@pytest.mark.req("PR-17", "RT-06")
def test_the_leader_approves_the_draft_once_every_other_leg_has_ended() -> None:
    assert approve(case(), fold([*ALL_DONE[:1], replace(DRAFTED, draft=3), PART_ENDED])) == Approved(
        effective_at=NOW, recorded_at=NOW, leg=1, draft=3, leader="leader-1"
    )
    third = replace(PART, leg=3)
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 22", field="leg"):
        approve(case(), fold(ALL_DONE[:2]))
    with pytest.raises(Exception, match="của phần việc 2, 3"):
        approve(case(LEAD, PART, third), fold(ALL_DONE[:2]))
    with refuses("NĐ 118/2025/NĐ-CP Điều 19 khoản 1", field="leg"):
        approve(case(), fold([ASSIGNED, PART_ENDED]))
    rests(approve, *ALL_DONE)


@pytest.mark.req("PR-20", "PR-06")
def test_a_stop_or_a_wish_that_waits_is_answered_before_the_decision() -> None:
    withdrawn = case(stop_requests=1, stop_wish="stop")
    for doing in (approve, decline):
        with refuses("NĐ 118/2025/NĐ-CP Điều 21"):
            doing(withdrawn, fold(ALL_DONE))
        with refuses("Điều 19 khoản 5"):
            doing(case(), fold([*ALL_DONE, WISHED]))


@pytest.mark.req("RT-06")
def test_the_leader_declines_with_a_reason_also_without_a_draft_once_every_other_leg_has_ended() -> None:
    assert decline(case(), fold([PART_ENDED]), keep=lambda: WORDS) == Declined(
        effective_at=NOW, recorded_at=NOW, leg=1, reason=WORDS, leader="leader-1"
    )
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 22", field="leg"):
        decline(case(), State())
    rests(decline, PART_ENDED)


@pytest.mark.req("RT-06")
@pytest.mark.parametrize("doing", [submit, send_back, approve, decline])
def test_only_the_leading_agency_decides(doing: Callable[[Case, State, int], object]) -> None:
    part = [*ALL_DONE, ASSIGNED_PART, replace(DRAFTED, leg=2)]
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 22", field="leg"):
        doing(case(), fold(part), 2)
