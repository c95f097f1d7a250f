"""The mapping file: which activity of the log becomes which fact, and where its fields come from.

A field is written as a literal or with columns in braces: `"{org:resource}"`. Behind a bar stands what is done with the value:
`{case:deadline|time}` reads a moment, `{case:channel|channels}` looks it up in `[maps.channels]` (`"*"` there takes any other value).
`{org:resource|pseudonym}` stands for a person: the same text always gives the same opaque id, made with the mapping's `pseudonym_key`.
`{@code}`, `{@dossier}`, `{@ordinal}`, `{@applicant}`, `{@term}` and `{@consultation}` are made for the case; `"@text"` and `"@file"` stand
for a text and a file that stay with the older system. Only columns that the mapping names leave the log.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from contracts.dossier.intake import CodeVoided
from contracts.fact import Fact, fact_types
from contracts.moment import FIRST_YEAR, LAST_YEAR, countable
from motcua.history.fields import wrong_fields

FACTS: dict[str, type[Fact]] = {cls.__name__: cls for cls in fact_types().values() if ".dossier." in cls.TYPE}
IMPORTABLE = {name: cls for name, cls in FACTS.items() if cls is not CodeVoided}
HERE = Path(__file__).resolve().parent.parent / "mappings"
PSEUDONYM = "|pseudonym}"
SHORTEST_KEY = 16
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_PLACE = re.compile(r"\{([^{}|]+)(?:\|([^{}|]+))?\}")


class Columns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The log's columns for case, activity and time."""

    case: str
    activity: str
    time: str


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`log` names the log (its name and the case id make the dossier's id). `before` and `after`: facts that a case has only as
    attributes, with the moment each took place; one whose moment is empty is left out. `activities`: a fact's name, or several of
    which the first that is possible counts. `fields`: by fact. `code_agency`: whose id the code carries; its date is that of `Received`.
    `pseudonym_key`: a secret of at least 16 characters that stays with whoever imports.
    """

    log: str
    columns: Columns
    code_agency: str
    due_time: str
    activities: dict[str, str | list[str]]
    fields: dict[str, dict[str, Any]]
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    maps: dict[str, dict[str, str]] = {}
    zone: str = "+07:00"
    pseudonym_key: str = ""


class WrongMapping(ValueError):
    """The mapping file cannot be used."""


class Unmapped(ValueError):
    """A value of the log has no place in the mapping."""


def shipped() -> list[str]:
    """The names of the mappings that come with the command."""
    return sorted(file.stem for file in HERE.glob("*.toml"))


def load(path: Path) -> Mapping:
    """Read a mapping file (a bare name means one that is shipped: `receipt`). Raises `WrongMapping`."""
    place = path if path.exists() or path.suffix else HERE / f"{path}.toml"
    if not place.exists():
        raise WrongMapping(f"{path}: no such file, and no mapping of that name is shipped (shipped: {', '.join(shipped())})")
    try:
        mapping = msgspec.toml.decode(place.read_bytes(), type=Mapping)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as bad:
        raise WrongMapping(f"{path}: {bad}") from bad
    named = {*mapping.before, *mapping.after, *(name for activity in mapping.activities for name in facts_of(mapping, activity))}
    unknown = sorted(named - set(IMPORTABLE)) + sorted(set(mapping.fields) - set(IMPORTABLE))
    if unknown:
        raise WrongMapping(f"{path}: no such fact: {', '.join(unknown)} (known: {', '.join(sorted(IMPORTABLE))})")
    wrong = [line for name in sorted(named) for line in wrong_fields(name, FACTS[name], mapping.fields.get(name, {}))]
    try:
        _zone(mapping.zone)
    except WrongMapping as unknown:
        wrong.append(str(unknown))
    if PSEUDONYM in repr(mapping.fields) and len(mapping.pseudonym_key) < SHORTEST_KEY:
        wrong.append(f"pseudonym_key: {PSEUDONYM[1:-1]} needs a secret of at least {SHORTEST_KEY} characters")
    if wrong:
        raise WrongMapping("\n  ".join([f"{path}:", *wrong]))
    return mapping


def facts_of(mapping: Mapping, activity: str) -> list[str]:
    """The facts an activity may become, best first. Raises `Unmapped`."""
    found = mapping.activities.get(activity)
    if found is None:
        raise Unmapped("its activity is not in the mapping")  # without the text, which may hold anything
    return [found] if isinstance(found, str) else found


OF_RECEPTION = frozenset({"@code", "@term"})


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
    if column in OF_RECEPTION and column not in values:
        raise Unmapped("it needs the case's reception, which is missing or cannot be mapped")
    if column not in values:
        raise Unmapped(f"the column {column} is missing")
    value = values[column]
    if value == "":
        raise Unmapped(f"the column {column} is empty")
    if way is None:
        return value
    if way == "pseudonym":
        return pseudonym(str(value), mapping)
    if way == "time":
        return moment(str(value), mapping.zone, column).isoformat()
    table = mapping.maps.get(way, {})
    if str(value) not in table and "*" not in table:
        raise Unmapped(f"{column} has a value that [maps.{way}] does not have")
    return table.get(str(value), table.get("*"))


def pseudonym(text: str, mapping: Mapping) -> str:
    """An opaque id that is the same for the same text; letters alone, so that it looks like nobody's number."""
    mark = hmac.new(mapping.pseudonym_key.encode(), text.encode(), hashlib.sha256).hexdigest()[:20]
    return "p-" + mark.translate(_LETTERS)


def moment(text: str, zone: str, where: str) -> datetime:
    """A moment of the log, which stands in that column or template; one without a zone is in the mapping's zone.

    In UTC where the zone's offset of then had seconds, which no fact carries. Raises `Unmapped`, without the text: it may be a name.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise Unmapped(f"{where} is not a moment") from None
    placed = read if read.tzinfo else read.replace(tzinfo=_zone(zone))
    if not countable(placed):
        raise Unmapped(f"{where} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return placed.astimezone(UTC) if (placed.utcoffset() or timedelta()) % timedelta(minutes=1) else placed


@cache
def _zone(text: str) -> tzinfo:
    """An offset (`+01:00`), or a time zone's name (`Europe/Amsterdam`). Anything else: `WrongMapping`."""
    try:
        if text[:1] in "+-Z":
            return timezone(datetime.strptime(text, "%z").utcoffset() or timedelta())
        return ZoneInfo(text)
    except (ValueError, KeyError, OSError) as unknown:
        raise WrongMapping(f"zone: {text!r} is neither an offset such as +07:00 nor the name of a time zone") from unknown
