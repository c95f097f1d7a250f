"""Reading a partition from an offset to an offset, outside any group: for rebuilding, backing up and comparing."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from chassis.errors import Retry

FETCH_BYTES = 8 * 1024 * 1024
SECONDS = 60
Place = tuple[str, int]


class Reader:
    """One connection to the bus; a partition at a time."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def spans(self, topics: Iterable[str]) -> dict[Place, tuple[int, int]]:
        """The first offset of each partition and the one behind its last record."""
        places = [
            TopicPartition(topic, number) for topic in topics for number in sorted(await self._consumer._client._wait_on_metadata(topic))
        ]
        first, ends = await self._consumer.beginning_offsets(places), await self._consumer.end_offsets(places)
        return {(place.topic, place.partition): (first[place], ends[place]) for place in places}

    async def pages(self, place: Place, start: int, end: int, limit: int) -> AsyncIterator[list[ConsumerRecord]]:
        """Records from `start` up to, not including, `end`, in pages of `limit` at most. Raises `Retry` when none come."""
        where = TopicPartition(*place)
        self._consumer.assign([where])
        self._consumer.seek(where, start)
        while start < end:
            batch = await self._consumer.getmany(where, timeout_ms=SECONDS * 1000, max_records=limit)
            page = [record for record in batch.get(where, []) if record.offset < end]
            if page:
                yield page
            start = await self._consumer.position(where)
            if not batch and start < end:
                raise Retry(f"bus: {where.topic}/{where.partition} gives nothing from {start} on within {SECONDS} s")


@asynccontextmanager
async def reading(bootstrap: str) -> AsyncIterator[Reader]:
    """A reader for as long as the block lasts. Raises `Retry` when the bus is away."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="none",
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_bytes=FETCH_BYTES,
    )
    try:
        await consumer.start()
        yield Reader(consumer)
    except KafkaError as away:
        raise Retry(f"bus: {type(away).__name__}") from away
    finally:
        await consumer.stop()


__all__ = ["Place", "Reader", "reading"]
