"""A version of the working calendar: drafted by one person, previewed, approved by another, never edited afterwards."""

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

import msgspec

from contracts.moment import Moment

Status = Literal["draft", "approved", "withdrawn"]


class CalendarVersion(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="calendar"):
    """A record of `catalogue.v1` under `calendar/<code>`. `code` is the name that every derivation cites, `based_on` the version it was
    drawn from, `document` the number of the paper that orders it, `data` the whole calendar in the shape of `worktime.CalendarData`.

    `number` counts approved changes from 1; a draft has 0. `change` correlates every fact that the approval leads to. Under one code
    only `status`, `number` and who decided it when ever change.
    """

    kind: ClassVar[str] = "calendar"

    code: str
    based_on: str
    document: str
    known_since: date
    data: dict[str, Any]
    drafted_by: str
    drafted_at: Moment
    change: UUID
    status: Status = "draft"
    number: int = 0
    decided_by: str | None = None
    decided_at: Moment | None = None

    @property
    def key(self) -> str:
        """The record's key on the topic."""
        return f"calendar/{self.code}"

    @property
    def version(self) -> int:
        """The number of the change, by which every copy finds the newest approved version."""
        return self.number

    @property
    def valid_from(self) -> date:
        """The day since which it was known."""
        return self.known_since

    @property
    def valid_to(self) -> date | None:
        """None: it holds until the next one is approved."""
        return None
