"""SQL migrations: the chassis' own, then the service's, each once, in the order of their numbers, run by the owner."""

import hashlib
from collections.abc import Container, Iterator
from importlib.resources import files

import psycopg
from psycopg import sql

LEDGER = "CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"


class ChangedMigration(RuntimeError):
    """An applied migration was edited afterwards: write a new one instead."""


def lock_key(schema: str) -> int:
    """The advisory lock of a schema's log: shared by writers, exclusive for the relay's instant before a page."""
    return int.from_bytes(hashlib.sha256(f"motcua facts {schema}".encode()).digest()[:7], "big")


def migrate(owner_dsn: str, service: str, schema: str, role: str, package: str, only: Container[str] | None = None) -> list[str]:
    """Bring a service's schema up to date, or to where only some were applied. Returns the names applied now. Raises `ChangedMigration`."""
    applied = []
    with psycopg.connect(owner_dsn) as conn:
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (lock_key(schema) + 1,))
        conn.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        conn.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(sql.Identifier(schema), sql.Identifier(role)))
        conn.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))
        conn.execute(LEDGER)
        done: dict[str, str] = dict(conn.execute("SELECT name, digest FROM migration").fetchall())
        for name, text in [*_scripts("chassis"), *_scripts(package)]:
            digest = hashlib.sha256(text.encode()).hexdigest()
            if done.get(name, digest) != digest:
                raise ChangedMigration(f"{service}: {name} was changed after it was applied")
            if name not in done and (only is None or name in only):
                conn.execute(_fill(text, schema, role))
                conn.execute("INSERT INTO migration (name, digest) VALUES (%s, %s)", (name, digest))
                applied.append(name)
    return applied


def _scripts(package: str) -> Iterator[tuple[str, str]]:
    folder = files(package) / "migrations"
    if folder.is_dir():
        for script in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if script.name.endswith(".sql"):
                yield f"{package}/{script.name}", script.read_text(encoding="utf-8")


def _fill(text: str, schema: str, role: str) -> bytes:
    quoted = sql.Identifier(role).as_string(None)
    return text.replace("{lock}", str(lock_key(schema))).replace("{role}", quoted).encode()
