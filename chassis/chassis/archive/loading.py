"""Bringing an archive back into an empty system, and proving that it is the same."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from chassis import maintenance, virtual_clock
from chassis.archive import objects, tables, topics
from chassis.archive.folder import Damaged, Manifest, Schema, Tell
from chassis.migrate import migrate


class NotEmpty(RuntimeError):
    """The system has data already: an archive never goes over them."""


def load(
    manifest: Manifest,
    folder: Path,
    owner_dsn: str,
    bootstrap: str,
    files: str,
    role: Callable[[str], str],
    tell: Tell,
) -> None:
    """Bring back databases, topics and files; roles and topics exist already, and hold nothing (`must_be_empty`).

    Then come the migrations that this version has beyond.

    Raises:
        Damaged: what was brought back is not what was taken, or it is of a newer version.
    """
    for done, part in enumerate(manifest.schemas, 1):
        _fill(part, manifest, folder, owner_dsn, role(part.service))
        tell("databases", done, len(manifest.schemas))
    _fill_shared(manifest, folder, owner_dsn)
    asyncio.run(topics.produce(bootstrap, manifest.topics, folder / "topics", tell))
    asyncio.run(topics.same(bootstrap, manifest.topics))
    _close_up_positions(manifest, folder, owner_dsn)
    if objects.copy(objects.store_at(str(folder / "files")), objects.store_at(files), tell) != manifest.files:
        raise Damaged(f"there are not {manifest.files} files")
    for part in manifest.schemas:
        migrate(owner_dsn, part.service, part.schema, role(part.service), part.package)


def must_be_empty(manifest: Manifest, owner_dsn: str, bootstrap: str) -> None:
    """Raises:
    NotEmpty: there are facts, or records on a topic.
    """
    with psycopg.connect(owner_dsn) as conn:
        for part in manifest.schemas:
            held = conn.execute("SELECT to_regclass(%s)", (f'"{part.schema}".facts',)).fetchone()
            if (
                held
                and held[0]
                and conn.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(part.schema, "facts"))).fetchone()
            ):
                raise NotEmpty(f"the schema {part.schema} has facts")
    for (topic, number), end in asyncio.run(topics.ends(bootstrap, manifest.topics)).items():
        if end:
            raise NotEmpty(f"{topic}/{number} has {end} records")


def _fill(part: Schema, manifest: Manifest, folder: Path, owner_dsn: str, role: str) -> None:
    """The tables as they were at the time, by the migrations of the time."""
    migrate(owner_dsn, part.service, part.schema, role, part.package, only=part.migrations)
    with tables.connected(owner_dsn) as conn:
        ledger = dict(conn.execute(sql.SQL("SELECT name, digest FROM {}").format(sql.Identifier(part.schema, "migration"))).fetchall())
        if ledger != part.migrations:
            odd = sorted(part.migrations.items() ^ ledger.items())[0][0]
            raise Damaged(
                f"{part.service}: this version does not have the migration {odd} as it was; bring the archive back with a newer one"
            )
        for table in part.tables:
            tables.fill(conn, part.schema, table, folder / "databases" / part.schema, manifest.form)
        tables.same(conn, part.schema, part.tables)


def _fill_shared(manifest: Manifest, folder: Path, owner_dsn: str) -> None:
    if "virtual_clock" in manifest.shared:
        virtual_clock.create(owner_dsn, manifest.taken_at)
    if "maintenance" in manifest.shared:
        maintenance.create(owner_dsn)
    with tables.connected(owner_dsn) as conn:
        for table in manifest.shared:
            tables.fill(conn, "public", table, folder / "databases" / "public", manifest.form)
        tables.same(conn, "public", manifest.shared)


def _close_up_positions(manifest: Manifest, folder: Path, owner_dsn: str) -> None:
    """Where a compacted topic had holes, its records stand closer now: each inbox stands behind as many records as before."""
    holes = [(t, n) for t, parts in manifest.topics.items() for n, part in enumerate(parts) if part.records != part.end]
    with psycopg.connect(owner_dsn) as conn:
        for topic, number in holes:
            offsets = [sent.offset for sent in topics.lines(folder / "topics", (topic, number))]
            for part in manifest.schemas:
                _close_up(conn, part.schema, topic, number, offsets)


def _close_up(conn: psycopg.Connection[Any], schema: str, topic: str, number: int, offsets: list[int]) -> None:
    before = "SELECT count(*) FROM unnest(%s::bigint[]) AS o WHERE o < next_offset"
    text = f"UPDATE {{}} SET next_offset = ({before}) WHERE topic = %s AND partition = %s"
    conn.execute(sql.SQL(text).format(sql.Identifier(schema, "inbox_position")), (offsets, topic, number))


__all__ = ["NotEmpty", "load", "must_be_empty"]
