"""One moment of a running system: relays held until the inboxes have read all there is, then one snapshot of all databases.

Whoever holds the *shared* lock of a service's log keeps its relay from reading a page (it takes the exclusive one for that),
and hinders no writer. So what is on the topic at the snapshot is in the snapshot, and no inbox stands behind the topic's end.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from chassis.archive import tables, topics
from chassis.migrate import lock_key

SECONDS = 60.0
STILL_SECONDS = 0.5


@dataclass
class Moment:
    """A snapshot that lasts as long as `conn`'s transaction, the topics' ends at it, and records not yet applied by service."""

    conn: psycopg.Connection[Any]
    ends: topics.Ends
    behind: dict[str, int] = field(default_factory=dict)


@contextmanager
def moment(owner_dsn: str, bootstrap: str, schemas: Sequence[str], heard: Iterable[str], seconds: float = SECONDS) -> Iterator[Moment]:
    """The system at one moment; relays go on as soon as it is found. A service that does not catch up within `seconds` is in `behind`."""
    with tables.connected(owner_dsn) as conn, psycopg.connect(owner_dsn, autocommit=True) as holder:
        for schema in schemas:
            holder.execute("SELECT pg_advisory_lock_shared(%s)", (lock_key(schema),))
        found = _still(conn, holder, bootstrap, schemas, list(heard), time.monotonic() + seconds)
        holder.execute("SELECT pg_advisory_unlock_all()")
        yield found


def _still(
    conn: psycopg.Connection[Any],
    holder: psycopg.Connection[Any],
    bootstrap: str,
    schemas: Sequence[str],
    heard: list[str],
    deadline: float,
) -> Moment:
    """A page that a relay had read before it was held may still be on its way: only what stands still on both sides counts."""
    while True:
        before = asyncio.run(topics.ends(bootstrap, heard)), _relayed(holder, schemas)
        behind = _behind(holder, schemas, before[0])
        if behind and time.monotonic() < deadline:
            time.sleep(0.1)
            continue
        conn.rollback()
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        relayed = _relayed(conn, schemas)
        time.sleep(STILL_SECONDS)
        after = asyncio.run(topics.ends(bootstrap, heard)), _relayed(holder, schemas)
        if before == after and relayed == before[1]:
            return Moment(conn, after[0], _behind(conn, schemas, after[0]))


def _relayed(conn: psycopg.Connection[Any], schemas: Sequence[str]) -> list[int]:
    rows = (conn.execute(sql.SQL("SELECT position FROM {}").format(sql.Identifier(s, "relay_position"))).fetchone() for s in schemas)
    return [int(row[0]) if row else 0 for row in rows]


def _behind(conn: psycopg.Connection[Any], schemas: Sequence[str], ends: topics.Ends) -> dict[str, int]:
    """How many records each service has not applied of the topics that it hears."""
    found = {schema: _unread(conn, schema, ends) for schema in schemas}
    return {schema: number for schema, number in found.items() if number > 0}


def _unread(conn: psycopg.Connection[Any], schema: str, ends: topics.Ends) -> int:
    rows = conn.execute(sql.SQL("SELECT topic, partition, next_offset FROM {}").format(sql.Identifier(schema, "inbox_position"))).fetchall()
    stands = {(topic, partition): offset for topic, partition, offset in rows}
    hears = {topic for topic, _ in stands}
    return sum(max(0, end - stands.get(place, 0)) for place, end in ends.items() if place[0] in hears)


__all__ = ["Moment", "moment"]
