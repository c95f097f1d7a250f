"""The store on PostgreSQL: one round trip for a command, one transaction for a batch.

Writers take a *shared* advisory lock inside the append function; the relay takes the *exclusive* one for an instant before
each page, so no fact can appear behind a page that was read. No table lock, no NOTIFY: group commit works.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import Any, LiteralString, cast
from uuid import UUID

import psycopg
from psycopg.errors import DiskFull, LockNotAvailable, UniqueViolation
from psycopg_pool import ConnectionPool, PoolTimeout

from chassis.errors import Duplicate, Fenced, Full, Refused, Retry, VersionConflict
from chassis.migrate import lock_key
from chassis.store.fact_rows import FACT_COLUMNS, append_facts, outgoing, recorded_fact
from chassis.store.recorded import FactLog, Recorded, StoredFact
from chassis.store.recorder import PostgresFactRecorder
from chassis.store.session import MOST_COUNTED, Backlog, Changes, Condition, OutgoingFact, Session, Span
from chassis.store.silence import OURS, THEIRS
from chassis.store.statements import Statement, delete_rows, find_rows, insert_rows, quoted, select_rows
from chassis.store.tables import Key, R, Table
from chassis.store.together import Together

UNFIT = "Có giá trị không lưu được: số quá lớn, ngày ngoài phạm vi hoặc ký tự không hợp lệ."
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
BACKLOG = """
WITH waiting AS (SELECT f.position FROM facts AS f WHERE f.position > (SELECT position FROM relay_position) ORDER BY 1 LIMIT %s)
SELECT (SELECT position FROM relay_position), count(*), min(position) FROM waiting
"""
HURRIED_SECONDS = 1.0
AWAY = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)


def query(text: str) -> LiteralString:
    """Statements are put together from table declarations, never from input."""
    return text


def _retry(away: Exception) -> Retry:
    """What to tell of a database that is away, or that has no room to write."""
    return (Full if isinstance(away, DiskFull) else Retry)(f"database: {type(away).__name__}")


class PostgresDatabase:
    """A service's schema, reached by its own role. `pool_size` connections at most."""

    def __init__(self, service: str, dsn: str, *, schema: str | None = None, pool_size: int = 8) -> None:
        self._service = service
        self.schema = schema or service.replace("-", "_")
        self.dsn = dsn
        self._lock = lock_key(self.schema)
        self.pool = ConnectionPool(
            dsn, min_size=1, max_size=pool_size, open=True, timeout=10, configure=self._configure, kwargs={"autocommit": True, **OURS}
        )
        self.log = FactLog(PostgresFactRecorder(self))
        self._local = threading.local()
        self._away = False
        self.together = Together()

    def _configure(self, conn: psycopg.Connection[Any]) -> None:
        conn.execute(query(f'SET search_path TO "{self.schema}"; {THEIRS}'))
        conn.prepare_threshold = 0

    @property
    def service(self) -> str:
        return self._service

    def close(self) -> None:
        self.pool.close()

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection of the pool; a second one in the same thread is made anew. Raises `Retry` when the database is away.

        Threads that hold one connection and wait for another would, when all do so, empty the pool and wait for ever.
        """
        nested = getattr(self._local, "holds", False)
        try:
            with self._direct() if nested else self.pool.connection(self._patience) as conn:
                self._away, self._local.holds = False, True
                try:
                    yield conn
                finally:
                    self._local.holds = nested
        except AWAY as away:
            self._away = self._away or isinstance(away, PoolTimeout)
            raise _retry(away) from away
        except psycopg.DataError as unfit:
            raise Refused(UNFIT, status=422) from unfit

    @property
    def _patience(self) -> float:
        """Seconds for a connection: where others waited in vain, nobody who stands behind them waits as long again."""
        return min(self.pool.timeout, HURRIED_SECONDS) if self._away else self.pool.timeout

    @contextmanager
    def _direct(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(self.dsn, autocommit=True, **OURS) as conn:
            self._configure(conn)
            yield conn

    @contextmanager
    def session(self) -> Iterator[Session]:
        with ExitStack() as held:
            session = PostgresSession(self, lambda: held.enter_context(self.connection()))
            try:
                yield session
            finally:
                session.rollback()

    def page(self, after: int, limit: int) -> list[OutgoingFact]:
        with self.connection() as conn:
            last = self._barrier(conn, after)
            if last <= after:
                return []
            rows = conn.execute(
                query(f"SELECT {FACT_COLUMNS} FROM facts WHERE position > %s AND position <= %s ORDER BY position LIMIT %s"),
                (after, last, limit),
                binary=True,
            ).fetchall()
        return [outgoing(self.service, row) for row in rows]

    def _barrier(self, conn: psycopg.Connection[Any], after: int) -> int:
        """The last position below which nothing can still appear; `after` while writers hold on longer than 10 ms."""
        try:
            row = conn.execute("SELECT settled(%s::bigint)", (after,)).fetchone()
        except LockNotAvailable:
            return after
        return int(row[0]) if row else after

    def positions(self) -> Iterator[tuple[str, int, int, str | None]]:
        with self.connection() as conn:
            yield from conn.execute("SELECT topic, partition, next_offset, proof FROM inbox_position ORDER BY 1, 2").fetchall()

    def relay_position(self) -> int:
        with self.connection() as conn:
            row = conn.execute("SELECT position FROM relay_position").fetchone()
            return int(row[0]) if row else 0

    def backlog(self) -> Backlog:
        with self.connection() as conn:
            row = conn.execute(BACKLOG, (MOST_COUNTED,)).fetchone()
        return Backlog(*row) if row else Backlog(0, 0, None)

    def set_relay_position(self, position: int) -> None:
        with self.connection() as conn:
            conn.execute("UPDATE relay_position SET position = %s", (position,))


class PostgresSession:
    """One transaction at most: a lone write goes out in autocommit, anything more opens a transaction first.

    It takes a connection when it first needs one: what others write for it needs none.
    """

    def __init__(self, database: PostgresDatabase, connect: Callable[[], psycopg.Connection[Any]]) -> None:
        self._database = database
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
        self._begin()
        row = self._conn.execute(
            "INSERT INTO ordinal AS o (series, last) VALUES (%s, 1) ON CONFLICT (series) DO UPDATE SET last = o.last + 1 RETURNING last",
            (series,),
        ).fetchone()
        assert row is not None
        return int(row[0])

    def last_ordinal(self, series: str) -> int:
        self._begin()
        row = self._conn.execute(
            "INSERT INTO ordinal AS o (series, last) VALUES (%s, 0) ON CONFLICT (series) DO UPDATE SET last = o.last RETURNING last",
            (series,),
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
            self._database.together.write(changes, self._write)
        elif changes:
            self._write(changes)
        if self._open:
            self._open = False
            self._conn.execute("COMMIT")

    def _write(self, changes: Changes) -> None:
        if changes.facts:
            self._database.log.events.put(cast(Any, changes.facts), session=self, changes=changes)
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
            raise _retry(away) from away

    def rollback(self) -> None:
        if self._open and not self._conn.closed:
            self._open = False
            self._conn.execute("ROLLBACK")
