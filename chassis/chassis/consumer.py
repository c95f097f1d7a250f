"""FastStream feeds the inbox: raw records, manual acknowledgement, positions of our own.

What leaves a FastStream handler as an exception is consumed all the same, so everything is caught here: a fenced or failed
batch seeks back to the stored positions, and the group's offsets are committed afterwards, as a hint for lag tools only.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage

from chassis.bus import Record, connection
from chassis.bus.topics import missing_topics
from chassis.errors import Fenced, NotHeardOf, Retry, VersionConflict
from chassis.inbox import Gap, Inbox, TooManyParked
from chassis.lag import Lag, lag_of
from chassis.positions import OwnPositions
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry.metrics import Metrics
from chassis.threads import in_loop_thread

log = logging.getLogger("motcua.inbox")
connection.mend()
MAX_RECORDS = 500
POLL_MS = 1000
METADATA_MS = 15_000
"""How long a consumer may believe what it was told of topics and leaders: one that was given nothing looks again then."""
GATHER_SECONDS = 0.02
"""After a batch that was not full: a lone record is taken at once, those that follow closely are taken together."""
AHEAD_SECONDS = 0.3
HINT_SECONDS = 1.0
REST_SECONDS, MOST_RESTS = 0.1, 300


async def _polled(consumer: AIOKafkaConsumer) -> tuple[ConsumerRecord, ...]:
    """What is there, at once; FastStream's own poll sleeps as long again after an empty one, which costs latency or CPU."""
    found = await consumer.getmany(timeout_ms=POLL_MS, max_records=MAX_RECORDS)
    return tuple(chain.from_iterable(found.values()))


async def _unread(raw: Any) -> KafkaMessage:
    """A batch of which FastStream reads nothing: headers may be any bytes, and what fails before our handler is skipped for ever."""
    return KafkaMessage(body=raw, raw_message=raw, consumer=FAKE_CONSUMER)


async def _raw(message: Any) -> Any:
    """The records untouched."""
    return message.raw_message


