"""Laws that hold for every term, start and pause."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worktime import VN, Holiday, Pause, calendar, check_extension, due, due_at, rule_set
from worktime.extension import legal_extension_dates

RULES = rule_set("tuyen-quang-2025")
UNITS = st.sampled_from(["wh", "wd", "d"])
AMOUNTS = st.integers(1, 60)
STARTS = st.datetimes(datetime(2023, 1, 1), datetime(2028, 12, 31, 23, 59), timezones=st.just(VN))
LENGTHS = st.timedeltas(timedelta(0), timedelta(days=20))


@st.composite
def pauses_after(draw: st.DrawFn, start: datetime) -> list[Pause]:
    begins = draw(st.lists(st.timedeltas(timedelta(days=-3), timedelta(days=40)), max_size=3))
    return [Pause(from_=start + begin, to=start + begin + draw(LENGTHS)) for begin in begins]


@given(UNITS, AMOUNTS, STARTS, st.data(), st.integers(-3, 90))
@settings(deadline=None, max_examples=60)
def test_adding_a_holiday_never_makes_a_date_earlier(unit: str, amount: int, start: datetime, data: st.DataObject, day: int) -> None:
    pauses = data.draw(pauses_after(start))
    more = calendar().with_entries("test", [Holiday(date=start.date() + timedelta(days=day), name="Nghỉ thêm")])
    assert due_at(f"{amount}{unit}", start, more, pauses) >= due_at(f"{amount}{unit}", start, calendar(), pauses)


@given(UNITS, AMOUNTS, STARTS, st.data())
def test_a_longer_term_is_never_earlier(unit: str, amount: int, start: datetime, data: st.DataObject) -> None:
    pauses = data.draw(pauses_after(start))
    assert due_at(f"{amount + 1}{unit}", start, calendar(), pauses) >= due_at(f"{amount}{unit}", start, calendar(), pauses)


@given(UNITS, AMOUNTS, STARTS, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_pause_of_zero_changes_nothing(unit: str, amount: int, start: datetime, after: timedelta) -> None:
    nothing = Pause(from_=start + after, to=start + after)
    assert due_at(f"{amount}{unit}", start, calendar(), [nothing]) == due_at(f"{amount}{unit}", start, calendar())


@given(UNITS, AMOUNTS, STARTS, st.timedeltas(timedelta(days=-2), timedelta(days=30)), LENGTHS, LENGTHS)
def test_splitting_a_pause_in_two_changes_nothing(
    unit: str, amount: int, start: datetime, after: timedelta, first: timedelta, second: timedelta
) -> None:
    begin = start + after
    whole = [Pause(from_=begin, to=begin + first + second)]
    halves = [Pause(from_=begin, to=begin + first), Pause(from_=begin + first, to=begin + first + second)]
    assert due_at(f"{amount}{unit}", start, calendar(), halves) == due_at(f"{amount}{unit}", start, calendar(), whole)


@given(st.sampled_from(["wh", "wd", "d", "same-day"]), AMOUNTS, STARTS, st.data())
def test_the_result_lies_inside_or_at_the_end_of_a_working_half_day(unit: str, amount: int, start: datetime, data: st.DataObject) -> None:
    term = unit if unit == "same-day" else f"{amount}{unit}"
    result = due_at(term, start, calendar(), data.draw(pauses_after(start)))
    minute = (result - result.replace(hour=0, minute=0, second=0, microsecond=0)) / timedelta(minutes=1)
    assert any(begin < minute <= end for begin, end in calendar().table.halves(result.toordinal()))
    assert result > start and result.utcoffset() == timedelta(hours=7)


@given(st.sampled_from(["wh", "wd", "d", "same-day"]), AMOUNTS, STARTS, st.data())
def test_equal_inputs_give_equal_derivations_and_the_quick_path_agrees(
    unit: str, amount: int, start: datetime, data: st.DataObject
) -> None:
    term = unit if unit == "same-day" else f"{amount}{unit}"
    pauses = data.draw(pauses_after(start))
    first, second = (due(term, start, calendar(), RULES, pauses=pauses) for _ in range(2))
    assert first == second and first.sentences() == second.sentences()
    assert first.due_at == due_at(term, start, calendar(), pauses)


@pytest.mark.req("PR-13")
@given(UNITS, AMOUNTS, STARTS)
def test_every_offered_extension_date_is_accepted_and_adds_at_most_a_third(unit: str, amount: int, start: datetime) -> None:
    term = f"{amount}{unit}"
    due_moment = due_at(term, start, calendar())
    for day in legal_extension_dates(term=term, due_at=due_moment, calendar=calendar(), rules=RULES):
        accepted = check_extension(
            term=term, due_at=due_moment, new_date=day, asked_at=start, already_extended=False, calendar=calendar(), rules=RULES
        )
        assert accepted.due_at > due_moment and day in accepted.legal_dates and accepted.due_at.date() == day


@pytest.mark.parametrize("year", range(2023, 2029))
@pytest.mark.parametrize("clock", ["00:00", "06:59", "07:00", "11:29", "11:30", "13:29", "13:30", "15:00", "16:59", "17:00", "23:59"])
def test_half_day_boundaries_and_year_ends(year: int, clock: str) -> None:
    start = datetime.fromisoformat(f"{year}-12-30T{clock}:00+07:00")
    one, eight = due_at("1wh", start, calendar()), due_at("8wh", start, calendar())
    assert start < one < eight < start + timedelta(days=8)
    assert due_at("1wd", start, calendar()).date() > date(year, 12, 30)
    for boundary in (one, eight):
        minute = boundary.hour * 60 + boundary.minute
        assert 420 < minute <= 690 or 810 < minute <= 1020
