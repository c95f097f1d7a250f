"""What the routes of ratings answer."""

from typing import TypedDict


class PunctualityLine(TypedDict):
    """One agency in one month (None: in all). `in_time_percent` is None where nothing was settled, with a `note`."""

    agency: str
    agency_name: str
    month: str | None
    early: int
    on_time: int
    late: int
    open: int
    open_late: int
    not_judged: int
    in_time_percent: float | None
    note: str | None


class Punctuality(TypedDict):
    """On time and late by agency and month; `data_time`: up to when facts were heard."""

    items: list[PunctualityLine]
    data_time: str | None
