"""What routing decides: where a dossier goes next, when paper may move, who is asked for an opinion."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from contracts import Fact
from contracts.dossier.parts import Deadline, Leg, PinnedProcess
from contracts.fact import VaultRef
from contracts.refusal import Refused
from routing.events import ConsultationAnswered, ConsultationLate, ConsultationRequested, HandedOver, LegRescheduled, Transferred
from worktime import Calendar, DueDate, Pause, RuleSet, due

TRANSFER = "NĐ 118/2025/NĐ-CP Điều 18"
CONSULT = "NĐ 118/2025/NĐ-CP Điều 19 khoản 4"
Way = Literal["system", "document"]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What others said about a dossier. `due_at` is its current settlement date; `ended` once nothing is left to settle.

    `ended_legs`: which leg ended, and when; `pauses`: from, to, and why in Vietnamese; `owed`: obligations not yet paid, the first
    of them raised at `owed_since`.
    """

    dossier: UUID
    code: str
    receiving: str
    settling: str
    rule_set: str
    calendar: str | None
    process: PinnedProcess
    supplement_policy: str
    received_at: datetime
    due_at: datetime | None
    ended_legs: tuple[tuple[int, datetime], ...] = ()
    asked_at: datetime | None = None
    owed: tuple[str, ...] = ()
    owed_since: datetime | None = None
    restarted_at: datetime | None = None
    pauses: tuple[tuple[datetime, datetime, str], ...] = ()
    ended: bool = False
    imported: bool = False

    def has_ended(self, leg: int) -> bool:
        return any(leg == ended for ended, _ in self.ended_legs)

    def leads(self, leg: int) -> bool:
        return any(part.lead for part in self.process.legs if part.leg == leg)

    def started_at(self, leg: int) -> datetime:
        """When a leg's own term begins: at reception, or when the agency before it in the order had ended (Đ20.2)."""
        if self.process.mode == "parallel":
            return self.received_at
        before = [at for ended, at in self.ended_legs if ended < leg and not self.leads(ended)]
        return max(before, default=self.received_at)


class Law(msgspec.Struct, frozen=True, kw_only=True):
    """The pinned rules and calendar, and how a due date is written into a fact."""

    rules: RuleSet
    calendar: Calendar
    told: Callable[[DueDate], Deadline]


class HeldLeg(msgspec.Struct, kw_only=True):
    """A leg as it stands: where it is, by when, and what paper did."""

    agency: str
    lead: bool
    task: str
    deadline: Deadline | None
    sent_at: datetime | None = None
    received_at: datetime | None = None


class Asked(msgspec.Struct, kw_only=True):
    """A consultation as it stands."""

    asking: str
    asked: str
    reply_by: datetime
    question: VaultRef
    answer: VaultRef | None = None
    answered_at: datetime | None = None
    late: bool = False


class State(msgspec.Struct, kw_only=True):
    """A dossier as routing's own facts give it."""

    legs: dict[int, HeldLeg] = {}
    consultations: dict[int, Asked] = {}


def fold(facts: Sequence[Fact]) -> State:
    """The state after these facts."""
    state = State()
    for fact in facts:
        _evolve(state, fact)
    return state


def _evolve(state: State, fact: Fact) -> None:
    match fact:
        case Transferred():
            state.legs[fact.leg] = HeldLeg(agency=fact.agency, lead=fact.lead, task=fact.task, deadline=fact.deadline)
        case HandedOver() | LegRescheduled() if fact.leg not in state.legs:
            pass  # an imported history may begin in the middle
        case ConsultationAnswered() | ConsultationLate() if fact.consultation not in state.consultations:
            pass
        case HandedOver(movement="sent"):
            state.legs[fact.leg].sent_at = fact.effective_at
        case HandedOver():
            state.legs[fact.leg].received_at = fact.effective_at
        case LegRescheduled():
            state.legs[fact.leg].deadline = fact.deadline
        case ConsultationRequested():
            state.consultations[fact.consultation] = Asked(
                asking=fact.asking, asked=fact.asked, reply_by=fact.reply_by, question=fact.question
            )
        case ConsultationAnswered():
            state.consultations[fact.consultation].answered_at = fact.effective_at
            state.consultations[fact.consultation].answer = fact.answer
        case ConsultationLate():
            state.consultations[fact.consultation].late = True


def transfers(case: Case, state: State, now: datetime, law_of: Callable[[str], Law]) -> list[Transferred]:
    """Who gets the dossier now (RT-01, RT-05, RT-06; NĐ 118 Đ18, Đ20.2), by the process pinned at reception.

    Parallel: every agency at once. In order: the next one, once those before it have ended. A leading agency that stands before
    others is passed on from at once, since its own leg ends only with the result.
    """
    if case.ended:
        return []
    return [_transferred(leg, case.started_at(leg.leg), now, law_of(leg.agency)) for leg in _due_legs(case, state)]


