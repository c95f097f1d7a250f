"""The in-memory twin of the bus: partitions are lists; the partitioner is Kafka's own."""

from collections.abc import Sequence

from chassis.bus.partitioning import partition_of
from chassis.bus.port import Record


class MemoryBus:
    """Topics of `partitions` partitions, made on first use."""

    def __init__(self, partitions: int = 12) -> None:
        self._count = partitions
        self.topics: dict[str, list[list[Record]]] = {}

    def partitions(self, topic: str) -> list[list[Record]]:
        """The partitions of a topic, each a list of records by offset."""
        if topic not in self.topics:
            self.topics[topic] = [[] for _ in range(self._count)]
        return self.topics[topic]

    async def send(self, records: Sequence[Record]) -> None:
        self.send_now(records)

    def send_now(self, records: Sequence[Record]) -> None:
        """The same without awaiting, for deterministic runs."""
        for record in records:
            number = self.partition_of(record.key)
            log = self.partitions(record.topic)[number]
            log.append(Record(record.topic, record.key, record.value, record.headers, number, len(log)))

    def partition_of(self, key: bytes) -> int:
        """Where a key belongs."""
        return partition_of(key, self._count)

    def read(self, topic: str, partition: int, offset: int, limit: int = 500) -> list[Record]:
        """Records from an offset on."""
        return self.partitions(topic)[partition][offset : offset + limit]

    async def name(self) -> str:
        return "memory"

    async def close(self) -> None:
        """Nothing is held open."""
