"""The copy beside: a schema of the service's own migrations, made without its look-up indexes and given them at the end."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg.errors import LockNotAvailable

from chassis.migrate import lock_key, migrate

INBOX = ("parked", "heard")
"""What the inbox knows belongs to the views it made; in the order in which it asks."""


class Busy(RuntimeError):
    """Somebody else rebuilds this service now."""


class Copy:
    """`<schema>_next` beside `<schema>`; made, filled by others, compared, switched and dropped by the owner of the database."""

    def __init__(self, owner: psycopg.Connection[Any], schema: str, views: Sequence[str]) -> None:
        self._owner = owner
        self.schema = schema
        self.next = f"{schema}_next"
        self.old = f"{schema}_old"
        self.tables = (*views, *INBOX)
        self._indexes: list[tuple[str, str]] = []
        self._ours = False

    def make(self, owner_dsn: str, service: str, role: str, package: str) -> None:
        """A copy that knows only what was given up; what an interrupted rebuild left goes first. Raises `Busy`."""
        row = self._owner.execute("SELECT pg_try_advisory_lock(%s)", (lock_key(self.schema) + 3,)).fetchone()
        if not (row and row[0]):
            raise Busy(f"{service} is being rebuilt already")
        self._ours = True
        self.drop()
        migrate(owner_dsn, service, self.next, role, package)
        self._run("INSERT INTO {}.discarded SELECT * FROM {}.discarded", self.next, self.schema)
        self._indexes = self._owner.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s AND tablename = ANY(%s) AND indexname NOT IN"
            " (SELECT conname FROM pg_constraint WHERE connamespace = %s::regnamespace)",
            (self.next, list(self.tables), self.next),
        ).fetchall()
        for name, _ in self._indexes:
            self._run("DROP INDEX {}.{}", self.next, name)

    def index(self) -> None:
        """Give the filled copy its look-up indexes."""
        self._owner.execute("SET maintenance_work_mem = '256MB'")
        for _, definition in self._indexes:
            self._owner.execute(definition.encode())
        for table in self.tables:
            self._run("ANALYZE {}.{}", self.next, table)

    def fence(self, seconds: float = 2) -> None:
        """Within a transaction: take what the inbox reads before any view, so that it waits there. Raises `LockNotAvailable`.

        A batch under way is waited for; one that has moved its positions and waits here has not committed them.
        """
        self._owner.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(int(seconds * 1000)))
        self._run("CREATE SCHEMA {}", self.old)
        for table in INBOX:
            self._out(table)

    def switch(self) -> None:
        """Within the transaction of `fence`: each view changes its place with its copy. Readers wait for a moment at most.

        What is parked in both stays parked since it was: what the copy says is when the copy was made.
        """
        self._run(
            "UPDATE {}.parked AS here SET parked_at = before.parked_at FROM {}.parked AS before"
            ' WHERE (here.topic, here.partition, here."offset") = (before.topic, before.partition, before."offset")',
            self.next,
            self.old,
        )
        for table in self.tables:
            if table not in INBOX:
                self._out(table)
            self._run("ALTER TABLE {}.{} SET SCHEMA {}", self.next, table, self.schema)

    def _out(self, table: str) -> None:
        self._run("ALTER TABLE {}.{} SET SCHEMA {}", self.schema, table, self.old)

    def drop(self) -> None:
        """Forget the copy, and after a switch the old tables; somebody else's copy is left alone."""
        for schema in (self.next, self.old) if self._ours else ():
            self._run("DROP SCHEMA IF EXISTS {} CASCADE", schema)

    def _run(self, text: Any, *names: str) -> None:
        self._owner.execute(sql.SQL(text).format(*(sql.Identifier(name) for name in names)))


__all__ = ["Busy", "Copy", "LockNotAvailable"]
