"""What the catalogue's routes answer, besides its records themselves."""

from typing import Literal, TypedDict

from contracts.calendar_version import Status


class Published(TypedDict):
    """The key of the record on `catalogue.v1`."""

    key: str


class ProcedureBrief(TypedDict):
    """A procedure in a list."""

    code: str
    official_code: bool
    version: int
    name: str
    field: str
    level_of_settlement: Literal["province", "commune"]
    settling: list[str]
    service_level: str
    channels: list[str]
    term: str
    term_online: str | None
    immediate: bool


class CalendarBrief(TypedDict):
    """A calendar version without its data."""

    code: str
    based_on: str
    document: str
    known_since: str
    drafted_by: str
    drafted_at: str
    change: str
    status: Status
    number: int
    decided_by: str | None
    decided_at: str | None


class Calendars(TypedDict):
    """Every drafted version; `newest` is the one in force."""

    newest: str
    items: list[CalendarBrief]
