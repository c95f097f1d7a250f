"""What the simulators remember: one SQLite file, so that a restart forgets nothing."""

import json
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS update_taken (
    key TEXT PRIMARY KEY, code TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, digest TEXT NOT NULL, taken_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS update_code ON update_taken (code);
CREATE TABLE IF NOT EXISTS dossier (code TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS message (
    key TEXT PRIMARY KEY, channel TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, digest TEXT NOT NULL, taken_at TEXT NOT NULL);
"""


class Memory:
    """Rows by key; the first one under a key stays. `path` may be `:memory:`."""

    def __init__(self, path: str) -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._conn = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._conn.row_factory = sqlite3.Row
        self._conn.execute("PRAGMA journal_mode = WAL")
        self._conn.execute("PRAGMA synchronous = NORMAL")  # outlives its process, if not the machine: a simulator need not
        self._conn.executescript(SCHEMA)

    def one(self, query: str, *values: Any) -> dict[str, Any] | None:
        rows = self.all(query, *values)
        return rows[0] if rows else None

    def all(self, query: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for row in self._conn.execute(query, values).fetchall()]

    def put(self, query: str, *values: Any) -> bool:
        """Run an INSERT; False when the key was there already."""
        with self._lock:
            return self._conn.execute(query, values).rowcount > 0

    def close(self) -> None:
        with self._lock:
            self._conn.close()


def now() -> str:
    """The machine's time, as text."""
    return datetime.now(UTC).isoformat()


def text(value: Any) -> str:
    """One spelling of a JSON value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
