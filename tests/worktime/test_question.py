"""The answer of `motcua due`: dates, refusals, wrong use, and rows of a table."""

import csv
import io
import sys
from datetime import datetime
from typing import Any

import msgspec
import pytest

from worktime import Holiday, Refusal, WrongUse, answer, answer_json, calendar, parse_moment, question, question_from_row, rule_set

START = "2026-04-24T16:10"


def at(text: str) -> datetime:
    return parse_moment(text)


def ask(**changed: Any) -> dict[str, Any]:
    return answer_json(question("15wd", START, **changed))


@pytest.mark.req("PR-09")
def test_a_supplement_restarts_the_term() -> None:
    told = ask(supplement="2026-04-29T09:00..2026-05-12T10:00")
    assert told["due_at"] == "2026-06-02T17:00:00+07:00"
    assert [step["step"] for step in told["derivation"]][:3] == ["term", "start", "restart"]
    assert told["derivation"][2]["why"] == (
        "Yêu cầu bổ sung lúc 09:00 thứ Tư 29/04/2026; hồ sơ được bổ sung đầy đủ lúc 10:00 thứ Ba 12/05/2026; thời hạn được tính lại từ đầu"
    )


@pytest.mark.req("PR-07")
def test_a_supplement_asked_after_three_working_days_is_refused_unless_the_rule_set_gives_the_settlement_time() -> None:
    late = "2026-05-05T09:00..2026-05-12T10:00"
    refused = ask(supplement=late)["refused"]
    assert refused == {"why": "Chỉ được yêu cầu bổ sung hồ sơ đến 17:00 thứ Hai 04/05/2026", "article": "NĐ 118/2025/NĐ-CP Điều 19 khoản 5"}
    assert ask(supplement=late, rule_set="son-la-2019")["due_at"] == "2026-06-02T17:00:00+07:00"
    assert "refused" in ask(supplement="2026-05-20T17:01..2026-05-22T10:00", rule_set="son-la-2019")
    assert "due_at" in ask(supplement=late, rule_set="imported")


@pytest.mark.req("PR-10")
def test_a_supplement_after_the_fifteen_days_is_refused_because_the_dossier_is_closed() -> None:
    assert "due_at" in ask(supplement="2026-04-29T09:00..2026-05-14T23:59")
    refused = ask(supplement="2026-04-29T09:00..2026-05-15T00:01")["refused"]
    assert "đến hết thứ" in refused["why"] and "đã bị đóng" in refused["why"] and refused["article"] == "NĐ 118/2025/NĐ-CP Điều 19 khoản 5"
    assert "due_at" in ask(supplement="2026-04-29T09:00..2026-06-15T00:01", rule_set="nd-61-2018")


@pytest.mark.req("PR-12", "PR-13")
def test_an_extension_is_accepted_marked_late_or_refused() -> None:
    assert ask(extend_to="2026-05-27", asked_at="2026-05-19T23:00")["late_notice"] is False
    assert ask(extend_to="2026-05-27", asked_at="2026-05-20T08:00")["late_notice"] is True
    refused = ask(extend_to="2026-05-28", asked_at="2026-05-19T08:00")
    assert refused == {
        "refused": {
            "why": "Chỉ được gia hạn thêm không quá 05 ngày làm việc (một phần ba của 15 ngày làm việc)",
            "article": "QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2 điểm a",
        }
    }
    assert "due_at" in ask(extend_to="2026-05-28", asked_at="2026-05-19T08:00", rule_set="nd-118-2025")
    with pytest.raises(Refusal):
        answer(question("15wd", START, extend_to="2026-05-28", asked_at="2026-05-19T08:00"))


def test_an_extension_is_counted_from_the_date_as_it_stood_when_asked_for() -> None:
    pause = ["2026-05-05T09:00..2026-05-08T10:00"]
    assert ask(pauses=pause)["due_at"] == "2026-05-25T17:00:00+07:00"
    assert ask(pauses=pause, extend_to="2026-06-01", asked_at="2026-05-20T08:00")["due_at"] == "2026-06-01T17:00:00+07:00"
    restarted = ask(supplement="2026-04-29T09:00..2026-05-12T10:00", extend_to="2026-06-09", asked_at="2026-05-20T08:00")
    assert restarted["due_at"] == "2026-06-09T17:00:00+07:00"


def test_a_calendar_given_by_hand_counts_instead_of_the_packaged_one() -> None:
    longer = calendar().with_entries("t.2", [Holiday(date=at("2026-05-04").date(), name="Nghỉ")])
    assert answer(question("15wd", START), longer).due_at == at("2026-05-21T17:00")
    assert answer_json(question("15wd", START), longer)["due_at"] == "2026-05-21T17:00:00+07:00"


