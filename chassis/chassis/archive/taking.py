"""Taking an archive from a system while it runs."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from chassis.archive import objects, tables, topics
from chassis.archive.folder import Form, Manifest, Rows, Schema, Tell, begin, finish
from chassis.archive.holding import moment
from chassis.archive.open_form import explain

SHARED = ("virtual_clock", "maintenance")
"""What services share: one row each in the schema `public`, where there is any."""


@dataclass(frozen=True)
class Source:
    """A running system: the owner's address, the bus, the object store, the topics, and service → its schema and package."""

    owner_dsn: str
    bootstrap: str
    files: str
    topics: tuple[str, ...]
    services: Mapping[str, tuple[str, str]]


def take(source: Source, folder: Path, form: Form, tell: Tell, seconds: float = 60) -> Manifest:
    """Write the whole system, as it is at one moment, into an empty folder. Raises `FileExistsError`, `Retry`."""
    begin(folder)
    schemas = [schema for schema, _ in source.services.values()]
    tell("holding", 0, 1)
    with moment(source.owner_dsn, source.bootstrap, schemas, source.topics, seconds) as still:
        tell("holding", 1, 1)
        parts = []
        for done, (service, (schema, package)) in enumerate(source.services.items(), 1):
            parts.append(_schema(still.conn, service, schema, package, folder, form))
            tell("databases", done, len(schemas))
        shared = _tables(still.conn, "public", [name for name in tables.names(still.conn, "public") if name in SHARED], folder, form)
    partitions = asyncio.run(topics.dump(source.bootstrap, still.ends, folder / "topics", tell))
    kept = objects.copy(objects.store_at(source.files), objects.store_at(str(folder / "files")), tell)
    manifest = Manifest(
        form=form, taken_at=datetime.now(UTC), schemas=parts, shared=shared, topics=partitions, files=kept, behind=still.behind
    )
    if form == "export":
        explain(folder)
    finish(folder, manifest)
    return manifest


def _schema(conn: psycopg.Connection[Any], service: str, schema: str, package: str, folder: Path, form: Form) -> Schema:
    ledger = conn.execute(sql.SQL("SELECT name, digest FROM {} ORDER BY 1").format(sql.Identifier(schema, "migration"))).fetchall()
    found = _tables(conn, schema, tables.names(conn, schema), folder, form)
    return Schema(service=service, schema=schema, package=package, migrations=dict(ledger), tables=found)


def _tables(conn: psycopg.Connection[Any], schema: str, names: list[str], folder: Path, form: Form) -> dict[str, Rows]:
    for table in names:
        tables.dump(conn, schema, table, folder / "databases" / schema, form)
    return {table: tables.digest(conn, schema, table) for table in names}


__all__ = ["Source", "take"]
