"""Who works, steps, drafts, decisions, debts and stops: given facts, when somebody acts, then a fact or a refusal with its article."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.dossier.parts import Deadline
from contracts.fact import Fact, VaultRef
from contracts.refusal import Refused
from processing.domain import Case, State, WorkedLeg, assignment, drafts, fold, guards, obligations, steps, stopping, verification
from processing.events import (
    AdjustmentAllowed,
    Approved,
    Assigned,
    Declined,
    DraftReturned,
    DraftSubmitted,
    ObligationRaised,
    Rescheduled,
    StepCompleted,
    StopDeclined,
    Stopped,
    VerificationScheduled,
)
from tests.processing.known import (
    APPROVED,
    ASSIGNED,
    BASIS,
    DAY,
    DECLINED,
    DRAFTED,
    FILE,
    FIRST,
    HERE,
    LEAD,
    OWED,
    PART,
    PART_ENDED,
    SECOND,
    SENT_BACK,
    SORRY,
    START,
    STEPS,
    STOP_DECLINED,
    STOPPED,
    THERE,
    WISHED,
    WORDS,
    case,
    law,
    made,
    nothing_is_kept,
)
from tests.refusing import refuses
from worktime import due, say_moment

NOW = START + 2 * DAY
ASSIGNED_PART = replace(ASSIGNED, leg=2, agency=HERE, assignee="specialist-2")
ALL_DONE = (ASSIGNED, DRAFTED, PART_ENDED)
Doing = Callable[[Case, State], object]


# what own facts give
def test_a_leg_stands_where_its_facts_left_it() -> None:
    other = FILE.__class__(key="g", digest="4" * 64, size=8, media_type="application/pdf")
    step = StepCompleted(**made(), leg=1, step="Thẩm định", officer="o")
    assert fold([]) == State()
    assert fold([]).leg(7) == WorkedLeg()
    assert fold([ASSIGNED]).leg(1) == WorkedLeg(assignee="specialist-1")
    drafted = WorkedLeg(assignee="specialist-1", draft=2, file=other, under_review=True)
    again = replace(DRAFTED, draft=2, file=other)
    assert fold([ASSIGNED, DRAFTED, again]).legs == {1: drafted}
    assert fold([ASSIGNED, DRAFTED, again, SENT_BACK]).legs == {1: replace(drafted, under_review=False)}
    assert fold([step, replace(step, step="Soát xét")]).legs == {1: WorkedLeg(steps=["Thẩm định", "Soát xét"])}
    ended = WorkedLeg(steps=["Gửi kết quả phối hợp", "Thẩm định"], file=FILE, ended=True)
    assert fold([PART_ENDED, replace(step, leg=2)]).legs == {2: ended}


def test_a_dossier_stands_where_its_facts_left_it() -> None:
    appointed = VerificationScheduled(**made(), leg=1, at=NOW, details=WORDS, officer="o")
    assert fold([WISHED, WISHED]).wishes == 2
    assert fold([appointed, appointed]).verifications == [appointed, appointed]
    assert (fold([APPROVED]).approved, fold([DECLINED]).declined) == (APPROVED, DECLINED)
    assert [fold(facts).decided for facts in ([], [APPROVED], [DECLINED])] == [False, True, True]
    assert fold([OWED]).obligations == {"tax": START + DAY}
    assert fold([SORRY, SORRY]).apologies == [SORRY, SORRY]
    allowed = AdjustmentAllowed(**made(), officer="o")
    answered = fold([STOP_DECLINED, allowed, STOPPED])
    assert (answered.stop_answers, answered.stopped) == (3, STOPPED)


# guards
def test_what_was_stopped_or_has_ended_rests() -> None:
    guards.must_run(case(), State())
    with refuses("NĐ 118/2025/NĐ-CP Điều 21"):
        guards.must_run(case(), fold([STOPPED]))
    with refuses("Điều 19 khoản 3"):
        guards.must_run(case(ended=True), State())


def test_what_is_decided_rests_too() -> None:
    guards.must_be_undecided(case(), State())
    for facts in ([APPROVED], [DECLINED]):
        with refuses("Điều 19 khoản 3"):
            guards.must_be_undecided(case(), fold(facts))
    with refuses("NĐ 118/2025/NĐ-CP Điều 21"):
        guards.must_be_undecided(case(), fold([STOPPED]))


@pytest.mark.req("PY-08")
def test_work_waits_for_a_supplement_and_for_the_proof_of_every_debt() -> None:
    second = replace(OWED, obligation="fee")
    with refuses("Điều 19 khoản 5"):
        guards.must_be_open(case(asked_at=START), State())
    with refuses("NĐ 118/2025/NĐ-CP Điều 24 khoản 2"):
        guards.must_be_open(case(paid=("tax",)), fold([OWED, second]))
    guards.must_be_open(case(paid=("fee", "tax")), fold([OWED, second]))
    assert guards.unpaid(case(paid=("tax",)), fold([OWED, second])) == ["fee"]


@pytest.mark.req("PR-20")
def test_a_stop_waits_until_it_is_answered_here_or_by_results() -> None:
    waits = case(stop_requests=2, stop_wish="stop", late_stops=1)
    assert guards.stop_open(waits, State())
    assert not guards.stop_open(waits, fold([STOP_DECLINED]))
    assert not guards.stop_open(replace(waits, late_stops=2), State())
    guards.must_not_be_withdrawn(waits, fold([STOP_DECLINED]))
    guards.must_not_be_withdrawn(replace(waits, stop_wish="adjust"), State())
    with refuses("NĐ 118/2025/NĐ-CP Điều 21"):
        guards.must_not_be_withdrawn(waits, State())


@pytest.mark.req("PR-06")
def test_a_wish_for_a_supplement_is_answered_before_the_decision() -> None:
    guards.must_not_wish(case(wishes_answered=1), fold([WISHED]))
    with refuses("Điều 19 khoản 5"):
        guards.must_not_wish(case(), fold([WISHED]))


def test_a_leg_is_one_of_the_process_that_has_come_to_its_agency() -> None:
    assert case().leg(2).agency == HERE
    with refuses("Điều 18", field="leg"):
        case(held=()).leg(2)
    with refuses("Điều 18", field="leg", status=422):
        case().leg(3)
    assert (case().lead_agency, case(PART).lead_agency, case().co_ordinating) == (THERE, THERE, (2,))


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


def test_the_leader_declines_with_a_reason_also_without_a_draft() -> None:
    assert decline(case(), State(), keep=lambda: WORDS) == Declined(
        effective_at=NOW, recorded_at=NOW, leg=1, reason=WORDS, leader="leader-1"
    )
    rests(decline)


@pytest.mark.req("RT-06")
@pytest.mark.parametrize("doing", [submit, send_back, approve, decline])
def test_only_the_leading_agency_decides(doing: Callable[[Case, State, int], object]) -> None:
    part = [*ALL_DONE, ASSIGNED_PART, replace(DRAFTED, leg=2)]
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 22", field="leg"):
        doing(case(), fold(part), 2)


# steps
def complete(known: Case, state: State, step: str = "Thẩm định", role: str = "specialist", keep: Any = nothing_is_kept) -> StepCompleted:
    return steps.complete(known, state, leg=1, step=step, roles=[role], officer="o", now=NOW, keep=keep)


@pytest.mark.req("PR-21", "PR-22")
def test_a_step_is_told_with_what_was_found() -> None:
    assert complete(case(), fold([ASSIGNED]), keep=lambda: WORDS) == StepCompleted(
        effective_at=NOW, recorded_at=NOW, leg=1, step="Thẩm định", officer="o", information=WORDS
    )


@pytest.mark.req("PR-21")
def test_a_step_is_one_of_the_process_done_by_its_role_in_its_order() -> None:
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 21", field="step", status=422):
        complete(case(), fold([ASSIGNED]), "Đóng dấu")
    with pytest.raises(Exception, match="Phân công; Thẩm định; Soát xét; Trình ký"):
        complete(case(), fold([ASSIGNED]), "Đóng dấu")
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 21", field="step", status=422):
        complete(case(), fold([ASSIGNED]), "Trình ký", "leader")
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 21", field="step", status=403):
        complete(case(), fold([ASSIGNED]), role="department-head")
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 21", field="step"):
        complete(case(), fold([ASSIGNED]), "Soát xét", "department-head")
    with pytest.raises(Exception, match="Chưa xong bước trước: Thẩm định"):
        complete(case(), fold([ASSIGNED]), "Soát xét", "department-head")
    assert complete(case(), fold([ASSIGNED, DRAFTED]), "Soát xét", "department-head", lambda: WORDS).step == "Soát xét"
    rests(complete, ASSIGNED)


@pytest.mark.req("PR-21")
def test_a_step_that_is_told_by_its_own_act_holds_nobody_up() -> None:
    signed_first = case(process=replace(case().process, steps=(STEPS[3], STEPS[1])))
    assert complete(signed_first, fold([ASSIGNED]), keep=lambda: WORDS).step == "Thẩm định"


def test_the_assignment_is_the_opening_step_and_a_draft_the_specialists() -> None:
    def open_steps(*facts: Fact) -> list[str]:
        return [step.name for step in steps.left(STEPS, fold(facts).leg(1))]

    told = StepCompleted(**made(), leg=1, step="Soát xét", officer="o")
    assert open_steps() == ["Phân công", "Thẩm định", "Soát xét", "Trình ký"]
    assert open_steps(ASSIGNED) == ["Thẩm định", "Soát xét", "Trình ký"]
    assert open_steps(ASSIGNED, DRAFTED) == ["Soát xét", "Trình ký"]
    assert open_steps(ASSIGNED, told) == ["Thẩm định", "Trình ký"]
    two = (STEPS[0], STEPS[2], STEPS[1])
    assert [step.name for step in steps.left(two, fold([ASSIGNED]).leg(1))] == ["Thẩm định"]


@pytest.mark.req("PR-21")
def test_what_the_decision_left_out_is_listed_afterwards_and_never_of_an_import() -> None:
    assert steps.skipped(case(), fold([ASSIGNED, APPROVED])) == ("Thẩm định", "Soát xét")
    assert steps.skipped(case(), fold([ASSIGNED])) == ()
    assert steps.skipped(case(imported=True), fold([ASSIGNED, APPROVED])) == ()
    second = case(PART, replace(LEAD, leg=3))
    assert steps.skipped(second, fold([replace(ASSIGNED, leg=3), APPROVED])) == ("Thẩm định", "Soát xét")
    nobody = case(replace(PART, leg=1))
    assert steps.skipped(nobody, fold([ASSIGNED, APPROVED])) == ("Thẩm định", "Soát xét")


# verification
@pytest.mark.req("PR-03")
def test_a_verification_is_appointed_ahead() -> None:
    def schedule(known: Case, state: State, at: Any = NOW + DAY, keep: Any = nothing_is_kept) -> VerificationScheduled:
        return verification.schedule(known, state, law(), leg=1, at=at, officer="o", now=NOW, keep=keep)

    assert schedule(case(), fold([ASSIGNED]), keep=lambda: WORDS) == VerificationScheduled(
        effective_at=NOW, recorded_at=NOW, leg=1, at=NOW + DAY, details=WORDS, officer="o"
    )
    with refuses("Điều 19 khoản 4 điểm a", field="at", status=422):
        schedule(case(), fold([ASSIGNED]), at=NOW)
    with refuses("NĐ 118/2025/NĐ-CP Điều 19 khoản 1", field="leg"):
        schedule(case(), State())
    rests(schedule, ASSIGNED)


DUE = FIRST.due_at


def come(at: datetime, *facts: Fact, now: datetime = NOW) -> VerificationScheduled:
    """The applicant is asked to come at that moment."""
    return verification.schedule(case(), fold([ASSIGNED, *facts]), law(), leg=1, at=at, officer="o", now=now, keep=lambda: WORDS)


def is_too_late(at: datetime, last: datetime, *facts: Fact, now: datetime = NOW) -> None:
    with refuses(case().article("verification"), field="at", status=422):
        come(at, *facts, now=now)
    with pytest.raises(Refused, match=f"nằm trong thời hạn giải quyết: chậm nhất {say_moment(last)}."):
        come(at, *facts, now=now)


@pytest.mark.req("PR-03")
@pytest.mark.parametrize("now", [NOW, DUE - SECOND], ids=["long before", "a second before"])
def test_while_the_clock_runs_the_applicant_comes_until_the_due_date(now: datetime) -> None:
    assert come(DUE, now=now).at == DUE
    is_too_late(DUE + SECOND, DUE, now=now)


@pytest.mark.req("PR-03")
def test_a_date_that_was_moved_is_the_one_that_counts() -> None:
    later = Deadline(due_at=DUE + 3 * DAY, term="5wd", calendar="d")
    moved = Rescheduled(**made(), old_due_at=DUE, deadline=later, cause="calendar")
    assert come(later.due_at, moved).at == later.due_at
    is_too_late(later.due_at + SECOND, later.due_at, moved)


@pytest.mark.req("PR-03")
@pytest.mark.parametrize("now", [DUE, DUE + 9 * DAY], ids=["at the due moment", "days later"])
def test_of_a_late_dossier_the_applicant_comes_within_a_whole_term_from_now(now: datetime) -> None:
    last = due("15wd", now, law().calendar, law().rules).due_at
    assert last > now and come(last, now=now).at == last
    is_too_late(last + SECOND, last, now=now)
    short = Rescheduled(**made(), old_due_at=DUE, deadline=Deadline(due_at=DUE, term="2wd", calendar="d"), cause="calendar")
    two_days = due("2wd", now, law().calendar, law().rules).due_at
    assert come(two_days, short, now=now).at == two_days
    is_too_late(two_days + SECOND, two_days, short, now=now)


# debts
def owe(known: Case, state: State, keep: Any = nothing_is_kept) -> ObligationRaised:
    return obligations.raise_obligation(known, state, obligation="tax", amount_vnd=5, keep=keep, officer="o", now=NOW)


@pytest.mark.req("PY-08")
def test_a_debt_is_told_with_its_basis() -> None:
    assert owe(case(), State(), lambda: BASIS) == ObligationRaised(
        effective_at=NOW, recorded_at=NOW, obligation="tax", amount_vnd=5, basis=BASIS, officer="o"
    )
    rests(owe)


@pytest.mark.req("PY-08")
def test_where_the_rules_say_so_the_clock_stands_still_until_the_proof_and_never_goes_back() -> None:
    before = ((START, START),)
    owing, state = case(paid=("fee",), pauses=before), fold([OWED])
    paid = obligations.paid(owing, state, law(obligation_clock="pause"), "tax", NOW)
    assert paid == replace(owing, paid=("fee", "tax"), pauses=(*before, (START + DAY, NOW)))
    early = obligations.paid(owing, state, law(obligation_clock="pause"), "tax", START)
    assert early.pauses == (*before, (START + DAY, START + DAY))
    assert obligations.paid(owing, state, law(obligation_clock="run"), "tax", NOW) == replace(owing, paid=("fee", "tax"))


# the answer to a stop
@pytest.mark.req("PR-20")
def test_a_stop_is_granted_or_declined_and_an_adjustment_allowed_also_while_something_is_awaited() -> None:
    def answer(known: Case, state: State, *, grant: bool = True) -> stopping.Answer:
        return stopping.answer(known, state, grant=grant, officer="o", article="Điều 8", now=NOW)

    wish, moment = case(stop_requests=1, stop_wish="stop", asked_at=START), {"effective_at": NOW, "recorded_at": NOW}
    assert answer(wish, fold([OWED])) == Stopped(**moment, officer="o")
    assert answer(wish, State(), grant=False) == StopDeclined(**moment, officer="o", article="Điều 8")
    assert answer(replace(wish, stop_wish="adjust"), State()) == AdjustmentAllowed(**moment, officer="o")
    for known, facts in ((case(), []), (wish, [STOP_DECLINED])):
        with refuses("NĐ 118/2025/NĐ-CP Điều 21", status=503):
            answer(known, fold(facts))
    with refuses("Điều 19 khoản 3"):
        answer(wish, fold([APPROVED]))
