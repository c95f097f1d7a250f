"""What is wrong with a damaged body, told without a value that it holds: a damaged fact may carry somebody's words."""

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec

Kind = Literal["missing", "unknown", "stray", "zone", "moment", "date", "years", "shape"]
"""A field that is not there, is not known, or is not known and has a name that may be somebody's words; a time without its offset, none at
all, a day that is none, a time outside the years that count; anything else."""
YEARS = "Moment outside the years"
"""How this package begins to tell of a moment that no view could hold."""
_BEGINNINGS: dict[str, Kind] = {
    "Object contains unknown field": "stray",
    "Expected `datetime` with a timezone": "zone",
    "Invalid RFC3339 encoded datetime": "moment",
    "Invalid RFC3339 encoded date": "date",
    YEARS: "years",
}
_PLACE = re.compile(r" - at `\$([\w.\[\]]*)`$")
_ITEM = re.compile(r"\[(\d+)\]")
_NAMED: dict[Kind, re.Pattern[str]] = {
    "missing": re.compile(r"Object missing required field `(\w+)`"),
    "unknown": re.compile(r"Object contains unknown field `([a-z][a-z0-9_-]{0,39})`"),
}


class Damage(NamedTuple):
    """The field, as in `effective_at` or `files.0.digest` and empty for the whole body; and the kind of damage."""

    field: str
    kind: Kind


def damage_of(error: msgspec.ValidationError) -> Damage:
    """What a decoder found, without its words: they may hold the value."""
    told = str(error)
    place = _PLACE.search(told)
    inside = _ITEM.sub(r".\1", place[1]) if place else ""
    for kind, words in _NAMED.items():
        if named := words.match(told):
            return Damage(f"{inside}.{named[1]}".lstrip("."), kind)
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
