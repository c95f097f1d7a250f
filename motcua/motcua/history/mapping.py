"""The mapping file: which activity of the log becomes which fact, and where its fields come from.

A field is written as a literal or with columns in braces: `"{org:resource}"`. Behind a bar stands what is done with the value:
`{case:deadline|time}` reads a moment, `{case:channel|channels}` looks it up in `[maps.channels]` (`"*"` there takes any other value).
`{@code}`, `{@dossier}`, `{@ordinal}`, `{@applicant}`, `{@term}` and `{@consultation}` are made for the case; `"@text"` and `"@file"` stand
for a text and a file that stay with the older system. Only columns that the mapping names leave the log.
"""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec

from contracts.fact import Fact, fact_types

FACTS: dict[str, type[Fact]] = {cls.__name__: cls for cls in fact_types().values() if ".dossier." in cls.TYPE}
HERE = Path(__file__).resolve().parent.parent / "mappings"
_PLACE = re.compile(r"\{([^{}|]+)(?:\|([^{}|]+))?\}")


class Columns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The log's columns for case, activity and time."""

    case: str
    activity: str
    time: str


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`log` names the log (its name and the case id make the dossier's id). `before` and `after`: facts that a case has only as
    attributes, with the moment each took place; one whose moment is empty is left out. `activities`: a fact's name, or several of
    which the first that is possible counts. `fields`: by fact. `code`: agency of the code, and the moment whose date it carries.
    """

    log: str
    columns: Columns
    code_agency: str
    code_time: str
    due_time: str
    activities: dict[str, str | list[str]]
    fields: dict[str, dict[str, Any]]
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    maps: dict[str, dict[str, str]] = {}
    zone: str = "+07:00"


class WrongMapping(ValueError):
    """The mapping file cannot be used."""


class Unmapped(ValueError):
    """A value of the log has no place in the mapping."""


def load(path: Path) -> Mapping:
    """Read a mapping file (a bare name means one that is shipped: `receipt`). Raises `WrongMapping`."""
    place = path if path.exists() or path.suffix else HERE / f"{path}.toml"
    try:
        mapping = msgspec.toml.decode(place.read_bytes(), type=Mapping)
    except (OSError, msgspec.DecodeError) as bad:
        raise WrongMapping(f"{path}: {bad}") from bad
    named = {*mapping.before, *mapping.after, *(name for activity in mapping.activities for name in facts_of(mapping, activity))}
    unknown = sorted(named - set(FACTS)) + sorted(set(mapping.fields) - set(FACTS))
    if unknown:
        raise WrongMapping(f"{path}: no such fact: {', '.join(unknown)} (known: {', '.join(sorted(FACTS))})")
    return mapping


def facts_of(mapping: Mapping, activity: str) -> list[str]:
    """The facts an activity may become, best first. Raises `Unmapped`."""
    found = mapping.activities.get(activity)
    if found is None:
        raise Unmapped(f"the activity {activity!r} is not in the mapping")
    return [found] if isinstance(found, str) else found


def filled(template: Any, values: dict[str, Any], mapping: Mapping) -> Any:
    """A template with its places filled. Raises `Unmapped`."""
    if isinstance(template, dict):
        return {key: filled(value, values, mapping) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, values, mapping) for value in template]
    if not isinstance(template, str):
        return template
    if template.startswith("@"):
        return _special(template, values)
    whole = _PLACE.fullmatch(template)
    if whole:
        return _place(whole, values, mapping)
    return _PLACE.sub(lambda place: str(_place(place, values, mapping)), template)


def _special(template: str, values: dict[str, Any]) -> Any:
    if template not in values:
        raise Unmapped(f"{template} is not known")
    return values[template]


def _place(place: "re.Match[str]", values: dict[str, Any], mapping: Mapping) -> Any:
    column, way = place[1], place[2]
    if column not in values:
        raise Unmapped(f"the column {column} is missing")
    value = values[column]
    if value == "":
        raise Unmapped(f"the column {column} is empty")
    if way is None:
        return value
    if way == "time":
        return moment(str(value), mapping.zone).isoformat()
    table = mapping.maps.get(way, {})
    if str(value) not in table and "*" not in table:
        raise Unmapped(f"{column} is {value!r}, which [maps.{way}] does not have")
    return table.get(str(value), table.get("*"))


def moment(text: str, zone: str) -> datetime:
    """A moment of the log; one without a zone is in the mapping's zone. Raises `Unmapped`."""
    try:
        read = datetime.fromisoformat(text)
        return read if read.tzinfo else read.replace(tzinfo=_zone(zone))
    except ValueError as bad:
        raise Unmapped(f"{text!r} is not a moment") from bad


def _zone(text: str) -> timezone:
    offset = datetime.strptime(text, "%z").utcoffset()
    return timezone(offset or timedelta())
