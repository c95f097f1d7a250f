"""How the last record that was applied proves the bus, without a bus."""

from types import SimpleNamespace

import pytest
from aiokafka import TopicPartition

from chassis.bus import Record
from chassis.errors import Fenced
from chassis.ids import new_id
from chassis.positions import PATIENCE, BusReplaced, OwnPositions
from chassis.spans import proof_of
from chassis.store.memory import MemoryDatabase
from tests.chassis.sample import in_order, sent

PLACE = TopicPartition("dossiers.v1", 0)


class Standing:
    """Positions of a database, and where the client was told to read."""

    def __init__(self, offset: int, proof: str | None) -> None:
        self.database = MemoryDatabase("sample")
        self.moved_to(offset, proof)
        self.sought: list[int] = []
        self.positions = OwnPositions(self.database, compacted=())
        self.positions.subscriber = SimpleNamespace(consumer=SimpleNamespace(seek=lambda place, offset: self.sought.append(offset)))

    def moved_to(self, offset: int, proof: str | None) -> None:
        self.database.inbox[(PLACE.topic, PLACE.partition)] = (offset, proof)


def records(count: int) -> list[Record]:
    return in_order(*(sent(new_id(), 1) for _ in range(count)))


async def test_the_record_before_the_position_proves_the_bus_and_is_not_taken_again() -> None:
    told = records(6)
    standing = Standing(4, proof_of(told[3]))
    await standing.positions.on_partitions_assigned([PLACE])
    assert standing.sought == [3]
    assert standing.positions.proven(told[3:]) == told[4:]
    assert standing.positions.proven(told[:1]) == told[:1]


async def test_another_record_there_means_another_bus() -> None:
    told = records(6)
    standing = Standing(4, proof_of(told[2]))
    await standing.positions.on_partitions_assigned([PLACE])
    with pytest.raises(BusReplaced, match=r"dossiers\.v1/0 at 3"):
        standing.positions.proven(told[3:])


async def test_what_was_read_before_the_seek_is_let_pass_a_few_times_at_each_assignment_anew() -> None:
    told = records(6)
    standing = Standing(4, proof_of(told[3]))
    for _ in range(2):
        await standing.positions.on_partitions_assigned([PLACE])
        for _ in range(PATIENCE):
            with pytest.raises(Fenced):
                standing.positions.proven(told[5:])
        assert standing.positions.proven(told[3:]) == told[4:]
    await standing.positions.on_partitions_assigned([PLACE])
    for _ in range(PATIENCE):
        with pytest.raises(Fenced):
            standing.positions.proven(told[5:])
    with pytest.raises(BusReplaced):
        standing.positions.proven(told[5:])


async def test_a_position_without_a_proof_is_taken_up_where_it_stands_whatever_was_expected_before() -> None:
    told = records(6)
    standing = Standing(4, proof_of(told[3]))
    await standing.positions.on_partitions_assigned([PLACE])
    standing.moved_to(5, None)
    await standing.positions.on_partitions_assigned([PLACE])
    assert standing.sought == [3, 5]
    assert standing.positions.proven(told[5:]) == told[5:]
