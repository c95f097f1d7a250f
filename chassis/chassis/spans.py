"""What a batch covers of each partition, and by what its last record is known again."""

from collections.abc import Container, Iterable

from chassis.bus import Record
from chassis.parking import storable
from chassis.store.session import Span


def spans_of(records: Iterable[Record], compacted: Container[str]) -> list[Span]:
    """What a batch covers of each partition; of `compacted` topics records may be missing."""
    ends: dict[tuple[str, int], tuple[int, Record]] = {}
    for record in records:
        place = (record.topic, record.partition)
        ends[place] = (ends[place][0] if place in ends else record.offset, record)
    return [
        Span(topic, partition, first, last.offset + 1, proof_of(last), topic in compacted)
        for (topic, partition), (first, last) in ends.items()
    ]


def proof_of(record: Record) -> str | None:
    """By what a record is known again: its `ce_id`."""
    return storable(dict(record.headers).get("ce_id", b"").decode(errors="replace")) or None


__all__ = ["proof_of", "spans_of"]
