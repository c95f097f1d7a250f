"""Where a service stands on the bus: its own database says so, and the last record it applied proves that the bus is still the same."""

import time
from collections.abc import Container, Iterable, Sequence
from typing import Any

from aiokafka import ConsumerRebalanceListener, TopicPartition

from chassis.bus import Record
from chassis.errors import Fenced
from chassis.spans import proof_of
from chassis.store import Database
from chassis.threads import in_loop_thread

PATIENCE = 3
"""Batches read before a seek, which may still come after it, before the bus itself is suspected."""


class BusReplaced(RuntimeError):
    """The record before our position is not the one we applied: the bus was replaced or cut. Never skip silently."""


class OwnPositions(ConsumerRebalanceListener):  # type: ignore[misc]
    """On assignment: go one record before the positions in our database, so that the last one we applied proves the bus.

    Compacted topics drop records, so they are taken up where we stand.
    """

    def __init__(self, database: Database, compacted: Container[str]) -> None:
        self._database = database
        self._compacted = compacted
        self._expected: dict[TopicPartition, tuple[int, str | None]] = {}
        self._misses: dict[TopicPartition, int] = {}
        self.subscriber: Any = None
        self.assigned: set[TopicPartition] = set()
        self.idle_since: float | None = None

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self.assigned -= set(revoked)
        self.idle_since = self.idle_since if self.assigned else time.monotonic()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        positions = await in_loop_thread(lambda: {(t, p): (o, proof) for t, p, o, proof in self._database.positions()})
        for place in assigned:
            offset, proof = positions.get((place.topic, place.partition), (0, None))
            self._expected.pop(place, None)
            if place.topic not in self._compacted and (proof is not None or offset == 0):
                offset = max(0, offset - 1)
                self._expected[place] = (offset, proof)
            self.subscriber.consumer.seek(place, offset)
        self.assigned |= set(assigned)
        self.idle_since = None if self.assigned else self.idle_since

    def proven(self, records: Sequence[Record]) -> list[Record]:
        """The records behind our positions. Raises `BusReplaced` where the one before them is not the one we applied."""
        return [record for record in records if not self._is_proof(record)]

    def _is_proof(self, record: Record) -> bool:
        place = TopicPartition(record.topic, record.partition)
        expected = self._expected.get(place)
        if expected is None:
            return False
        offset, proof = expected
        if record.offset != offset and self._misses.get(place, 0) < PATIENCE:
            self._misses[place] = self._misses.get(place, 0) + 1
            raise Fenced(f"{place.topic}/{place.partition} at {record.offset}: read before the seek to {offset}")
        if record.offset != offset or (proof is not None and proof_of(record) != proof):
            why = f"expected {proof} at {offset}" if proof else "never heard, and its first records are gone from the bus"
            raise BusReplaced(f"{place.topic}/{place.partition} at {record.offset}: {why}")
        del self._expected[place]
        self._misses.pop(place, None)
        return proof is not None


__all__ = ["BusReplaced", "OwnPositions"]
