"""The one extension: once, at most a third, and a late slip is kept but does not save the dossier."""

from datetime import date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from worktime import (
    Extension,
    Refusal,
    calendar,
    check_extension,
    due,
    extension_cap,
    last_day_in_time,
    legal_extension_dates,
    parse_moment,
    rule_set,
)
from worktime.counting import Pause

CAL = calendar()
TQ = rule_set("tuyen-quang-2025")
PLAIN = rule_set("nd-118-2025")


def at(text: str) -> datetime:
    return parse_moment(text)


def ask(**changed: Any) -> Extension:
    asked: dict[str, Any] = {
        "term": "15wd",
        "due_at": at("2026-05-20T17:00"),
        "new_date": date(2026, 5, 27),
        "asked_at": at("2026-05-18T09:00"),
        "already_extended": False,
        "calendar": CAL,
        "rules": TQ,
    }
    return check_extension(**{**asked, **changed})


@pytest.mark.req("PR-13")
def test_five_more_days_of_fifteen_are_accepted_and_six_refused() -> None:
    assert ask().due_at == at("2026-05-27T17:00")
    with pytest.raises(Refusal) as refused:
        ask(new_date=date(2026, 5, 28))
    assert refused.value.why == "Chỉ được gia hạn thêm không quá 05 ngày làm việc (một phần ba của 15 ngày làm việc)"
    assert refused.value.article == "QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2 điểm a"
    assert refused.value.to_json() == {"refused": {"why": refused.value.why, "article": refused.value.article}}


@pytest.mark.req("PR-13")
def test_a_second_extension_is_refused_under_every_decree() -> None:
    for rules in (TQ, PLAIN, rule_set("nd-61-2018")):
        with pytest.raises(Refusal, match="một lần") as refused:
            ask(already_extended=True, rules=rules)
        assert refused.value.article == rules.article("extension_once")
        assert legal_extension_dates(term="15wd", due_at=at("2026-05-20T17:00"), calendar=CAL, rules=rules, already_extended=True) == []


@pytest.mark.req("PR-13")
@pytest.mark.parametrize("day", [date(2026, 5, 20), date(2026, 5, 19)])
def test_a_date_not_after_the_due_date_is_refused(day: date) -> None:
    with pytest.raises(Refusal, match="phải sau ngày hẹn hiện tại"):
        ask(new_date=day)


@pytest.mark.req("PR-13")
def test_a_day_off_is_refused_as_a_new_date() -> None:
    for rules in (TQ, PLAIN):
        with pytest.raises(Refusal, match="ngày nghỉ"):
            ask(new_date=date(2026, 5, 23), rules=rules)


@pytest.mark.req("PR-13")
@pytest.mark.parametrize(("term", "cap"), [("15wd", 5), ("14wd", 4), ("2wd", 0), ("3wd", 1), ("8wh", 2), ("30d", 10), ("same-day", 0)])
def test_the_third_is_rounded_down_in_the_terms_own_unit_and_only_tuyen_quang_has_it(term: str, cap: int) -> None:
    assert extension_cap(term, TQ) == cap
    assert extension_cap(term, PLAIN) is None


@pytest.mark.req("PR-13")
def test_a_third_of_zero_means_no_extension() -> None:
    with pytest.raises(Refusal, match="không được gia hạn"):
        ask(term="2wd", new_date=date(2026, 5, 21))
    assert legal_extension_dates(term="2wd", due_at=at("2026-05-20T17:00"), calendar=CAL, rules=TQ) == []


@pytest.mark.req("PR-13")
def test_the_cap_is_counted_in_calendar_days_for_calendar_terms_and_in_hours_for_hours() -> None:
    friday = at("2026-05-22T17:00")
    assert legal_extension_dates(term="9d", due_at=friday, calendar=CAL, rules=TQ) == [date(2026, 5, 25)]
    assert legal_extension_dates(term="6d", due_at=friday, calendar=CAL, rules=TQ) == []
    forty = legal_extension_dates(term="40wh", due_at=at("2026-05-18T10:00"), calendar=CAL, rules=TQ)
    assert forty == [date(2026, 5, 19)]


@pytest.mark.req("PR-13")
def test_the_interface_offers_exactly_the_legal_dates() -> None:
    assert ask().legal_dates == tuple(date(2026, 5, day) for day in (21, 22, 25, 26, 27))
    assert len(legal_extension_dates(term="15wd", due_at=at("2026-05-20T17:00"), calendar=CAL, rules=PLAIN)) == 30
    assert ask(rules=PLAIN, new_date=date(2026, 7, 1)).cap is None


@pytest.mark.req("PR-12")
@pytest.mark.parametrize(("asked", "late"), [("2026-05-15T23:59", False), ("2026-05-16T00:00", True), ("2026-05-19T09:00", True)])
def test_in_time_under_tuyen_quang_is_the_last_working_day_before(asked: str, late: bool) -> None:
    monday = at("2026-05-18T17:00")
    assert ask(due_at=monday, new_date=date(2026, 5, 20), asked_at=at(asked)).late_notice is late
    assert last_day_in_time(monday, CAL, TQ) == date(2026, 5, 15)


