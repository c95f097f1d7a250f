"""Counting, same day, pauses, restart (exact readings § 1)."""

from datetime import datetime

import pytest

from worktime import (
    Closure,
    Holiday,
    Pause,
    Term,
    TermByChannel,
    calendar,
    due,
    due_at,
    judge,
    judge_by_minute,
    parse_moment,
    restart_after_supplement,
    rule_set,
)

CAL = calendar()
RULES = rule_set("nd-118-2025")


def at(text: str) -> datetime:
    return parse_moment(text)


def pause(begin: str, end: str, reason: str = "") -> Pause:
    return Pause(from_=at(begin), to=at(end), reason=reason)


@pytest.mark.parametrize("text", ["8wh", "15wd", "15d", "same-day", "1wd"])
def test_a_term_writes_what_it_reads(text: str) -> None:
    assert str(Term.parse(text)) == text


@pytest.mark.parametrize("text", ["", "0wd", "15", "wd", "-3wd", "1.5wd", "15 wd", "same day", "15WD", "٣wd"])
def test_what_is_not_a_term_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a term"):
        Term.parse(text)


def test_a_term_may_be_shorter_online() -> None:
    term = TermByChannel(Term.parse("15wd"), online=Term.parse("10wd"))
    assert [str(term.of(channel)) for channel in ("counter", "online", "post")] == ["15wd", "10wd", "15wd"]
    assert str(TermByChannel(Term.parse("15wd")).of("online")) == "15wd"


@pytest.mark.req("PR-19")
@pytest.mark.parametrize("clock", ["00:00", "06:00", "09:00", "12:00", "17:00", "23:59"])
def test_the_start_date_is_never_counted_whatever_the_hour(clock: str) -> None:
    assert due_at("1wd", at(f"2026-05-04T{clock}"), CAL) == at("2026-05-05T17:00")
    assert due_at("1d", at(f"2026-05-04T{clock}"), CAL) == at("2026-05-05T17:00")


@pytest.mark.req("PR-19")
def test_a_date_with_one_working_half_day_counts_and_ends_with_that_half_day() -> None:

    storm = CAL.with_entries("storm", [Closure(date=at("2026-05-05").date(), reason="Bão", hours="13:30-17:00")])
    assert due_at("1wd", at("2026-05-04T09:00"), storm) == at("2026-05-05T11:30")
    assert due_at("8wh", at("2026-05-05T09:00"), storm) == at("2026-05-06T14:30")
    shut = CAL.with_entries("shut", [Holiday(date=at("2026-05-05").date(), name="Nghỉ")])
    assert due_at("1wd", at("2026-05-04T09:00"), shut) == at("2026-05-06T17:00")


@pytest.mark.req("PR-19")
def test_a_calendar_term_that_ends_on_a_day_off_moves_to_the_next_working_day() -> None:
    told = due("6d", at("2026-04-24T16:10"), CAL, RULES)
    assert told.due_at == at("2026-05-04T17:00")
    assert [step.step for step in told.derivation] == ["term", "start", "rolled", "result"]
    assert "Ngày Chiến thắng" in told.derivation[2].why and told.derivation[2].source.startswith("BLDS 2015 Điều 148 khoản 5")


@pytest.mark.req("IN-11", "IN-12")
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-05-05T07:00", "2026-05-05T17:00"),
        ("2026-05-05T11:30", "2026-05-06T11:30"),
        ("2026-05-05T12:15", "2026-05-06T11:30"),
        ("2026-05-05T17:00", "2026-05-06T17:00"),
        ("2026-05-05T16:10:25", "2026-05-06T16:10:25"),
    ],
)
def test_hours_end_at_the_very_minute_they_are_used_up_and_never_at_the_next_opening(start: str, end: str) -> None:
    assert due_at("8wh", at(start), CAL) == at(end)


def test_four_and_a_half_hours_end_at_half_past_eleven() -> None:
    assert due_at("1wh", at("2026-05-05T10:30"), CAL) == at("2026-05-05T11:30")
    assert due_at("1wh", at("2026-05-05T10:31"), CAL) == at("2026-05-05T13:31")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-04-24T15:00:00", "2026-04-24T17:00"),
        ("2026-04-24T15:00:01", "2026-04-28T17:00"),
        ("2026-04-25T09:00", "2026-04-28T17:00"),
        ("2026-04-24T06:00", "2026-04-24T17:00"),
    ],
)
def test_same_day_is_today_up_to_three_o_clock_exactly(start: str, end: str) -> None:
    assert due_at("same-day", at(start), CAL) == at(end)
    assert due("same-day", at(start), CAL, RULES).due_at == at(end)


def test_same_day_after_an_early_closing_is_the_next_working_day() -> None:

    storm = CAL.with_entries("storm", [Closure(date=at("2026-05-05").date(), reason="Bão", hours="13:30-17:00")])
    assert due_at("same-day", at("2026-05-05T11:29"), storm) == at("2026-05-05T11:30")
    assert due_at("same-day", at("2026-05-05T11:30"), storm) == at("2026-05-06T17:00")


@pytest.mark.req("PR-09")
def test_a_pause_moves_working_days_by_the_working_dates_after_it_began() -> None:
    start = at("2026-05-04T09:00")
    assert due_at("5wd", start, CAL) == at("2026-05-11T17:00")
    assert due_at("5wd", start, CAL, [pause("2026-05-05T08:00", "2026-05-05T16:00")]) == at("2026-05-11T17:00")
    assert due_at("5wd", start, CAL, [pause("2026-05-05T16:59", "2026-05-06T07:01")]) == at("2026-05-12T17:00")
    assert due_at("5wd", start, CAL, [pause("2026-05-08T16:00", "2026-05-11T07:01")]) == at("2026-05-12T17:00")


