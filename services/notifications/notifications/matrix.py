"""The matrix of events, channels and texts, read from `matrix.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from notifications.domain import Channel


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On which channels an event is told, under which title and in which words."""

    channels: tuple[Channel, ...]
    title: str
    text: str


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """All events, and what stands around a text outside the applicant's own account."""

    salutation: str
    nameless: str
    signature: str
    events: dict[str, Entry]


@cache
def matrix() -> Matrix:
    """The packaged matrix."""
    return read((files("notifications") / "matrix.toml").read_text(encoding="utf-8"))


def read(text: str) -> Matrix:
    """A matrix from TOML. Raises `msgspec.ValidationError`."""
    raw = tomllib.loads(text)
    around = {key: value for key, value in raw.items() if isinstance(value, str)}
    events = {key: value for key, value in raw.items() if not isinstance(value, str)}
    return msgspec.convert({**around, "events": events}, Matrix)


def body(entry: Entry, values: Mapping[str, str]) -> str:
    """The words of an event, as the applicant's own account shows them: without personal data."""
    return entry.text.format_map(values)


def letter(texts: Matrix, entry: Entry, values: Mapping[str, str], name: str) -> str:
    """The same for SMS and e-mail: with salutation and signature."""
    greeting = texts.salutation.format(name=name) if name else texts.nameless
    return greeting + body(entry, values) + texts.signature.format_map(values)
