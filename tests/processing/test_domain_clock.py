"""The settlement clock, its one extension and what is said ahead: given facts, when a date is asked for, then it or a refusal."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.dossier.parts import Deadline, SupplementItem
from contracts.fact import Fact
from contracts.refusal import Refused
from contracts.settlement import Settlement
from processing.domain import Case, State, clock, extension, fold, lateness, rescheduling, supplement
from processing.domain.lateness import Need
from processing.domain.what_if import Answer, Outcome, Question, what_if
from processing.events import Apologised, Extended, ExtensionProposed, Rescheduled, SupplementNeeded
from tests.intake.known import procedure as published
from tests.processing.known import (
    APPROVED,
    ASSIGNED,
    DAY,
    DRAFTED,
    EXTENDED,
    FIRST,
    HERE,
    LEAD,
    OWED,
    PART,
    PART_ENDED,
    PROPOSED,
    RULES,
    SECOND,
    SORRY,
    START,
    STOPPED,
    THERE,
    WISHED,
    WORDS,
    case,
    counted,
    law,
    made,
    nothing_is_kept,
)
from tests.refusing import refuses
from worktime import Extension, Pause, Running, calendar, supplement_deadline

LATER = Deadline(due_at=FIRST.due_at + 7 * DAY, term="15wd", calendar="d")
LATE = FIRST.due_at + DAY
PUBLISHED = published()


def moved_to(deadline: Deadline, cause: Any = "calendar", at: datetime = START + 3 * DAY, **more: Any) -> Rescheduled:
    return Rescheduled(**made(at), old_due_at=FIRST.due_at, deadline=deadline, cause=cause, **more)


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
    moment = {"effective_at": START + DAY, "recorded_at": START + DAY}
    assert rescheduling.moved(FIRST.due_at, LATER, START + DAY, original_due_at=LATE) == Rescheduled(
        **moment, old_due_at=FIRST.due_at, deadline=LATER, cause="calendar", original_due_at=LATE
    )


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


RESTS: list[tuple[dict[str, Any], list[Fact]]] = [({"ended": True}, []), ({"asked_at": START}, []), ({}, [STOPPED]), ({}, [OWED])]


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
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2"):
        extension.legal_dates(case(), State(), law(), over)
    assert extension.legal_dates(case(rule_set="nd-118-2025"), State(), law("nd-118-2025"), over)[0] == date(2026, 3, 31)


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
POINT = "QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2 điểm a"


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


# what the signer writes of the dossier
NAME = "Cấp giấy phép " + "rất dài " * 40


def letter(dossier_type: str, receipt_number: str = "H60.STC-260302-0001", **changes: Any) -> None:
    known = PUBLISHED if changes.pop("short", False) else replace(PUBLISHED, name=NAME)
    extension.check_letter(case(**changes), procedure=known, dossier_type=dossier_type, receipt_number=receipt_number)


@pytest.mark.req("PR-12")
@pytest.mark.parametrize("written", [NAME, PUBLISHED.code, NAME[:200], NAME[:201]], ids=["name", "code", "cut at 200", "cut later"])
def test_the_type_of_the_dossier_is_its_procedures_name_or_code_and_a_long_name_may_be_cut(written: str) -> None:
    letter(written)


@pytest.mark.req("PR-12")
@pytest.mark.parametrize(
    "written", [NAME[:199], NAME[1:], f"{NAME[:200]}x", "x" * 200], ids=["cut too short", "cut ahead", "more", "other"]
)
def test_another_type_is_refused_and_the_right_one_said(written: str) -> None:
    with refuses(POINT, field="dossier_type", status=422):
        letter(written)
    with pytest.raises(Refused, match="Loại hồ sơ không phải của hồ sơ này: Cấp giấy phép rất dài"):
        letter(written)


@pytest.mark.req("PR-12")
def test_a_short_name_is_not_cut() -> None:
    letter(PUBLISHED.name, short=True)
    with refuses(POINT, field="dossier_type", status=422):
        letter(PUBLISHED.name[:-1], short=True)


@pytest.mark.req("PR-12")
def test_the_number_is_the_receipts_or_the_code_and_any_other_is_refused() -> None:
    letter(NAME, "07/TNHS", register_ordinal=7)
    letter(NAME, "H60.STC-260302-0001", register_ordinal=7)
    for other in ("08/TNHS", "", "7"):
        with refuses(POINT, field="receipt_number", status=422):
            letter(NAME, other, register_ordinal=7)
    with pytest.raises(Refused, match=r"của hồ sơ này: 07/TNHS, mã hồ sơ H60\.STC-260302-0001"):
        letter(NAME, "08/TNHS", register_ordinal=7)


@pytest.mark.req("PR-12")
def test_the_papers_of_an_imported_dossier_are_the_older_systems_and_not_compared() -> None:
    letter("Đất đai", "12", imported=True)


@pytest.mark.req("PR-14")
def test_each_fault_has_its_signer() -> None:
    known = case()
    assert extension.signer_of(known, "settling") == (("leader",), THERE)
    assert extension.signer_of(known, "one-stop") == (("one-stop-head",), HERE)
    assert extension.signer_of(replace(known, returner=ELSEWHERE), "receiver") == (("one-stop", "one-stop-head"), HERE)
    for other in (known, replace(known, returner=HERE), replace(known, returner=ELSEWHERE, settling=HERE)):
        with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25", field="fault"):
            extension.signer_of(other, "receiver")


@pytest.mark.req("PR-14", "PR-15")
def test_an_apology_is_possible_until_the_dossier_is_stopped() -> None:
    def apologise(state: State) -> Apologised:
        return extension.apologise(case(), state, fault="one-stop", signer="head-1", letter=WORDS, now=LATE)

    assert apologise(State()) == Apologised(effective_at=LATE, recorded_at=LATE, fault="one-stop", signer="head-1", letter=WORDS)
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25"):
        apologise(fold([STOPPED]))


# who needs an apology
ELSEWHERE = "H60.02266"
"""Another one-stop, where the result is handed over."""
SETTLING = Need(agency=THERE, duty="settling", due_at=FIRST.due_at, apologise_on=date(2026, 3, 20))
RECEIVING = replace(SETTLING, agency=HERE, duty="receiver")


def needs(known: Case | None = None, *facts: Fact, **settings: Any) -> list[str]:
    return [need.duty for need in lateness.needs(known or case(returner=ELSEWHERE), fold(facts), law(**settings))]


@pytest.mark.req("PR-14")
def test_who_settles_and_who_received_but_does_not_hand_over_owe_an_apology_a_working_day_ahead() -> None:
    assert lateness.needs(case(returner=ELSEWHERE), State(), law()) == (SETTLING, RECEIVING)
    for only in (case(), case(returner=HERE), case(receiving=THERE, returner=ELSEWHERE)):
        assert lateness.needs(only, State(), law()) == (SETTLING,)
    extended = lateness.needs(case(), fold([EXTENDED]), law())[0]
    assert (extended.due_at, extended.apologise_on) == (PROPOSED.new_due_at, date(2026, 3, 26))


@pytest.mark.req("PR-14")
@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"deadline": None}, []),
        ({"imported": True}, []),
        ({"returned": True}, []),
        ({"ended": True}, []),
        ({"asked_at": START}, []),
        ({}, [STOPPED]),
        ({"issued_at": FIRST.due_at}, []),
        ({"issued_at": FIRST.due_at - 3 * DAY}, []),
    ],
)
def test_nobody_owes_an_apology_for_what_cannot_become_late(changes: dict[str, Any], facts: list[Fact]) -> None:
    assert needs(case(**changes), *facts) == []


@pytest.mark.req("PR-14")
def test_a_late_result_and_a_debt_that_stops_no_clock_still_need_one() -> None:
    assert needs(case(issued_at=LATE, ended=True, returner=ELSEWHERE)) == ["settling", "receiver"]
    assert needs(None, OWED, obligation_clock="pause") == []
    assert needs(case(paid=("tax",), returner=ELSEWHERE), OWED, obligation_clock="pause") == ["settling", "receiver"]
    assert needs(None, OWED, obligation_clock="run") == ["settling", "receiver"]


@pytest.mark.req("PR-14")
def test_the_receiver_apologises_at_once_when_it_hears_that_the_dossier_may_be_late() -> None:
    told = replace(SORRY, effective_at=START + 2 * DAY)
    (receiver,) = lateness.needs(case(returner=ELSEWHERE), fold([told]), law())
    assert receiver == replace(RECEIVING, apologise_on=date(2026, 3, 4))
    (later,) = lateness.needs(case(returner=ELSEWHERE), fold([replace(told, effective_at=LATE)]), law())
    assert later == RECEIVING


@pytest.mark.req("PR-14")
def test_an_apology_for_a_date_that_no_longer_binds_tells_the_receiver_nothing() -> None:
    for_the_first_date = replace(SORRY, effective_at=START + DAY - SECOND)
    both = lateness.needs(case(returner=ELSEWHERE), fold([for_the_first_date, EXTENDED]), law())
    assert [(need.duty, need.apologise_on) for need in both] == [("settling", date(2026, 3, 26)), ("receiver", date(2026, 3, 26))]


@pytest.mark.req("PR-14")
def test_an_apology_holds_for_whose_fault_it_names_and_for_the_date_that_bound_then() -> None:
    faults: dict[Any, list[str]] = {"settling": ["receiver"], "receiver": ["settling"], "one-stop": []}
    for fault, left in faults.items():
        assert needs(None, replace(SORRY, fault=fault)) == left
    before, since = replace(SORRY, effective_at=START + DAY - SECOND), replace(SORRY, effective_at=START + DAY)
    assert needs(None, EXTENDED, before) == ["settling", "receiver"]
    assert needs(None, EXTENDED, since) == ["receiver"]
    assert needs(None, before, EXTENDED, since) == ["receiver"]


# supplements
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
    limit = supplement.deficiency_limit(START, calendar(HERE), law().rules)
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


@pytest.mark.req("PR-06")
def test_no_supplement_is_wished_for_while_work_rests_or_another_wish_waits_or_of_an_unknown_leg() -> None:
    for changes, facts in [*RESTS, ({}, [APPROVED])]:
        with refuses(""):
            need(case(**changes), *facts, items=nothing_is_kept)
    with refuses(law().article("supplement_once")):
        need(None, WISHED, items=nothing_is_kept)
    assert need(case(wishes_answered=1), WISHED)
    with refuses("Điều 18", field="leg", status=422):
        need(leg=9, items=nothing_is_kept)


@pytest.mark.req("PR-06")
def test_a_wish_names_published_papers() -> None:
    supplement.check_components(case(), ["TP1", "TP2"], {"TP1", "TP2"})
    with refuses("Điều 16 khoản 3", field="items", status=422):
        supplement.check_components(case(), [], {"TP1"})
    with refuses("Điều 5 khoản 1 điểm đ", field="items.1.component", status=422):
        supplement.check_components(case(), ["TP1", "TP9"], {"TP1"})


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


# what if
def answers(
    known: Case | None = None, *facts: Fact, now: datetime = START, extend_to: date | None = None, **settings: Any
) -> dict[str, Answer]:
    asked = Question(case=known or case(), state=fold(facts), law=law(**settings), now=now, extend_to=extend_to)
    return {answer.action: answer for answer in what_if(asked)}


def said(answer: Answer) -> tuple[tuple[Outcome, ...], tuple[str, ...]]:
    assert answer.refused is None
    return answer.outcomes, answer.notes


@pytest.mark.req("PR-13")
def test_of_the_dates_to_which_it_may_be_moved_those_that_are_over_are_not_offered() -> None:
    offered = answers(now=datetime(2026, 3, 26, 10, tzinfo=UTC))["extend"]
    assert [outcome.new_date for outcome in said(offered)[0]] == [date(2026, 3, 27), date(2026, 3, 30)]


SAME = Outcome(when="hạn giữ nguyên", deadline=FIRST)


def test_every_action_has_its_name_and_a_date_of_ones_own_is_asked_about_only_when_it_is_given() -> None:
    names = {
        "supplement": "Yêu cầu bổ sung hồ sơ",
        "extend": "Xin lỗi và hẹn lại ngày trả kết quả",
        "change-date": "Đổi ngày hẹn theo phiếu đã gửi",
        "consult": "Lấy ý kiến cơ quan khác",
        "obligation": "Yêu cầu thực hiện nghĩa vụ tài chính",
        "stop": "Dừng giải quyết theo yêu cầu của người nộp",
        "adjust": "Đồng ý cho người nộp điều chỉnh hồ sơ",
        "approve": "Phê duyệt kết quả",
    }
    assert {name: answer.label for name, answer in answers().items()} == names
    more = {name: answer.label for name, answer in answers(extend_to=date(2026, 3, 27)).items()}
    assert more == {**names, "extend-to": "Hẹn lại vào ngày được hỏi"}


@pytest.mark.req("PR-06", "PR-09")
def test_a_supplement_is_told_with_both_ends_of_the_waiting_and_the_day_of_closing() -> None:
    limit = supplement_deadline(START, calendar(HERE), law().rules)
    assert limit is not None
    last = limit - timedelta(minutes=1)
    outcomes, notes = said(answers()["supplement"])
    assert outcomes == (
        Outcome(when="nộp bổ sung đủ ngay bây giờ", deadline=counted(restart=START, restart_asked_at=START)),
        Outcome(when="nộp bổ sung đủ vào lúc cuối, 23:59 thứ Ba 17/03/2026", deadline=counted(restart=last, restart_asked_at=START)),
    )
    assert notes == (
        "Từ khi yêu cầu đến khi bổ sung đủ, hồ sơ không thể trễ hạn.",
        "Không bổ sung đến 23:59 thứ Ba 17/03/2026 thì một cửa đóng hồ sơ.",
    )


@pytest.mark.req("PR-06", "PR-09")
def test_a_supplement_without_a_last_day_has_one_end_and_pauses_where_it_pauses() -> None:
    outcomes, notes = said(answers(close_after_days=None)["supplement"])
    assert [outcome.when for outcome in outcomes] == ["nộp bổ sung đủ ngay bây giờ"]
    assert notes == ("Từ khi yêu cầu đến khi bổ sung đủ, hồ sơ không thể trễ hạn.",)
    paused = said(answers(case(supplement_policy="pause"))["supplement"])[0]
    assert paused[0].deadline.due_at == FIRST.due_at < paused[1].deadline.due_at


@pytest.mark.req("IN-18")
def test_a_second_supplement_is_told_with_what_it_needs() -> None:
    article = law().rules.article("supplement_once")
    more = said(answers(case(requests=1))["supplement"])[1]
    assert more[-1] == f"Đã yêu cầu bổ sung 1 lần; lần nữa cần căn cứ pháp luật và lãnh đạo bộ phận một cửa ({article})."
    assert len(said(answers(case(requests=1), supplement_requests=2)["supplement"])[1]) == 2
    assert len(said(answers(case(requests=9), supplement_requests=None)["supplement"])[1]) == 2


@pytest.mark.req("PR-11")
def test_a_supplement_after_an_extension_keeps_it_and_after_a_slip_alone_does_not() -> None:
    paused = case(supplement_policy="pause")
    slip = said(answers(paused, PROPOSED)["supplement"])[0][0].deadline
    extended = said(answers(paused, PROPOSED, EXTENDED)["supplement"])[0][0].deadline
    assert (slip.due_at, extended.due_at) == (FIRST.due_at, PROPOSED.new_due_at)


@pytest.mark.req("PR-06")
def test_a_supplement_that_is_not_allowed_or_has_no_clock_is_told_with_its_refusal() -> None:
    for known, facts in ((case(deadline=None), []), (case(), [WISHED]), (case(), [APPROVED])):
        told = answers(known, *facts)["supplement"]
        assert told.refused is not None and told.refused.article
        assert (told.label, told.outcomes, told.notes) == ("Yêu cầu bổ sung hồ sơ", (), ())


def extended_to(day: int, *, late: bool = False) -> Outcome:
    names = {24: "thứ Ba", 25: "thứ Tư", 26: "thứ Năm", 27: "thứ Sáu", 30: "thứ Hai"}
    new_date, now = date(2026, 3, day), FIRST.due_at if late else START
    slip = extension.propose(case(), State(), law(), new_date=new_date, fault="settling", signer="", now=now)
    deadline = clock.projected(case(), law(), proposed=slip)
    return Outcome(when=f"hẹn lại {names[day]} {day}/03/2026", deadline=deadline, new_date=new_date, late_notice=late)


@pytest.mark.req("PR-12", "PR-13")
def test_every_legal_date_is_offered_and_the_last_day_of_a_slip_in_time_is_said() -> None:
    note = "Phiếu đúng hạn nếu gửi chậm nhất thứ Sáu 20/03/2026; gửi sau ngày đó vẫn dời hẹn nhưng hồ sơ vẫn bị đánh giá theo hạn cũ."
    assert said(answers()["extend"]) == (tuple(extended_to(day) for day in (24, 25, 26, 27, 30)), (note,))
    assert said(answers(now=FIRST.due_at)["extend"])[0] == tuple(extended_to(day, late=True) for day in (24, 25, 26, 27, 30))
    assert said(answers(extend_to=date(2026, 3, 27))["extend-to"]) == ((extended_to(27),), ())
    assert answers(extend_to=date(2026, 4, 1))["extend-to"].refused is not None


@pytest.mark.req("PR-11")
@pytest.mark.parametrize("late", [True, False])
def test_a_slip_waits_for_the_one_stop_to_change_the_date(late: bool) -> None:
    slip = replace(PROPOSED, late_notice=late)
    assert said(answers(None, slip)["change-date"]) == (
        (
            Outcome(
                when="một cửa đổi ngày hẹn theo phiếu",
                deadline=clock.projected(case(), law(), proposed=slip),
                late_notice=late,
            ),
        ),
        (),
    )


@pytest.mark.req("PR-05")
def test_a_consultation_leaves_the_date_and_ends_before_it() -> None:
    note = "Hạn trả lời không quá 17:00 thứ Hai 23/03/2026; thời hạn giải quyết vẫn tiếp tục tính."
    due = "Hồ sơ đã đến hạn; lấy ý kiến không kéo dài thời hạn."
    assert said(answers()["consult"]) == ((SAME,), (note,))
    assert said(answers(now=FIRST.due_at - SECOND)["consult"]) == ((SAME,), (note,))
    assert said(answers(now=FIRST.due_at)["consult"]) == ((SAME,), (due,))
    assert answers(None, APPROVED)["consult"].refused is not None


@pytest.mark.req("PY-08")
def test_a_debt_stops_the_clock_or_not_by_rule_set() -> None:
    stopped = ((Outcome(when="nộp ngay trong ngày", deadline=FIRST),), ("Thời hạn tạm dừng cho đến khi có chứng từ nộp.",))
    assert said(answers(obligation_clock="pause")["obligation"]) == stopped
    assert said(answers(obligation_clock="run")["obligation"]) == ((SAME,), ("Thời hạn vẫn tiếp tục tính trong khi chờ nộp.",))
    assert answers(None, OWED)["obligation"].refused is not None


@pytest.mark.req("PR-20")
def test_a_stop_and_an_adjustment_wait_for_the_applicants_wish_and_the_holders_answer() -> None:
    granted = "Được chấp thuận thì hồ sơ kết thúc, không còn hạn trả kết quả; gửi thông báo theo mẫu 05."
    wished = case(stop_requests=1, stop_wish="stop")
    assert said(answers()["stop"]) == ((), ("Chỉ khi người nộp yêu cầu.", granted))
    assert said(answers(wished)["stop"]) == ((), ("Người nộp đã yêu cầu; đang chờ trả lời.", granted))
    assert said(answers()["adjust"]) == ((SAME,), ("Cần cơ quan giải quyết đồng ý; thời hạn giữ nguyên.",))
    for action in ("stop", "adjust"):
        assert answers(None, APPROVED)[action].refused is not None


@pytest.mark.req("PR-17")
def test_an_approval_is_in_time_until_the_clerk_issues_on_the_due_day() -> None:
    note = "Đúng hạn nếu văn thư phát hành kết quả chậm nhất thứ Hai 23/03/2026."
    assert said(answers(None, ASSIGNED, DRAFTED, PART_ENDED)["approve"]) == ((SAME,), (note,))
    second = case(replace(PART, leg=1), replace(LEAD, leg=2))
    done: list[Fact] = [replace(ASSIGNED, leg=2), replace(DRAFTED, leg=2), replace(PART_ENDED, leg=1)]
    assert said(answers(second, *done)["approve"]) == ((SAME,), (note,))
    nothing_held = answers(case(LEAD, held=()))["approve"].refused
    assert nothing_held is not None and nothing_held.why.startswith("Hồ sơ chưa được chuyển")
