"""The virtual clock of a running system: one settable row in the database, asked by every process; refused in production."""

import threading
import time
from datetime import UTC, datetime
from typing import Any

import psycopg

from chassis.clock import Clock, SystemClock
from chassis.errors import Refused, Retry
from chassis.settings import Settings

REFRESH_SECONDS = 0.2
CREATE = """
CREATE TABLE IF NOT EXISTS public.virtual_clock (one boolean PRIMARY KEY DEFAULT true CHECK (one), now_at timestamptz NOT NULL)
"""


class DatabaseClock:
    """Reads `public.virtual_clock` at most five times a second. Raises `Retry` while the database is away."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._lock = threading.Lock()
        self._conn: psycopg.Connection[Any] | None = None
        self._read_at = 0.0
        self._now = datetime.now(UTC)

    def now(self) -> datetime:
        with self._lock:
            if time.monotonic() - self._read_at > REFRESH_SECONDS:
                self._now = self._read()
                self._read_at = time.monotonic()
            return self._now

    def _read(self) -> datetime:
        if self._conn is None or self._conn.broken or self._conn.closed:
            self._conn = _connect(self._dsn)
        try:
            return _standing(self._conn)
        except psycopg.OperationalError:
            self._conn = _connect(self._dsn)
            return _standing(self._conn)


def _connect(dsn: str) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(dsn, autocommit=True)
    except psycopg.OperationalError as away:
        raise Retry("virtual clock") from away


def _standing(conn: psycopg.Connection[Any]) -> datetime:
    row = conn.execute("SELECT now_at FROM public.virtual_clock").fetchone()
    assert row is not None
    moment: datetime = row[0]
    return moment.astimezone(UTC)


def create(owner_dsn: str, start: datetime) -> datetime:
    """Make the row, which every role may read; where the clock stands: at `start`, or where an older row stands."""
    with psycopg.connect(owner_dsn, autocommit=True) as conn:
        conn.execute(CREATE)
        conn.execute("INSERT INTO public.virtual_clock (now_at) VALUES (%s) ON CONFLICT DO NOTHING", (start,))
        conn.execute("GRANT SELECT ON public.virtual_clock TO PUBLIC")
        return _standing(conn)


def standing(owner_dsn: str) -> datetime:
    """Where the clock stands (UTC)."""
    with psycopg.connect(owner_dsn, autocommit=True) as conn:
        return _standing(conn)


def move(owner_dsn: str, moment: datetime) -> None:
    """Set the clock on. Raises `Refused` when that would turn it back."""
    with psycopg.connect(owner_dsn, autocommit=True) as conn:
        moved = conn.execute("UPDATE public.virtual_clock SET now_at = %s WHERE now_at <= %s", (moment, moment))
        if moved.rowcount == 0:
            raise Refused("Đồng hồ ảo không quay lùi.", field="now", status=422)


def clock_of(settings: Settings) -> Clock:
    """The clock that the settings name."""
    if settings.clock == "system":
        return SystemClock()
    if settings.env == "production":
        raise SystemExit("The virtual clock is refused in production: unset MOTCUA_CLOCK.")
    return DatabaseClock(settings.database_url)
