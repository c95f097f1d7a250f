"""Topics as files: each partition whole and in its order, one CloudEvent a line; and back, byte for byte."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from aiokafka import AIOKafkaProducer

from chassis.archive.folder import Damaged, Partition, Tell
from chassis.archive.records import Sent, digest_of, from_line, to_line
from chassis.bus.reading import Place, Reader, reading

PAGE = 2_000
BATCH_BYTES = 512 * 1024
Ends = dict[Place, int]


async def ends(bootstrap: str, topics: Iterable[str]) -> Ends:
    """The offset behind the last record of each partition."""
    async with reading(bootstrap) as reader:
        return {place: end for place, (_, end) in (await reader.spans(topics)).items()}


def file_of(folder: Path, place: Place) -> Path:
    return folder / place[0] / f"{place[1]:03d}.jsonl"


async def dump(bootstrap: str, upto: Ends, folder: Path, tell: Tell) -> dict[str, list[Partition]]:
    """Write each partition from its first record to the given offset."""
    found: dict[str, list[Partition]] = {}
    done, total = 0, sum(upto.values())
    async with reading(bootstrap) as reader:
        starts = {place: start for place, (start, _) in (await reader.spans(dict.fromkeys(topic for topic, _ in upto))).items()}
        for place, end in sorted(upto.items()):
            path = file_of(folder, place)
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "wb") as file:
                partition = Summed(end)
                async for page in reader.pages(place, starts[place], end, PAGE):
                    for sent in map(Sent.of, page):
                        file.write(to_line(sent) + b"\n")
                        partition.add(sent)
                    done += len(page)
                    tell("topics", done, total)
            found.setdefault(place[0], []).append(partition.partition)
    return found


class Summed:
    """Counts and sums the records of a partition."""

    def __init__(self, end: int) -> None:
        self._end, self._count, self._digest = end, 0, hashlib.sha256()

    def add(self, sent: Sent) -> None:
        self._count += 1
        self._digest.update(digest_of(sent))

    @property
    def partition(self) -> Partition:
        return Partition(records=self._count, end=self._end, digest=self._digest.hexdigest())


def lines(folder: Path, place: Place) -> Iterator[Sent]:
    """The records of a partition's file."""
    with open(file_of(folder, place), "rb") as file:
        yield from map(from_line, file)


async def produce(bootstrap: str, topics: dict[str, list[Partition]], folder: Path, tell: Tell) -> None:
    """Send every partition's records to the same partition, in their order, with their times."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, enable_idempotence=True, acks="all", compression_type="lz4", max_batch_size=BATCH_BYTES,
        max_request_size=4 * 1024 * 1024,
    )  # fmt: skip
    done, total = 0, sum(partition.records for partitions in topics.values() for partition in partitions)
    await producer.start()
    try:
        for topic, partitions in topics.items():
            for number in range(len(partitions)):
                await _produce(producer, (topic, number), lines(folder, (topic, number)))
                done += partitions[number].records
                tell("topics", done, total)
    finally:
        await producer.stop()


async def _produce(producer: AIOKafkaProducer, place: Place, records: Iterator[Sent]) -> None:
    batch = producer.create_batch()
    for sent in records:
        if batch.append(key=sent.key, value=sent.value, timestamp=sent.timestamp, headers=list(sent.headers)) is None:
            await _close(producer, batch, place)
            batch = producer.create_batch()
            if batch.append(key=sent.key, value=sent.value, timestamp=sent.timestamp, headers=list(sent.headers)) is None:
                await producer.send_and_wait(
                    place[0], sent.value, key=sent.key, partition=place[1], timestamp_ms=sent.timestamp, headers=list(sent.headers)
                )
    await _close(producer, batch, place)


async def _close(producer: AIOKafkaProducer, batch: object, place: Place) -> None:
    if batch.record_count():  # type: ignore[attr-defined]
        batch.close()  # type: ignore[attr-defined]
        await (await producer.send_batch(batch, place[0], partition=place[1]))


async def same(bootstrap: str, wanted: dict[str, list[Partition]]) -> None:
    """Raises `Damaged` where a partition does not hold what was taken."""
    async with reading(bootstrap) as reader:
        for (topic, number), (start, end) in (await reader.spans(wanted)).items():
            found, taken = await _summed(reader, (topic, number), start, end), wanted[topic][number]
            if (found.records, found.digest) != (taken.records, taken.digest):
                raise Damaged(f"{topic}/{number} holds {found.records} records that are not the {taken.records} taken")


async def _summed(reader: Reader, place: Place, start: int, end: int) -> Partition:
    partition = Summed(end)
    async for page in reader.pages(place, start, end, PAGE):
        for raw in page:
            partition.add(Sent.of(raw))
    return partition.partition


__all__ = ["Ends", "dump", "ends", "lines", "produce", "same"]
