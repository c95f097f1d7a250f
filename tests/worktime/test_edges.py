"""Exact edges, and that values cannot be changed or misspelt."""

from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from worktime import (
    CalendarData,
    Closure,
    DueDate,
    Extension,
    Holiday,
    Layer,
    MakeUp,
    OfficialYear,
    Pause,
    Question,
    Refusal,
    RuleSet,
    Settings,
    Step,
    Swap,
    Term,
    TermByChannel,
    Week,
    WrongUse,
    answer,
    calendar,
    calendar_from_data,
    check_extension,
    due,
    due_at,
    gate_due,
    last_day_in_time,
    parse_moment,
    question,
    question_from_row,
    rule_set,
    say_moment,
    supplement_last_day,
)

CAL = calendar()
TQ = rule_set("tuyen-quang-2025")
DATA_KINDS: list[Any] = [CalendarData, Closure, Holiday, Layer, MakeUp, OfficialYear, RuleSet, Settings, Swap, Week]


def at(text: str) -> datetime:
    return parse_moment(text)


@pytest.mark.parametrize("kind", [*DATA_KINDS, DueDate, Extension, Pause, Question, Step])
def test_every_value_is_frozen(kind: Any) -> None:
    assert kind.__struct_config__.frozen


@pytest.mark.parametrize("kind", DATA_KINDS)
def test_a_misspelt_field_of_a_data_file_is_refused(kind: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"misspelt": 1}, kind)
    assert kind.__struct_config__.forbid_unknown_fields


def test_terms_are_values() -> None:
    term = Term.parse("15wd")
    assert {term} == {Term("wd", 15)}
    for frozen in (term, TermByChannel(term)):
        with pytest.raises(AttributeError):
            setattr(frozen, "amount" if isinstance(frozen, Term) else "online", 3)


@pytest.mark.parametrize(("begin", "due_date"), [("2026-05-18T08:59", "2026-05-29T17:00"), ("2026-05-18T09:00", "2026-05-29T17:00")])
def test_a_pause_that_begins_as_the_extension_is_asked_for_moves_the_new_date(begin: str, due_date: str) -> None:
    extension = check_extension(
        term="15wd",
        due_at=at("2026-05-20T17:00"),
        new_date=date(2026, 5, 27),
        asked_at=at("2026-05-18T09:00"),
        already_extended=False,
        calendar=CAL,
        rules=TQ,
    )
    pause = Pause(from_=at(begin), to=at("2026-05-20T10:00"))
    told = due("15wd", at("2026-04-24T16:10"), CAL, TQ, pauses=[pause], extension=extension)
    steps = [step.step for step in told.derivation if step.step in ("pause", "extension")]
    if begin.endswith("08:59"):
        assert steps == ["pause", "extension"] and told.due_at == at("2026-05-27T17:00")
    else:
        assert steps == ["extension", "pause"] and told.due_at == at(due_date)


def test_an_extension_asked_for_at_the_very_start_or_restart_counts() -> None:
    words = question("3wd", "2026-05-04T09:00", extend_to="2026-05-08", asked_at="2026-05-04T09:00")
    assert answer(words).due_at == at("2026-05-08T17:00")
    restarted = question(
        "3wd", "2026-05-04T09:00", supplement="2026-05-05T08:00..2026-05-11T09:00", extend_to="2026-05-15", asked_at="2026-05-11T09:00"
    )
    assert answer(restarted).due_at == at("2026-05-15T17:00")


def test_parts_of_a_second_are_kept_in_hours() -> None:
    start = at("2026-05-05T08:00:00.250000")
    assert due_at("1wh", start, CAL) == at("2026-05-05T09:00:00.250000")
    assert due_at("8wh", start, CAL) == at("2026-05-06T08:00:00.250000")


