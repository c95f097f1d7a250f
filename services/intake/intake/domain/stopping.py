"""Stopping and withdrawing: until the result is decided, always answered (Đ21)."""

from datetime import datetime
from typing import Literal

from contracts.fact import Fact, VaultRef
from contracts.refusal import Refused as Refusal
from intake.domain.dossier import Dossier, Phase
from intake.domain.elsewhere import Elsewhere
from intake.events import Closed, StopRequested

ARTICLE = "NĐ 118/2025/NĐ-CP Điều 21"


def request_stop(
    dossier: Dossier, elsewhere: Elsewhere, *, wish: Literal["stop", "adjust"], reason: VaultRef | None, now: datetime
) -> list[Fact]:
    """Before reception intake answers itself, at once; afterwards the holder answers."""
    if dossier.phase in (Phase.REFUSED, Phase.CLOSED):
        raise Refusal("Hồ sơ đã kết thúc.", article=ARTICLE)
    if elsewhere.decided:
        raise Refusal("Kết quả đã được quyết định; không dừng được nữa.", article=ARTICLE)
    if elsewhere.stop_open or (dossier.stop_requested and dossier.received is None):
        raise Refusal("Đã có yêu cầu dừng đang chờ trả lời.", article=ARTICLE)
    asked = StopRequested(effective_at=now, recorded_at=now, wish=wish, reason=reason)
    if dossier.received is None and wish == "stop":
        return [asked, Closed(effective_at=now, recorded_at=now, cause="withdrawn")]
    return [asked]
