"""The gate, paper, the deficiency notice and the fifteen days; for each conflict, both sides."""

from datetime import date, datetime

import msgspec
import pytest

from worktime import (
    calendar,
    closing_moment,
    deficiency_limit,
    gate_due,
    handover_due,
    parse_moment,
    rule_set,
    rule_set_for,
    supplement_deadline,
    supplement_last_day,
)

CAL = calendar()
TQ = rule_set("tuyen-quang-2025")
ND118 = rule_set("nd-118-2025")
ND61 = rule_set("nd-61-2018")
SL = rule_set("son-la-2019")


def at(text: str) -> datetime:
    return parse_moment(text)


@pytest.mark.req("IN-13")
@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("tuyen-quang-2025", "2026-05-06T09:00"),
        ("nd-118-2025", "2026-05-06T09:00"),
        ("son-la-2019", "2026-05-05T15:00"),
        ("dak-nong-2025", "2026-05-05T15:00"),
        ("nd-118-2025+son-la-2019", "2026-05-05T15:00"),
    ],
)
def test_conflict_1_the_eight_hours_start_at_submission_or_at_receipt_by_the_system(name: str, end: str) -> None:
    told = gate_due(at("2026-05-04T15:00"), at("2026-05-05T09:00"), CAL, rule_set(name))
    assert told.due_at == at(end)


@pytest.mark.req("IN-11", "IN-12")
def test_a_submission_at_eight_on_a_holiday_eve_has_the_eight_hours_of_the_next_working_day() -> None:
    moment = at("2026-04-29T20:00")
    told = gate_due(moment, moment, CAL, TQ)
    assert told.due_at == at("2026-05-04T17:00")
    start = told.derivation[1]
    assert start.to == "2026-05-04T07:00:00+07:00" and "ngoài giờ làm việc" in start.why
    assert [step.to for step in told.derivation if step.step == "skipped"] == ["2026-04-30", "2026-05-01", "2026-05-02", "2026-05-03"]
    assert told.derivation[0].source.startswith("NĐ 118/2025/NĐ-CP Điều 17 khoản 2 điểm c")


def test_a_rule_set_without_a_gate_is_a_clear_error() -> None:
    with pytest.raises(ValueError, match="gate_term"):
        gate_due(at("2026-05-04T15:00"), at("2026-05-04T15:00"), CAL, rule_set("imported"))
    with pytest.raises(ValueError, match="paper_until"):
        handover_due(at("2026-05-04T15:00"), CAL, rule_set("imported"))


@pytest.mark.req("RT-02")
@pytest.mark.parametrize(
    ("received", "end"),
    [
        ("2026-05-05T14:59", "2026-05-05T17:00"),
        ("2026-05-05T15:00:00", "2026-05-05T17:00"),
        ("2026-05-05T15:00:01", "2026-05-06T11:30"),
        ("2026-05-05T15:01", "2026-05-06T11:30"),
        ("2026-05-09T09:00", "2026-05-11T11:30"),
    ],
)
def test_paper_goes_today_up_to_three_o_clock_exactly_else_the_next_morning(received: str, end: str) -> None:
    told = handover_due(at(received), CAL, ND118)
    assert told.due_at == at(end) and not told.provisional
    assert told.derivation[-1].source.startswith("NĐ 118/2025/NĐ-CP Điều 18 khoản 2")


@pytest.mark.req("PR-07")
def test_conflict_3_the_deficiency_notice_has_three_working_days_or_the_settlement_time() -> None:
    received, settlement = at("2026-05-04T09:00"), at("2026-05-25T17:00")
    assert deficiency_limit(received, CAL, ND118) == deficiency_limit(received, CAL, ND61) == at("2026-05-07T17:00")
    assert deficiency_limit(received, CAL, SL, settlement_due_at=settlement) == settlement
    assert deficiency_limit(received, CAL, SL) is None
    assert deficiency_limit(received, CAL, rule_set("imported")) is None


@pytest.mark.req("PR-10")
def test_a_supplement_is_accepted_until_midnight_of_the_fifteenth_day() -> None:
    notice = at("2026-05-04T09:00")
    assert supplement_last_day(notice, CAL, ND118) == date(2026, 5, 19)
    assert supplement_deadline(notice, CAL, ND118) == at("2026-05-20T00:00")
    assert closing_moment(at("2026-05-20T00:00"), CAL) == at("2026-05-20T07:00")


@pytest.mark.req("PR-10")
def test_the_fifteenth_day_moves_past_days_off_and_the_dossier_closes_in_the_first_working_minute() -> None:
    assert supplement_last_day(at("2026-05-08T09:00"), CAL, TQ) == date(2026, 5, 25)
    deadline = supplement_deadline(at("2026-08-14T09:00"), CAL, TQ)
    assert deadline == at("2026-09-04T00:00")
    assert closing_moment(at("2026-05-23T00:00"), CAL) == at("2026-05-25T07:00")


@pytest.mark.req("PR-10")
def test_no_dossier_is_closed_under_decree_61() -> None:
    for rules in (ND61, SL, rule_set("dak-nong-2025"), rule_set("imported")):
        assert supplement_deadline(at("2026-05-04T09:00"), CAL, rules) is None
        assert supplement_deadline(at("2026-05-04T09:00"), CAL, rules, stage="gate") is None


def test_the_gate_has_its_own_closing_setting() -> None:
    assert supplement_deadline(at("2026-05-04T09:00"), CAL, ND118, stage="gate") == at("2026-05-20T00:00")


def test_the_transition_chooses_the_decree_in_force_on_the_reception_date() -> None:
    chosen = {
        day: rule_set_for(date.fromisoformat(day)).name for day in ("2025-06-30", "2025-07-01", "2025-12-14", "2025-12-15", "2026-09-01")
    }
    assert list(chosen.values()) == ["nd-61-2018", "nd-118-2025", "nd-118-2025", "tuyen-quang-2025", "tuyen-quang-2025"]


@pytest.mark.req("PR-10")
def test_the_gate_and_processing_close_by_their_own_settings() -> None:
    settings = msgspec.structs.replace(ND118.settings, close_after_days=15, gate_close_days=None)
    only_processing = msgspec.structs.replace(ND118, settings=settings)
    notice = at("2026-05-04T09:00")
    assert supplement_deadline(notice, CAL, only_processing) == at("2026-05-20T00:00")
    assert supplement_last_day(notice, CAL, only_processing) == date(2026, 5, 19)
    assert supplement_deadline(notice, CAL, only_processing, stage="gate") is None
    only_gate = msgspec.structs.replace(ND118, settings=msgspec.structs.replace(settings, close_after_days=None, gate_close_days=10))
    assert supplement_deadline(notice, CAL, only_gate) is None
    assert supplement_last_day(notice, CAL, only_gate, stage="gate") == date(2026, 5, 14)
