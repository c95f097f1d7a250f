"""What is wrong with a damaged body, told without a value that it holds: a damaged fact may carry somebody's words."""

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec

Kind = Literal["missing", "zone", "moment", "years", "shape"]
"""A field that is not there, a time without its offset, no time at all, a time outside the years that can be counted; or anything else."""
YEARS = "Moment outside the years"
"""How this package begins to tell of a moment that no view could hold."""
_BEGINNINGS: dict[str, Kind] = {"Expected `datetime` with a timezone": "zone", "Invalid RFC3339": "moment", YEARS: "years"}
_PLACE = re.compile(r" - at `\$([\w.\[\]]*)`$")
_ITEM = re.compile(r"\[(\d+)\]")
_MISSING = re.compile(r"Object missing required field `(\w+)`")


class Damage(NamedTuple):
    """The field, as in `effective_at` or `files.0.digest` and empty for the whole body; and the kind of damage."""

    field: str
    kind: Kind


def damage_of(error: msgspec.ValidationError) -> Damage:
    """What a decoder found, without its words: they may hold the value."""
    told = str(error)
    place = _PLACE.search(told)
    inside = _ITEM.sub(r".\1", place[1]) if place else ""
    if missing := _MISSING.match(told):
        return Damage(f"{inside}.{missing[1]}".lstrip("."), "missing")
    kinds = (kind for beginning, kind in _BEGINNINGS.items() if told.startswith(beginning))
    return Damage(inside.lstrip("."), next(kinds, "shape"))


def leaves(value: Any, field: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside a structure of builtins that holds no other, with its field as `Damage` names it."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, f"{field}.{name}" if field else str(name))
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from leaves(part, f"{field}.{number}")
    else:
        yield field, value
