"""Routing's tables on a real PostgreSQL: what its inbox writes is what its commands read."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from chassis.bus import Message
from chassis.catalogue import Catalogue
from chassis.clock import VirtualClock
from chassis.migrate import migrate
from chassis.store import Because, Unit
from chassis.store.postgres import PostgresDatabase
from contracts import Envelope, Fact
from motcua_stack import Servers, prepare_postgres
from motcua_stack.database import role_of
from routing import views
from routing.application import load
from routing.inbound import handler
from tests.routing.given import IN_ORDER, POLICE, TAX, day, leg_ended, received
from tests.servers import fresh_database


@pytest.fixture
def store(stack: Servers) -> Iterator[PostgresDatabase]:
    owner = fresh_database(stack)
    address = prepare_postgres(owner, ["routing"], stack.home)["routing"]
    migrate(owner, "routing", "routing", role_of("routing"), "routing")
    database = PostgresDatabase("routing", address, pool_size=2)
    yield database
    database.close()


def hear(store: PostgresDatabase, dossier: UUID, *facts: Fact) -> None:
    handle = handler(VirtualClock(day(4)), Catalogue(store))
    for number, fact in enumerate(facts, start=1):
        envelope = Envelope(
            id=uuid4(),
            type=fact.TYPE,
            source=fact.OWNER,
            subject=dossier,
            sequence=number,
            time=fact.recorded_at,
            actor="test",
            correlation=dossier,
        )
        with store.session() as session:
            unit = Unit(session, Because(actor="test", correlation=dossier))
            handle(unit, Message(envelope, fact))
            unit.commit()


@pytest.mark.req("RT-01", "RT-06")
def test_the_case_and_the_legs_come_back_from_postgresql_as_they_were_written(store: PostgresDatabase) -> None:
    dossier = uuid4()
    hear(store, dossier, received("sequential", IN_ORDER), leg_ended(1, day(3)))
    with store.session() as session:
        case, state = load(Unit(session, Because(actor="test", correlation=dossier)), dossier)
    assert case.ended_legs == ((1, day(3)),)
    assert case.process.legs == IN_ORDER
    assert [leg.agency for leg in state.legs.values()] == [POLICE, TAX]
    hear(store, dossier, *own_facts(store, dossier))
    with store.session() as session:
        assert [(row.leg, row.agency) for row in views.legs(session, dossier)] == [(1, POLICE), (2, TAX)]


def own_facts(store: PostgresDatabase, dossier: UUID) -> list[Fact]:
    with store.session() as session:
        return [recorded.fact for recorded in session.history([dossier])[dossier]]
