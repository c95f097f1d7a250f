"""A declared outage, and what may be entered afterwards from the paper book (DN18.1b, TQ11.3; exact readings 3.8 and 4.2)."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import ClassVar, Literal

import msgspec

from contracts.fact import BackEntry, VaultRef
from contracts.moment import Moment
from contracts.refusal import Law, Refused

CAUSE = "outage"
"""`BackEntry.cause` of what was entered from the paper book."""
AT = "back_entry.effective_at"
EVERYWHERE = "*"
"""The agency of an outage that struck the whole province."""
OutageCause = Literal["power", "network", "software", "hardware", "disaster", "other"]


class Outage(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="outage"):
    """When an agency (`*`: the province) had to work on paper: a record of `catalogue.v1`. `report` is the number of the incident report.

    `ended_at` is None while it lasts. The later record with the same code replaces the earlier, and can only add the end.
    """

    kind: ClassVar[str] = "outage"

    code: str
    agency: str
    began_at: Moment
    ended_at: Moment | None = None
    cause: OutageCause
    report: str
    declared_by: str
    declared_at: Moment
    ended_by: str | None = None

    @property
    def key(self) -> str:
        """The record's key on the topic."""
        return f"outage/{self.code}"

    @property
    def valid_from(self) -> date:
        """The day on which it began."""
        return self.began_at.date()

    @property
    def valid_to(self) -> date | None:
        """The day on which it ended."""
        return self.ended_at.date() if self.ended_at else None

    def of(self, agency: str) -> bool:
        """Whether it struck that agency, alone or with the whole province."""
        return self.agency in (agency, EVERYWHERE)

    def covers(self, agency: str, moment: datetime) -> bool:
        """Whether that agency worked on paper at that moment."""
        ended = self.ended_at is not None and moment > self.ended_at
        return self.of(agency) and self.began_at <= moment and not ended


def back_entry(
    effective_at: datetime,
    *,
    outages: Iterable[Outage],
    agency: str,
    reason: Callable[[], VaultRef],
    entered_by: str,
    approver: str,
    now: datetime,
    law: Law,
    not_before: datetime | None = None,
) -> BackEntry:
    """Permission to record a step with the paper's time. `agency` took the step; `not_before` is the dossier's last moment of law;
    `law` is what the dossier pins, or that of the day. `reason` puts the words into the vault, and is called only where it is given.

    Raises `Refused` for a time in the future, outside every declared outage of the agency (so before it began), before the step
    that it follows, and for an approver who is the one that enters.
    """
    if effective_at.utcoffset() is None:
        raise Refused("Thời điểm trên sổ giấy phải có múi giờ.", article=law.article("outage"), field=AT, status=422)
    if effective_at > now:
        raise Refused("Thời điểm trên sổ giấy ở tương lai.", article=law.article("outage"), field=AT, status=422)
    if not any(outage.covers(agency, effective_at) for outage in outages):
        why = "Thời điểm trên sổ giấy không nằm trong sự cố nào đã công bố của cơ quan này."
        raise Refused(why, article=law.article("outage"), field=AT, status=422)
    if not_before is not None and effective_at < not_before:
        raise Refused("Thời điểm trên sổ giấy trước bước liền trước của hồ sơ.", article=law.article("outage"), field=AT, status=422)
    if not approver or approver == entered_by:
        why = "Ghi bù phải có người thứ hai duyệt, không phải chính người nhập."
        raise Refused(why, article=law.article("outage"), field="back_entry.approver", status=422)
    return BackEntry(cause=CAUSE, reason=reason(), approver=approver)
