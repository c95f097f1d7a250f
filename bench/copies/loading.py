"""Copies into the stores by COPY: two services at a time, secondary indexes made afterwards, then as a server that has rested."""

import multiprocessing
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from catalogue.province import load_data
from chassis.bus.kafka import KafkaBus
from chassis.bus.reading import reading
from chassis.catalogue import put_entry
from chassis.consumer import record_from
from chassis.migrate import migrate
from chassis.spans import proof_of
from chassis.store import Because, Unit
from chassis.store.postgres import PostgresDatabase
from chassis.virtual_clock import create as create_clock
from contracts.topics import DOSSIERS
from copies.moulds import NOW, Place
from copies.stamping import Stamp
from motcua_stack import prepare_postgres
from motcua_stack.database import role_of, schema_of
from motcua_stack.registry import spec

KEYS = """
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = %s::regnamespace AND k.contype IN ('p', 'u')
"""
FAST = "-c synchronous_commit=off -c maintenance_work_mem=512MB -c work_mem=64MB"
SEND = 10_000
"""Records that are sent at once."""


@dataclass(frozen=True)
class Filled:
    """How long it took, and what is there: rows by service and table, bytes with indexes by service and table, bytes of the topic."""

    seconds: float
    rows: dict[Place, int]
    bytes: dict[Place, int]


def services(stamp: Stamp) -> list[str]:
    """Those that keep something of a dossier, the one with most to write first."""
    weight: dict[str, int] = {}
    for mould in stamp.moulds.each:
        for (service, _), lines in mould.rows.items():
            weight[service] = weight.get(service, 0) + len(lines)
    return sorted(weight, key=lambda service: -weight[service])


def prepare(owner_dsn: str, home: Path, names: Sequence[str]) -> dict[str, str]:
    """Roles, schemas and tables of these services, empty but for the catalogue, and a clock that stands at `NOW`; their addresses."""
    addresses = prepare_postgres(owner_dsn, names, home)
    create_clock(owner_dsn, NOW)
    for name in names:
        migrate(owner_dsn, name, schema_of(name), role_of(name), spec(name).package)
        store = PostgresDatabase(name, addresses[name])
        with store.session() as session:
            unit = Unit(session, Because(actor="bench", correlation=UUID(int=0)))
            for record in load_data():
                put_entry(unit, record)
            unit.commit()
        store.close()
    return addresses


def fill(stamp: Stamp, owner_dsn: str, names: Sequence[str] = (), jobs: int = 2) -> Filled:
    """Fill the prepared schemas of these services, or all. Their relays have sent everything; nothing is on the topic (see `publish`)."""
    began = time.perf_counter()
    names = [name for name in services(stamp) if name in names or not names]
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("fork")) as pool:
        counted = dict(zip(names, pool.map(_fill_service, [stamp] * len(names), [owner_dsn] * len(names), names), strict=True))
    seconds = time.perf_counter() - began
    rows = {(service, table): number for service, tables in counted.items() for table, number in tables.items()}
    return Filled(seconds, rows, sizes(owner_dsn, names))


def _fill_service(stamp: Stamp, owner_dsn: str, service: str) -> dict[str, int]:
    """Rows by table."""
    places = sorted(place for place in stamp.moulds.columns if place[0] == service)
    counted = dict.fromkeys((table for _, table in places), 0)
    with psycopg.connect(owner_dsn, options=FAST) as conn:
        conn.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(schema_of(service))))
        with _without_indexes(conn, schema_of(service)):
            for wave in stamp.waves():
                for place in places:
                    counted[place[1]] += _copy(conn, place[1], stamp.moulds.columns[place], wave.lines(place))
        _go_on(conn, stamp, service)
        conn.commit()
        conn.autocommit = True
        for table in counted:
            conn.execute(sql.SQL("VACUUM (FREEZE, ANALYZE) {}").format(sql.Identifier(table)))
    return counted


def _copy(conn: psycopg.Connection[Any], table: str, columns: Sequence[str], lines: bytes) -> int:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with conn.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)) as copy:
            copy.write(lines)
        return cursor.rowcount


@contextmanager
def _without_indexes(conn: psycopg.Connection[Any], schema: str) -> Iterator[None]:
    """Keys and indexes are dropped, and made again from all rows at once."""
    keys = conn.execute(KEYS, (schema,)).fetchall()
    for table, name, _ in keys:
        conn.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name)))
    indexes = conn.execute("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s", (schema,)).fetchall()
    for name, _ in indexes:
        conn.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for table, name, definition in keys:
        conn.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(sql.Identifier(table), sql.Identifier(name), sql.SQL(definition))
        )
    for _, definition in indexes:
        conn.execute(definition)


def _go_on(conn: psycopg.Connection[Any], stamp: Stamp, service: str) -> None:
    """Relays and ordinals go on behind what was loaded."""
    conn.execute("UPDATE relay_position SET position = (SELECT coalesce(max(position), 0) FROM facts)")
    if service == "intake":
        last = list(stamp.ordinals().items())
        conn.cursor().executemany("INSERT INTO ordinal (series, last) VALUES (%s, %s)", last)


def sizes(owner_dsn: str, names: Iterable[str]) -> dict[Place, int]:
    """Bytes of each table with its indexes and long values."""
    with psycopg.connect(owner_dsn) as conn:
        found = conn.execute(
            "SELECT relnamespace::regnamespace::text, relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r'"
        ).fetchall()
    services = {schema_of(name): name for name in names}
    return {(services[schema], table): size for schema, table, size in found if schema in services}


async def publish(stamp: Stamp, kafka: str) -> int:
    """Put all records on the topic; how many. Inboxes stand before them until `move_inboxes`."""
    bus, sent = KafkaBus(kafka, "bench-copies"), 0
    page: list[Any] = []
    for wave in stamp.waves():
        for record in wave.records():
            page.append(record)
            if len(page) == SEND:
                await bus.send(page)
                sent, page = sent + SEND, []
    if page:
        await bus.send(page)
    await bus.close()
    return sent + len(page)


async def move_inboxes(owner_dsn: str, kafka: str, names: Iterable[str]) -> None:
    """Every service has heard all that is on the topic."""
    async with reading(kafka) as reader:
        for place, (_, end) in (await reader.spans([DOSSIERS])).items():
            if end:
                last = [record_from(raw) async for page in reader.pages(place, end - 1, end, 1) for raw in page][-1]
                _stand(owner_dsn, names, place[1], end, proof_of(last))


def _stand(owner_dsn: str, names: Iterable[str], partition: int, end: int, proof: str | None) -> None:
    with psycopg.connect(owner_dsn, autocommit=True) as conn:
        for name in names:
            text = "INSERT INTO {} (topic, partition, next_offset, proof) VALUES (%s, %s, %s, %s)"
            table = sql.Identifier(schema_of(name), "inbox_position")
            conn.execute(sql.SQL(text).format(table), (DOSSIERS, partition, end, proof))


__all__ = ["Filled", "fill", "move_inboxes", "prepare", "publish", "services", "sizes"]
