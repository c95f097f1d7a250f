"""Records go to the compacted topic in order, and leave the line when they are stored there."""

import asyncio
import logging

from catalogue.views import OUTGOING, Outgoing
from chassis.bus import Bus, Record
from chassis.errors import Retry
from chassis.service import Parts
from chassis.store import Changes, Database
from chassis.telling import Telling
from chassis.threads import in_loop_thread
from contracts.envelope import CONTENT_TYPE, SPEC_VERSION, rfc3339
from contracts.topics import CATALOGUE

log = logging.getLogger("motcua.catalogue")
PAUSE_SECONDS = 0.5


def record_of(row: Outgoing) -> Record:
    """The record of a catalogue entry: its key is the entry's, so that compaction keeps the newest."""
    headers = (
        ("ce_specversion", SPEC_VERSION),
        ("ce_id", str(row.id).encode()),
        ("ce_type", f"vn.motcua.catalogue.{row.kind}.v1".encode()),
        ("ce_source", b"catalogue"),
        ("ce_subject", row.key.encode()),
        ("ce_time", rfc3339(row.recorded_at)),
        ("content-type", CONTENT_TYPE),
    )
    return Record(CATALOGUE, row.key.encode(), row.value.encode(), headers)


async def publish_once(database: Database, bus: Bus) -> int:
    """Send one page of what waits; how many. A crash before the deletion sends it again, which changes nothing."""
    rows = await in_loop_thread(_waiting, database)
    if rows:
        await bus.send([record_of(row) for row in rows])
        await in_loop_thread(_forget, database, rows)
    return len(rows)


async def publish(parts: Parts, bus: Bus) -> None:
    """Until cancelled."""
    telling = Telling(log, "publication")
    while True:
        try:
            sent = await publish_once(parts.database, bus)
            telling.goes_on()
            if sent:
                continue
        except Retry as away:
            telling.waits(away)
        await asyncio.sleep(PAUSE_SECONDS)


def _waiting(database: Database) -> list[Outgoing]:
    with database.session() as session:
        return session.find(OUTGOING, order=("n",), limit=200)


def _forget(database: Database, rows: list[Outgoing]) -> None:
    with database.session() as session:
        session.commit(Changes(deletes={OUTGOING: {(row.n,) for row in rows}}))
