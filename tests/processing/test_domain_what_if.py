"""What is said ahead: given facts, when an action is asked about, then the date it would give or why not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.fact import Fact
from processing.domain import Case, State, clock, extension, fold
from processing.domain.what_if import Answer, Outcome, Question, what_if
from tests.processing.known import (
    APPROVED,
    ASSIGNED,
    DRAFTED,
    EXTENDED,
    FIRST,
    HERE,
    LEAD,
    OWED,
    PART,
    PART_ENDED,
    PROPOSED,
    SECOND,
    START,
    WISHED,
    case,
    counted,
    law,
)
from worktime import calendar, supplement_deadline


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
        Outcome(when="nộp bổ sung đủ vào cuối thứ Ba 17/03/2026", deadline=counted(restart=last, restart_asked_at=START)),
    )
    assert notes == (
        "Từ khi yêu cầu đến khi bổ sung đủ, hồ sơ không thể trễ hạn.",
        "Không bổ sung đến hết thứ Ba 17/03/2026 thì một cửa đóng hồ sơ.",
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
