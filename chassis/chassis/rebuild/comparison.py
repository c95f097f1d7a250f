"""Whether two copies of a table hold the same rows: a count and a sum of the rows' digests, then key by key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

EXAMPLES = 10


@dataclass(frozen=True)
class TableComparison:
    """Rows here and there, how many keys differ, and the first of them as text."""

    table: str
    rows: int
    rebuilt: int
    differing: int = 0
    examples: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        return self.differing == 0


def digest(conn: psycopg.Connection[Any], schema: str, table: str) -> tuple[int, str]:
    """How many rows, and a digest that does not depend on their order."""
    text = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t"
    row = conn.execute(sql.SQL(text).format(sql.Identifier(schema, table))).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])


def compare(
    before: psycopg.Connection[Any], schema: str, after: psycopg.Connection[Any], other: str, table: str, key: Sequence[str]
) -> TableComparison:
    """Compare a table of two schemas, each read through its own connection (and so at its own moment)."""
    here, there = digest(before, schema, table), digest(after, other, table)
    if here == there:
        return TableComparison(table, here[0], there[0])
    with before.transaction(), after.transaction():
        keys = list(_differing(_keyed(before, schema, table, key), _keyed(after, other, table, key)))
    return TableComparison(table, here[0], there[0], len(keys), tuple(keys[:EXAMPLES]))


def _keyed(conn: psycopg.Connection[Any], schema: str, table: str, key: Sequence[str]) -> Iterator[tuple[str, int]]:
    name = sql.SQL("concat_ws(' ', {})").format(sql.SQL(", ").join(sql.SQL("t.{}::text").format(sql.Identifier(part)) for part in key))
    text = sql.SQL('SELECT {} COLLATE "C", hashtextextended(t::text, 0) FROM {} t ORDER BY 1')
    with conn.cursor(name=f"compared_{schema}_{table}") as cursor:
        cursor.itersize = 10_000
        cursor.execute(text.format(name, sql.Identifier(schema, table)))
        yield from cursor


def _differing(here: Iterator[tuple[str, int]], there: Iterator[tuple[str, int]]) -> Iterator[str]:
    """Keys that only one side has, or whose rows differ; both sides come in the order of their keys."""
    left, right = next(here, None), next(there, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0].encode() < right[0].encode()):
            assert left is not None
            yield left[0]
            left = next(here, None)
        elif left is None or right[0].encode() < left[0].encode():
            yield right[0]
            right = next(there, None)
        else:
            if left[1] != right[1]:
                yield left[0]
            left, right = next(here, None), next(there, None)


__all__ = ["TableComparison", "compare", "digest"]
