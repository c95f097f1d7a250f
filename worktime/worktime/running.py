"""A clock that has not ended, as plain data: everything that counting it anew under another calendar needs."""

from datetime import datetime

import msgspec

from worktime.clock import due, due_at
from worktime.counting import Pause
from worktime.derivation import DueDate
from worktime.extension import Extension
from worktime.rules import rule_set
from worktime.working_calendar import Calendar


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """The term and all that moved its clock so far: the same words as `due` asks for, the rule set by name."""

    term: str
    start: datetime
    rule_set: str
    restart: datetime | None = None
    restart_asked_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    extension: Extension | None = None
    point: str = "term"

    def recount(self, calendar: Calendar) -> DueDate:
        """The due date under a calendar, with its derivation."""
        return due(
            self.term,
            self.start,
            calendar,
            rule_set(self.rule_set),
            pauses=self.pauses,
            restart=self.restart,
            restart_asked_at=self.restart_asked_at,
            extension=self.extension,
            point=self.point,
        )

    def dates(self, calendar: Calendar) -> tuple[datetime, datetime]:
        """The due moment alone, quickly, and the one as if there had been no extension."""
        if self.extension is not None:
            told = self.recount(calendar)
            return told.due_at, told.original_due_at
        until = rule_set(self.rule_set).settings.same_day_until
        plain = due_at(self.term, self.restart or self.start, calendar, self.pauses, same_day_until=until)
        return plain, plain
