"""Returning and correcting: given a result, when it is handed over or has to be mended, then a fact or a refusal."""

from datetime import datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from contracts.fact import Fact, VaultRef
from results.case import Case, learn
from results.domain import State, correction, fold, returning, stopping
from results.domain.returning import Returning
from results.events import (
    LateStopAnswered,
    ResultCorrected,
    ResultReturned,
)
from tests.refusing import refuses
from tests.results.cases import apologised, extended, received, rescheduled
from tests.results.known import ASKED, CASE, DUE, EARLY, ISSUED, LATE, MENDED, MINUTE, PLAIN, RETURNED, SECOND, WORDS, issued_at


# returning
def give_back(
    state: State | None = None, case: Case = CASE, how: Returning = PLAIN, *, at: datetime = DUE, now: datetime = DUE
) -> ResultReturned:
    known = fold([ISSUED]) if state is None else state
    return returning.return_result(known, case, how, other_way_reason=WORDS, officer="officer-1", at=at, now=now)


@pytest.mark.req("RS-05", "RS-07")
@pytest.mark.parametrize("compared", [True, False])
def test_given_a_result_when_it_is_handed_over_then_way_officer_and_comparing_are_kept(compared: bool) -> None:
    how = Returning(way="counter", explained=False, compare=compared, compared=compared)
    assert give_back(how=how, at=DUE + MINUTE) == ResultReturned(
        effective_at=DUE + MINUTE,
        recorded_at=DUE,
        way="counter",
        officer="officer-1",
        other_way_reason=WORDS,
        originals_compared=compared,
    )


def test_what_is_not_there_was_returned_or_is_being_corrected_is_not_handed_over() -> None:
    for facts in ([], [ISSUED, RETURNED]):
        with refuses("Điều 15 khoản 1"):
            give_back(fold(facts))
    with refuses("NĐ 61/2018/NĐ-CP Điều 21 khoản 1"):
        give_back(fold([ISSUED, ASKED]))


@pytest.mark.req("RS-01")
def test_a_debt_is_named_with_its_sum_in_dong() -> None:
    with refuses("Điều 15 khoản 1 điểm a"):
        give_back(case=replace(CASE, unpaid={"fee": 1_050_000, "tax": 200_000}))
    with pytest.raises(Exception, match=r"^Còn 1\.250\.000 đồng"):
        give_back(case=replace(CASE, unpaid={"fee": 1_050_000, "tax": 200_000}))


@pytest.mark.req("PR-15")
def test_a_late_result_is_handed_over_only_after_an_apology_and_one_in_time_without() -> None:
    state = issued_at(LATE)
    with refuses("Điều 15 khoản 1 điểm d"):
        give_back(state, at=LATE, now=LATE)
    give_back(state, learn(CASE, apologised(at=EARLY)), at=LATE, now=LATE)
    give_back(at=LATE, now=LATE)


def knows(*facts: Fact) -> Case:
    known = Case(dossier=UUID(int=1))
    for fact in facts:
        known = learn(known, fact)
    return known


@pytest.mark.req("PR-14", "PR-15")
def test_the_receivers_apology_does_not_free_the_agency_that_settled_too_late() -> None:
    for fault, freed in {"settling": True, "one-stop": True, "receiver": False}.items():
        case = replace(knows(received(), apologised(fault=fault)), due_at=DUE)
        assert case.apologised is freed
        if freed:
            give_back(issued_at(LATE), case, at=LATE, now=LATE)
        else:
            with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25"):
                give_back(issued_at(LATE), case, at=LATE, now=LATE)
    assert knows(apologised(), apologised(fault="receiver")).apologised


@pytest.mark.req("PR-14", "PR-15")
def test_an_apology_holds_only_for_the_date_that_bound_when_it_was_given() -> None:
    restarted = rescheduled(3, at=EARLY)
    before, since = apologised(at=EARLY - SECOND), apologised(at=EARLY)
    assert not knows(received(), before, restarted).apologised
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25"):
        give_back(issued_at(LATE), replace(knows(received(), before, restarted), due_at=DUE), at=LATE, now=LATE)
    assert knows(received(), before, restarted, since).apologised
    assert knows(received(), since, before, restarted).apologised
    assert not knows(received(), before, extended(2, late=False, at=EARLY)).apologised
    assert knows(received(), before, extended(2, late=True, at=EARLY)).apologised
    assert knows(received(), before, rescheduled(0, at=EARLY)).apologised


