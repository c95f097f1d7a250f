"""Tables as services see them: a name, a row struct, a key. The SQL and the in-memory twin follow from these three."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from types import UnionType
from typing import Any, Generic, TypeVar, get_args, get_origin
from uuid import UUID

import msgspec

from contracts.decoding import decoder

R = TypeVar("R", bound=msgspec.Struct)
Key = tuple[Any, ...]

SQL_TYPES: dict[type, str] = {
    str: "text",
    int: "bigint",
    float: "double precision",
    bool: "boolean",
    bytes: "bytea",
    UUID: "uuid",
    datetime: "timestamptz",
    date: "date",
}


@dataclass(frozen=True)
class Column:
    """A column: its name, its PostgreSQL type, and the Python type of its values (`jsonb` holds anything else)."""

    name: str
    sql_type: str
    python_type: Any
    nullable: bool = False


@dataclass(frozen=True, eq=False)
class Table(Generic[R]):
    """A table of rows of `row`, found by `key`. Column names are the struct's field names. Declared once: it equals only itself."""

    name: str
    row: type[R]
    key: tuple[str, ...]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return tuple(_column(field.name, field.type) for field in msgspec.structs.fields(self.row))

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name. Raises `KeyError`."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def key_of(self, row: R) -> Key:
        found: Key = self._key(row)
        return found

    @cached_property
    def _key(self) -> Callable[[R], Any]:
        if len(self.key) > 1:
            return attrgetter(*self.key)
        only = attrgetter(*self.key)
        return lambda row: (only(row),)

    def to_values(self, row: R) -> tuple[Any, ...]:
        """The row as database values, in column order; `jsonb` columns become JSON text."""
        values = [getattr(row, name) for name in self.names]
        for place in self._decoders:
            if values[place] is not None:
                values[place] = msgspec.json.encode(values[place]).decode()
        return tuple(values)

    def from_values(self, values: Iterable[Any]) -> R:
        """The row that database values stand for, `jsonb` columns as JSON text."""
        found = list(values)
        for place, reads in self._decoders.items():
            if found[place] is not None:
                found[place] = reads.decode(found[place])
        return self.row(**dict(zip(self.names, found, strict=True)))

    @cached_property
    def _decoders(self) -> dict[int, msgspec.json.Decoder[Any]]:
        """The places of the `jsonb` columns, each with what reads it."""
        return {n: decoder(c.python_type) for n, c in enumerate(self.columns) if c.sql_type == "jsonb"}


def _column(name: str, annotation: Any) -> Column:
    python_type = _without_none(annotation)
    return Column(name, SQL_TYPES.get(_plain(python_type), "jsonb"), python_type, type(None) in get_args(annotation))


def _without_none(annotation: Any) -> Any:
    if isinstance(annotation, UnionType):
        rest = [part for part in get_args(annotation) if part is not type(None)]
        return rest[0] if len(rest) == 1 else annotation
    return annotation


def _plain(annotation: Any) -> Any:
    literals = get_args(annotation) if str(get_origin(annotation)) == "typing.Literal" else ()
    return type(literals[0]) if literals else annotation
