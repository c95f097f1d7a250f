"""The views of tracking, sync-national and ratings on a real PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from chassis.bus import Record
from chassis.catalogue import Catalogue
from chassis.clock import VirtualClock
from chassis.files import Files
from chassis.inbox import Inbox
from chassis.migrate import migrate
from chassis.service import Blueprint, Parts
from chassis.settings import Settings
from chassis.store.postgres import PostgresDatabase
from chassis.vault import MemoryVault
from contracts import Envelope, Fact
from contracts.dossier.national import PortalAcknowledged
from contracts.fact import encode
from contracts.topics import DOSSIERS
from motcua_stack import Servers, prepare_postgres
from motcua_stack.database import role_of
from ratings import views as ratings_views
from ratings.main import BLUEPRINT as RATINGS
from sync_national import application
from sync_national.domain import Delivered, Refused
from sync_national.main import BLUEPRINT as SYNC
from tests.servers import fresh_database
from tests.tracking import story
from tracking import views
from tracking.main import BLUEPRINT as TRACKING

LATER = story.DUE + timedelta(days=3650)


@contextmanager
def opened(stack: Servers, service: str) -> Iterator[PostgresDatabase]:
    owner, schema = fresh_database(stack), service.replace("-", "_")
    address = prepare_postgres(owner, [service], stack.home)[service]
    migrate(owner, service, schema, role_of(service), schema)
    database = PostgresDatabase(service, address, pool_size=4)
    yield database
    database.close()


def records(facts: list[Fact], dossiers: int) -> list[Record]:
    """The same story of many dossiers, as one batch of one partition."""
    made: list[Record] = []
    for number in range(1, dossiers + 1):
        sequences: dict[str, int] = {}
        for fact in facts:
            sequences[fact.OWNER] = sequences.get(fact.OWNER, 0) + 1
            envelope = Envelope(
                id=UUID(int=number * 1000 + len(made)),
                type=fact.TYPE,
                source=fact.OWNER,
                subject=UUID(int=number),
                sequence=sequences[fact.OWNER],
                time=fact.recorded_at,
                actor="test",
                correlation=UUID(int=number),
            )
            made.append(
                Record(DOSSIERS, str(UUID(int=number)).encode(), encode(fact), tuple(envelope.headers()), partition=0, offset=len(made))
            )
    return made


def hear(blueprint: Blueprint, database: PostgresDatabase, batch: list[Record]) -> int:
    clock = VirtualClock(story.START)
    parts = Parts(Settings(), database, clock, Catalogue(database), Files("memory:"), MemoryVault(), lambda: None, real=clock)
    assert blueprint.handle is not None
    inbox = Inbox(blueprint.handle(parts), clock, tables=blueprint.tables, prefetch_history=blueprint.prefetch_history)
    with database.session() as session:
        return inbox.apply(batch, session)


@pytest.mark.req("TR-08", "TR-09")
def test_a_batch_of_many_dossiers_is_read_back_as_it_was_told(stack: Servers) -> None:
    with opened(stack, "tracking") as database:
        assert hear(TRACKING, database, records(story.walk(), 50)) == 450
        with database.session() as session:
            found = views.find(session, f" {story.CODE.lower()} ")
            assert found is not None and (found.status, found.verdict, found.involved) == (10, "early", (story.SETTLING,))
            events = views.history(session, found.id)
            assert views.rebuilt(events, found.id, None, None) == found
            assert views.by_agency_and_status(session) == {(story.SETTLING, 10): 50}
            assert sum(views.facts_by_type(session).values()) == 450


@pytest.mark.req("SY-02")
def test_messages_are_claimed_in_order_and_marked_with_their_fact(stack: Servers) -> None:
    with opened(stack, "sync-national") as database:
        hear(SYNC, database, records(story.walk(), 3))
        claimed = application.claim(database, LATER, 50)
        assert sorted((row.dossier.int, row.n) for row in claimed) == [(1, 1), (2, 1), (3, 1)]
        assert application.claim(database, LATER, 50) == []
        tried = [(row, Refused("07") if row.dossier.int == 3 else Delivered("a", "b")) for row in claimed]
        application.settle(database, tried, real_now=LATER, now=story.DUE)
        assert sorted((row.dossier.int, row.n) for row in application.claim(database, LATER, 50)) == [(1, 2), (2, 2)]
        with database.session() as session:
            (recorded,) = session.history([UUID(int=1)])[UUID(int=1)]
        assert isinstance(recorded.fact, PortalAcknowledged)
        assert recorded.because.causation in {row.fact for row in claimed}


@pytest.mark.req("RP-06")
def test_punctuality_is_counted_by_the_database(stack: Servers) -> None:
    with opened(stack, "ratings") as database:
        hear(RATINGS, database, [*records(story.walk(), 4)])
        with database.session() as session:
            assert ratings_views.punctuality(session, (), LATER) == {(story.SETTLING, "2026-03"): {"early": 4}}
            assert ratings_views.data_time(session) == story.START + timedelta(hours=32)
