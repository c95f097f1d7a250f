"""What the benches share: real servers with full durability, a service of their own, facts, medians and tables."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import psycopg

from chassis.bus import Record
from chassis.ids import new_id
from chassis.migrate import migrate
from chassis.store import Because, Table
from chassis.store.postgres import PostgresDatabase
from contracts import DOSSIERS, Envelope, Fact, VaultRef
from contracts.dossier.intake import Submitted
from contracts.dossier.parts import Attachment
from contracts.fact import FileRef, encode
from motcua_stack import Servers, prepare_postgres, servers

sys.path.append(str(Path(__file__).parents[1]))
"""A script's own folder is all that Python looks in: the rebuild tells the story of the tests."""
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
BECAUSE = Because(actor="account-1", correlation=UUID(int=7), traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
RUNS = 3


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A view row of a dossier."""

    dossier: UUID
    agency: str
    status: int
    facts: int
    due_at: datetime | None


VIEWS = Table("bench_view", View, ("dossier",))
VIEW_SQL = """
CREATE TABLE {schema}.bench_view (
    dossier uuid PRIMARY KEY, agency text NOT NULL, status bigint NOT NULL, facts bigint NOT NULL, due_at timestamptz);
GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.bench_view TO {role};
"""


@dataclass(frozen=True)
class Rig:
    """Servers, and how to reach them."""

    stack: Servers

    @contextmanager
    def store(self, service: str, pool_size: int = 8) -> Iterator[PostgresDatabase]:
        """A new service: schema, role, migrations, one view table."""
        address = prepare_postgres(self.stack.postgres_dsn, [service], self.stack.home)[service]
        migrate(self.stack.postgres_dsn, service, service, f"motcua_{service}", "contracts")
        self.execute(VIEW_SQL.format(schema=service, role=f"motcua_{service}"))
        store = PostgresDatabase(service, address, pool_size=pool_size)
        try:
            yield store
        finally:
            store.close()
            self.execute(f"DROP SCHEMA {service} CASCADE")

    def execute(self, text: str) -> None:
        """As the owner of the database."""
        with psycopg.connect(self.stack.postgres_dsn, autocommit=True) as conn:
            conn.execute(text.encode())


@contextmanager
def rig() -> Iterator[Rig]:
    """Servers of this bench alone, with fsync on."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-", ignore_cleanup_errors=True) as home, servers(Path(home)) as stack:
        yield Rig(stack)


def submitted() -> Fact:
    """A fact of the usual size: about 750 bytes."""
    ref = VaultRef(key="0190d8a1-0000-7000-8000-000000000001.form", digest="5f" * 32)
    file = FileRef(
        key="dossiers/0190d8a1-0000-7000-8000-000000000001/upload/" + "ab" * 16, digest="ab" * 32, size=48_213, media_type="application/pdf"
    )
    return Submitted(
        effective_at=NOW,
        recorded_at=NOW,
        channel="online",
        source="province",
        procedure="1.012222",
        procedure_version=1,
        receiving="H60.01",
        settling="H60.01",
        applicant="account-1",
        form_version=1,
        form=ref,
        attachments=(Attachment(component="TP-1", file=file),),
        return_channel="online",
        received_by_system_at=NOW,
    )


def sent(subject: UUID, sequence: int, fact: Fact, offset: int, partition: int = 0) -> Record:
    """A record as it comes from the bus."""
    envelope = Envelope(
        id=new_id(),
        type=fact.TYPE,
        source="intake",
        subject=subject,
        sequence=sequence,
        time=NOW,
        actor="account-1",
        correlation=BECAUSE.correlation,
        traceparent=BECAUSE.traceparent,
    )
    return Record(DOSSIERS, str(subject).encode(), encode(fact), tuple(envelope.headers()), partition, offset)


def rate(work: Callable[[int], None], threads: int, seconds: float) -> float:
    """How often a second `work(thread)` runs in that many threads."""
    end = time.perf_counter() + seconds

    def loop(number: int) -> int:
        done = 0
        while time.perf_counter() < end:
            work(number)
            done += 1
        return done

    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        total = sum(pool.map(loop, range(threads)))
    return total / (time.perf_counter() - started)


def medians(measures: dict[str, Callable[[], float]], runs: int = RUNS) -> dict[str, float]:
    """Each measure `runs` times in turn, so that a busy moment of the machine meets all of them; the medians."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(runs):
        for name, measure in measures.items():
            found[name].append(measure())
    return {name: statistics.median(values) for name, values in found.items()}


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], note: str = f", median of {RUNS} runs") -> None:
    """A table on standard output."""
    widths = [max(len(line[n]) for line in [head, *rows]) for n in range(len(head))]
    print(f"\n{title} (Python {sys.version.split()[0]}{note})")
    for line in [head, *rows]:
        print(
            "  "
            + "  ".join(cell.ljust(width) if not n else cell.rjust(width) for n, (cell, width) in enumerate(zip(line, widths, strict=True)))
        )


def goal(ratio: float, wanted: float) -> str:
    """The ratio beside its goal, and whether it is met."""
    return f"{ratio:.2f} × (goal {wanted:g}) {'met' if ratio >= wanted else 'MISSED'}"


def within(value: float, limit: float, wanted: float) -> str:
    """Where a value that should be small stands between its goal and its limit."""
    verdict = "goal met" if value <= wanted else "limit met, goal missed" if value <= limit else "MISSED"
    return f"limit {limit:g}, goal {wanted:g}: {verdict}"
