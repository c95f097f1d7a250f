"""When and by whom paper may move."""

from datetime import datetime, timedelta
from typing import Literal

from contracts.dossier.parts import Deadline, Leg
from contracts.refusal import Refused
from routing.domain.case import Case, Law
from routing.domain.state import State
from routing.events import HandedOver, HandoverLate
from worktime import due, handover_due

Movement = Literal["sent", "received"]


def limit(case: Case, leg: int, law: Law, *, other_level: bool) -> Deadline | None:
    """By when the paper of a leg has to leave: the same day or the next working morning (Đ18.2), to another level within one
    working day (Đ20.1a). None where nothing came on paper, or the rule set has no such limit. `law`: of the agency that sends."""
    settings, start = law.rules.settings, case.started_at(leg)
    if not case.on_paper:
        return None
    if other_level and settings.paper_other_level is not None:
        return law.told(due(settings.paper_other_level, start, law.calendar, law.rules, point="paper_other_level"))
    return law.told(handover_due(start, law.calendar, law.rules)) if settings.paper_until is not None else None


def late_from(due_at: datetime) -> datetime:
    """The first moment at which paper that has not left is late, by the minute."""
    return due_at.replace(second=0, microsecond=0) + timedelta(minutes=1)


def late(case: Case, state: State, leg: int, now: datetime) -> HandoverLate | None:
    """The one notice that paper did not leave in time (RT-01); None when it left, when it was told, when the leg has ended."""
    held = state.legs.get(leg)
    if held is None or held.paper is None or held.sent_at is not None or held.told:
        return None
    if case.ended or case.has_ended(leg) or now < late_from(held.paper.due_at):
        return None
    return HandoverLate(effective_at=now, recorded_at=now, leg=leg, agency=case.sender(leg), due_at=held.paper.due_at)


def paper_places(case: Case, leg: Leg, movement: Movement) -> tuple[str, ...]:
    """Where a movement of paper is recorded: on arrival the leg's agency; on leaving whoever has it (Đ20.2)."""
    return (leg.agency,) if movement == "received" else (case.sender(leg.leg),)


def hand_over(case: Case, state: State, leg: int, movement: Movement, officer: str, now: datetime) -> HandedOver:
    """Paper leaves or arrives. Refused before the e-dossier was transferred (RT-03), out of order, and twice."""
    held = state.legs.get(leg)
    if held is None:
        raise Refused("Hồ sơ điện tử chưa được chuyển nên chưa bàn giao được bản giấy.", article=case.article("transfer"), field="leg")
    if movement == "sent" and held.sent_at is not None:
        raise Refused("Đã ghi nhận giao hồ sơ giấy.", article=case.article("transfer"), field="movement")
    if movement == "received" and held.sent_at is None:
        raise Refused("Chưa ghi nhận giao hồ sơ giấy nên chưa nhận được.", article=case.article("transfer"), field="movement")
    if movement == "received" and held.received_at is not None:
        raise Refused("Đã ghi nhận nhận hồ sơ giấy.", article=case.article("transfer"), field="movement")
    return HandedOver(effective_at=now, recorded_at=now, leg=leg, movement=movement, officer=officer)
