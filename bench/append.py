"""Append, one fact a transaction, four writers: ours, the stock recorder of `eventsourcing`, a bare psycopg insert."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from _rig import BECAUSE, Rig, goal, medians, rate, rig, show, submitted
from eventsourcing.application import Application
from eventsourcing.persistence import Mapper
from psycopg.conninfo import conninfo_to_dict

from chassis.ids import new_id
from chassis.store import Unit
from chassis.store.postgres import PostgresDatabase
from chassis.store.recorded import FactMapper, Recorded
from chassis.store.session import Changes

WRITERS = 4
SECONDS = 3.0
FACT = submitted()


def recorded() -> Recorded:
    return Recorded(originator_id=new_id(), originator_version=1, id=new_id(), fact=FACT, because=BECAUSE)


class StockLog(Application[UUID]):
    """The library's own recorder under the same mapper as ours, so that only the recorder differs."""

    name = "stock"

    def construct_mapper(self) -> Mapper[UUID]:
        return FactMapper()


@contextmanager
def stock(rig: Rig) -> Iterator[StockLog]:
    parts = conninfo_to_dict(rig.stack.postgres_dsn)
    rig.execute("CREATE SCHEMA stock")
    log = StockLog(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(parts["dbname"]),
            "POSTGRES_HOST": str(parts["host"]),
            "POSTGRES_PORT": str(parts["port"]),
            "POSTGRES_USER": str(parts["user"]),
            "POSTGRES_PASSWORD": str(parts["password"]),
            "POSTGRES_SCHEMA": "stock",
        }
    )
    yield log
    log.close()
    rig.execute("DROP SCHEMA stock CASCADE")


@contextmanager
def bare(rig: Rig) -> Iterator[Any]:
    rig.execute("CREATE TABLE public.bare (LIKE ours.facts INCLUDING ALL)")
    connections = [psycopg.connect(rig.stack.postgres_dsn, autocommit=True, prepare_threshold=0) for _ in range(WRITERS)]
    text = (
        "INSERT INTO bare"
        " (originator_id, originator_version, topic, state, event_id, recorded_at, actor, correlation, causation, traceparent)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
    )
    mapper = FactMapper()

    def insert(number: int) -> None:
        s = mapper.to_stored_event(recorded())
        b = s.because
        ids = (s.originator_id, s.originator_version, s.topic, s.state, s.event_id, s.recorded_at)
        connections[number].execute(text, (*ids, b.actor, b.correlation, b.causation, b.traceparent))

    yield insert
    for connection in connections:
        connection.close()
    rig.execute("DROP TABLE public.bare")


def ours(store: PostgresDatabase, _: int) -> None:
    with store.session() as session:
        session.commit(Changes(facts=[recorded()]))


def unit_of_work(store: PostgresDatabase, _: int) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(new_id(), FACT)
        unit.commit()


def main() -> None:
    with rig() as it, it.store("ours") as store, stock(it) as log, bare(it) as insert:
        found = medians(
            {
                "bare psycopg insert": lambda: rate(insert, WRITERS, SECONDS),
                "stock recorder": lambda: rate(lambda _: log.save(recorded()) and None, WRITERS, SECONDS),  # type: ignore[arg-type]
                "ours": lambda: rate(lambda n: ours(store, n), WRITERS, SECONDS),
                "ours, unit of work (history read first)": lambda: rate(lambda n: unit_of_work(store, n), WRITERS, SECONDS),
            }
        )
    plain, other, own = found["bare psycopg insert"], found["stock recorder"], found["ours"]
    show(
        f"Append, one fact a transaction, {WRITERS} writers",
        ["", "facts/s", "to stock", "to bare insert"],
        [[name, f"{value:,.0f}", f"{value / other:.2f}", f"{value / plain:.2f}"] for name, value in found.items()],
    )
    print(f"  to stock {goal(own / other, 2.0)}; to a bare insert {goal(own / plain, 0.28)}")


if __name__ == "__main__":
    main()
