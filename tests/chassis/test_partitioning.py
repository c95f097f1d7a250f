"""A key belongs where Kafka's own partitioner puts it, whatever its length."""

import random

from aiokafka.partitioner import murmur2

from chassis.bus.partitioning import partition_of


def test_keys_of_every_length_belong_where_kafkas_own_partitioner_puts_them() -> None:
    chance = random.Random(11)
    for length in (*range(40), 36, 255):
        key = chance.randbytes(length)
        assert partition_of(key, 12) == (murmur2(key) & 0x7FFFFFFF) % 12
        assert partition_of(key, 1_000_003) == (murmur2(key) & 0x7FFFFFFF) % 1_000_003
