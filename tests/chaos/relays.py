"""Two relays of one service at once: one stands by as it should, and then both really send."""

import asyncio
import importlib
import threading
import time
from contextlib import ExitStack

import psycopg

from chassis.bus.kafka import KafkaBus
from chassis.errors import Retry
from chassis.relay import Relay
from chassis.store.postgres import PostgresDatabase
from tests.chaos.processes import another, await_all_ready, beside
from tests.chaos.staging import Stage
from tests.system.own import free_ports

RELAYING = ("intake", "routing", "processing", "results", "payments")
PAUSE = 3.0


def relays(stage: Stage) -> None:
    """A second replica of each relaying service; leaders lose their lock `size` times; then a third relay sends without asking for any."""
    with ExitStack() as open_:
        first = free_ports()
        programs = [another(name, MOTCUA_HTTP_PORT=str(first + n)) for n, name in enumerate(RELAYING, start=1)]
        open_.enter_context(beside(*programs))
        stage.load.await_lives(3)
        for _ in range(stage.size):
            name = stage.dice.choice(RELAYING)
            _throw_out_the_leader(stage, name)
            time.sleep(stage.seconds / 2 / stage.size)
        stage.tell(f"{stage.size} times a leader of {', '.join(RELAYING)} lost its connection, and with it its lock")
        pages = _all_send(stage, stage.seconds / 2)
        stage.tell(
            f"a second relay without a lock sent {pages} facts of {', '.join(RELAYING)} beside the first for {stage.seconds / 2:.0f} s"
        )
        stage.expect(pages > 0, "the second relay found nothing to send")
    await_all_ready()


def _throw_out_the_leader(stage: Stage, service: str) -> None:
    with psycopg.connect(stage.system.postgres_dsn, autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND usename = %s",
            (f"motcua_{service}",),
        )


def _all_send(stage: Stage, seconds: float) -> int:
    """How many facts relays sent that nobody elected."""
    sent, threads = list[int](), list[threading.Thread]()
    for service in RELAYING:
        thread = threading.Thread(target=lambda name=service: sent.append(asyncio.run(_send(stage, name, seconds))))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return sum(sent)


async def _send(stage: Stage, service: str, seconds: float) -> int:
    database = PostgresDatabase(service, stage.system.databases[service], pool_size=2)
    bus = KafkaBus(stage.system.kafka, f"{service}-second-relay")
    relay = Relay(database, bus, importlib.import_module(f"{service}.outbound").outbound)
    deadline, sent = time.monotonic() + seconds, 0
    try:
        while time.monotonic() < deadline:
            try:
                sent += (step := await relay.step())
            except Retry:
                step = 0
            if not step:
                await asyncio.sleep(0.02)
    finally:
        await bus.close()
        database.close()
    return sent
