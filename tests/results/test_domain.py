"""Issuing and announcing: given a decision, when the clerk issues its result or tells of it early, then a fact or a refusal."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from contracts.fact import Fact
from results.case import Case
from results.domain import State, early, fold, issuing
from results.domain.time import real_time, timeliness
from results.events import (
    EarlyReturnAnnounced,
    LateStopAnswered,
    ResultCorrected,
    ResultIssued,
)
from tests.refusing import refuses
from tests.results.known import ASKED, CASE, DUE, EARLY, FILE, ISSUED, LATE, MENDED, MINUTE, RETURNED, SECOND, UNISSUED, WORDS, issued_at


# what own facts give
def test_each_fact_of_results_leaves_its_mark() -> None:
    told = EarlyReturnAnnounced(effective_at=EARLY, recorded_at=DUE, way="telephone", due_at=DUE, officer="o")
    answered = LateStopAnswered(effective_at=DUE, recorded_at=DUE, answer="declined", article="a")
    assert fold([]) == State()
    assert fold([ISSUED, told, RETURNED, answered, answered]) == State(issued=ISSUED, announced_at=EARLY, returned=True, late_stops=2)


def test_a_correction_opens_the_result_again_and_the_mended_one_has_to_be_returned_anew() -> None:
    mended = ResultCorrected(effective_at=DUE, recorded_at=DUE, file=MENDED, number="13", clerk="c")
    facts: list[Fact] = [ISSUED, RETURNED, ASKED]
    assert fold(facts) == State(issued=ISSUED, returned=False, correction=ASKED)
    assert fold([*facts, mended]) == State(issued=ISSUED, returned=False, correction=None)
    assert fold([ISSUED, RETURNED, mended]) == State(issued=ISSUED, returned=False)


# time
@pytest.mark.req("RS-05")
def test_a_moment_may_lie_five_minutes_back_or_one_ahead_and_no_second_more() -> None:
    for at in (DUE - 5 * MINUTE, DUE, DUE + MINUTE):
        real_time(CASE, at, DUE)
    for at in (DUE - 5 * MINUTE - SECOND, DUE + MINUTE + SECOND):
        with refuses("Điều 15 khoản 3", field="effective_at", status=422):
            real_time(CASE, at, DUE)


@pytest.mark.req("RS-04")
def test_a_result_is_judged_by_the_day_it_was_issued_on_and_an_open_dossier_by_today() -> None:
    assert [timeliness(CASE, at, LATE) for at in (EARLY, DUE, LATE, None)] == ["early", "on_time", "late", "late"]
    assert timeliness(CASE, None, EARLY) == "early"
    assert timeliness(replace(CASE, due_at=None), LATE, LATE) is None


@pytest.mark.req("PR-13")
def test_an_extended_date_binds_only_when_its_slip_was_in_time() -> None:
    extended = replace(CASE, original_due_at=EARLY)
    assert timeliness(extended, DUE, DUE) == "on_time"
    assert timeliness(replace(extended, late_extension=True), DUE, DUE) == "late"


# issuing
def issue(state: State = UNISSUED, case: Case = CASE, *, at: datetime = DUE, now: datetime = DUE) -> ResultIssued:
    return issuing.issue(
        state, case, number="12", file=FILE, certificate="c", clerk="clerk-1", document_type="KQ", e_paper=WORDS, at=at, now=now
    )


@pytest.mark.req("PR-18", "RS-08")
@pytest.mark.parametrize("outcome", ["granted", "declined"])
def test_given_a_decision_when_the_clerk_issues_then_the_fact_has_the_leaders_outcome_and_the_whole_paper(outcome: str) -> None:
    assert issue(case=replace(CASE, outcome=outcome), at=DUE - MINUTE) == ResultIssued(
        effective_at=DUE - MINUTE,
        recorded_at=DUE,
        outcome=outcome,  # type: ignore[arg-type]
        number="12",
        file=FILE,
        certificate="c",
        clerk="clerk-1",
        document_type="KQ",
        e_paper=WORDS,
    )


@pytest.mark.req("PR-17")
def test_what_is_issued_already_ended_or_undecided_is_not_issued() -> None:
    with refuses("Điều 14 khoản 2"):
        issue(fold([ISSUED]))
    with refuses("quy ước của hệ thống"):
        issue(case=replace(CASE, state="ended"))
    with refuses("Điều 14 khoản 2", early=True):
        issue(case=replace(CASE, outcome=None))


@pytest.mark.req("RS-05")
def test_a_result_is_issued_at_its_real_time() -> None:
    with refuses("Điều 15 khoản 3", field="effective_at", status=422):
        issue(at=DUE - 6 * MINUTE)
    with refuses("Điều 15 khoản 3", field="effective_at", status=422):
        issue(at=DUE + 2 * MINUTE)


def test_only_a_result_that_the_law_wants_at_once_is_handed_over_in_the_act_of_issuing_it() -> None:
    issuing.may_hand_over_at_once(replace(CASE, immediate=True))
    with refuses("QĐ 31/2019/QĐ-UBND Điều 12 khoản 1 điểm d", field="hand_over", status=422):
        issuing.may_hand_over_at_once(CASE)


# early
def announced(case: Case = CASE, at: datetime = EARLY, now: datetime = EARLY) -> EarlyReturnAnnounced | None:
    return early.announce(case, way="telephone", officer="officer-1", at=at, now=now)


@pytest.mark.req("RS-03")
def test_a_result_of_an_earlier_day_than_the_due_one_is_announced_with_way_officer_and_date() -> None:
    fact = EarlyReturnAnnounced(effective_at=EARLY, recorded_at=LATE, way="telephone", due_at=DUE, officer="officer-1")
    assert announced(now=LATE) == fact
    assert early.announce_again(fold([ISSUED]), CASE, way="telephone", officer="officer-1", at=EARLY, now=LATE) == fact


@pytest.mark.req("RS-03")
@pytest.mark.parametrize("changes", [{"due_at": None}, {"imported": True}, {"immediate": True}])
def test_nothing_is_announced_without_a_date_of_an_import_or_of_a_dossier_settled_at_once(changes: dict[str, object]) -> None:
    assert announced(replace(CASE, **changes)) is None


@pytest.mark.req("RS-03")
def test_nothing_is_announced_on_the_due_day_and_after_it() -> None:
    assert announced(at=DUE) is None
    assert announced(at=LATE) is None


@pytest.mark.req("RS-03")
def test_an_announcement_needs_a_result_that_is_early_and_not_yet_returned() -> None:
    for state, at in ((State(), EARLY), (fold([ISSUED, RETURNED]), EARLY), (fold([ISSUED]), DUE)):
        with refuses("Điều 15 khoản 1 điểm đ"):
            early.announce_again(state, CASE, way="system", officer="o", at=at, now=at)


@pytest.mark.req("RS-03")
def test_an_early_result_is_handed_over_from_the_minute_of_its_notice_and_not_before() -> None:
    told = replace(issued_at(EARLY), announced_at=EARLY)
    early.must_have_been_announced(told, CASE, EARLY, LATE)
    early.must_have_been_announced(issued_at(DUE), CASE, DUE, EARLY)
    for state, at in ((told, EARLY - SECOND), (issued_at(EARLY), EARLY)):
        with refuses("Điều 15 khoản 1 điểm đ"):
            early.must_have_been_announced(state, CASE, at, LATE)
