"""SQL from table declarations. Names come from declarations, values always travel as parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis.store.session import Condition
from chassis.store.tables import Column, Key, R, Table


@dataclass(frozen=True)
class Statement:
    """SQL text and its parameters."""

    text: str
    params: list[Any]


def quoted(names: Sequence[str]) -> str:
    """Identifiers for a column list."""
    return ", ".join(f'"{name}"' for name in names)


def _arrays(columns: Sequence[Column]) -> str:
    return ", ".join("%s::text[]::jsonb[]" if c.sql_type == "jsonb" else f"%s::{c.sql_type}[]" for c in columns)


def _columns_of(rows: Sequence[Sequence[Any]]) -> list[Any]:
    return [list(column) for column in zip(*rows, strict=True)]


def insert_rows(table: Table[R], rows: Sequence[R], *, new: bool) -> Statement:
    """Insert rows; unless they must be `new`, a row of the same key is replaced."""
    conflict = "" if new else f" ON CONFLICT ({quoted(table.key)}) DO {_replacement(table)}"
    text = f'INSERT INTO "{table.name}" ({quoted(table.names)}) SELECT * FROM unnest({_arrays(table.columns)}){conflict} RETURNING 1'
    return Statement(text, _columns_of([table.to_values(row) for row in rows]))


def _replacement(table: Table[Any]) -> str:
    others = [name for name in table.names if name not in table.key]
    return "UPDATE SET " + ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in others) if others else "NOTHING"


def delete_rows(table: Table[Any], keys: Sequence[Key]) -> Statement:
    """Delete the rows of these keys."""
    columns = [table.column(name) for name in table.key]
    text = f'DELETE FROM "{table.name}" WHERE ({quoted(table.key)}) IN (SELECT * FROM unnest({_arrays(columns)})) RETURNING 1'
    return Statement(text, _columns_of(keys))


def select_rows(table: Table[Any], keys: Sequence[Key]) -> Statement:
    """The rows of these keys."""
    columns = [table.column(name) for name in table.key]
    text = f'SELECT {quoted(table.names)} FROM "{table.name}" WHERE ({quoted(table.key)}) IN (SELECT * FROM unnest({_arrays(columns)}))'
    return Statement(text, _columns_of(keys))


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
        clauses.append(_behind(order))
        params += list(after)
    text = f'SELECT {columns or quoted(table.names)} FROM "{table.name}"'
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
            clauses.append(f'"{name}" = ANY(%s::{sql_type}[])')
            params.append(list(value))
        else:
            clauses.append(f'"{name}" {operator.upper()} %s::{sql_type}')
            params.append(value)
    return clauses, params


def _behind(order: Sequence[str]) -> str:
    comparison = "<" if order and order[0].startswith("-") else ">"
    names = quoted([name.lstrip("-") for name in order])
    return f"({names}) {comparison} ({', '.join(['%s'] * len(order))})"


def _direction(name: str) -> str:
    return f'"{name[1:]}" DESC NULLS FIRST' if name.startswith("-") else f'"{name}"'
