"""A date explains itself: every step with its why and its source, as JSON and as Vietnamese sentences."""

import json
from datetime import date, datetime

import pytest

from worktime import Closure, DueDate, Pause, calendar, due, handover_due, parse_moment, rule_set
from worktime.counting import merged

CAL = calendar()
RULES = rule_set("tuyen-quang-2025")


def at(text: str) -> datetime:
    return parse_moment(text)


def told() -> DueDate:
    pause = Pause(from_=at("2026-05-05T09:00"), to=at("2026-05-06T10:00"), reason="chờ nộp lệ phí")
    return due("5wd", at("2026-04-24T16:10"), CAL, RULES, pauses=[pause])


@pytest.mark.req("IN-22", "PR-19")
def test_every_skipped_day_is_named() -> None:
    skipped = [(step.to, step.why.partition(": ")[2]) for step in told().derivation if step.step == "skipped"]
    assert skipped == [
        ("2026-04-25", "nghỉ hằng tuần"),
        ("2026-04-26", "nghỉ hằng tuần"),
        ("2026-04-27", "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"),
        ("2026-04-30", "Ngày Chiến thắng"),
        ("2026-05-01", "Ngày Quốc tế Lao động"),
        ("2026-05-02", "nghỉ hằng tuần"),
        ("2026-05-03", "nghỉ hằng tuần"),
    ]


@pytest.mark.req("IN-22")
def test_every_step_cites_an_article_the_calendar_version_and_the_rule_set() -> None:
    for step in told().derivation:
        article, version, rules = step.source.split("; ")
        assert article and (version, rules) == ("lịch vn-2026.1", "bộ quy tắc tuyen-quang-2025")


@pytest.mark.req("IN-22")
def test_it_reads_as_vietnamese_sentences() -> None:
    assert told().sentences() == [
        "Thời hạn: 05 ngày làm việc (NĐ 118/2025/NĐ-CP Điều 19, QĐ 06/2025/QĐ-CTUBND Điều 21).",
        "Bắt đầu lúc 16:10 thứ Sáu 24/04/2026; ngày bắt đầu không tính vào thời hạn, ngày thứ nhất là thứ Ba 28/04/2026"
        " (BLDS 2015 Điều 147 khoản 2).",
        "Không tính các ngày nghỉ: thứ Bảy 25/04/2026, Chủ nhật 26/04/2026 (nghỉ hằng tuần); thứ Hai 27/04/2026 (Ngày Giỗ Tổ Hùng Vương"
        " – nghỉ bù); thứ Năm 30/04/2026 (Ngày Chiến thắng); thứ Sáu 01/05/2026 (Ngày Quốc tế Lao động);"
        " thứ Bảy 02/05/2026, Chủ nhật 03/05/2026 (nghỉ hằng tuần).",
        "Tạm dừng từ 09:00 thứ Ba 05/05/2026 đến 10:00 thứ Tư 06/05/2026 (chờ nộp lệ phí): cộng 01 ngày làm việc,"
        " hạn chuyển đến 17:00 thứ Năm 07/05/2026 (pháp luật chuyên ngành).",
        "Hẹn trả kết quả chậm nhất 17:00 thứ Năm 07/05/2026 (NĐ 118/2025/NĐ-CP Điều 19, QĐ 06/2025/QĐ-CTUBND Điều 21).",
        "Tính theo lịch làm việc vn-2026.1, bộ quy tắc tuyen-quang-2025.",
    ]


@pytest.mark.req("IN-22")
def test_it_prints_as_json_and_comes_back() -> None:
    plain = json.loads(json.dumps(told().to_json()))
    assert [step["step"] for step in plain["derivation"]] == ["term", "start", *["skipped"] * 7, "pause", "result"]
    assert plain["derivation"][-1]["to"] == plain["due_at"] == "2026-05-07T17:00:00+07:00"
    assert plain["derivation"][0]["from"] is None


