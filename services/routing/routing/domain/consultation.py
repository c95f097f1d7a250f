"""Who is asked for an opinion, and when no answer is late."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from contracts.fact import VaultRef
from contracts.refusal import Refused
from routing.domain.case import Case
from routing.domain.state import Asked, State
from routing.events import ConsultationAnswered, ConsultationLate, ConsultationRequested

Way = Literal["system", "document"]


def consult(
    case: Case,
    state: State,
    *,
    asking: str,
    asked: str,
    reply_by: datetime,
    way: Way,
    officer: str,
    now: datetime,
    keep: Callable[[], VaultRef],
) -> ConsultationRequested:
    """Ask an agency for its opinion (PR-04): by a holder, inside the total time, which goes on (NĐ 118 Đ19.4).

    `keep` puts the question into the vault; it is called only when nothing is refused.
    """
    if case.ended:
        raise Refused("Hồ sơ đã kết thúc giải quyết, không lấy ý kiến được nữa.", article=case.article("consultation"))
    if asking not in {leg.agency for leg in state.legs.values()}:
        raise Refused("Chỉ cơ quan đang giữ hồ sơ mới được lấy ý kiến.", article=case.article("consultation"), field="asking")
    if asked == asking:
        raise Refused("Cơ quan được hỏi phải khác cơ quan hỏi.", article=case.article("consultation"), field="asked", status=422)
    if reply_by <= now:
        raise Refused("Thời hạn trả lời phải ở phía trước.", article=case.article("consultation"), field="reply_by", status=422)
    if case.due_at is not None and now < case.due_at < reply_by:
        raise Refused(
            "Thời hạn trả lời phải nằm trong thời hạn giải quyết hồ sơ.", article=case.article("consultation"), field="reply_by", status=422
        )
    if any(_waits(known, asking, asked, now) for known in state.consultations.values()):
        why = "Cơ quan này đang được lấy ý kiến và chưa hết hạn trả lời."
        raise Refused(why, article=case.article("consultation"), field="asked")
    return ConsultationRequested(
        effective_at=now,
        recorded_at=now,
        consultation=max(state.consultations, default=0) + 1,
        asking=asking,
        asked=asked,
        question=keep(),
        reply_by=reply_by,
        way_of_replying=way,
        officer=officer,
    )


def _waits(known: Asked, asking: str, asked: str, now: datetime) -> bool:
    """Whether the same agency still has time to answer the same one; once it is late it may be asked again."""
    return (known.asking, known.asked, known.answered_at) == (asking, asked, None) and now < late_from(known.reply_by)


def answer(case: Case, state: State, number: int, officer: str, now: datetime, keep: Callable[[], VaultRef]) -> ConsultationAnswered:
    """The asked agency answers, once; a late answer counts too."""
    asked = numbered(case, state, number)
    if asked.answered_at is not None:
        raise Refused("Ý kiến này đã được trả lời.", article=case.article("consultation"))
    return ConsultationAnswered(effective_at=now, recorded_at=now, consultation=number, asked=asked.asked, answer=keep(), officer=officer)


def numbered(case: Case, state: State, number: int) -> Asked:
    """A consultation by its number; refused (404) when there is none."""
    if number not in state.consultations:
        raise Refused("Không có lần lấy ý kiến này.", article=case.article("consultation"), field="consultation", status=404)
    return state.consultations[number]


def late_from(reply_by: datetime) -> datetime:
    """The first moment at which no answer is late: consultations are judged by the minute (exact readings 2)."""
    return reply_by.replace(second=0, microsecond=0) + timedelta(minutes=1)


def late(state: State, number: int, now: datetime) -> ConsultationLate | None:
    """The one notice to the head of the one-stop (PR-05); None when it was answered or already told."""
    asked = state.consultations.get(number)
    if asked is None or asked.late or asked.answered_at is not None or now < late_from(asked.reply_by):
        return None
    return ConsultationLate(effective_at=now, recorded_at=now, consultation=number, asked=asked.asked)
