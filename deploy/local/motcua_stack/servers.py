"""PostgreSQL and Kafka for as long as a block lasts: `with servers(home) as s:`."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import containers, kafka, postgres, state
from .choice import Choice, choose
from .home import motcua_home, only_one, open_home
from .program import Program, running


@dataclass(frozen=True)
class Servers:
    """Addresses of the servers: `postgres_dsn` is the owner's (may make roles and databases), `kafka` is `host:port`."""

    home: Path
    postgres_dsn: str
    kafka: str


@contextmanager
def servers(home: Path | None = None, durable: bool = True) -> Iterator[Servers]:
    """Both servers, ready, by the usual choice; stopped when the block ends.

    Those at an address, and those of a system that already runs from this folder, are used and left alone.

    Args:
        home: where data, secrets and logs are kept; default: `motcua_home()`.
        durable: False lets PostgreSQL skip fsync (for tests: a lost machine would lose data, a killed process would not), and containers'
            data go with them.
    Raises:
        StackProblem: a server cannot start.
    """
    folder = open_home(home or motcua_home())
    if running := state.read(folder):
        yield Servers(folder, running.postgres_dsn, running.kafka)
        return
    chosen = choose()
    with only_one(folder), ExitStack() as stack:
        broker = _start_kafka(stack, folder, chosen["kafka"], durable)
        database = _start_postgres(stack, folder, chosen["postgres"], durable)
        yield Servers(folder, database(), broker())


@dataclass(frozen=True)
class _Started:
    """A server on its way: calling it waits until it is ready and gives its address."""

    address: str
    wait: Callable[..., None]
    program: Program | None = None
    process: "subprocess.Popen[bytes] | None" = None

    def __call__(self) -> str:
        self.wait(self.address, self.program, self._alive)
        return self.address

    def _alive(self) -> bool:
        return self.process is None or self.process.poll() is None


def _start_postgres(stack: ExitStack, home: Path, choice: Choice, durable: bool) -> _Started:
    if choice.kind == "address":
        return _Started(choice.detail, postgres.wait_ready)
    if choice.kind == "container":
        stack.callback(containers.stop, containers.name_of(home, "postgres"), with_data=not durable)
        return _Started(containers.start_postgres(choice.detail, home), postgres.wait_ready)
    program, dsn = postgres.prepare(home, durable=durable)
    return _Started(dsn, postgres.wait_ready, program, stack.enter_context(running(program)))


def _start_kafka(stack: ExitStack, home: Path, choice: Choice, durable: bool) -> _Started:
    if choice.kind == "address":
        return _Started(choice.detail, kafka.wait_ready)
    if choice.kind == "container":
        stack.callback(containers.stop, containers.name_of(home, "kafka"), with_data=not durable)
        return _Started(containers.start_kafka(choice.detail, home), kafka.wait_ready)
    program, address = kafka.prepare(home, may_delete_topics=True)
    return _Started(address, kafka.wait_ready, program, stack.enter_context(running(program)))