class Consumer:
    """One consumer group member of a service. `static_name` keeps its partitions over a restart."""

    def __init__(
        self,
        inbox: Inbox,
        database: PostgresDatabase,
        bootstrap: str,
        topics: Sequence[str],
        static_name: str,
        metrics: Metrics,
        after_commit: Any = None,
        resting: Callable[[], bool] = lambda: False,
    ) -> None:
        self._inbox = inbox
        self._database = database
        self._metrics = metrics
        self._after_commit = after_commit
        self._resting = resting
        self._bootstrap = bootstrap
        self._topics = topics
        self.positions = OwnPositions(database, inbox.compacted)
        self.turned_at = 0.0
        self.caught_up = False
        self.stopped: str | None = None
        self._closing = asyncio.Event()
        self._hints: dict[TopicPartition, int] = {}
        self._hinting: asyncio.Task[None] | None = None
        self.broker = KafkaBroker(
            bootstrap.split(","),  # of one text with several addresses it would make one
            client_id=static_name,
            metadata_max_age_ms=METADATA_MS,
            allow_auto_create_topics=False,
            apply_types=False,
            parser=_unread,
            decoder=_raw,
            graceful_timeout=8,
            logger=None,
        )
        subscriber = self.broker.subscriber(
            *topics,
            batch=True,
            group_id=database.service,
            group_instance_id=static_name,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            max_records=MAX_RECORDS,
            fetch_max_wait_ms=POLL_MS,
            session_timeout_ms=30_000,
            heartbeat_interval_ms=3_000,
            max_poll_interval_ms=300_000,
            listener=self.positions,
        )
        self.positions.subscriber = subscriber
        self._subscriber = subscriber
        subscriber.get_msg = _polled  # type: ignore[method-assign]
        subscriber(self._handle)

    async def start(self) -> None:
        """Join the group. Raises `Retry` before its topics are made, aiokafka's `KafkaError` when Kafka is away."""
        if missing := await missing_topics(self._bootstrap, self._topics):
            raise Retry(f"topics {', '.join(missing)}")
        await self.broker.start()
        if not self.positions.assigned:
            self.positions.idle_since = time.monotonic()

    @property
    def idle_seconds(self) -> float:
        """How long it has held no partition although it joined; 0 once it was stopped for a reason, which `ready` tells."""
        since = self.positions.idle_since
        return 0.0 if since is None or self.stopped else time.monotonic() - since

    async def close(self) -> None:
        """Leave the group; a batch under way is finished first."""
        self._closing.set()
        if self._hinting is not None:
            self._hinting.cancel()
            await self._commit_hints()
        await self.broker.stop()

    async def _handle(self, raw: Sequence[ConsumerRecord]) -> None:
        try:
            await self._take([record_from(r) for r in raw])
            if len(raw) < MAX_RECORDS:
                await asyncio.sleep(GATHER_SECONDS)
        except Exception as bug:
            self._stop(bug)
            await self._closing.wait()

    async def _take(self, raw: list[Record]) -> None:
        pause = 0.1
        records: list[Record] | None = None
        await self._rest()
        while self.stopped is None:
            self.turned_at = asyncio.get_running_loop().time()
            try:
                records = self.positions.proven(raw) if records is None else records
                if records:
                    await in_loop_thread(self._apply, records)
                    self._hint(records)
                return
            except Fenced as fenced:
                log.warning("another owner has gone on, seeking", extra={"why": str(fenced)})
                await asyncio.sleep(pause)
                await self.positions.on_partitions_assigned(self._subscriber.consumer.assignment())  # type: ignore[union-attr]
                return
            except VersionConflict:
                continue
            except NotHeardOf as ahead:
                log.warning("ahead of the catalogue, reading on", extra={"why": str(ahead)})
                await asyncio.sleep(AHEAD_SECONDS)
                await self.positions.on_partitions_assigned(self._subscriber.consumer.assignment())  # type: ignore[union-attr]
                return
            except (Gap, TooManyParked) as fatal:
                self._stop(fatal)
            except Retry as away:
                log.warning("inbox waits", extra={"why": str(away), "pause": pause})
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            except Exception as bug:
                self._stop(bug)
        if self.stopped is not None:
            await self._closing.wait()

    async def _rest(self) -> None:
        """While something more urgent is recorded, but not for ever: what others tell must not wait until it is done."""
        for _ in range(MOST_RESTS):
            if not self._resting() or self._closing.is_set():
                return
            self.turned_at = asyncio.get_running_loop().time()
            await asyncio.sleep(REST_SECONDS)

    def _stop(self, fatal: Exception) -> None:
        self.stopped = f"{type(fatal).__name__}: {fatal}"
        self._metrics.stopped.set(1)
        log.critical("inbox stopped", exc_info=fatal)

    def _apply(self, records: list[Record]) -> None:
        """Compacted topics first: what they say may be asked for by the facts of the same batch."""
        entries = [record for record in records if record.topic in self._inbox.compacted]
        facts = [record for record in records if record.topic not in self._inbox.compacted]
        for part in (entries, facts):
            if part:
                self._apply_part(part)

    def _apply_part(self, records: list[Record]) -> None:
        with self._database.session() as session:
            self._inbox.apply(records, session)
        if self._after_commit is not None:
            self._after_commit(records)

    def _hint(self, records: Sequence[Record]) -> None:
        """Lag tools look every few seconds: one commit a second tells them as much as one a batch."""
        self._hints.update({TopicPartition(r.topic, r.partition): r.offset + 1 for r in records})
        if self._hinting is None or self._hinting.done():
            self._hinting = asyncio.create_task(self._hint_later())

    async def _hint_later(self) -> None:
        while self._hints:
            await asyncio.sleep(HINT_SECONDS)
            await self._commit_hints()

    async def _commit_hints(self) -> None:
        consumer = self._subscriber.consumer
        last, self._hints = self._hints, {}
        try:
            await consumer.commit({place: offset for place, offset in last.items() if place in consumer.assignment()})  # type: ignore[union-attr]
        except Exception as unimportant:
            log.debug("offset hint not taken", extra={"why": type(unimportant).__name__})

    async def lag(self) -> Lag | None:
        """None before an assignment. Raises aiokafka's `KafkaError`."""
        consumer = self._subscriber.consumer
        if consumer is None or not self.positions.assigned:
            return None
        stored = await in_loop_thread(self._stored)
        return await lag_of(consumer, set(self.positions.assigned), stored, self.stopped is not None)

    def _stored(self) -> dict[TopicPartition, int]:
        return {TopicPartition(topic, partition): offset for topic, partition, offset, _ in self._database.positions()}


def record_from(raw: ConsumerRecord) -> Record:
    """Our record from aiokafka's."""
    headers = tuple([(name, value or b"") for name, value in raw.headers])
    return Record(raw.topic, raw.key or b"", raw.value, headers, raw.partition, raw.offset)
