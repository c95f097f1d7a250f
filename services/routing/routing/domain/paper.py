"""When and by whom paper may move."""

from datetime import datetime
from typing import Literal

from contracts.dossier.parts import Leg
from contracts.refusal import Refused
from routing.domain.case import Case
from routing.domain.state import State
from routing.events import HandedOver

TRANSFER = "NĐ 118/2025/NĐ-CP Điều 18"
Movement = Literal["sent", "received"]


def paper_places(case: Case, leg: Leg, movement: Movement) -> tuple[str, ...]:
    """Where a movement of paper is recorded: on arrival the leg's agency; on leaving the one-stop, or who had it before."""
    if movement == "received":
        return (leg.agency,)
    before = () if case.process.mode == "parallel" else tuple(part.agency for part in case.process.legs if part.leg < leg.leg)
    return (case.receiving, *before)


def hand_over(state: State, leg: int, movement: Movement, officer: str, now: datetime) -> HandedOver:
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
