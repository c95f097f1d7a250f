"""Stopping and withdrawing: until the result is decided, always answered (Đ21)."""

from datetime import datetime
from typing import Literal

from contracts.fact import Fact, VaultRef
from contracts.refusal import Refused as Refusal
from intake.domain.dossier import Dossier, Phase
from intake.domain.elsewhere import Elsewhere
from intake.events import Closed, StopRequested

AMEND = "QĐ 06/2025/QĐ-CTUBND Điều 18 khoản 2"
ARTICLE = "NĐ 118/2025/NĐ-CP Điều 21"


def request_stop(
    dossier: Dossier, elsewhere: Elsewhere, *, wish: Literal["stop", "adjust"], reason: VaultRef | None, now: datetime
) -> list[Fact]:
    """Before reception intake answers itself, at once; afterwards the holder answers."""
    if dossier.phase in (Phase.REFUSED, Phase.CLOSED):
        raise Refusal("Hồ sơ đã kết thúc.", article=ARTICLE)
    if elsewhere.decided:
        raise Refusal("Kết quả đã được quyết định; không dừng được nữa.", article=ARTICLE)
    if dossier.received is None and wish == "adjust":
        raise Refusal("Hồ sơ chưa được tiếp nhận: sửa đổi trực tiếp, không cần đề nghị điều chỉnh.", article=AMEND, field="wish")
    if is_open(dossier, elsewhere):
        raise Refusal("Đã có yêu cầu dừng hoặc điều chỉnh đang chờ trả lời.", article=ARTICLE)
    asked = StopRequested(effective_at=now, recorded_at=now, wish=wish, reason=reason)
    if dossier.received is None and wish == "stop":
        return [asked, Closed(effective_at=now, recorded_at=now, cause="withdrawn")]
    return [asked]


def is_open(dossier: Dossier, elsewhere: Elsewhere) -> bool:
    """One request at a time, so that each gets exactly one answer, also before our own has come round on the bus."""
    if elsewhere.stop_answers is None:
        return elsewhere.stop_open
    return elsewhere.stop_open or dossier.stop_requests > elsewhere.stop_answers
