"""What others said about a dossier, and the law that was pinned for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from contracts.dossier.parts import Deadline, PinnedProcess
from worktime import Calendar, DueDate, Extension, RuleSet, article_of


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What others said about a dossier. `due_at` is its current settlement date; `ended` once nothing is left to settle.

    `ended_legs`: which leg ended, and when; `pauses`: from, to, and why in Vietnamese; `owed`: obligations not yet paid, the first
    of them raised at `owed_since`. `restart_asked_at`: when the supplement that restarted the clock was asked for. `on_paper`:
    something came on paper. `supervising`: the one-stop of the competent agency, where another one received (Đ20.1). `extension`: the
    one extension, had in time, and `extended_legs` those whose date went with it.
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
    restart_asked_at: datetime | None = None
    pauses: tuple[tuple[datetime, datetime, str], ...] = ()
    ended: bool = False
    imported: bool = False
    on_paper: bool = False
    supervising: str | None = None
    extension: Extension | None = None
    extended_legs: tuple[int, ...] = ()

    def article(self, point: str) -> str:
        """The article of a point in the rule set that the dossier pins."""
        return article_of(self.rule_set, point)

    def has_ended(self, leg: int) -> bool:
        return any(leg == ended for ended, _ in self.ended_legs)

    def leads(self, leg: int) -> bool:
        return any(part.lead for part in self.process.legs if part.leg == leg)

    def sender(self, leg: int) -> str:
        """Who hands the paper of a leg over: the receiving one-stop, or in order the agency before."""
        before = [part for part in self.process.legs if part.leg < leg and self.process.mode != "parallel"]
        return max(before, key=lambda part: part.leg).agency if before else self.receiving

    def one_stops(self) -> tuple[str, ...]:
        """Whose heads are told when something is late: the receiving one-stop's, and the supervising one's."""
        return (self.receiving,) if self.supervising is None else (self.receiving, self.supervising)

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


class LawOf(Protocol):
    """The pinned law with an agency's calendar: in a version that is named, else in the one that the dossier pins."""

    def __call__(self, agency: str, version: str | None = None) -> Law: ...
