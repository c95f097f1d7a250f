"""Bugs of other systems that concern clocks, each as a test of its own name."""

from datetime import date, datetime, timedelta

import pytest

from worktime import (
    Holiday,
    Pause,
    calendar,
    closing_moment,
    due,
    due_at,
    gate_due,
    handover_due,
    parse_moment,
    restart_after_supplement,
    rule_set,
    supplement_deadline,
)

CAL = calendar()
RULES = rule_set("tuyen-quang-2025")


def at(text: str) -> datetime:
    return parse_moment(text)


@pytest.mark.req("PR-09")
def test_a_due_date_survives_a_restart_over_a_holiday_already_past() -> None:
    told = restart_after_supplement("5wd", at("2026-05-06T09:00"), CAL, RULES, start=at("2026-04-24T09:00"))
    assert told.due_at == at("2026-05-13T17:00")
    assert not [step for step in told.derivation if step.step == "skipped" and step.to < "2026-05-06"]


@pytest.mark.req("PR-19")
def test_a_clock_calculation_never_returns_no_date() -> None:
    for day in range(0, 6 * 365, 11):
        start = at("2023-01-01T18:00") + timedelta(days=day)
        for term in ("1wh", "1wd", "1d", "same-day", "60wd"):
            assert due_at(term, start, CAL) > start


def test_adding_a_holiday_moves_running_dossiers() -> None:
    storm = CAL.with_entries("t.2", [Holiday(date=date(2026, 5, 12), name="Bão số 1")])
    assert due_at("15wd", at("2026-04-24T16:10"), CAL) == at("2026-05-20T17:00")
    assert due_at("15wd", at("2026-04-24T16:10"), storm) == at("2026-05-21T17:00")


@pytest.mark.req("PR-09")
def test_a_suspension_actually_moves_the_date() -> None:
    pause = Pause(from_=at("2026-05-05T09:00"), to=at("2026-05-12T09:00"))
    for term in ("15wd", "15d", "120wh"):
        assert due_at(term, at("2026-04-24T16:10"), CAL, [pause]) > due_at(term, at("2026-04-24T16:10"), CAL)


def test_a_pause_survives_a_change_of_the_rest() -> None:
    pause = Pause(from_=at("2026-04-28T09:00"), to=at("2026-04-30T09:00"), reason="chờ nộp thuế")
    for name in ("tuyen-quang-2025", "nd-61-2018", "imported"):
        told = due("15wd", at("2026-04-24T16:10"), CAL, rule_set(name), pauses=[pause])
        assert [step.step for step in told.derivation].count("pause") == 1 and told.due_at == at("2026-05-21T17:00")


@pytest.mark.req("IN-12")
def test_a_dossier_created_out_of_hours_gets_a_correct_clock() -> None:
    for moment in ("2026-05-08T17:00", "2026-05-09T12:00", "2026-05-10T23:59", "2026-05-11T06:59", "2026-05-11T07:00"):
        assert gate_due(at(moment), at(moment), CAL, RULES).due_at == at("2026-05-11T17:00")


@pytest.mark.req("PR-10", "IN-12", "RT-02")
def test_no_limit_that_somebody_is_reminded_of_falls_at_midnight_or_on_sunday() -> None:
    for hours in range(0, 24 * 400, 13):
        start = at("2026-01-01T00:30") + timedelta(hours=hours)
        answer_by = supplement_deadline(start, CAL, RULES)
        assert answer_by is not None
        for limit in (gate_due(start, start, CAL, RULES).due_at, handover_due(start, CAL, RULES).due_at, closing_moment(answer_by, CAL)):
            assert CAL.table.halves(limit.toordinal()) and 7 <= limit.hour <= 17
