"""A service for tests: one view of everything a column can be, facts of intake, and stores of it made fresh."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from chassis.bus import Record
from chassis.bus.memory import MemoryBus
from chassis.ids import new_id
from chassis.migrate import migrate
from chassis.store import Because, Table
from chassis.store.postgres import PostgresDatabase
from contracts import DOSSIERS, Envelope, Fact
from contracts.dossier.intake import Closed, CodeVoided
from contracts.fact import encode

if TYPE_CHECKING:
    from motcua_stack import Servers

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
BECAUSE = Because(actor="account-1", correlation=UUID(int=7))


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A view row with a column of each kind."""

    dossier: UUID
    agency: str
    state: Literal["open", "ended"] = "open"
    facts: int = 0
    due_at: datetime | None = None
    opened_on: date = date(2026, 3, 2)
    share: float = 0.5
    urgent: bool = False
    seal: bytes = b"\x00\xff"
    legs: tuple[str, ...] = ()


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """A row whose key has two columns and that has nothing else."""

    agency: str
    day: date


class AnotherMemoryBus(MemoryBus):
    """Another Kafka at the same address."""

    async def name(self) -> str:
        return "another"


CASES = Table("sample_case", Case, ("dossier",))
TALLIES = Table("sample_tally", Tally, ("agency", "day"))


def voided(number: int = 1, at: datetime = NOW) -> Fact:
    """A small fact."""
    return CodeVoided(effective_at=at, recorded_at=at, code=f"000.00.00.H60-260302-{number:04d}", cause="test")


def ended(at: datetime = NOW) -> Fact:
    return Closed(effective_at=at, recorded_at=at, cause="withdrawn")


def case(number: int = 0, **fields: object) -> Case:
    """A row with an id of its own."""
    values: dict[str, object] = {"dossier": UUID(int=1000 + number), "agency": f"H60.{number:02d}"}
    return msgspec.convert({**values, **fields}, Case)


def sent(subject: UUID, sequence: int, fact: Fact | None = None, *, source: str = "intake", offset: int = 0, partition: int = 0) -> Record:
    """A record of the bus as another service's relay would send it."""
    fact = fact or voided(sequence)
    envelope = Envelope(
        id=new_id(),
        type=fact.TYPE,
        source=source,
        subject=subject,
        sequence=sequence,
        time=fact.recorded_at,
        actor="account-1",
        correlation=UUID(int=sequence),
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )
    return Record(DOSSIERS, str(subject).encode(), encode(fact), tuple(envelope.headers()), partition, offset)


def in_order(*records: Record, start: int = 0) -> list[Record]:
    """The records with the offsets they would have on one partition."""
    return [replace(record, offset=start + n) for n, record in enumerate(records)]


@contextmanager
def postgres_store(stack: "Servers", owner_dsn: str, service: str = "", pool_size: int = 12) -> Iterator[PostgresDatabase]:
    """A new service's schema and role in the database, migrated, reached by that role."""
    from motcua_stack import prepare_postgres

    service = service or f"s{uuid.uuid4().hex[:12]}"
    address = prepare_postgres(owner_dsn, [service], stack.home)[service]
    schema = service.replace("-", "_")
    migrate(owner_dsn, service, schema, f"motcua_{schema}", "tests.chassis.sample")
    store = PostgresDatabase(service, address, pool_size=pool_size)
    try:
        yield store
    finally:
        store.close()


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)
