"""The bus of a run: the in-memory twin, which knows each dossier's records and can forget those of ended ones."""

from collections.abc import Iterable
from typing import Any

from chassis.bus import Record
from chassis.bus.memory import MemoryBus
from contracts.topics import DOSSIERS


class Bus(MemoryBus):
    """`records` by key: offsets of the dossier topic, in order."""

    def __init__(self, partitions: int = 12) -> None:
        super().__init__(partitions)
        self.places: dict[bytes, list[tuple[int, int]]] = {}

    def send_now(self, records: Iterable[Record]) -> None:
        for record in records:
            super().send_now([record])
            if record.topic == DOSSIERS:
                partition = self.partition_of(record.key)
                self.places.setdefault(record.key, []).append((partition, len(self.topics[DOSSIERS][partition]) - 1))

    def records(self, key: bytes) -> list[Record]:
        """All records of a dossier, in partition order, as they were sent."""
        log = self.partitions(DOSSIERS)
        return [log[partition][offset] for partition, offset in self.places.get(key, ())]

    def forget(self, key: bytes) -> None:
        """Drop an ended dossier's records; offsets stay."""
        log: list[list[Any]] = self.partitions(DOSSIERS)
        for partition, offset in self.places.pop(key, ()):
            log[partition][offset] = None
