"""Verification, debts and the answer to a stop: what the applicant comes for, owes and is told."""

from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.dossier.parts import Deadline
from contracts.fact import Fact
from contracts.refusal import Refused
from processing.domain import Case, State, fold, obligations, stopping, verification
from processing.domain.drafts import Keep
from processing.events import (
    AdjustmentAllowed,
    ObligationRaised,
    Rescheduled,
    StopDeclined,
    Stopped,
    VerificationScheduled,
)
from tests.processing.known import (
    APPROVED,
    ASSIGNED,
    BASIS,
    DAY,
    FIRST,
    NOW,
    OWED,
    SECOND,
    START,
    STOP_DECLINED,
    WORDS,
    case,
    law,
    made,
    nothing_is_kept,
    rests,
)
from tests.refusing import refuses
from worktime import due, say_moment


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
    return obligations.raise_obligation(known, state, law().rules, obligation="tax", amount_vnd=5, keep=keep, officer="o", now=NOW)


@pytest.mark.req("PY-08")
def test_a_debt_is_told_with_its_basis() -> None:
    assert owe(case(), State(), lambda: BASIS) == ObligationRaised(
        effective_at=NOW, recorded_at=NOW, obligation="tax", amount_vnd=5, basis=BASIS, officer="o", stops_clock=True
    )
    rests(owe)


@pytest.mark.req("PY-08")
@pytest.mark.parametrize(("clock", "stops"), [("pause", True), ("run", False), (None, False)])
def test_a_debt_says_whether_the_clock_stands_still_for_it(clock: str | None, stops: bool) -> None:
    rules = law(obligation_clock=clock).rules if clock else None
    owed = obligations.raise_obligation(case(), State(), rules, obligation="tax", amount_vnd=5, keep=lambda: BASIS, officer="o", now=NOW)
    assert owed.stops_clock is stops


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
    def answer(known: Case, state: State, *, grant: bool = True, reason: Keep | None = lambda: BASIS) -> stopping.Answer:
        return stopping.answer(known, state, grant=grant, reason=reason, officer="o", article="Điều 8", now=NOW)

    wish = case(stop_requests=1, stop_wish="stop", asked_at=START)
    moment: dict[str, Any] = {"effective_at": NOW, "recorded_at": NOW}
    assert answer(wish, fold([OWED])) == Stopped(**moment, officer="o")
    assert answer(wish, State(), grant=False) == StopDeclined(**moment, officer="o", article="Điều 8", reason=BASIS)
    with refuses("NĐ 118/2025/NĐ-CP Điều 21", field="reason", status=422):
        answer(wish, State(), grant=False, reason=None)
    assert answer(wish, State(), reason=None) == Stopped(**moment, officer="o")
    assert answer(replace(wish, stop_wish="adjust"), State()) == AdjustmentAllowed(**moment, officer="o")
    for known, facts in ((case(), []), (wish, [STOP_DECLINED])):
        with refuses("NĐ 118/2025/NĐ-CP Điều 21", early=True):
            answer(known, fold(facts))
    with refuses("Điều 19 khoản 3"):
        answer(wish, fold([APPROVED]))
