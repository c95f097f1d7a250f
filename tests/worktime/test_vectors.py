"""The nine test vectors of the working calendar, and the worked answer of `motcua due`."""

from datetime import datetime

import pytest

from worktime import VN, answer_json, calendar, due, due_at, handover_due, parse_moment, question, rule_set

RULES = rule_set("tuyen-quang-2025")


def at(text: str) -> datetime:
    return parse_moment(text)


def both(term: str, start: str) -> datetime:
    quick = due_at(term, at(start), calendar())
    assert due(term, at(start), calendar(), RULES).due_at == quick
    return quick


@pytest.mark.req("IN-11")
def test_vector_1_eight_hours_run_into_a_working_saturday() -> None:
    assert both("8wh", "2025-04-25T16:00") == at("2025-04-26T16:00")


@pytest.mark.req("IN-11", "IN-12")
def test_vector_2_a_submission_on_a_holiday_evening_counts_from_the_next_working_hour() -> None:
    assert both("8wh", "2026-01-01T20:00") == at("2026-01-05T17:00")


@pytest.mark.req("PR-19")
def test_vector_3_the_make_up_saturday_of_january_2026_is_a_working_day() -> None:
    assert both("5wd", "2026-01-09T10:00") == at("2026-01-15T17:00")


@pytest.mark.req("PR-19")
def test_vector_4_ten_working_days_over_tet() -> None:
    assert both("10wd", "2024-02-01T09:00") == at("2024-02-22T17:00")


@pytest.mark.req("PR-19")
def test_vector_5_fifteen_calendar_days() -> None:
    assert both("15d", "2026-08-20T09:00") == at("2026-09-04T17:00")


@pytest.mark.req("RT-02")
def test_vector_6_paper_received_after_three_goes_on_the_next_working_morning() -> None:
    assert handover_due(at("2025-08-29T15:30"), calendar(), RULES).due_at == at("2025-09-03T11:30")


@pytest.mark.req("PR-19")
def test_vector_7_the_make_up_saturday_of_may_2024_ends_a_term() -> None:
    assert both("3wd", "2024-04-26T09:00") == at("2024-05-04T17:00")


@pytest.mark.req("PR-19")
def test_vector_8_the_make_up_saturday_of_august_2026() -> None:
    assert both("5wd", "2026-08-21T09:00") == at("2026-08-27T17:00")


@pytest.mark.req("PR-19")
def test_vector_9_the_new_holiday_of_24_november() -> None:
    assert both("3wd", "2026-11-20T09:00") == at("2026-11-26T17:00")


@pytest.mark.req("PR-19")
def test_the_worked_example_of_the_command_line() -> None:
    told = answer_json(question("15wd", "2026-04-24T16:10"))
    assert list(told) == ["due_at", "provisional", "late_notice", "derivation"]
    assert (told["due_at"], told["provisional"], told["late_notice"]) == ("2026-05-20T17:00:00+07:00", False, False)
    assert all(list(step) == ["step", "from", "to", "why", "source"] for step in told["derivation"])


@pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 250), (2026, 249)])
def test_a_year_has_the_working_days_of_its_official_table(year: int, days: int) -> None:
    table = calendar().table
    first, last = datetime(year, 1, 1, tzinfo=VN).toordinal(), datetime(year, 12, 31, tzinfo=VN).toordinal()
    assert table.days_until(last) - table.days_until(first - 1) == days
