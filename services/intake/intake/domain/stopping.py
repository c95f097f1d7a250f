"""Stopping and withdrawing: until the result is issued, always answered (Đ21)."""

from datetime import datetime
from typing import Literal

from contracts.fact import Fact, VaultRef
from contracts.refusal import Refused as Refusal
from intake.domain.dossier import Dossier, Phase
from intake.domain.elsewhere import Elsewhere
from intake.events import Closed, StopRequested
from worktime import RuleSet


def request_stop(
    dossier: Dossier, elsewhere: Elsewhere, *, wish: Literal["stop", "adjust"], reason: VaultRef | None, rules: RuleSet, now: datetime
) -> list[Fact]:
    """Before reception intake answers itself, at once; afterwards the holder answers, and results once it has decided."""
    if dossier.phase in (Phase.REFUSED, Phase.CLOSED):
        raise Refusal("Hồ sơ đã kết thúc.", article=rules.article("stop"))
    if elsewhere.stopped:
        raise Refusal("Hồ sơ đã dừng giải quyết theo yêu cầu trước đó.", article=rules.article("stop"))
    if elsewhere.issued:
        raise Refusal("Kết quả đã phát hành; không dừng được nữa.", article=rules.article("stop"))
    if dossier.received is None and wish == "adjust":
        raise Refusal(
            "Hồ sơ chưa được tiếp nhận: sửa đổi trực tiếp, không cần đề nghị điều chỉnh.", article=rules.article("amend"), field="wish"
        )
    if is_open(dossier, elsewhere):
        raise Refusal("Đã có yêu cầu dừng hoặc điều chỉnh đang chờ trả lời.", article=rules.article("stop"))
    asked = StopRequested(effective_at=now, recorded_at=now, wish=wish, reason=reason)
    if dossier.received is None and wish == "stop":
        return [asked, Closed(effective_at=now, recorded_at=now, cause="withdrawn")]
    return [asked]


def is_open(dossier: Dossier, elsewhere: Elsewhere) -> bool:
    """One request at a time, so that each gets exactly one answer, also before our own has come round on the bus."""
    if elsewhere.stop_answers is None:
        return elsewhere.stop_open
    return elsewhere.stop_open or dossier.stop_requests > elsewhere.stop_answers
