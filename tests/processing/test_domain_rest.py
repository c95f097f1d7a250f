"""Where a case stands by its own facts, and what makes work on it rest."""

import pytest
from msgspec.structs import replace

from processing.domain import State, WorkedLeg, fold, guards
from processing.events import (
    AdjustmentAllowed,
    StepCompleted,
    VerificationScheduled,
)
from tests.processing.known import (
    APPROVED,
    ASSIGNED,
    DAY,
    DECLINED,
    DRAFTED,
    FILE,
    HERE,
    NOW,
    OWED,
    PART,
    PART_ENDED,
    SENT_BACK,
    SORRY,
    START,
    STOP_DECLINED,
    STOPPED,
    THERE,
    WISHED,
    WORDS,
    case,
    made,
)
from tests.refusing import refuses


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
    for wish in ("stop", "adjust"):
        with refuses("NĐ 118/2025/NĐ-CP Điều 21"):
            guards.must_not_be_withdrawn(replace(waits, stop_wish=wish), State())


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
