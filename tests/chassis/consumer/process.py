"""A service's inbox in a process of its own, to be killed: `python -m tests.chassis.consumer.process SERVICE DSN KAFKA TOPIC`."""

import asyncio
import sys

from chassis.consumer import Consumer
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry.metrics import Metrics
from tests.chassis.inbox_conformance import inbox


async def main(service: str, dsn: str, kafka: str, topic: str) -> None:
    store = PostgresDatabase(service, dsn)
    consumer = Consumer(inbox(), store, kafka, [topic], f"{service}-1", Metrics(service))
    await consumer.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