@pytest.mark.parametrize(
    "words",
    [
        {"term": "15"},
        {"start": "yesterday"},
        {"extend_to": "2026-05-27"},
        {"asked_at": "2026-05-19T08:00"},
        {"extend_to": "27/05/2026", "asked_at": "2026-05-19T08:00"},
        {"pauses": ["2026-05-05"]},
        {"pauses": ["2026-05-05..2026-05-04"]},
        {"supplement": "now..then"},
        {"rule_set": "nowhere"},
        {"supplement": "2026-04-20T09:00..2026-05-12T10:00"},
        {"extend_to": "2026-05-27", "asked_at": "2026-04-20T08:00"},
        {"start": "1990-01-01"},
    ],
)
def test_wrong_use_is_told_apart_from_a_refusal(words: dict[str, Any]) -> None:
    with pytest.raises(WrongUse):
        answer_json(question(**{"term": "15wd", "start": START, **words}))


def test_times_without_a_zone_are_viet_nam_time() -> None:
    assert question("1wd", "2026-05-04T18:00").start == question("1wd", "2026-05-04T11:00Z").start


TABLE = """term,from,rule_set,pause,extend_to,asked_at
15wd,2026-04-24T16:10,,,,
8wh,2026-01-01T20:00,nd-118-2025,,,
5wd,2026-05-04T09:00,,2026-05-05T08:00..2026-05-07T08:00;2026-05-13T08:00..2026-05-14T08:00,,
15wd,2026-04-24T16:10,,,2026-05-28,2026-05-19T08:00
"""


def test_a_table_of_questions_is_answered_row_by_row() -> None:
    answers = [answer_json(question_from_row(row)) for row in csv.DictReader(io.StringIO(TABLE))]
    assert [told.get("due_at", "refused") for told in answers] == [
        "2026-05-20T17:00:00+07:00",
        "2026-01-05T17:00:00+07:00",
        "2026-05-14T17:00:00+07:00",
        "refused",
    ]


@pytest.mark.parametrize("row", [{"term": "15wd"}, {"from": START}, {"term": "15wd", "from": START, "colour": "red"}])
def test_a_row_that_lacks_something_or_has_too_much_is_wrong_use(row: dict[str | None, Any]) -> None:
    with pytest.raises(WrongUse):
        question_from_row(row)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"pauses": ["2026-05-05"]}, "Không hiểu thời gian tạm dừng “2026-05-05”: viết TỪ..ĐẾN, như 2026-05-05T08:00..2026-05-07T08:00."),
        ({"pauses": ["2026-05-05..2026-05-04"]}, "Thời gian tạm dừng “2026-05-05..2026-05-04” kết thúc trước khi bắt đầu."),
        (
            {"pauses": ["2026-05-05..2026-05-06..2026-05-07"]},
            "Không hiểu thời gian tạm dừng “2026-05-06..2026-05-07”: viết như 2026-04-24T16:10.",
        ),
        ({"supplement": "2026-04-20T09:00..2026-05-12T10:00"}, "Yêu cầu bổ sung trước lúc bắt đầu."),
        ({"extend_to": "2026-05-27", "asked_at": "2026-04-20T08:00"}, "Đề nghị gia hạn trước lúc bắt đầu."),
        ({"term": "15"}, "Không hiểu thời hạn “15”: viết 8wh, 15wd, 15d hoặc same-day."),
        ({"start": "hôm qua"}, "Không hiểu lúc bắt đầu “hôm qua”: viết như 2026-04-24T16:10."),
        ({"start": "1990-01-01"}, "Có ngày nằm ngoài lịch, là các năm 2000 đến 2099."),
        ({"agency": "Sở Xây dựng"}, "“Sở Xây dựng” không phải mã cơ quan: viết như H60 hoặc H60.14."),
        (
            {"supplement": "2026-05-05"},
            "Không hiểu thời gian bổ sung “2026-05-05”: viết TỪ..ĐẾN, như 2026-05-05T08:00..2026-05-07T08:00.",
        ),
        (
            {"extend_to": "27/05/2026", "asked_at": "2026-05-19T08:00"},
            "Không hiểu ngày hẹn mới “27/05/2026”: viết như 2026-05-27.",
        ),
        (
            {"extend_to": "2026-05-27", "asked_at": "hôm qua"},
            "Không hiểu lúc đề nghị gia hạn “hôm qua”: viết như 2026-04-24T16:10.",
        ),
        ({"extend_to": "2026-05-27"}, "Gia hạn cần cả ngày hẹn mới (extend_to) và lúc đề nghị (asked_at)."),
    ],
)
def test_wrong_use_says_what_is_wrong(words: dict[str, Any], told: str) -> None:
    with pytest.raises(WrongUse) as wrong:
        answer_json(question(**{"term": "15wd", "start": START, **words}))
    assert str(wrong.value) == told