def test_the_calendar_begins_on_the_first_of_january_2000() -> None:
    assert due_at("1wd", at("2000-01-01T10:00"), CAL) == at("2000-01-03T17:00")
    with pytest.raises(ValueError, match="outside the calendar"):
        last_day_in_time(at("2000-01-03T17:00"), CAL, TQ)
    assert due_at("1wd", at("2099-12-30T10:00"), CAL) == at("2099-12-31T17:00")
    assert due_at("8wh", at("2099-12-31T07:00"), CAL) == at("2099-12-31T17:00")


def test_opening_hours_follow_the_weekday_and_the_minute() -> None:
    days = [[f"{8 + n:02}:00-{8 + n:02}:45"] for n in range(7)]
    shop = calendar_from_data({"version": "t", "known_since": "2026-01-01", "province": {"opening": [{"days": days}]}})
    for n in range(7):
        moment = f"2026-05-{4 + n:02}T{8 + n:02}"
        open_ = [shop.is_open(at(f"{moment}:{minute}")) for minute in ("00", "44", "45")]
        assert open_ == [True, True, False] and not shop.is_open(at(f"2026-05-{4 + n:02}T07:59"))


def test_weekly_hours_follow_the_weekday_too() -> None:
    days = [[f"{8 + n:02}:00-{9 + n:02}:00"] for n in range(7)]
    data = {
        "version": "t",
        "known_since": "2026-01-01",
        "province": {"weeks": [{"days": days}], "make_ups": [{"date": "2026-05-10", "like": 2}]},
    }
    shop = calendar_from_data(data)
    assert [shop.table.start_of(date(2026, 5, day).toordinal()).hour for day in range(4, 11)] == [8, 9, 10, 11, 12, 13, 10]
    cut = shop.with_entries(
        "t.2", [Closure(date=date(2026, 5, 7), reason="Bão", hours="11:30-12:00"), Swap(off=date(2026, 5, 5), work=date(2026, 5, 9))]
    )
    assert cut.table.halves(date(2026, 5, 7).toordinal()) == ((660, 690),)
    assert cut.table.halves(date(2026, 5, 9).toordinal()) == ((540, 600),)


def test_a_half_day_has_a_length_and_a_time_lies_within_the_day() -> None:
    for written in ("07:00-07:00", "07:00", "-"):
        with pytest.raises(ValueError):
            calendar_from_data({"version": "t", "known_since": "2026-01-01", "province": {"weeks": [{"days": [[written]] * 7}]}})
    night = calendar_from_data({"version": "t", "known_since": "2026-01-01", "province": {"weeks": [{"days": [["00:00-24:00"]] * 7}]}})
    assert due_at("24wh", at("2026-05-05T00:00"), night) == at("2026-05-06T00:00")
    assert due_at("1wd", at("2026-05-05T00:00"), night) == at("2026-05-07T00:00")


def test_a_calendar_term_starts_at_the_midnight_after() -> None:
    start = due("5d", at("2026-05-05T16:10:30.5"), CAL, TQ).derivation[1]
    assert (start.from_, start.to) == ("2026-05-05T16:10:30.500000+07:00", "2026-05-06T00:00:00+07:00")


def test_an_agency_named_in_the_question_is_kept_and_a_bad_row_names_its_column() -> None:
    assert question("5wd", "2026-05-05", agency="H60.14").agency == "H60.14"
    assert question("5wd", "2026-05-05", agency="").agency is None
    with pytest.raises(WrongUse, match="colour"):
        question_from_row({"term": "5wd", "from": "2026-05-05", "colour": "red"})
    with pytest.raises(WrongUse, match="term và from"):
        question_from_row({"term": "5wd"})


def test_the_gate_and_processing_have_each_their_own_fifteen_days() -> None:
    settings = msgspec.structs.replace(TQ.settings, gate_close_days=5, close_after_days=10)
    rules = msgspec.structs.replace(TQ, settings=settings)
    days = [supplement_last_day(at("2026-05-04T09:00"), CAL, rules, stage=stage) for stage in ("gate", "processing")]
    assert days == [date(2026, 5, 11), date(2026, 5, 14)]


