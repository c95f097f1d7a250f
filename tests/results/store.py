"""A service's own schema on a real PostgreSQL, and a way to let it hear facts."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from chassis.bus import Message
from chassis.inbox import Handler
from chassis.migrate import migrate
from chassis.store import Because, Unit
from chassis.store.postgres import PostgresDatabase
from contracts import Envelope, Fact
from motcua_stack import Servers, prepare_postgres
from motcua_stack.database import role_of
from tests.servers import fresh_database


@contextmanager
def opened(stack: Servers, service: str) -> Iterator[PostgresDatabase]:
    """The migrated database of a service, as its own role."""
    owner = fresh_database(stack)
    address = prepare_postgres(owner, [service], stack.home)[service]
    migrate(owner, service, service, role_of(service), service)
    database = PostgresDatabase(service, address, pool_size=4)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def unit_of(database: PostgresDatabase) -> Iterator[Unit]:
    """A unit that is committed at the end."""
    with database.session() as session:
        unit = Unit(session, Because(actor="test", correlation=UUID(int=0)))
        yield unit
        unit.commit()


def hear(database: PostgresDatabase, handle: Handler, dossier: UUID, *facts: Fact) -> None:
    """Handle facts one by one, each in its own transaction."""
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
        with unit_of(database) as unit:
            handle(unit, Message(envelope, fact))
