"""The bus of a run: the in-memory twin, which knows each dossier's records and can forget those of ended ones."""

from collections.abc import Iterable
from typing import Any

from chassis.bus import Record
from chassis.bus.memory import MemoryBus
from chassis.inbox import Reader
from contracts import Envelope, Fact
from contracts.topics import DOSSIERS, PORTAL


class SharedReader(Reader):
    """Reads each record once for all services: a record object is the same for everybody."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[Record, Envelope, Fact | None]] = {}

    def envelope(self, record: Record) -> Envelope:
        known = self._read.get(id(record))
        if known is None:
            known = self._read[id(record)] = (record, super().envelope(record), None)
        return known[1]

    def fact(self, envelope: Envelope, record: Record) -> Fact:
        known = self._read.get(id(record))
        if known is None or known[2] is None:
            known = self._read[id(record)] = (record, envelope, super().fact(envelope, record))
        assert known[2] is not None
        return known[2]

    def drop(self, record: Record) -> None:
        """Nobody reads it again."""
        self._read.pop(id(record), None)

    def forget(self) -> None:
        """Everything."""
        self._read.clear()


class Bus(MemoryBus):
    """`records` by key: offsets of the dossier topic, in order. What is `waiting` goes with the next records that somebody sends.

    `good`: how many went since something waited.
    """

    def __init__(self, partitions: int = 12) -> None:
        super().__init__(partitions)
        self.reader = SharedReader()
        self.places: dict[bytes, list[tuple[int, int]]] = {}
        self.waiting: list[Record] = []
        self.good = 0
        self._told: dict[bytes, list[tuple[int, int]]] = {}
        """The same of the portal's topic, which no service of a run hears."""

    def empty(self) -> None:
        """As a new bus."""
        self.topics.clear()
        self.places.clear()
        self.waiting.clear()
        self.good = 0
        self._told.clear()
        self.reader.forget()

    def send_now(self, records: Iterable[Record]) -> None:
        more, self.waiting = self.waiting, []
        records = list(records)
        self.good = len(records) + (0 if more else self.good)
        for record in (*more, *records):
            super().send_now((record,))
            partition = self.partition_of(record.key)
            offset = len(self.topics[record.topic][partition]) - 1
            if record.topic == DOSSIERS:
                self.places.setdefault(record.key, []).append((partition, offset))
            elif record.topic == PORTAL:
                self._told.setdefault(record.key, []).append((partition, offset))

    def partition_of(self, key: bytes) -> int:
        known = self.places.get(key)
        return known[0][0] if known else super().partition_of(key)

    def records(self, key: bytes) -> list[Record]:
        """All records of a dossier, in partition order, as they were sent."""
        log = self.partitions(DOSSIERS)
        return [log[partition][offset] for partition, offset in self.places.get(key, ())]

    def forget(self, key: bytes) -> None:
        """Drop an ended dossier's records; offsets stay."""
        log: list[list[Any]] = self.partitions(DOSSIERS)
        for partition, offset in self.places.pop(key, ()):
            self.reader.drop(log[partition][offset])
            log[partition][offset] = None
        told: list[list[Any]] = self.partitions(PORTAL)
        for partition, offset in self._told.pop(key, ()):
            told[partition][offset] = None