def _due_legs(case: Case, state: State) -> Iterator[Leg]:
    for leg in sorted(case.process.legs, key=lambda leg: leg.leg):
        if leg.leg not in state.legs:
            yield leg
        if case.process.mode != "parallel" and not leg.lead and not case.has_ended(leg.leg):
            return


def _transferred(leg: Leg, start: datetime, now: datetime, law: Law) -> Transferred:
    told = law.told(due(leg.term, start, law.calendar, law.rules))
    return Transferred(effective_at=now, recorded_at=now, leg=leg.leg, agency=leg.agency, lead=leg.lead, task=leg.task, deadline=told)


def reschedule(case: Case, state: State, cause: str, now: datetime, law_of: Callable[[str], Law]) -> list[LegRescheduled]:
    """New deadlines of the legs still open: the whole term again from a restart, pauses added (exact readings 1.4, 1.5)."""
    if case.ended:
        return []
    running = [number for number in state.legs if not case.has_ended(number)]
    return [moved for number in running if (moved := _moved(case, number, state.legs[number], cause, now, law_of))]


def _moved(case: Case, number: int, leg: HeldLeg, cause: str, now: datetime, law_of: Callable[[str], Law]) -> LegRescheduled | None:
    old, law = leg.deadline, law_of(leg.agency)
    if old is None:
        return None
    start = case.started_at(number)
    restart = case.restarted_at if case.restarted_at and case.restarted_at > start else None
    pauses = [Pause(from_=begin, to=end, reason=why) for begin, end, why in case.pauses]
    new = law.told(due(old.term, start, law.calendar, law.rules, pauses=pauses, restart=restart))
    if new.due_at == old.due_at:
        return None
    return LegRescheduled(effective_at=now, recorded_at=now, leg=number, old_due_at=old.due_at, deadline=new, cause=cause)


def paper_places(case: Case, leg: Leg, movement: Literal["sent", "received"]) -> tuple[str, ...]:
    """Where a movement of paper is recorded: on arrival the leg's agency; on leaving the one-stop, or who had it before."""
    if movement == "received":
        return (leg.agency,)
    before = () if case.process.mode == "parallel" else tuple(part.agency for part in case.process.legs if part.leg < leg.leg)
    return (case.receiving, *before)


def hand_over(state: State, leg: int, movement: Literal["sent", "received"], officer: str, now: datetime) -> HandedOver:
    """Paper leaves or arrives. Refused before the e-dossier was transferred (RT-03), out of order, and twice."""
    held = state.legs.get(leg)
    if held is None:
        raise Refused("Hồ sơ điện tử chưa được chuyển nên chưa bàn giao được bản giấy.", article=TRANSFER, field="leg")
    if movement == "sent" and held.sent_at is not None:
        raise Refused("Đã ghi nhận giao hồ sơ giấy.", article=TRANSFER, field="movement")
    if movement == "received" and held.sent_at is None:
        raise Refused("Chưa ghi nhận giao hồ sơ giấy nên chưa nhận được.", article=TRANSFER, field="movement")
    if movement == "received" and held.received_at is not None:
        raise Refused("Đã ghi nhận nhận hồ sơ giấy.", article=TRANSFER, field="movement")
    return HandedOver(effective_at=now, recorded_at=now, leg=leg, movement=movement, officer=officer)


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
        raise Refused("Hồ sơ đã kết thúc giải quyết, không lấy ý kiến được nữa.", article=CONSULT)
    if asking not in {leg.agency for leg in state.legs.values()}:
        raise Refused("Chỉ cơ quan đang giữ hồ sơ mới được lấy ý kiến.", article=CONSULT, field="asking")
    if asked == asking:
        raise Refused("Cơ quan được hỏi phải khác cơ quan hỏi.", article=CONSULT, field="asked", status=422)
    if reply_by <= now:
        raise Refused("Thời hạn trả lời phải ở phía trước.", article=CONSULT, field="reply_by", status=422)
    if case.due_at is not None and now < case.due_at < reply_by:
        raise Refused("Thời hạn trả lời phải nằm trong thời hạn giải quyết hồ sơ.", article=CONSULT, field="reply_by", status=422)
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


def answer(state: State, number: int, officer: str, now: datetime, keep: Callable[[], VaultRef]) -> ConsultationAnswered:
    """The asked agency answers, once; a late answer counts too."""
    asked = consultation(state, number)
    if asked.answered_at is not None:
        raise Refused("Ý kiến này đã được trả lời.", article=CONSULT)
    return ConsultationAnswered(effective_at=now, recorded_at=now, consultation=number, asked=asked.asked, answer=keep(), officer=officer)


def consultation(state: State, number: int) -> Asked:
    """A consultation by its number; refused (404) when there is none."""
    if number not in state.consultations:
        raise Refused("Không có lần lấy ý kiến này.", article=CONSULT, field="consultation", status=404)
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
