"""Inbox: batches of 500 in one transaction, against one transaction a message; with views only, and with a new fact a message."""

import time
from collections.abc import Callable, Sequence
from itertools import count

import msgspec
from _rig import NOW, VIEWS, View, goal, medians, rig, sent, show, submitted

from chassis.bus import Message, Record
from chassis.clock import VirtualClock
from chassis.ids import new_id
from chassis.inbox import Inbox
from chassis.store import Unit
from chassis.store.postgres import PostgresDatabase

BATCH, BATCHES, ONES = 500, 8, 400


def views_only(unit: Unit, message: Message) -> None:
    subject = message.envelope.subject
    known = unit.get(VIEWS, subject) or View(dossier=subject, agency="H60.01", status=1, facts=0, due_at=NOW)
    unit.put(VIEWS, msgspec.structs.replace(known, facts=known.facts + 1))


def with_facts(unit: Unit, message: Message) -> None:
    views_only(unit, message)
    unit.record(message.envelope.subject, message.fact)


def inbox(handle: Callable[[Unit, Message], None], *, history: bool) -> Inbox:
    return Inbox(handle, VirtualClock(NOW), tables=(VIEWS,), prefetch_history=history)


def stream(partition: int, total: int) -> list[Record]:
    """Four facts of each dossier, those of 125 dossiers mixed, on a partition of its own."""
    fact = submitted()
    records: list[Record] = []
    while len(records) < total:
        subjects = [new_id() for _ in range(125)]
        records += [sent(s, n, fact, len(records) + at, partition) for n in range(1, 5) for at, s in enumerate(subjects, (n - 1) * 125)]
    return records[:total]


def measured(store: PostgresDatabase, by: Inbox, records: Sequence[Record], size: int) -> float:
    started = time.perf_counter()
    for first in range(0, len(records), size):
        with store.session() as session:
            by.apply(records[first : first + size], session)
    return len(records) / (time.perf_counter() - started)


def main() -> None:
    partition = count()
    views, facts = inbox(views_only, history=False), inbox(with_facts, history=True)
    with rig() as it, it.store("hearing") as store:

        def run(by: Inbox, total: int, size: int) -> Callable[[], float]:
            return lambda: measured(store, by, stream(next(partition), total), size)

        run(facts, BATCH, BATCH)()
        found = medians(
            {
                "views only, one by one": run(views, ONES, 1),
                "views only, batches": run(views, BATCH * BATCHES, BATCH),
                "with facts, one by one": run(facts, ONES, 1),
                "with facts, batches": run(facts, BATCH * BATCHES, BATCH),
            }
        )
    show("Inbox", ["", "messages/s"], [[name, f"{value:,.0f}"] for name, value in found.items()])
    print(f"  views only {goal(found['views only, batches'] / found['views only, one by one'], 10)}")
    print(f"  with facts {goal(found['with facts, batches'] / found['with facts, one by one'], 4)}")


if __name__ == "__main__":
    main()
