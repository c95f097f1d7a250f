"""A unit of work on PostgreSQL: its reads, and one round trip that writes rows and facts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, cast
from uuid import UUID

import psycopg
from psycopg.errors import DiskFull, UniqueViolation
from psycopg_pool import PoolTimeout

from chassis.errors import Duplicate, Fenced, Full, Retry, VersionConflict
from chassis.store.fact_rows import FACT_COLUMNS, append_facts, recorded_fact
from chassis.store.recorded import FactLog, Recorded, StoredFact
from chassis.store.session import Changes, Condition, Span
from chassis.store.statements import Statement, delete_rows, find_rows, insert_rows, query, quoted, select_rows
from chassis.store.tables import Key, R, Table
from chassis.store.together import Together

ADVANCE = """
WITH span AS (
  SELECT * FROM unnest(%s::text[], %s::integer[], %s::bigint[], %s::bigint[], %s::text[], %s::boolean[])
    AS s (topic, partition, first, next, proof, compacted)
), moved AS (
  UPDATE inbox_position AS p SET next_offset = s.next, proof = s.proof FROM span AS s
  WHERE p.topic = s.topic AND p.partition = s.partition AND (p.next_offset = s.first OR s.compacted AND p.next_offset < s.first)
  RETURNING p.topic, p.partition
), begun AS (
  INSERT INTO inbox_position (topic, partition, next_offset, proof) SELECT s.topic, s.partition, s.next, s.proof FROM span AS s
  WHERE (s.first = 0 OR s.compacted)
    AND NOT EXISTS (SELECT FROM inbox_position AS p WHERE p.topic = s.topic AND p.partition = s.partition)
  ON CONFLICT DO NOTHING RETURNING topic, partition
)
SELECT topic, partition FROM moved UNION ALL SELECT topic, partition FROM begun
"""
"""Moves all positions of a batch at once; what does not come back stands elsewhere, or another owner was faster."""
AWAY = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)


def retry_of(away: Exception) -> Retry:
    """What to tell of a database that is away, or that has no room to write."""
    return (Full if isinstance(away, DiskFull) else Retry)(f"database: {type(away).__name__}")


class PostgresSession:
    """One transaction at most: a lone write goes out in autocommit, anything more opens a transaction first.

    It takes a connection when it first needs one: what others write for it needs none.
    """

    def __init__(self, log: FactLog, together: Together, connect: Callable[[], psycopg.Connection[Any]]) -> None:
        self._log = log
        self._together = together
        self._connect = connect
        self._open = False

    @cached_property
    def _conn(self) -> psycopg.Connection[Any]:
        return self._connect()

    def _begin(self) -> None:
        if not self._open:
            self._conn.execute("BEGIN")
            self._open = True

    # reads
    def history(self, subjects: Sequence[UUID]) -> dict[UUID, list[Recorded]]:
        rows = self._conn.execute(
            query(f"SELECT {FACT_COLUMNS} FROM facts WHERE originator_id = ANY(%b::uuid[]) ORDER BY originator_id, originator_version"),
            (list(subjects),),
            binary=True,
        ).fetchall()
        histories: dict[UUID, list[Recorded]] = {subject: [] for subject in subjects}
        for row in rows:
            histories[row[0]].append(recorded_fact(row))
        return histories

    def versions(self, subjects: Sequence[UUID]) -> dict[UUID, int]:
        found = self._conn.execute(
            "SELECT originator_id, max(originator_version) FROM facts WHERE originator_id = ANY(%b::uuid[]) GROUP BY 1", (list(subjects),)
        ).fetchall()
        return dict.fromkeys(subjects, 0) | {subject: int(version) for subject, version in found}

    def rows(self, table: Table[R], keys: Sequence[Key]) -> list[R]:
        return self._select(table, select_rows(table, keys)) if keys else []

    def find(
        self,
        table: Table[R],
        where: Sequence[Condition] = (),
        order: Sequence[str] = (),
        after: Key | None = None,
        limit: int | None = None,
        claim: bool = False,
    ) -> list[R]:
        if claim:
            self._begin()
        return self._select(table, find_rows(table, where, order, after, limit, claim))

    def hold(self, table: Table[R], keys: Sequence[Key]) -> list[R]:
        if not keys:
            return []
        self._begin()
        statement = select_rows(table, keys)  # in one order, so that two who hold the same rows do not wait for each other
        return self._select(table, Statement(f"{statement.text} ORDER BY {quoted(table.key)} FOR UPDATE", statement.params))

    def count(self, table: Table[R], where: Sequence[Condition] = ()) -> int:
        statement = find_rows(table, where, (), None, None, False, columns="count(*)")
        row = self._conn.execute(query(statement.text), statement.params).fetchone()
        return int(row[0]) if row else 0

    def tally(self, table: Table[R], by: Sequence[str], where: Sequence[Condition] = ()) -> dict[Key, int]:
        names = quoted([table.column(name).name for name in by])
        statement = find_rows(table, where, (), None, None, False, columns=f"{names}, count(*)")
        rows = self._conn.execute(query(f"{statement.text} GROUP BY {names}"), statement.params).fetchall()
        return {tuple(row[:-1]): int(row[-1]) for row in rows}

    def _select(self, table: Table[R], statement: Statement) -> list[R]:
        return [table.from_values(values) for values in self._conn.execute(query(statement.text), statement.params, binary=True).fetchall()]

    # writes
    def ordinal(self, series: str) -> int:
        return self._counted(series, 1)

    def last_ordinal(self, series: str) -> int:
        return self._counted(series, 0)

    def _counted(self, series: str, more: int) -> int:
        """So many further in a series, which is this session's until it ends."""
        self._begin()
        row = self._conn.execute(
            "INSERT INTO ordinal AS o (series, last) VALUES (%s, %s)"
            " ON CONFLICT (series) DO UPDATE SET last = o.last + EXCLUDED.last RETURNING last",
            (series, more),
        ).fetchone()
        assert row is not None
        return int(row[0])

    def advance(self, spans: Iterable[Span]) -> None:
        self._begin()
        wanted = list(spans)
        columns = [[getattr(span, name) for span in wanted] for name in ("topic", "partition", "first", "next", "proof", "compacted")]
        moved = set(self._conn.execute(ADVANCE, columns).fetchall())
        for span in wanted:
            if (span.topic, span.partition) not in moved:
                raise Fenced(f"{span.topic}/{span.partition} does not stand at {span.first}")

    def flush(self, changes: Changes) -> None:
        self._begin()
        self._write(changes)

    def commit(self, changes: Changes | None = None) -> None:
        if changes and changes.together and not self._open:
            self._together.write(changes, self._write)
        elif changes:
            self._write(changes)
        if self._open:
            self._open = False
            self._conn.execute("COMMIT")

    def _write(self, changes: Changes) -> None:
        if changes.facts:
            self._log.events.put(cast(Any, changes.facts), session=self, changes=changes)
        else:
            self.execute((), changes)

    def execute(self, stored: Sequence[StoredFact], changes: Changes) -> list[int]:
        """One statement: the rows as data-modifying CTEs, the append as its body. Returns the facts' positions."""
        parts = [
            *(insert_rows(table, list(rows.values()), new=True) for table, rows in changes.inserts.items() if rows),
            *(insert_rows(table, list(rows.values()), new=False) for table, rows in changes.puts.items() if rows),
            *(delete_rows(table, sorted(keys, key=str)) for table, keys in changes.deletes.items() if keys),
        ]
        body = append_facts(stored)
        text = "".join(f"{', ' if n else 'WITH '}w{n} AS ({part.text})" for n, part in enumerate(parts))
        params = [param for part in parts for param in part.params]
        try:
            rows = self._conn.execute(query(f"{text} {body.text}"), [*params, *body.params]).fetchall()
        except UniqueViolation as violation:
            table = violation.diag.table_name or ""
            raise (VersionConflict(str(violation)) if table == "facts" else Duplicate(table)) from violation
        return [int(row[0]) for row in rows] if stored else []

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        self._begin()
        try:
            with self._conn.transaction():
                yield
        except AWAY as away:
            raise retry_of(away) from away

    def rollback(self) -> None:
        if self._open and not self._conn.closed:
            self._open = False
            self._conn.execute("ROLLBACK")
