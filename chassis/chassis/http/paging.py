"""Cursor pagination: a cursor is the order key of the last row, opaque to the caller."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from chassis.http.problem import ProblemError
from chassis.store import Table
from chassis.store.tables import Key


def cursor_of(row: msgspec.Struct, order: Sequence[str]) -> str:
    """The cursor that continues behind this row."""
    values = [getattr(row, name.lstrip("-")) for name in order]
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def key_from(cursor: str | None, table: Table[Any], order: Sequence[str]) -> Key | None:
    """The order key in a cursor. 422 when it is not one of ours."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(order):
            raise ValueError("length")
        return tuple(_typed(table, name, value) for name, value in zip(order, values, strict=True))
    except (ValueError, TypeError, RecursionError, binascii.Error) as bad:
        raise ProblemError(422, "Con trỏ trang không hợp lệ.", field="cursor") from bad


def _typed(table: Table[Any], name: str, value: Any) -> Any:
    column = table.column(name.lstrip("-"))
    if value is None and column.nullable:
        return None
    found = msgspec.convert(value, column.python_type)
    if isinstance(found, datetime) and found.tzinfo is None:
        raise ValueError(name)
    if (isinstance(found, int) and not -(2**63) <= found < 2**63) or (isinstance(found, str) and "\x00" in found):
        raise ValueError(name)
    return found


def page_of(rows: Sequence[Any], limit: int, order: Sequence[str]) -> dict[str, Any]:
    """A page of `limit` rows from `limit` + 1 that were read; `next` is absent on the last page."""
    page: dict[str, Any] = {"items": [msgspec.to_builtins(row) for row in rows[:limit]]}
    if len(rows) > limit:
        page["next"] = cursor_of(rows[limit - 1], order)
    return page
