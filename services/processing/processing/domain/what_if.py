"""What each legal next action would give, asked before anything is done; or why the law refuses it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import msgspec
from msgspec.structs import replace

from contracts.dossier.parts import Deadline
from contracts.refusal import Refused
from processing.domain import drafts, extension, supplement
from processing.domain.case import Case
from processing.domain.clock import Law, current, projected
from processing.domain.guards import must_be_open, must_be_undecided, stop_open
from processing.domain.state import State
from worktime import last_day_in_time, say_date, say_moment, supplement_deadline

MINUTE = timedelta(minutes=1)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One way it may go: `when` says which, `deadline` is the due date then, with its derivation."""

    when: str
    deadline: Deadline
    new_date: date | None = None
    late_notice: bool | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An action, its outcomes and what to know about it; `refused` gives the reason and the article."""

    action: str
    label: str
    outcomes: tuple[Outcome, ...] = ()
    notes: tuple[str, ...] = ()
    refused: Refused | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """The dossier as it stands, the pinned law, and now. `extend_to`: a date of the asker's own besides the legal ones."""

    case: Case
    state: State
    law: Law
    now: datetime
    extend_to: date | None = None


def what_if(asked: Question) -> tuple[Answer, ...]:
    """Every action that changes or could change the settlement clock, and the decision."""
    wanted = (known for known in ACTIONS if known[0] != "extend-to" or asked.extend_to is not None)
    return tuple(_answered(action, label, ask, asked) for action, label, ask in wanted)


Found = tuple[tuple[Outcome, ...], tuple[str, ...]]


def _answered(action: str, label: str, ask: Callable[[Question], Found], asked: Question) -> Answer:
    try:
        outcomes, notes = ask(asked)
    except Refused as refused:
        return Answer(action=action, label=label, refused=refused)
    return Answer(action=action, label=label, outcomes=outcomes, notes=notes)


def _supplement(asked: Question) -> Found:
    case, law, now = asked.case, asked.law, asked.now
    current(case, asked.state)
    supplement.may_need(case, asked.state, law, now)
    limit = supplement_deadline(now, law.calendar, law.rules)
    last = limit - MINUTE if limit else None
    arrivals = [("nộp bổ sung đủ ngay bây giờ", now)] + ([(f"nộp bổ sung đủ vào cuối {say_date(last)}", last)] if last else [])
    outcomes = tuple(Outcome(when=when, deadline=_after_supplement(asked, at)) for when, at in arrivals)
    notes = ["Từ khi yêu cầu đến khi bổ sung đủ, hồ sơ không thể trễ hạn."]
    notes += [f"Không bổ sung đến hết {say_date(last)} thì một cửa đóng hồ sơ."] if last else []
    most = law.rules.settings.supplement_requests
    if most is not None and case.requests >= most:
        article = law.article("supplement_once")
        notes.append(f"Đã yêu cầu bổ sung {case.requests} lần; lần nữa cần căn cứ pháp luật và lãnh đạo bộ phận một cửa ({article}).")
    return outcomes, tuple(notes)


def _after_supplement(asked: Question, arrived_at: datetime) -> Deadline:
    resumed, _ = supplement.supplemented(replace(asked.case, asked_at=asked.now), asked.law, arrived_at)
    return projected(resumed, asked.law, proposed=asked.state.proposed if asked.state.extended else None)


def _extend(asked: Question) -> Found:
    dates = extension.legal_dates(asked.case, asked.state, asked.law, asked.now)
    outcomes = tuple(_extended(asked, day) for day in dates)
    last = last_day_in_time(current(asked.case, asked.state).due_at, asked.law.calendar, asked.law.rules)
    late = "; gửi sau ngày đó vẫn dời hẹn nhưng hồ sơ vẫn bị đánh giá theo hạn cũ"
    return outcomes, (f"Phiếu đúng hạn nếu gửi chậm nhất {say_date(last)}{late}.",)