@pytest.mark.req("RS-03")
def test_an_early_result_of_which_nobody_was_told_is_kept_back() -> None:
    with refuses("Điều 15 khoản 1 điểm đ"):
        give_back(issued_at(EARLY), at=EARLY, now=EARLY)
    with refuses("Điều 15 khoản 1 điểm đ"):
        give_back(replace(issued_at(EARLY), announced_at=EARLY + MINUTE), at=EARLY, now=EARLY)
    give_back(replace(issued_at(EARLY), announced_at=EARLY), at=EARLY, now=EARLY)


@pytest.mark.req("RS-07", "RS-09")
def test_originals_are_compared_first_and_another_way_is_explained() -> None:
    with refuses("Điều 10 khoản 4 điểm a", field="originals_compared", status=422):
        give_back(how=replace(PLAIN, compare=True))
    by_post = replace(PLAIN, way="post")
    with refuses("QĐ 31/2019/QĐ-UBND Điều 15 khoản 1", field="other_way_reason", status=422):
        give_back(how=by_post)
    give_back(how=replace(by_post, explained=True))
    give_back(case=replace(CASE, return_channel=""), how=by_post)


def test_an_imported_dossier_meets_no_guard() -> None:
    debtor = replace(CASE, imported=True, unpaid={"fee": 1})
    assert returning.may_return(issued_at(LATE), debtor, replace(PLAIN, compare=True), LATE, LATE).effective_at == LATE


@pytest.mark.req("RS-05")
def test_a_result_is_handed_over_at_its_real_time_and_not_before_it_was_there() -> None:
    give_back(at=DUE, now=DUE + MINUTE)
    for at, now in ((DUE, DUE + 6 * MINUTE), (DUE + 2 * MINUTE, DUE), (DUE - SECOND, DUE)):
        with refuses("Điều 15 khoản 3", field="effective_at", status=422):
            give_back(at=at, now=now)


# corrections
@pytest.mark.req("RS-05")
def test_a_correction_keeps_the_officer_the_reason_and_the_three_days() -> None:
    fact = correction.request_correction(
        CASE, fold([ISSUED]), officer="officer-1", at=DUE, now=LATE, keep=lambda: WORDS, deadline=ASKED.deadline
    )
    assert fact == replace(ASKED, recorded_at=LATE)


def test_only_a_result_is_corrected_and_not_twice_at_once() -> None:
    for facts in ([], [ISSUED, ASKED]):
        with refuses("NĐ 61/2018/NĐ-CP Điều 21 khoản 1"):
            correction.request_correction(CASE, fold(facts), officer="o", at=DUE, now=DUE, keep=_nothing_is_kept, deadline=None)
    with refuses("NĐ 61/2018/NĐ-CP Điều 21 khoản 1"):
        correction.may_correct(CASE, fold([ISSUED]))


def _nothing_is_kept() -> VaultRef:
    raise AssertionError("a refused correction puts nothing into the vault")


@pytest.mark.req("RS-05")
@pytest.mark.parametrize(("at", "now", "late"), [(LATE, LATE, False), (LATE + MINUTE, LATE, True), (LATE - MINUTE, LATE + MINUTE, False)])
def test_a_mended_result_is_late_by_the_minute_in_which_it_came(at: datetime, now: datetime, late: bool) -> None:
    made = correction.correct(CASE, fold([ISSUED, ASKED]), number="13", file=MENDED, certificate="d", clerk="clerk-1", at=at, now=now)
    assert made == ResultCorrected(effective_at=at, recorded_at=now, file=MENDED, number="13", clerk="clerk-1", certificate="d", late=late)


def test_a_correction_without_a_limit_is_never_late() -> None:
    unlimited = fold([ISSUED, replace(ASKED, deadline=None)])
    assert not correction.correct(CASE, unlimited, number="13", file=MENDED, certificate="d", clerk="c", at=LATE, now=LATE).late


# a stop after the decision
STOPPING = replace(CASE, stop_open=True)


@pytest.mark.req("PR-20")
def test_a_stop_after_the_decision_is_answered_with_no() -> None:
    assert stopping.answer_late_stop(STOPPING, LATE) == LateStopAnswered(
        effective_at=LATE, recorded_at=LATE, answer="declined", article=STOPPING.article("stop")
    )


@pytest.mark.req("PR-20")
@pytest.mark.parametrize("changes", [{"stop_open": False}, {"outcome": None}, {"imported": True}, {"state": "ended"}])
def test_no_answer_is_due_without_a_request_before_the_decision_of_an_import_and_after_the_end(changes: dict[str, object]) -> None:
    assert stopping.answer_late_stop(replace(STOPPING, **changes), LATE) is None
