"""The bus on Kafka: one batch a partition, idempotent, acknowledged by all replicas, lz4."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, OutOfOrderSequenceNumber
from aiokafka.producer.message_accumulator import BatchBuilder

from chassis.bus import connection
from chassis.bus.partitioning import partition_of
from chassis.bus.port import Record
from chassis.errors import Retry

connection.mend()

BATCH_BYTES = 512 * 1024
SEND_SECONDS = 30
"""A page that is not acknowledged by then goes again through a new producer; readers skip what they know."""


class KafkaBus:
    """A producer that is made anew after an error it cannot get over (library-known: out of order after an outage)."""

    def __init__(self, bootstrap: str, client_id: str) -> None:
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap,
                client_id=self._client_id,
                enable_idempotence=True,
                acks="all",
                compression_type="lz4",
                max_batch_size=BATCH_BYTES,
                max_request_size=4 * 1024 * 1024,
                request_timeout_ms=15_000,
            )
            try:
                await producer.start()
            except BaseException:
                await producer.stop()
                raise
            self._producer = producer
        return self._producer

    async def send(self, records: Sequence[Record]) -> None:
        try:
            with _as_retry():
                await self._send_all(records)
        except Retry:
            await self._forget()
            raise

    async def _send_all(self, records: Sequence[Record]) -> None:
        """Every partition's batches are waited for, also those beside one that failed."""
        producer = await self._started()
        partitions = {topic: len(await producer.partitions_for(topic)) for topic in {record.topic for record in records}}
        batches: dict[tuple[str, int], list[Record]] = {}
        for record in records:
            batches.setdefault((record.topic, partition_of(record.key, partitions[record.topic])), []).append(record)
        async with asyncio.timeout(SEND_SECONDS):
            sent = await asyncio.gather(*(self._send(producer, t, p, rs) for (t, p), rs in batches.items()), return_exceptions=True)
        failed = [outcome for outcome in sent if isinstance(outcome, BaseException)]
        if failed:
            raise Retry(f"bus: {type(failed[0]).__name__}") from failed[0]

    async def _send(self, producer: AIOKafkaProducer, topic: str, partition: int, records: list[Record]) -> None:
        waiting = list(records)
        while waiting:
            batch = producer.create_batch()
            taken = _fill(batch, waiting)
            if taken == 0:
                await producer.send_and_wait(
                    topic, waiting[0].value, key=waiting[0].key, partition=partition, headers=list(waiting[0].headers)
                )
                taken = 1
            else:
                batch.close()
                await (await producer.send_batch(batch, topic, partition=partition))
            del waiting[:taken]

    async def name(self) -> str:
        with _as_retry():
            await self._started()
        return connection.cluster_at(self._bootstrap)

    async def _forget(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            try:
                await asyncio.wait_for(producer.stop(), 5)
            except (KafkaError, OSError, TimeoutError, OutOfOrderSequenceNumber):
                return

    async def close(self) -> None:
        await self._forget()


@contextmanager
def _as_retry() -> Iterator[None]:
    """A Kafka that is away, or too slow, is asked again."""
    try:
        yield
    except (KafkaError, OSError, TimeoutError) as away:
        raise Retry(f"bus: {type(away).__name__}") from away


def _fill(batch: BatchBuilder, records: list[Record]) -> int:
    taken = 0
    for record in records:
        appended = batch.append(key=record.key, value=record.value, timestamp=None, headers=list(record.headers))
        if appended is None:
            break
        taken += 1
    return taken
