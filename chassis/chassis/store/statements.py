"""SQL from table declarations. Names come from declarations, values always travel as parameters."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Any, LiteralString

from chassis.store.session import Condition
from chassis.store.tables import Column, Key, R, Table


@dataclass(frozen=True)
class Statement:
    """SQL text and its parameters."""

    text: str
    params: list[Any]


def query(text: str) -> LiteralString:
    """Statements are put together from table declarations, never from input."""
    return text


def quoted(names: Sequence[str]) -> str:
    """Identifiers for a column list."""
    return ", ".join(f'"{name}"' for name in names)


def _arrays(columns: Sequence[Column]) -> str:
    """Binary: as text each element is searched for characters to escape, which costs more than everything else of a write together."""
    return ", ".join("%b::text[]::jsonb[]" if c.sql_type == "jsonb" else f"%b::{c.sql_type}[]" for c in columns)


def _columns_of(rows: Sequence[Sequence[Any]]) -> list[Any]:
    return [list(column) for column in zip(*rows, strict=True)]


def insert_rows(table: Table[R], rows: Sequence[R], *, new: bool) -> Statement:
    """Insert rows; unless they must be `new`, a row of the same key is replaced."""
    text = _insert(table, new, len(rows) == 1)
    values = [table.to_values(row) for row in rows]
    return Statement(text, list(values[0]) if len(values) == 1 else _columns_of(values))


@cache
def _insert(table: Table[Any], new: bool, one: bool) -> str:
    """Arrays carry many rows in one statement, but each is a text to write and to read: one row goes as plain values."""
    conflict = "" if new else f" ON CONFLICT ({quoted(table.key)}) DO {_replacement(table)}"
    plain = ", ".join(f"%s::{column.sql_type}" for column in table.columns)
    source = f"VALUES ({plain})" if one else f"SELECT * FROM unnest({_arrays(table.columns)})"
    return f'INSERT INTO "{table.name}" ({quoted(table.names)}) {source}{conflict} RETURNING 1'


def _replacement(table: Table[Any]) -> str:
    others = [name for name in table.names if name not in table.key]
    return "UPDATE SET " + ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in others) if others else "NOTHING"


def delete_rows(table: Table[Any], keys: Sequence[Key]) -> Statement:
    """Delete the rows of these keys."""
    return Statement(f'DELETE FROM "{table.name}" WHERE {_keyed(table, len(keys) == 1)} RETURNING 1', _keys(keys))


def select_rows(table: Table[Any], keys: Sequence[Key]) -> Statement:
    """The rows of these keys."""
    return Statement(f'SELECT {_selected(table)} FROM "{table.name}" WHERE {_keyed(table, len(keys) == 1)}', _keys(keys))


@cache
def _selected(table: Table[Any]) -> str:
    """All columns; JSON as text, which the declared type is read from."""
    return ", ".join(f'"{column.name}"::text' if column.sql_type == "jsonb" else f'"{column.name}"' for column in table.columns)


@cache
def _keyed(table: Table[Any], one: bool) -> str:
    columns = [table.column(name) for name in table.key]
    if one:
        return " AND ".join(f'"{column.name}" = %s::{column.sql_type}' for column in columns)
    return f"({quoted(table.key)}) IN (SELECT * FROM unnest({_arrays(columns)}))"


def _keys(keys: Sequence[Key]) -> list[Any]:
    return list(keys[0]) if len(keys) == 1 else _columns_of(keys)


def find_rows(
    table: Table[Any],
    where: Sequence[Condition],
    order: Sequence[str],
    after: Key | None,
    limit: int | None,
    claim: bool,
    *,
    columns: str | None = None,
) -> Statement:
    """Rows by condition, in order, behind a cursor."""
    clauses, params = _conditions(table, where)
    if after is not None:
        clause, values = _behind(table, order, after, _filled(where))
        clauses.append(clause)
        params += values
    text = f'SELECT {columns or _selected(table)} FROM "{table.name}"'
    text += f" WHERE {' AND '.join(clauses)}" if clauses else ""
    text += f" ORDER BY {', '.join(map(_direction, order))}" if order else ""
    if limit is not None:
        text += " LIMIT %s"
        params.append(limit)
    return Statement(text + (" FOR UPDATE SKIP LOCKED" if claim else ""), params)


def _conditions(table: Table[Any], where: Sequence[Condition]) -> tuple[list[str], list[Any]]:
    clauses: list[str] = []
    params: list[Any] = []
    for name, operator, value in where:
        sql_type = table.column(name).sql_type
        if operator in ("is null", "is not null"):
            clauses.append(f'"{name}" {operator.upper()}')
        elif operator == "in":
            clauses.append(f'"{name}" = ANY(%b::{sql_type}[])')
            params.append(list(value))
        else:
            clauses.append(f'"{name}" {operator.upper()} %s::{sql_type}')
            params.append(value)
    return clauses, params


def _filled(where: Sequence[Condition]) -> set[str]:
    """The columns in which, by these conditions, no NULL is left."""
    return {name for name, operator, _ in where if operator != "is null"}


def _behind(table: Table[Any], order: Sequence[str], after: Key, filled: Set[str]) -> tuple[str, list[Any]]:
    """What lies behind an order key; a row comparison where all columns go one way and are `filled`, for the sake of the index."""
    columns = [table.column(name.lstrip("-")) for name in order]
    falling = [name.startswith("-") for name in order]
    if len(set(falling)) == 1 and not any(column.nullable and column.name not in filled for column in columns):
        places = ", ".join(f"%s::{column.sql_type}" for column in columns)
        return f"({quoted([column.name for column in columns])}) {'<' if falling[0] else '>'} ({places})", list(after)
    clauses: list[str] = []
    params: list[Any] = []
    for n, column in enumerate(columns):
        same = [f'"{c.name}" IS NOT DISTINCT FROM %s::{c.sql_type}' for c in columns[:n]]
        beyond, values = _beyond(column, falling[n], after[n])
        clauses.append(" AND ".join([*same, beyond]))
        params += [*after[:n], *values]
    return f"({' OR '.join(clauses)})", params


def _beyond(column: Column, falling: bool, value: Any) -> tuple[str, list[Any]]:
    """NULL counts as greater than everything, as in ORDER BY."""
    if value is None:
        return (f'"{column.name}" IS NOT NULL', []) if falling else ("FALSE", [])
    if falling:
        return f'"{column.name}" < %s::{column.sql_type}', [value]
    return f'("{column.name}" > %s::{column.sql_type} OR "{column.name}" IS NULL)', [value]


def _direction(name: str) -> str:
    return f'"{name[1:]}" DESC NULLS FIRST' if name.startswith("-") else f'"{name}"'
