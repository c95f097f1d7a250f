"""Relay, store to Kafka: pages with a batch a partition, against publishing one by one."""

import asyncio
import time
import uuid

from _rig import BECAUSE, goal, medians, rig, show, submitted

from chassis.bus.kafka import KafkaBus
from chassis.ids import new_id
from chassis.relay import Outbound, Relay, record_of
from chassis.store import Unit
from chassis.store.postgres import PostgresDatabase
from motcua_stack import create_topics

PAGES, ONES = 20_000, 1_000


def fill(store: PostgresDatabase, count: int) -> None:
    for _ in range(count // 500):
        with store.session() as session:
            unit = Unit(session, BECAUSE)
            for _ in range(125):
                unit.record(new_id(), *[submitted()] * 4)
            unit.commit()


async def pages(store: PostgresDatabase, bus: KafkaBus, outbound: Outbound) -> float:
    store.set_relay_position(0)
    relay, sent = Relay(store, bus, outbound), 0
    started = time.perf_counter()
    while moved := await relay.step():
        sent += moved
    return sent / (time.perf_counter() - started)


async def ones(store: PostgresDatabase, bus: KafkaBus, outbound: Outbound) -> float:
    """The same reading, but each fact is sent, and the position moved, before the next one."""
    started = time.perf_counter()
    for fact in await asyncio.to_thread(store.page, 0, ONES):
        await bus.send([outbound(fact)])
        await asyncio.to_thread(store.set_relay_position, fact.position)
    return ONES / (time.perf_counter() - started)


def main() -> None:
    with rig() as it, it.store("relaying") as store:
        topic = f"bench-{uuid.uuid4().hex[:8]}"
        create_topics(it.stack.kafka, {topic: {}})
        fill(store, PAGES)
        with asyncio.Runner() as runner:
            bus = KafkaBus(it.stack.kafka, "bench-relay")
            runner.run(ones(store, bus, lambda fact: record_of(topic, fact)))
            found = medians(
                {
                    "one by one": lambda: runner.run(ones(store, bus, lambda fact: record_of(topic, fact))),
                    "pages": lambda: runner.run(pages(store, bus, lambda fact: record_of(topic, fact))),
                }
            )
            runner.run(bus.close())
    show("Relay", ["", "facts/s"], [[name, f"{value:,.0f}"] for name, value in found.items()])
    print(f"  pages to one by one {goal(found['pages'] / found['one by one'], 20)}")


if __name__ == "__main__":
    main()
