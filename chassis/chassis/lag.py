"""How far an inbox is behind the bus."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition


@dataclass(frozen=True)
class Lag:
    """`records` that the database has not taken. `short`: a partition that ends before our position, and where; another Kafka's would."""

    records: int
    short: str | None = None


Offsets = Mapping[TopicPartition, int]


async def lag_of(consumer: AIOKafkaConsumer, held: Collection[TopicPartition], stored: Offsets, stopped: bool) -> Lag:
    """On the partitions held, behind the offsets `stored` in the database: the client may be ahead of it, with a batch that cannot be
    applied.

    The ends are those that came with the last fetch: one is always under way where nothing is left to take, and Kafka answers it as
    soon as there is something. To ask for them would wait behind it, a second each time. It is asked only where the last fetch says
    nothing, or less than is stored. Raises aiokafka's `KafkaError`.
    """
    ends = {place: -1 if (end := consumer.highwater(place)) is None else int(end) for place in held}
    unsure = [place for place, end in ends.items() if stopped or end < stored.get(place, 0)]
    ends |= await consumer.end_offsets(unsure) if unsure else {}
    left = {place: end - stored.get(place, 0) for place, end in ends.items()}
    short = next((f"{p.topic}/{p.partition} ends at {ends[p]}" for p, number in left.items() if number < 0), None)
    return Lag(sum(max(0, number) for number in left.values()), short)


__all__ = ["Lag", "lag_of"]
