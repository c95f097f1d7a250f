"""What the simulators took, in SQLite: statuses of the portal, and that a message came (never to whom, nor its text)."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS status (
    n INTEGER PRIMARY KEY, key TEXT NOT NULL, dossier TEXT NOT NULL, status TEXT NOT NULL, content TEXT NOT NULL, department TEXT NOT NULL,
    happened_at TEXT NOT NULL, accepted_at TEXT NOT NULL, UNIQUE (key, dossier));
CREATE INDEX IF NOT EXISTS status_dossier ON status (dossier, n);
CREATE TABLE IF NOT EXISTS message (channel TEXT NOT NULL, key TEXT NOT NULL, accepted_at TEXT NOT NULL, PRIMARY KEY (channel, key));
"""


class Ledger:
    """One file, or memory when there is no home. Whatever comes a second time under its key changes nothing."""

    def __init__(self, home: Path | None = None) -> None:
        self._lock = Lock()
        self._connection = sqlite3.connect(_file(home), check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(SCHEMA)

    def accept_statuses(self, key: str, rows: Sequence[tuple[str, str, str, str, str]]) -> int:
        """Keep (dossier, status, content, department, moment) rows sent under a key; how many were new."""
        values = [(key, *row, _now()) for row in rows]
        columns = "(key, dossier, status, content, department, happened_at, accepted_at)"
        with self._lock, self._connection as connection:
            return connection.executemany(f"INSERT OR IGNORE INTO status {columns} VALUES (?, ?, ?, ?, ?, ?, ?)", values).rowcount

    def statuses(self, dossier: str) -> list[dict[str, Any]]:
        """The accepted statuses of a dossier, in the order of their arrival."""
        columns = "status, content, department, happened_at, accepted_at"
        return [dict(row) for row in self._query(f"SELECT {columns} FROM status WHERE dossier = ? ORDER BY n", dossier)]

    def portal_summary(self) -> dict[str, Any]:
        """How many messages and dossiers, and messages by status."""
        counts = self._query("SELECT count(*) AS messages, count(DISTINCT dossier) AS dossiers FROM status")[0]
        by_status = self._query("SELECT status, count(*) AS number FROM status GROUP BY status ORDER BY CAST(status AS INTEGER)")
        return {**dict(counts), "by_status": {row["status"]: row["number"] for row in by_status}}

    def accept_message(self, channel: str, key: str) -> bool:
        """Note that a message came; False when its key is known."""
        with self._lock, self._connection as connection:
            return connection.execute("INSERT OR IGNORE INTO message VALUES (?, ?, ?)", (channel, key, _now())).rowcount == 1

    def gateway_summary(self) -> dict[str, int]:
        """How many messages of each channel."""
        counts = self._query("SELECT channel, count(*) AS number FROM message GROUP BY channel")
        return {"sms": 0, "email": 0, **{row["channel"]: row["number"] for row in counts}}

    def close(self) -> None:
        self._connection.close()

    def _query(self, statement: str, *values: str) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _file(home: Path | None) -> str:
    if home is None:
        return ":memory:"
    folder = home / "simulators"
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / "ledger.sqlite")


def _now() -> str:
    return datetime.now(UTC).isoformat()