def test_a_make_up_saturday_is_told_as_a_working_day() -> None:
    steps = due("5wd", at("2026-01-09T10:00"), CAL, RULES).derivation
    made_up = [step for step in steps if step.step == "make-up"]
    assert [(step.to, step.why) for step in made_up] == [("2026-01-10", "thứ Bảy 10/01/2026: làm bù cho thứ Sáu 02/01/2026")]
    assert made_up[0].source.startswith("Văn bản 12729/VPCP-KGVX")


def test_an_afternoon_closed_by_a_storm_is_told_with_its_hours_in_terms_of_hours() -> None:
    storm = CAL.with_entries("storm", [Closure(date=date(2026, 5, 5), reason="bão số 1", hours="13:30-17:00")])
    hours = due("8wh", at("2026-05-05T08:00"), storm, RULES)
    assert [step.why for step in hours.derivation if step.step == "closed"] == ["thứ Ba 05/05/2026: bão số 1, nghỉ 13:30–17:00"]
    assert hours.due_at == at("2026-05-06T11:30")
    assert not [step for step in due("3wd", at("2026-05-04T08:00"), storm, RULES).derivation if step.step == "closed"]


@pytest.mark.req("PR-19")
def test_every_date_that_touches_a_year_without_an_official_table_is_provisional() -> None:
    over = due("5wd", at("2026-12-28T09:00"), CAL, RULES)
    assert over.provisional and over.due_at.year == 2027
    assert [step.why for step in over.derivation if step.step == "provisional"] == [
        "Chưa có lịch nghỉ chính thức của năm 2027; ngày hẹn là tạm tính"
    ]
    assert not due("3wd", at("2026-12-28T09:00"), CAL, RULES).provisional
    assert due("3wd", at("2022-12-28T09:00"), CAL, RULES).provisional
    assert handover_due(at("2026-12-31T16:00"), CAL, RULES).provisional


def test_a_same_day_term_tells_why_it_is_today_or_tomorrow() -> None:
    today, tomorrow = (due("same-day", at(f"2026-05-05T{clock}"), CAL, RULES) for clock in ("15:00", "15:01"))
    assert "trả trong ngày" in today.sentences()[1] and "sau 15:00" in tomorrow.sentences()[1]
    assert tomorrow.derivation[1].to == "2026-05-06T07:00:00+07:00"


def test_hours_of_a_pause_are_told_in_hours_and_minutes() -> None:
    pause = Pause(from_=at("2026-05-05T11:00"), to=at("2026-05-05T15:15"))
    steps = due("8wh", at("2026-05-05T08:00"), CAL, RULES, pauses=[pause]).derivation
    assert "cộng 02 giờ 15 phút làm việc" in next(step.why for step in steps if step.step == "pause")


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        (("chờ phí", "chờ giám định"), "chờ phí; chờ giám định"),
        (("chờ phí", "chờ phí"), "chờ phí"),
        (("chờ phí", ""), "chờ phí"),
        (("", "chờ phí"), "chờ phí"),
        (("", ""), ""),
    ],
)
def test_pauses_that_overlap_are_one_with_both_reasons(reasons: tuple[str, str], told: str) -> None:
    first, second = (
        Pause(from_=at(begin), to=at(end), reason=reason)
        for (begin, end), reason in zip(
            [("2026-05-05T09:00", "2026-05-07T10:00"), ("2026-05-06T08:00", "2026-05-08T10:00")], reasons, strict=True
        )
    )
    (whole,) = merged([second, first], at("2026-05-04T08:00"))
    assert whole == Pause(from_=first.from_, to=second.to, reason=told)


def test_a_pause_that_ends_as_the_clock_starts_is_none() -> None:
    ended = Pause(from_=at("2026-05-04T07:00"), to=at("2026-05-04T08:00"), reason="chờ phí")
    assert merged([ended], at("2026-05-04T08:00")) == []