def test_an_unknown_rule_set_is_told_with_those_that_there_are() -> None:
    with pytest.raises(WrongUse, match=r"Không có bộ quy tắc “nowhere”; có: .*tuyen-quang-2025"):
        answer_json(question("15wd", START, rule_set="nowhere"))


def test_a_row_with_more_cells_than_columns_says_so() -> None:
    with pytest.raises(WrongUse, match=r"^Dòng có nhiều ô hơn số cột\.$"):
        question_from_row({"term": "15wd", "from": START, None: ["x"]})


def test_a_row_says_which_column_was_not_understood() -> None:
    with pytest.raises(WrongUse) as wrong:
        question_from_row({"term": "15wd", "from": START, "colour": "red", "age": "1"})
    assert (
        str(wrong.value) == "Không hiểu cột age, colour; các cột là term, from, rule_set, agency, pause, supplement, extend_to, asked_at."
    )
    with pytest.raises(WrongUse) as lacking:
        question_from_row({"term": "15wd"})
    assert str(lacking.value) == "Dòng cần có term và from."


def test_every_column_of_a_row_is_read_with_or_without_blanks() -> None:
    row: dict[str | None, Any] = {
        " term ": "15wd ",
        "from": START,
        "rule_set": " nd-118-2025",
        "agency": "H60.14",
        "pause": " 2026-05-05T08:00..2026-05-07T08:00 ; ;2026-05-13T08:00..2026-05-14T08:00",
        "supplement": "2026-04-29T09:00..2026-05-12T10:00",
        "extend_to": "2026-06-09",
        "asked_at": "2026-05-20T08:00",
        "": "a last comma",
    }
    assert question_from_row(row) == question(
        "15wd",
        START,
        rule_set="nd-118-2025",
        agency="H60.14",
        pauses=["2026-05-05T08:00..2026-05-07T08:00", "2026-05-13T08:00..2026-05-14T08:00"],
        supplement="2026-04-29T09:00..2026-05-12T10:00",
        extend_to="2026-06-09",
        asked_at="2026-05-20T08:00",
    )
    bare = question_from_row({"term": "1wd", "from": START, "agency": None, "pause": None})
    assert (bare.agency, bare.pauses, bare.supplement, bare.extend_to, bare.rule_set) == (None, (), None, None, "tuyen-quang-2025")


def test_limits_are_kept_to_the_minute() -> None:
    assert "due_at" in ask(supplement="2026-05-04T17:00..2026-05-12T10:00")
    assert "refused" in ask(supplement="2026-05-04T17:01..2026-05-12T10:00")
    assert "due_at" in ask(supplement="2026-04-29T09:00..2026-05-15T00:00")
    paused = {"pauses": ["2026-05-05T09:00..2026-05-08T10:00"], "rule_set": "son-la-2019"}
    assert "due_at" in ask(supplement="2026-05-25T17:00..2026-05-26T10:00", **paused)
    assert "refused" in ask(supplement="2026-05-25T17:01..2026-05-26T10:00", **paused)
    nothing = ask(pauses=["2026-05-05T09:00..2026-05-05T09:00"])
    assert nothing["due_at"] == "2026-05-20T17:00:00+07:00"


@pytest.mark.req("PR-09")
def test_conflict_2_under_a_rule_set_that_pauses_a_supplement_moves_the_date_by_the_time_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    pausing = msgspec.structs.replace(rule_set("nd-118-2025"), name="pausing")
    pausing = msgspec.structs.replace(pausing, settings=msgspec.structs.replace(pausing.settings, supplement_clock="pause"))
    monkeypatch.setattr(
        sys.modules["worktime.question"], "rule_set", {"pausing": pausing, "nd-118-2025": rule_set("nd-118-2025")}.__getitem__
    )
    waited = {"supplement": "2026-04-29T09:00..2026-05-12T10:00"}
    told = ask(rule_set="pausing", **waited)
    assert told["due_at"] == "2026-05-29T17:00:00+07:00"
    assert [step["why"] for step in told["derivation"] if step["step"] == "pause"] == [
        "Tạm dừng từ 09:00 thứ Tư 29/04/2026 đến 10:00 thứ Ba 12/05/2026 (chờ bổ sung hồ sơ): "
        "cộng 07 ngày làm việc, hạn chuyển đến 17:00 thứ Sáu 29/05/2026"
    ]
    assert ask(rule_set="nd-118-2025", **waited)["due_at"] == "2026-06-02T17:00:00+07:00"
