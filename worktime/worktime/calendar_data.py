"""The shape of a calendar file: everything that can differ between agencies, and nothing computed."""

from datetime import date
from typing import Annotated, Any

import msgspec

DEFAULT_HALVES = ("07:00-11:30", "13:30-17:00")
DEFAULT_WEEK = (DEFAULT_HALVES,) * 5 + ((), ())

Words = Annotated[str, msgspec.Meta(pattern=r"\S")]
"""What a derivation says of a day: never blank."""


class Week(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A weekly pattern from a date on: seven tuples (Monday first) of half-days written `07:00-11:30`."""

    valid_from: date = date.min
    days: tuple[tuple[str, ...], ...] = DEFAULT_WEEK


class Holiday(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day off with its name and the text that gives it."""

    date: date
    name: Words
    source: str = ""


class Swap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A working day exchanged for a day of rest: `off` becomes free, `work` is worked with the hours of `off`."""

    off: date
    work: date
    source: str = ""


class MakeUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day of rest that is worked, with the hours of weekday `like` (0 = Monday)."""

    date: date
    like: Annotated[int, msgspec.Meta(ge=0, le=6)] = 0
    source: str = ""


class Closure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The office is shut (storm, half a day): the whole date, or only `hours` of it, written `13:30-17:00`."""

    date: date
    reason: Words
    hours: str | None = None
    source: str = ""


class Layer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one agency adds to its parent. An own entry for a date replaces the inherited one."""

    parent: str | None = None
    weeks: tuple[Week, ...] = ()
    opening: tuple[Week, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    swaps: tuple[Swap, ...] = ()
    make_ups: tuple[MakeUp, ...] = ()
    closures: tuple[Closure, ...] = ()


class OfficialYear(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A year whose table of days off has been announced, and by which text. Every other year is provisional."""

    year: int
    source: str


class WrongParent(ValueError):
    """An agency's entries build on those of another one that has none, or on their own."""


class CalendarData(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of the calendar: what the province knew since `known_since`, applying from `valid_from`."""

    version: str
    known_since: date
    valid_from: date = date.min
    official_years: tuple[OfficialYear, ...] = ()
    province: Layer = Layer()
    agencies: dict[str, Layer] = {}

    def layers(self, agency: str | None) -> tuple[Layer, ...]:
        """Province first, then each ancestor, then the agency. An unknown code inherits from its longest known prefix."""
        chain: list[Layer] = []
        seen: set[str] = set()
        code = self.known(agency)
        while code is not None:
            if code in seen:
                raise WrongParent(f"agency {code} is its own ancestor in calendar {self.version}")
            seen.add(code)
            layer = self.agencies[code]
            chain.append(layer)
            if layer.parent and self.known(layer.parent) is None and not code.startswith(f"{layer.parent}."):
                raise WrongParent(f"agency {code}: its parent {layer.parent} has no entries in calendar {self.version}, nor is it above it")
            code = self.known(layer.parent) if layer.parent else self.known(code.rpartition(".")[0])
        return (self.province, *reversed(chain))

    def known(self, code: str | None) -> str | None:
        """The agency code itself if it has entries, else its longest prefix that has; None for the province."""
        while code and code not in self.agencies:
            code = code.rpartition(".")[0]
        return code or None


_READS = msgspec.json.Decoder(CalendarData)
"""Made at import: msgspec (0.22) does not bear that two threads find out what a struct is at once."""


def read_calendar_data(data: dict[str, Any]) -> CalendarData:
    """A calendar from plain data (JSON shapes). A wrong field or type raises ValueError naming it."""
    try:
        return msgspec.convert(data, CalendarData)
    except msgspec.ValidationError as error:
        raise ValueError(f"calendar: {error}") from error
