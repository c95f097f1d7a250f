"""Open clocks as rows: enough to count each anew under another calendar without reading a single fact."""

from datetime import datetime
from uuid import UUID

import msgspec

from chassis.catalogue import Catalogue
from chassis.store import Table
from worktime import Calendar, Running


class OpenClock(msgspec.Struct, frozen=True, kw_only=True):
    """`clock` tells the clocks of one dossier apart; `agency` is whose calendar counts, `calendar` the version that is pinned.

    `checked`: the number of the last calendar change that it was looked at for. `original_due_at`: the date without the extension.
    `waiting_since`: the dossier waits for the applicant and cannot become late meanwhile. `stuck`: why it could not be counted.
    """

    dossier: UUID
    clock: str = ""
    agency: str
    calendar: str
    checked: int
    due_at: datetime
    original_due_at: datetime
    waiting_since: datetime | None = None
    running: Running
    stuck: str | None = None

    @property
    def late_extension(self) -> bool:
        """The slip came too late: lateness is judged against the date without the extension."""
        return self.running.extension is not None and self.running.extension.late_notice

    def moves_to(self, calendar: Calendar) -> tuple[datetime, datetime] | None:
        """Both dates under another calendar; None when neither one that binds has moved."""
        due_at, original = dates = self.running.dates(calendar)
        same = due_at == self.due_at and (original == self.original_due_at or not self.late_extension)
        return None if same else dates


OPEN_CLOCKS = Table("open_clock", OpenClock, ("dossier", "clock"))


def opened(
    catalogue: Catalogue,
    *,
    dossier: UUID,
    agency: str,
    calendar: str,
    due_at: datetime,
    running: Running,
    clock: str = "",
    waiting_since: datetime | None = None,
) -> OpenClock:
    """The row of a clock as its facts give it, to be checked for every calendar change after the one it is pinned to."""
    original = running.dates(catalogue.calendar(agency, calendar))[1] if running.extension else due_at
    return OpenClock(
        dossier=dossier,
        clock=clock,
        agency=agency,
        calendar=calendar,
        checked=catalogue.calendar_number(calendar),
        due_at=due_at,
        original_due_at=original,
        waiting_since=waiting_since,
        running=running,
    )