@pytest.mark.req("IN-11")
def test_a_start_within_hours_stands_and_cites_what_is_counted() -> None:
    gate = gate_due(at("2026-05-05T08:45"), at("2026-05-05T08:45"), CAL, TQ).derivation[1]
    hours = due("8wh", at("2026-05-05T08:45"), CAL, TQ).derivation[1]
    assert gate.to == hours.to == "2026-05-05T08:45:00+07:00"
    assert "Điều 17 khoản 2 điểm c" in gate.source and "Điều 17 khoản 3" in hours.source


def test_a_pause_of_a_question_that_begins_as_the_extension_is_asked_for_is_not_counted_before_it() -> None:
    words: dict[str, Any] = {"pauses": ["2026-05-18T09:00..2026-05-20T10:00"], "asked_at": "2026-05-18T09:00"}
    assert answer(question("15wd", "2026-04-24T16:10", extend_to="2026-05-27", **words)).due_at == at("2026-05-29T17:00")
    with pytest.raises(Refusal):
        answer(question("15wd", "2026-04-24T16:10", extend_to="2026-05-29", **words))


def test_same_day_ends_at_three_where_a_rule_set_says_nothing() -> None:
    ends = [due("same-day", at(f"2026-05-05T{clock}"), CAL, rule_set("imported")).due_at.day for clock in ("15:00", "15:01")]
    assert ends == [5, 6] and due_at("same-day", at("2026-05-05T15:01"), CAL).day == 6


@pytest.mark.req("IN-11")
def test_what_is_left_of_a_clock_is_told_in_working_minutes() -> None:
    assert CAL.working_minutes(at("2026-04-29T16:30"), at("2026-05-04T07:15")) == 45
    assert CAL.working_minutes(at("2026-05-04T07:15"), at("2026-04-29T16:30")) == -45
    assert CAL.working_minutes(at("2026-05-05T11:00"), at("2026-05-05T14:00:30")) == 60


@pytest.mark.req("IN-12")
@pytest.mark.parametrize(
    ("moment", "first"),
    [
        ("06:59", "2026-05-05T07:00"),
        ("07:00", "2026-05-05T07:00"),
        ("11:29", "2026-05-05T11:29"),
        ("11:30", "2026-05-05T13:30"),
        ("13:29", "2026-05-05T13:30"),
        ("16:59", "2026-05-05T16:59"),
        ("17:00", "2026-05-06T07:00"),
    ],
)
def test_the_next_working_minute_is_now_or_the_next_opening(moment: str, first: str) -> None:
    assert CAL.next_working_minute(at(f"2026-05-05T{moment}")) == at(first)


def test_half_days_may_touch_and_a_make_up_day_has_the_hours_of_monday_unless_told() -> None:
    days = [["07:00-11:00", "11:00-12:00"], *[["08:00-10:00"]] * 4, [], []]
    data = {"version": "t", "known_since": "2026-01-01", "province": {"weeks": [{"days": days}], "make_ups": [{"date": "2026-05-09"}]}}
    assert calendar_from_data(data).table.halves(date(2026, 5, 9).toordinal()) == ((420, 660), (660, 720))


def test_a_moment_is_said_with_its_hour_weekday_and_date() -> None:
    assert say_moment(at("2026-05-05T07:05")) == "07:05 thứ Ba 05/05/2026"
    assert say_moment(datetime.fromisoformat("2026-05-05T20:00:00+00:00")) == "03:00 thứ Tư 06/05/2026"


def test_days_after_the_due_date_and_before_the_start_are_not_told() -> None:
    steps = due("4wd", at("2026-05-04T09:00"), CAL, TQ).derivation
    assert [step.step for step in steps] == ["term", "start", "result"] and steps[-1].to == "2026-05-08T17:00:00+07:00"


def test_a_supplement_may_be_asked_for_at_the_very_start() -> None:
    words = question("3wd", "2026-05-04T09:00", supplement="2026-05-04T09:00..2026-05-05T09:00")
    assert answer(words).due_at == at("2026-05-08T17:00")
