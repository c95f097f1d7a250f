"""The one extension: given facts, when a later date is proposed, then it or a refusal."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.dossier.parts import Deadline
from contracts.fact import Fact
from contracts.refusal import Refused
from processing.domain import Case, State, clock, extension, fold
from processing.events import Extended, ExtensionProposed
from tests.processing.known import (
    DAY,
    EXTENDED,
    FIRST,
    LATER,
    POINT,
    PROPOSED,
    RESTS,
    SECOND,
    START,
    case,
    counted,
    law,
    moved_to,
)
from tests.refusing import refuses

# the extension
FRIDAY = date(2026, 3, 27)


def propose(known: Case | None = None, *facts: Fact, new_date: date = FRIDAY, now: datetime = START, fault: Any = "settling") -> Any:
    return extension.propose(known or case(), fold(facts), law(), new_date=new_date, fault=fault, signer="leader-1", now=now)


@pytest.mark.req("PR-12", "PR-13")
def test_given_a_running_clock_when_a_later_date_is_proposed_then_it_is_kept_and_a_late_slip_marked() -> None:
    fact = ExtensionProposed(
        effective_at=START,
        recorded_at=START,
        new_date=date(2026, 3, 27),
        new_due_at=datetime(2026, 3, 27, 10, 0, tzinfo=UTC),
        late_notice=False,
        signer="leader-1",
        article=law().rules.article("extension_once"),
    )
    assert propose() == fact
    late = FIRST.due_at - timedelta(hours=2)
    assert propose(now=late) == replace(fact, effective_at=late, recorded_at=late, late_notice=True)
    assert propose(None, moved_to(LATER), new_date=date(2026, 4, 1)).new_date == date(2026, 4, 1)


@pytest.mark.req("PR-13")
def test_a_second_a_too_far_and_another_ones_extension_is_refused() -> None:
    with refuses("Điều 25 khoản 2 điểm a", field="new_date"):
        propose(None, PROPOSED)
    with refuses("Điều 25 khoản 2 điểm a", field="new_date"):
        propose(new_date=date(2026, 4, 1))
    with refuses("Điều 25 khoản 2 điểm b", field="new_date", status=422):
        propose(fault="one-stop")


@pytest.mark.req("PR-11", "PR-12")
@pytest.mark.parametrize(("changes", "facts"), RESTS)
def test_nothing_is_extended_while_the_dossier_rests(changes: dict[str, Any], facts: list[Fact]) -> None:
    resting = case(**changes)
    with refuses(""):
        propose(resting, *facts)
    with refuses(""):
        extend(resting, PROPOSED, *facts)
    with refuses(""):
        extension.legal_dates(resting, fold(facts), law(), START)


def extend(known: Case | None = None, *facts: Fact) -> Extended:
    return extension.extend(known or case(), fold(facts), law(), officer="officer-1", now=START + DAY)


@pytest.mark.req("PR-11")
@pytest.mark.parametrize("late", [True, False])
def test_given_a_slip_when_the_one_stop_changes_the_date_then_both_dates_are_kept(late: bool) -> None:
    slip = replace(PROPOSED, late_notice=late)
    assert extend(None, slip) == Extended(
        effective_at=START + DAY,
        recorded_at=START + DAY,
        old_due_at=FIRST.due_at,
        deadline=clock.projected(case(), law(), proposed=slip),
        late_notice=late,
        officer="officer-1",
    )


@pytest.mark.req("PR-11")
def test_the_date_is_changed_by_a_slip_once_and_only_to_a_later_one() -> None:
    with refuses("Điều 25 khoản 2 điểm b"):
        extend()
    with refuses("Điều 25"):
        extend(None, PROPOSED, EXTENDED)
    slip_day = Deadline(due_at=PROPOSED.new_due_at, term="15wd", calendar="c")
    for reached in (LATER, slip_day):
        with refuses("Điều 25"):
            extend(None, PROPOSED, moved_to(reached))
    before = replace(slip_day, due_at=PROPOSED.new_due_at - SECOND)
    assert extend(None, PROPOSED, moved_to(before)).old_due_at == before.due_at


@pytest.mark.req("PR-13")
def test_a_new_date_is_still_to_come_when_it_is_asked_for() -> None:
    noon, evening = (datetime(2026, 3, 26, hour, tzinfo=UTC) for hour in (5, 10))
    for now, first in ((noon, 26), (evening, 27)):
        assert extension.legal_dates(case(), State(), law(), now)[0] == date(2026, 3, first)
    assert propose(new_date=date(2026, 3, 26), now=noon).late_notice
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2", field="new_date"):
        propose(new_date=date(2026, 3, 26), now=evening)
    over = datetime(2026, 3, 30, 10, tzinfo=UTC)
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2", says="đã qua"):
        extension.legal_dates(case(), State(), law(), over)
    assert extension.legal_dates(case(rule_set="nd-118-2025"), State(), law("nd-118-2025"), over)[0] == date(2026, 3, 31)


@pytest.mark.req("PR-13")
def test_where_the_cap_reaches_the_end_of_no_working_day_that_is_said() -> None:
    # due on Friday 24 April; Monday 27 is off for the Hùng kings' day on the Sunday
    ten_days = case(deadline=counted("10d", datetime(2026, 4, 14, 4, tzinfo=UTC)))
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2", says="không đến hết ngày làm việc nào"):
        extension.legal_dates(ten_days, State(), law(), datetime(2026, 4, 15, tzinfo=UTC))
    # due on Tuesday at 09:00: three hours more end in the morning
    nine_hours = case(deadline=counted("9wh", datetime(2026, 3, 2, 1, tzinfo=UTC)))
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2", says="không đến hết ngày làm việc nào"):
        extension.legal_dates(nine_hours, State(), law(), START)


@pytest.mark.req("PR-13")
def test_the_legal_dates_are_those_of_the_date_in_force_and_none_once_one_was_used() -> None:
    assert extension.legal_dates(case(), State(), law(), START) == [date(2026, 3, day) for day in (24, 25, 26, 27, 30)]
    assert extension.legal_dates(case(), fold([moved_to(LATER)]), law(), START)[0] == date(2026, 3, 31)
    with refuses("Điều 25 khoản 2 điểm a"):
        extension.legal_dates(case(), fold([PROPOSED]), law(), START)
    assert extension.legal_dates(case(), fold([PROPOSED]), law(extensions=None), START)


# why there is no new date
ONCE = "Việc hẹn lại ngày trả kết quả chỉ được thực hiện một lần"
TOO_SHORT = "Một phần ba của thời hạn 02 ngày làm việc chưa đủ một đơn vị nên không được gia hạn"


def never(known: Case | None = None, *facts: Fact, before: datetime | None = None, **settings: Any) -> tuple[str, str] | None:
    found = extension.no_extension(known or case(), fold(facts), law(**settings), before=before)
    return (found.why, found.article) if found else None


@pytest.mark.req("PR-13")
def test_given_no_slip_and_a_long_term_when_it_is_asked_then_nothing_stands_in_the_way() -> None:
    assert never() is None
    assert never(case(deadline=None)) is None and never(case(deadline=None), PROPOSED) is None


@pytest.mark.req("PR-13")
def test_given_a_slip_when_another_is_asked_for_then_there_was_one_already() -> None:
    assert never(None, PROPOSED) == (ONCE, POINT)
    assert never(None, PROPOSED, extensions=None) is None


@pytest.mark.req("PR-12", "PR-13")
def test_a_letter_says_that_the_extension_is_used_only_of_a_slip_from_before_it() -> None:
    assert never(None, PROPOSED, before=START) is None, "its own slip"
    assert never(None, PROPOSED, before=START - SECOND) is None, "a slip that came later"
    assert never(None, PROPOSED, before=START + SECOND) == (ONCE, POINT)


@pytest.mark.req("PR-13")
def test_given_a_term_whose_third_is_no_whole_unit_then_the_share_is_the_reason() -> None:
    assert never(case(deadline=counted("2wd"))) == (TOO_SHORT, POINT)
    assert never(case(deadline=counted("3wd"))) is None
    assert never(case(deadline=counted("2wd")), extension_divisor=None) is None
    assert never(case(deadline=counted("2wd")), PROPOSED) == (ONCE, POINT), "that it was used comes first"


@pytest.mark.req("PR-13")
def test_the_term_that_counts_is_that_of_the_date_in_force() -> None:
    assert never(None, moved_to(counted("2wd"))) == (TOO_SHORT, POINT)
    assert never(case(deadline=counted("2wd")), moved_to(LATER)) is None


@pytest.mark.req("PR-12", "PR-13")
@pytest.mark.parametrize(("known", "facts"), [(case(), [PROPOSED]), (case(deadline=counted("2wd")), [])], ids=["used", "too short"])
def test_the_list_of_dates_the_slip_and_form_04_refuse_with_the_same_words(known: Case, facts: list[Fact]) -> None:
    with pytest.raises(Refused) as listed:
        extension.legal_dates(known, fold(facts), law(), START)
    with pytest.raises(Refused) as sent:
        propose(known, *facts)
    assert never(known, *facts) == (listed.value.why, listed.value.article) == (sent.value.why, sent.value.article)
