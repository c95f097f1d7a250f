"""What helps an applicant and costs them nothing: guidance, and originals shown for comparison. No supplement, no clock."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from contracts.catalogue import Procedure
from contracts.fact import VaultRef
from contracts.refusal import Refused as Refusal
from intake.domain.dossier import Dossier, Phase
from intake.events import Guided, OriginalsAsked, OriginalsShown
from worktime import RuleSet

ENDED = (Phase.REFUSED, Phase.CLOSED)


def guide(means: Literal["counter", "phone", "online", "post"], *, words: VaultRef, officer: str, now: datetime) -> Guided:
    """The applicant was helped; at any time, also after the end (IN-15, IN-44)."""
    return Guided(effective_at=now, recorded_at=now, means=means, officer=officer, words=words)


def ask_originals(
    dossier: Dossier, components: Sequence[str], *, procedure: Procedure, rules: RuleSet, officer: str, now: datetime
) -> OriginalsAsked:
    """Ask to see originals of published components that the dossier has (IN-37)."""
    if dossier.phase in ENDED:
        raise Refusal("Hồ sơ đã kết thúc.", article=rules.article("originals"))
    known = {component.code for component in procedure.components}
    for number, code in enumerate(components):
        if code not in known:
            why = "Thành phần này không có trong phiên bản thủ tục của hồ sơ."
            raise Refusal(why, article=rules.article("published_only"), field=f"components.{number}", status=422)
    return OriginalsAsked(effective_at=now, recorded_at=now, components=tuple(dict.fromkeys(components)), officer=officer)


def show_originals(
    dossier: Dossier, components: Sequence[str], *, differ: Sequence[str], rules: RuleSet, officer: str, now: datetime
) -> OriginalsShown:
    """Tick what was compared, with officer and time (IN-37)."""
    for number, code in enumerate(components):
        if code not in dossier.originals_asked:
            why = "Chưa đề nghị xuất trình bản chính của thành phần này."
            raise Refusal(why, article=rules.article("originals"), field=f"components.{number}")
    if not set(differ) <= set(components):
        raise Refusal("Chỉ nêu sai khác của giấy tờ vừa đối chiếu.", article=rules.article("originals"), field="differ", status=422)
    return OriginalsShown(effective_at=now, recorded_at=now, components=tuple(components), officer=officer, differ=tuple(differ))
