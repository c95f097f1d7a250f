"""Terms (thời hạn): how long a procedure may take, in the unit the law counts it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Unit = Literal["wh", "wd", "d", "same-day"]

_SHAPE = re.compile(r"([1-9]\d{0,4})(wh|wd|d)")
_WORDS: dict[str, str] = {"wh": "giờ làm việc", "wd": "ngày làm việc", "d": "ngày"}
_UNITS: dict[str, Unit] = {"wh": "wh", "wd": "wd", "d": "d"}


@dataclass(frozen=True, slots=True)
class Term:
    """`amount` working hours (wh), working days (wd) or calendar days (d), or one same day. `str` writes what `parse` reads."""

    unit: Unit
    amount: int = 1

    @staticmethod
    def parse(text: str) -> "Term":
        """`8wh`, `15wd`, `15d`, `same-day`. Anything else, zero included, raises ValueError."""
        return _parse(text)

    def __str__(self) -> str:
        return "same-day" if self.unit == "same-day" else f"{self.amount}{self.unit}"

    def say(self) -> str:
        """In Vietnamese: `15 ngày làm việc`."""
        return "trong ngày" if self.unit == "same-day" else say_units(self.amount, self.unit)


def say_units(amount: int, unit: Unit) -> str:
    """`amount` of a unit in Vietnamese, at least two digits as the law writes it: `03 ngày làm việc`."""
    return f"{amount:02} {_WORDS.get(unit, 'ngày làm việc')}"


@lru_cache(maxsize=1024)
def _parse(text: str) -> Term:
    if text == "same-day":
        return Term("same-day")
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a term (8wh, 15wd, 15d, same-day): {text!r}")
    return Term(_UNITS[match[2]], int(match[1]))


def term_of(term: Term | str) -> Term:
    """A term, read if it comes as text."""
    return _parse(term) if isinstance(term, str) else term


@dataclass(frozen=True, slots=True)
class TermByChannel:
    """A procedure's term, which may be another (shorter) one for dossiers filed online (DNG Annex IV)."""

    standard: Term
    online: Term | None = None

    def of(self, channel: str) -> Term:
        """The term for `counter`, `online`, `post` or `agent`."""
        return self.online if channel == "online" and self.online is not None else self.standard