@pytest.mark.req("PR-12")
@pytest.mark.parametrize("name", ["nd-118-2025", "nd-61-2018", "son-la-2019"])
def test_in_time_under_the_decrees_alone_is_the_calendar_day_before(name: str) -> None:
    monday = at("2026-05-18T17:00")
    assert last_day_in_time(monday, CAL, rule_set(name)) == date(2026, 5, 17)
    assert not ask(due_at=monday, new_date=date(2026, 5, 20), asked_at=at("2026-05-17T20:00"), rules=rule_set(name)).late_notice
    assert ask(due_at=monday, new_date=date(2026, 5, 20), asked_at=at("2026-05-18T00:00"), rules=rule_set(name)).late_notice


@pytest.mark.req("PR-12")
def test_a_slip_sent_too_late_moves_the_date_and_is_marked() -> None:
    late = ask(asked_at=at("2026-05-20T08:00"))
    told = due("15wd", at("2026-04-24T16:10"), CAL, TQ, extension=late)
    assert told.late_notice and told.to_json()["late_notice"] is True
    assert (told.due_at, told.original_due_at) == (at("2026-05-27T17:00"), at("2026-05-20T17:00"))


@pytest.mark.req("PR-11", "PR-12")
def test_an_extension_is_a_step_of_the_derivation_with_both_dates() -> None:
    told = due("15wd", at("2026-04-24T16:10"), CAL, TQ, extension=ask())
    step = next(step for step in told.derivation if step.step == "extension")
    assert (step.from_, step.to) == ("2026-05-20T17:00:00+07:00", "2026-05-27T17:00:00+07:00")
    assert not told.late_notice and "23/05/2026" in "".join(told.sentences())


def test_a_pause_after_the_extension_moves_the_new_date_and_the_original_one() -> None:
    pause = Pause(from_=at("2026-05-19T09:00"), to=at("2026-05-21T09:00"))
    told = due("15wd", at("2026-04-24T16:10"), CAL, TQ, extension=ask(), pauses=[pause])
    assert (told.due_at, told.original_due_at) == (at("2026-05-29T17:00"), at("2026-05-22T17:00"))


def test_an_extension_before_a_restart_is_spent() -> None:
    told = due("15wd", at("2026-04-24T16:10"), CAL, TQ, extension=ask(), restart=at("2026-05-19T09:00"))
    assert told.due_at == at("2026-06-09T17:00") and not told.late_notice
    assert any("không còn áp dụng" in step.why for step in told.derivation)


def test_an_extension_asked_for_before_the_start_is_an_error() -> None:
    with pytest.raises(ValueError, match="before the start"):
        due("15wd", at("2026-05-18T10:00"), CAL, TQ, extension=ask())


def test_imported_histories_have_no_guards() -> None:
    free = rule_set("imported")
    assert ask(rules=free, already_extended=True, new_date=date(2026, 8, 3)).due_at == at("2026-08-03T17:00")
    assert ask(rules=free).legal_dates == () and not ask(rules=free).late_notice


@pytest.mark.req("PR-12", "PR-13")
def test_conflict_4_the_same_slip_is_late_and_too_long_under_one_rule_and_neither_under_the_other() -> None:
    late = {"due_at": at("2026-05-18T17:00"), "asked_at": at("2026-05-17T09:00")}
    five, six = date(2026, 5, 25), date(2026, 5, 26)
    assert ask(**late, new_date=five).late_notice
    assert not ask(**late, new_date=five, rules=PLAIN).late_notice
    with pytest.raises(Refusal):
        ask(**late, new_date=six)
    assert ask(**late, new_date=six, rules=PLAIN).cap is None


@pytest.mark.req("PR-13")
@pytest.mark.parametrize(
    ("changed", "why", "article"),
    [
        (
            {"already_extended": True},
            "Việc hẹn lại ngày trả kết quả chỉ được thực hiện một lần",
            "QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2 điểm a",
        ),
        (
            {"new_date": date(2026, 5, 20)},
            "Ngày hẹn mới phải sau ngày hẹn hiện tại (thứ Tư 20/05/2026)",
            "QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2",
        ),
        (
            {"new_date": date(2026, 5, 23)},
            "thứ Bảy 23/05/2026 là ngày nghỉ, không hẹn trả kết quả được",
            "QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2",
        ),
        (
            {"term": "2wd"},
            "Một phần ba của thời hạn 02 ngày làm việc chưa đủ một đơn vị nên không được gia hạn",
            "QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2 điểm a",
        ),
        (
            {"term": "10d"},
            "Chỉ được gia hạn thêm không quá 03 ngày (một phần ba của 10 ngày)",
            "QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2 điểm a",
        ),
    ],
)
def test_a_refused_extension_says_why_and_by_which_article(changed: dict[str, Any], why: str, article: str) -> None:
    with pytest.raises(Refusal) as refused:
        ask(**changed)
    assert (refused.value.why, refused.value.article) == (why, article)


@pytest.mark.req("PR-13")
@pytest.mark.parametrize(("divisor", "share"), [(2, "một phần hai"), (4, "một phần tư"), (7, "1/7")])
def test_the_share_is_said_as_the_rule_set_has_it(divisor: int, share: str) -> None:
    rules = replace(TQ, settings=replace(TQ.settings, extension_divisor=divisor))
    with pytest.raises(Refusal, match=f"\\({share} của 15 ngày làm việc\\)"):
        ask(new_date=date(2026, 6, 30), rules=rules)
    with pytest.raises(Refusal, match=f"^{share.capitalize()} của thời hạn"):
        ask(term="1wd", rules=rules)
