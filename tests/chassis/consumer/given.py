"""An inbox that is fed from the real Kafka, and facts on it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from msgspec.structs import replace

from chassis.bus import Record
from chassis.bus.partitioning import partition_of
from chassis.consumer import Consumer
from chassis.inbox import Inbox
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry.metrics import Metrics
from tests.chassis.inbox_conformance import inbox
from tests.chassis.sample import sent

if TYPE_CHECKING:
    from motcua_stack import Servers


@asynccontextmanager
async def consuming(
    store: PostgresDatabase, stack: "Servers", topic: str, by: Inbox | None = None, resting: Callable[[], bool] = lambda: False
) -> AsyncIterator[Consumer]:
    consumer = Consumer(by or inbox(), store, stack.kafka, [topic], f"{store.service}-1", Metrics("test"), resting=resting)
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.close()


def facts(topic: str, subject: UUID, first: int, count: int) -> list[Record]:
    return [replace(sent(subject, n), topic=topic) for n in range(first, first + count)]


def place_of(subject: UUID) -> int:
    """The partition that its facts lie on."""
    return partition_of(str(subject).encode(), 12)
