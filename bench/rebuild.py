"""Rebuild of views from the topic, against one transaction a fact; facts a second, with the compare and the switch beside."""

import asyncio
import sys
import time
from itertools import islice
from uuid import UUID

from _rig import RUNS, Rig, goal, medians, rig, show

from chassis.bus import Record
from chassis.bus.kafka import KafkaBus
from chassis.bus.reading import Place, reading
from chassis.clock import SystemClock
from chassis.consumer import record_from
from chassis.inbox import Inbox
from chassis.migrate import migrate
from chassis.rebuild import Outcome, Rebuild
from chassis.rebuild.feeding import Feed
from chassis.store.postgres import PostgresDatabase
from contracts import DOSSIERS, Envelope
from contracts.fact import encode
from motcua_stack import create_topics, prepare_postgres
from motcua_stack.database import role_of
from tests.tracking import story
from tracking.main import BLUEPRINT

ONES = 1_000
WAVE = 500
"""Dossiers whose facts are mixed on the topic, as those of a week are."""


def published(dossiers: int) -> list[Record]:
    """Whole histories of nine facts, the facts of a wave of dossiers mixed."""
    facts = story.walk()
    bodies = [(fact, encode(fact)) for fact in facts]
    made: list[Record] = []
    for first in range(1, dossiers + 1, WAVE):
        wave = [UUID(int=(0x0190 << 112) + number) for number in range(first, min(first + WAVE, dossiers + 1))]
        sequences: dict[str, int] = {}
        for fact, body in bodies:
            sequences[fact.OWNER] = sequences.get(fact.OWNER, 0) + 1
            for subject in wave:
                envelope = Envelope(
                    id=UUID(int=len(made) + 1),
                    type=fact.TYPE,
                    source=fact.OWNER,
                    subject=subject,
                    sequence=sequences[fact.OWNER],
                    time=fact.recorded_at,
                    actor="account-1",
                    correlation=subject,
                )
                made.append(Record(DOSSIERS, str(subject).encode(), body, tuple(envelope.headers())))
    return made


async def publish(kafka: str, dossiers: int) -> None:
    bus = KafkaBus(kafka, "bench")
    records = iter(published(dossiers))
    while page := list(islice(records, 20_000)):
        await bus.send(page)
    await bus.close()


async def first_partition(kafka: str) -> tuple[Place, list[Record]]:
    async with reading(kafka) as reader:
        place, (_, end) = max((await reader.spans([DOSSIERS])).items(), key=lambda item: item[1][1])
        return place, [record_from(raw) async for page in reader.pages(place, 0, min(end, ONES), ONES) for raw in page]


def one_by_one(it: Rig, address: str) -> float:
    """The naive way: each fact in a transaction of its own, in an empty copy."""
    assert BLUEPRINT.handle is not None
    migrate(it.stack.postgres_dsn, "tracking", "tracking_naive", role_of("tracking"), "tracking")
    store = PostgresDatabase("tracking", address, schema="tracking_naive")
    inbox = Inbox(BLUEPRINT.handle(None), SystemClock(), tables=BLUEPRINT.tables, prefetch_history=False)  # type: ignore[arg-type]
    _, records = asyncio.run(first_partition(it.stack.kafka))
    started = time.perf_counter()
    for record in records:
        with store.session() as session:
            inbox.apply([record], session)
    found = len(records) / (time.perf_counter() - started)
    store.close()
    it.execute("DROP SCHEMA tracking_naive CASCADE")
    return found


def main() -> None:
    dossiers = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000
    with rig() as it:
        create_topics(it.stack.kafka, {DOSSIERS: {}})
        asyncio.run(publish(it.stack.kafka, dossiers))
        address = prepare_postgres(it.stack.postgres_dsn, ["tracking"], it.stack.home)["tracking"]
        migrate(it.stack.postgres_dsn, "tracking", "tracking", role_of("tracking"), "tracking")
        spans = asyncio.run(ends(it.stack.kafka))
        for (topic, partition), end in spans.items():
            it.execute(f"INSERT INTO tracking.inbox_position VALUES ('{topic}', {partition}, {end}, NULL)")
        outcomes: list[Outcome] = []

        def rebuilt() -> float:
            feed = Feed("tracking.main", address, "tracking", it.stack.kafka, (DOSSIERS,))
            outcomes.append(Rebuild(it.stack.postgres_dsn, role_of("tracking"), feed).run(accept=not outcomes))
            return outcomes[-1].facts / outcomes[-1].seconds

        found = medians({"one transaction a fact": lambda: one_by_one(it, address), "rebuild": rebuilt})
    assert all(outcome.equal for outcome in outcomes[1:])
    show("Rebuild of tracking", ["", "facts/s"], [[name, f"{value:,.0f}"] for name, value in found.items()])
    whole = " ".join(f"{outcome.facts / outcome.seconds:,.0f}" for outcome in outcomes)
    print(f"  {RUNS} runs of {outcomes[0].facts:,} facts: {whole} facts/s; switched in {outcomes[-1].waited_seconds * 1000:.0f} ms")
    print(f"  against one transaction a fact {goal(found['rebuild'] / found['one transaction a fact'], 15)}")
    print(f"  facts a second {goal(found['rebuild'] / 25_000, 1)} of 25,000")


async def ends(kafka: str) -> dict[Place, int]:
    async with reading(kafka) as reader:
        return {place: end for place, (_, end) in (await reader.spans([DOSSIERS])).items()}


if __name__ == "__main__":
    main()
