"""Maintenance: writes are refused with a notice, timers wait, what was accepted before goes on its way (DN Đ18.2).

One row for all services of a system; no row, or no table yet, means that everything works as usual.
"""

import threading
import time
from datetime import UTC, datetime
from typing import Literal, Protocol

import msgspec
import psycopg

from chassis.errors import Retry
from chassis.store.postgres import PostgresDatabase

REFRESH_SECONDS = 0.5
CREATE = """
CREATE TABLE IF NOT EXISTS public.maintenance (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), since timestamptz NOT NULL, notice text NOT NULL, retry_after bigint NOT NULL,
    reads text NOT NULL CHECK (reads IN ('all', 'none')));
GRANT SELECT ON public.maintenance TO PUBLIC;
"""
Reads = Literal["all", "none"]


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What people are told; `retry_after` in seconds; whether reading goes on."""

    since: datetime
    notice: str
    retry_after: int = 600
    reads: Reads = "all"


class Maintenance(Protocol):
    """Whether there is maintenance now."""

    def now(self) -> Notice | None: ...


class DatabaseMaintenance:
    """Reads the row at most twice a second; while the database is away, what was read last counts."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._notice: Notice | None = None

    @property
    def fresh(self) -> bool:
        """Whether `now` answers without asking the database: it was asked lately, or another thread is asking now."""
        return self._read_lately or (self._lock.locked() and self._read_at > float("-inf"))

    @property
    def _read_lately(self) -> bool:
        return time.monotonic() - self._read_at <= REFRESH_SECONDS

    def now(self) -> Notice | None:
        if self.fresh:
            return self._notice
        with self._lock:
            if not self._read_lately:
                try:
                    with self._database.connection() as conn:
                        self._notice = _standing(conn)
                except Retry:
                    return self._notice
                self._read_at = time.monotonic()
            return self._notice


def _standing(conn: psycopg.Connection) -> Notice | None:
    found = conn.execute("SELECT to_regclass('public.maintenance')").fetchone()
    if not (found and found[0]):
        return None
    row = conn.execute("SELECT since, notice, retry_after, reads FROM public.maintenance").fetchone()
    return Notice(since=row[0].astimezone(UTC), notice=row[1], retry_after=row[2], reads=row[3]) if row else None


def standing(owner_dsn: str) -> Notice | None:
    """What is said now; None outside maintenance."""
    with psycopg.connect(owner_dsn, autocommit=True) as conn:
        return _standing(conn)


def create(owner_dsn: str) -> None:
    """Make the table where it is missing: nobody is told of maintenance by it yet."""
    with psycopg.connect(owner_dsn, autocommit=True) as conn:
        conn.execute(CREATE)


def switch_on(owner_dsn: str, notice: Notice) -> None:
    """Begin, or change what is said; the beginning stays."""
    create(owner_dsn)
    with psycopg.connect(owner_dsn, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO public.maintenance (since, notice, retry_after, reads) VALUES (%s, %s, %s, %s) ON CONFLICT (one) DO UPDATE"
            " SET notice = EXCLUDED.notice, retry_after = EXCLUDED.retry_after, reads = EXCLUDED.reads",
            (notice.since, notice.notice, notice.retry_after, notice.reads),
        )


def switch_off(owner_dsn: str) -> bool:
    """End; False when there was none."""
    with psycopg.connect(owner_dsn, autocommit=True) as conn:
        if _standing(conn) is None:
            return False
        return conn.execute("DELETE FROM public.maintenance").rowcount > 0


__all__ = ["DatabaseMaintenance", "Maintenance", "Notice", "create", "standing", "switch_off", "switch_on"]