@pytest.mark.req("PR-09")
def test_a_pause_moves_hours_by_its_working_minutes_and_calendar_days_by_its_dates() -> None:
    assert due_at("8wh", at("2026-05-05T08:00"), CAL, [pause("2026-05-05T11:00", "2026-05-05T14:00")]) == at("2026-05-06T09:00")
    assert due_at("5d", at("2026-05-04T09:00"), CAL, [pause("2026-05-08T10:00", "2026-05-10T10:00")]) == at("2026-05-11T17:00")


@pytest.mark.req("PR-09")
def test_overlapping_pauses_count_once_and_one_after_the_due_moment_not_at_all() -> None:
    start = at("2026-05-04T09:00")
    twice = [pause("2026-05-05T08:00", "2026-05-07T08:00"), pause("2026-05-06T08:00", "2026-05-08T08:00")]
    assert due_at("5wd", start, CAL, twice) == due_at("5wd", start, CAL, [pause("2026-05-05T08:00", "2026-05-08T08:00")])
    assert due_at("5wd", start, CAL, [pause("2026-05-11T17:01", "2026-05-20T08:00")]) == at("2026-05-11T17:00")
    assert due_at("5wd", start, CAL, [pause("2026-05-11T17:00", "2026-05-12T08:00")]) == at("2026-05-12T17:00")


def test_a_pause_counts_only_after_the_start() -> None:
    assert due_at("5wd", at("2026-05-04T09:00"), CAL, [pause("2026-04-20T08:00", "2026-05-05T08:00")]) == at("2026-05-12T17:00")


@pytest.mark.req("PR-09")
def test_a_pause_after_a_chain_of_pauses_still_counts() -> None:
    chain = [pause("2026-05-05T08:00", "2026-05-07T08:00"), pause("2026-05-13T08:00", "2026-05-14T08:00")]
    told = due("5wd", at("2026-05-04T09:00"), CAL, RULES, pauses=chain)
    assert told.due_at == at("2026-05-14T17:00")
    assert [step.to for step in told.derivation if step.step == "pause"] == ["2026-05-07T08:00:00+07:00", "2026-05-14T08:00:00+07:00"]


@pytest.mark.req("PR-09")
def test_a_restart_gives_the_full_term_from_the_arrival_of_the_last_item() -> None:
    arrived = at("2026-05-12T18:30")
    told = restart_after_supplement("15wd", arrived, CAL, RULES, start=at("2026-04-24T16:10"))
    assert told.due_at == due_at("15wd", arrived, CAL) == at("2026-06-02T17:00")
    restart = told.derivation[2]
    assert (restart.step, restart.from_, restart.to) == ("restart", "2026-04-24T16:10:00+07:00", "2026-05-12T18:30:00+07:00")
    assert restart.source.startswith("NĐ 118/2025/NĐ-CP Điều 19 khoản 5")


@pytest.mark.req("PR-09")
def test_pauses_before_a_restart_are_spent() -> None:
    told = due(
        "15wd", at("2026-04-24T16:10"), CAL, RULES, pauses=[pause("2026-04-28T08:00", "2026-05-06T08:00")], restart=at("2026-05-12T18:30")
    )
    assert told.due_at == at("2026-06-02T17:00")


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 5, 4, 9)
    for attempt in (
        lambda: due_at("5wd", naive, CAL),
        lambda: due("5wd", naive, CAL, RULES),
        lambda: judge(naive, naive, None, None, naive),
    ):
        with pytest.raises(ValueError, match="time zone"):
            attempt()
    with pytest.raises(ValueError, match="time zone"):
        due_at("5wd", at("2026-05-04T09:00"), CAL, [Pause(from_=naive, to=naive)])


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        due_at("5wd", at("2026-05-04T09:00"), CAL, [pause("2026-05-06T08:00", "2026-05-05T08:00")])


def test_any_zone_comes_in_and_viet_nam_time_goes_out() -> None:
    told = due_at("1wd", datetime.fromisoformat("2026-05-04T18:00:00+00:00"), CAL)
    assert told.isoformat() == "2026-05-06T17:00:00+07:00"


def test_a_date_outside_the_calendar_is_a_clear_error() -> None:
    for start, term in (
        ("1999-12-31T10:00", "5wd"),
        ("2099-12-30T10:00", "15wd"),
        ("2099-12-31T16:00", "8wh"),
        ("2099-12-30T10:00", "15d"),
    ):
        with pytest.raises(ValueError, match="outside the calendar"):
            due_at(term, at(start), CAL)


@pytest.mark.req("PR-12")
def test_dossiers_are_judged_by_date_and_steps_by_the_minute() -> None:
    limit, extended = at("2026-05-20T17:00"), at("2026-05-27T17:00")
    assert judge(at("2026-05-20T23:59"), limit, limit, None, limit) == "on_time"
    assert judge(at("2026-05-21T00:00"), limit, limit, None, limit) == "late"
    assert judge(at("2026-05-19T23:59"), limit, limit, None, limit) == "early"
    assert judge(None, limit, None, None, at("2026-05-21T07:00")) == "late"
    assert judge(at("2026-05-25T09:00"), extended, limit, True, limit) == "early"
    assert judge(at("2026-05-25T09:00"), extended, limit, False, limit) == "late"
    assert judge_by_minute(at("2026-05-20T17:00:59"), limit, limit) == "on_time"
    assert judge_by_minute(at("2026-05-20T17:01"), limit, limit) == "late"
    assert judge_by_minute(None, limit, at("2026-05-20T16:59")) == "early"
