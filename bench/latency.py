"""Fact stored → view row committed in another service, at 100 facts a second: two processes, real Kafka and PostgreSQL.

The moment of recording is the fact's own `recorded_at` (before the append), the end is after the commit of the row.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from _rig import BECAUSE, RUNS, Rig, rig, show, submitted
from inbox import inbox, views_only

from chassis.bus import Record
from chassis.bus.kafka import KafkaBus
from chassis.consumer import Consumer
from chassis.ids import new_id
from chassis.relay import Leadership, Relay, record_of
from chassis.store import Unit
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry.metrics import Metrics
from contracts import Envelope
from motcua_stack import create_topics

PER_SECOND, SECONDS = 100, 15
COUNT = PER_SECOND * SECONDS
HEARER_DATABASE = "BENCH_DATABASE_URL"
"""In the environment: a command line, and with it the password, is shown to every user of the machine."""


async def hear(service: str, kafka: str, topic: str) -> None:
    """The other service, in a process of its own: prints `ready`, then the delays in milliseconds."""
    store = PostgresDatabase(service, os.environ[HEARER_DATABASE])
    delays: list[float] = []
    done = asyncio.Event()
    loop = asyncio.get_running_loop()

    def applied(records: Sequence[Record]) -> None:
        now = datetime.now(UTC)
        delays.extend((now - Envelope.from_headers(r.headers).time).total_seconds() * 1000 for r in records)
        if len(delays) >= COUNT:
            loop.call_soon_threadsafe(done.set)

    consumer = Consumer(inbox(views_only, history=False), store, kafka, [topic], f"{service}-1", Metrics(service), applied)
    await consumer.start()
    while not consumer.positions.assigned:
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    await done.wait()
    print(json.dumps(delays), flush=True)
    await consumer.close()


def append(store: PostgresDatabase, relay: Relay) -> None:
    """At an even pace, as commands would."""
    started = time.perf_counter()
    for number in range(COUNT):
        time.sleep(max(0.0, started + number / PER_SECOND - time.perf_counter()))
        now = datetime.now(UTC)
        with store.session() as session:
            unit = Unit(session, BECAUSE)
            unit.record(new_id(), msgspec.structs.replace(submitted(), recorded_at=now))
            unit.commit()
        relay.bell.ring()


async def send(it: Rig, service: str, heard_dsn: str, store: PostgresDatabase) -> list[float]:
    topic = f"bench-{uuid.uuid4().hex[:8]}"
    await asyncio.to_thread(create_topics, it.stack.kafka, {topic: {}})
    bus = KafkaBus(it.stack.kafka, "bench-relay")
    relay = Relay(store, bus, lambda fact: record_of(topic, fact))
    relay.bell.attach()
    leading = asyncio.create_task(Leadership(store, relay).run())
    other = await asyncio.create_subprocess_exec(
        sys.executable,
        __file__,
        service,
        it.stack.kafka,
        topic,
        stdout=subprocess.PIPE,
        limit=2**24,
        env=os.environ | {HEARER_DATABASE: heard_dsn},
    )
    assert other.stdout is not None
    await other.stdout.readline()
    writer = threading.Thread(target=append, args=(store, relay))
    writer.start()
    delays: list[float] = json.loads(await other.stdout.readline())
    await other.wait()
    writer.join()
    leading.cancel()
    await asyncio.gather(leading, return_exceptions=True)
    await bus.close()
    return delays


def main() -> None:
    runs = []
    with rig() as it:
        for number in range(RUNS):
            with it.store(f"tells{number}") as store, it.store(f"hears{number}") as heard:
                delays = sorted(asyncio.run(send(it, heard.service, heard.dsn, store)))
            runs.append([delays[int(len(delays) * share)] for share in (0.5, 0.95, 0.99)])
    middle = [statistics.median(column) for column in zip(*runs, strict=True)]
    names = [*(f"run {n + 1}" for n in range(RUNS)), "median"]
    rows = [[name, *(f"{value:.1f}" for value in run)] for name, run in zip(names, [*runs, middle], strict=True)]
    show(f"Fact stored → view row committed elsewhere, {PER_SECOND}/s, milliseconds", ["", "p50", "p95", "p99"], rows)
    print(f"  p99 {middle[2]:.0f} ms (goal 100) {'met' if middle[2] <= 100 else 'MISSED'}")


if __name__ == "__main__":
    asyncio.run(hear(*sys.argv[1:])) if len(sys.argv) > 1 else main()