def _extend_to(asked: Question) -> Found:
    assert asked.extend_to is not None
    return (_extended(asked, asked.extend_to),), ()


def _extended(asked: Question, day: date) -> Outcome:
    proposed = extension.propose(asked.case, asked.state, asked.law, new_date=day, fault="settling", signer="", now=asked.now)
    deadline = projected(asked.case, asked.law, proposed=proposed)
    return Outcome(when=f"hẹn lại {say_date(day)}", deadline=deadline, new_date=day, late_notice=proposed.late_notice)


def _change_date(asked: Question) -> Found:
    extended = extension.extend(asked.case, asked.state, asked.law, officer="", now=asked.now)
    when = "một cửa đổi ngày hẹn theo phiếu"
    return (Outcome(when=when, deadline=extended.deadline, late_notice=extended.late_notice),), ()


def _consult(asked: Question) -> Found:
    must_be_undecided(asked.case, asked.state)
    same = current(asked.case, asked.state)
    if same.due_at <= asked.now:
        return (_unmoved(same),), ("Hồ sơ đã đến hạn; lấy ý kiến không kéo dài thời hạn.",)
    return (_unmoved(same),), (f"Hạn trả lời không quá {say_moment(same.due_at)}; thời hạn giải quyết vẫn tiếp tục tính.",)


def _obligation(asked: Question) -> Found:
    must_be_open(asked.case, asked.state)
    same = current(asked.case, asked.state)
    if asked.law.rules.settings.obligation_clock == "pause":
        return (_unmoved(same, "nộp ngay trong ngày"),), ("Thời hạn tạm dừng cho đến khi có chứng từ nộp.",)
    return (_unmoved(same),), ("Thời hạn vẫn tiếp tục tính trong khi chờ nộp.",)


def _stop(asked: Question) -> Found:
    must_be_undecided(asked.case, asked.state)
    waits = "Người nộp đã yêu cầu; đang chờ trả lời." if stop_open(asked.case, asked.state) else "Chỉ khi người nộp yêu cầu."
    return (), (waits, "Được chấp thuận thì hồ sơ kết thúc, không còn hạn trả kết quả; gửi thông báo theo mẫu 05.")


def _adjust(asked: Question) -> Found:
    must_be_undecided(asked.case, asked.state)
    return (_unmoved(current(asked.case, asked.state)),), ("Cần cơ quan giải quyết đồng ý; thời hạn giữ nguyên.",)


def _approve(asked: Question) -> Found:
    lead = next((held.leg for held in asked.case.held if held.lead), 1)
    drafts.approve(asked.case, asked.state, leg=lead, leader="", now=asked.now)
    same = current(asked.case, asked.state)
    return (_unmoved(same),), (f"Đúng hạn nếu văn thư phát hành kết quả chậm nhất {say_date(same.due_at)}.",)


def _unmoved(deadline: Deadline, when: str = "hạn giữ nguyên") -> Outcome:
    return Outcome(when=when, deadline=deadline)


ACTIONS: tuple[tuple[str, str, Callable[[Question], Found]], ...] = (
    ("supplement", "Yêu cầu bổ sung hồ sơ", _supplement),
    ("extend", "Xin lỗi và hẹn lại ngày trả kết quả", _extend),
    ("extend-to", "Hẹn lại vào ngày được hỏi", _extend_to),
    ("change-date", "Đổi ngày hẹn theo phiếu đã gửi", _change_date),
    ("consult", "Lấy ý kiến cơ quan khác", _consult),
    ("obligation", "Yêu cầu thực hiện nghĩa vụ tài chính", _obligation),
    ("stop", "Dừng giải quyết theo yêu cầu của người nộp", _stop),
    ("adjust", "Đồng ý cho người nộp điều chỉnh hồ sơ", _adjust),
    ("approve", "Phê duyệt kết quả", _approve),
)
