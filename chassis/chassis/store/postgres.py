"""The store on PostgreSQL: one round trip for a command, one transaction for a batch.

Writers take a *shared* advisory lock inside the append function; the relay takes the *exclusive* one for an instant before
each page, so no fact can appear behind a page that was read. No table lock, no NOTIFY: group commit works.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
from psycopg.errors import LockNotAvailable
from psycopg_pool import ConnectionPool, PoolTimeout

from chassis.errors import Refused
from chassis.migrate import lock_key
from chassis.store.fact_rows import FACT_COLUMNS, outgoing
from chassis.store.postgres_session import AWAY, PostgresSession, retry_of
from chassis.store.recorded import FactLog
from chassis.store.recorder import PostgresFactRecorder
from chassis.store.session import MOST_COUNTED, Backlog, OutgoingFact, Session
from chassis.store.silence import OURS, THEIRS
from chassis.store.statements import query
from chassis.store.together import Together

UNFIT = "Có giá trị không lưu được: số quá lớn, ngày ngoài phạm vi hoặc ký tự không hợp lệ."
BACKLOG = """
WITH waiting AS (SELECT f.position FROM facts AS f WHERE f.position > (SELECT position FROM relay_position) ORDER BY 1 LIMIT %s)
SELECT (SELECT position FROM relay_position), count(*), min(position) FROM waiting
"""
HURRIED_SECONDS = 1.0


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
            raise retry_of(away) from away
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
            session = PostgresSession(self.log, self.together, lambda: held.enter_context(self.connection()))
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

    def relay_bus(self, found: str) -> str:
        with self.connection() as conn:
            conn.execute("INSERT INTO relay_bus (name) VALUES (%s) ON CONFLICT DO NOTHING", (found,))
            row = conn.execute("SELECT name FROM relay_bus").fetchone()
        assert row is not None
        return str(row[0])
