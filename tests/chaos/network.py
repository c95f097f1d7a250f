"""The network between services and servers is cut, in a network namespace of the scenario's own.

Kafka and PostgreSQL have an address each there. Taking an address from the machine is a cut: what is under way gets no answer, what is
new finds no route, and nobody is told. Giving it back ends the cut.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from motcua_stack import postgres
from motcua_stack.program import running as running_program
from tests.chaos import cluster
from tests.chaos.namespaces import run
from tests.chaos.processes import await_all_ready
from tests.chaos.staging import Stage
from tests.system.own import own_system

KAFKA, POSTGRES = "10.77.1.1", "10.77.2.1"
LENGTHS = (5.0, 15.0, 40.0)
"""The last one is longer than a member of the consumer group may be silent."""
WORK_BETWEEN = 3


@contextmanager
def own_network() -> Iterator[Path]:
    """A system whose servers are reached at addresses of their own."""
    run("ip", "link", "set", "lo", "up")
    for address in (KAFKA, POSTGRES):
        run("ip", "address", "add", f"{address}/32", "dev", "lo")
    folder = Path(tempfile.mkdtemp(prefix="motcua-chaos-"))
    try:
        with cluster.brokers(folder, 1, KAFKA), _database(folder), own_system() as home:
            yield home
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(folder: Path) -> Iterator[None]:
    home = folder / "database"
    for name in ("log", "run", "secrets"):
        (home / name).mkdir(parents=True)
    program, dsn = postgres.prepare(home)
    data = home / "postgres"
    with open(data / "motcua.conf", "a") as settings:
        settings.write(f"listen_addresses = '127.0.0.1,{POSTGRES}'\n")
    with open(data / "pg_hba.conf", "a") as who:
        who.write(f"host all all {POSTGRES}/32 scram-sha-256\n")
    with running_program(program):
        dsn = dsn.replace("@127.0.0.1:", f"@{POSTGRES}:")
        postgres.wait_ready(dsn, program)
        os.environ["MOTCUA_POSTGRES"] = dsn
        try:
            yield
        finally:
            del os.environ["MOTCUA_POSTGRES"]


def cuts(stage: Stage) -> None:
    """`size` cuts, of Kafka, of PostgreSQL and of both, by turns and each time of another length."""
    whats: Sequence[tuple[str, tuple[str, ...]]] = (("Kafka", (KAFKA,)), ("PostgreSQL", (POSTGRES,)), ("both", (KAFKA, POSTGRES)))
    began = time.monotonic()
    for number in range(stage.size):
        name, addresses = whats[number % len(whats)]
        length = LENGTHS[(number + number // len(whats)) % len(LENGTHS)]
        for address in addresses:
            run("ip", "address", "del", f"{address}/32", "dev", "lo")
        time.sleep(length)
        for address in addresses:
            run("ip", "address", "add", f"{address}/32", "dev", "lo")
        healed = time.monotonic()
        stage.load.await_lives(WORK_BETWEEN, 200)
        stage.tell(
            f"{name} cut off for {length:.0f} s: {WORK_BETWEEN} more whole lives {time.monotonic() - healed:.1f} s after the healing"
        )
        time.sleep(max(0.0, began + (number + 1) * stage.seconds / stage.size - time.monotonic()))
    await_all_ready()
