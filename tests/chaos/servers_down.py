"""Kafka and PostgreSQL killed and restarted, and a cluster of three brokers that loses one, then two."""

import asyncio
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from motcua_stack.kafka import wait_ready
from tests.chaos import cluster
from tests.chaos.processes import await_all_ready, kill, supervisor
from tests.chaos.staging import Stage, patiently
from tests.chaos.topic import everything
from tests.system.own import own_system

WORK_BETWEEN = 3


def broker(stage: Stage) -> None:
    """`size` restarts of the only broker: in order, and by `kill -9`, by turns."""
    _again(stage, "broker", ["stopped in order", "killed"], [lambda: _restart("kafka"), lambda: _killed("kafka")])


def postgres(stage: Stage) -> None:
    """`size` restarts of PostgreSQL: in order, by `kill -9` of all of it, and by `kill -9` of one of its backends."""
    ways = [lambda: _restart("postgres"), lambda: _killed("postgres"), lambda: _killed_backend(stage)]
    _again(stage, "PostgreSQL", ["stopped in order", "killed", "one backend killed"], ways)


def _again(stage: Stage, what: str, names: list[str], ways: list[Callable[[], None]]) -> None:
    began, back = time.monotonic(), list[float]()
    for number in range(stage.size):
        ways[number % len(ways)]()
        fell = time.monotonic()
        stage.load.await_lives(WORK_BETWEEN, 180)
        back.append(time.monotonic() - fell)
        stage.tell(f"{what} {names[number % len(names)]}: {WORK_BETWEEN} more whole lives {back[-1]:.1f} s later")
        left = began + (number + 1) * stage.seconds / stage.size - time.monotonic()
        time.sleep(max(0.0, left))
    await_all_ready()


def _restart(name: str) -> None:
    supervisor().stop([name])
    supervisor().start(name)


def _killed(name: str) -> None:
    patiently(lambda: kill(name) > 0, 30)


def _killed_backend(stage: Stage) -> None:
    """PostgreSQL takes such a death as damaged memory: it throws everybody out and recovers."""
    with psycopg.connect(stage.system.postgres_dsn, autocommit=True) as owner:
        row = owner.execute("SELECT pid FROM pg_stat_activity WHERE usename LIKE 'motcua_%' ORDER BY random() LIMIT 1").fetchone()
    if row and psutil.pid_exists(row[0]):
        os.kill(row[0], signal.SIGKILL)


# three brokers
_clusters: list[cluster.Cluster] = []


@contextmanager
def three_brokers() -> Iterator[Path]:
    """A system on three brokers: replication 3, `min.insync.replicas=2`."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-chaos-"))
    try:
        with cluster.brokers(folder, 3) as started:
            _clusters[:] = [started]
            with own_system() as home:
                yield home
    finally:
        shutil.rmtree(folder)


def brokers(stage: Stage) -> None:
    """One dies: everything goes on. A second dies: what is filed is kept and waits. Both come back: nothing is lost."""
    (three,) = _clusters
    third = stage.seconds / 3
    three.kill(1)
    stage.tell(f"broker 1 killed: {WORK_BETWEEN} more whole lives {stage.load.await_lives(WORK_BETWEEN, 180):.1f} s later")
    time.sleep(third)
    three.kill(2)
    _writes_wait(stage, third, three.addresses[3])
    for number in (2, 1):
        three.start(number)
    began = time.monotonic()
    stage.load.await_lives(WORK_BETWEEN, 240)
    stage.tell(f"brokers 2 and 1 started again: {WORK_BETWEEN} more whole lives {time.monotonic() - began:.1f} s later")
    for number in three.programs:
        wait_ready(three.addresses[number], seconds=120)
    await_all_ready()


def _writes_wait(stage: Stage, seconds: float, left: str) -> None:
    """With one of three left nothing new may be acknowledged on the bus, and whoever files is still answered 201."""
    time.sleep(min(10.0, seconds / 2))
    filed, on_bus = stage.load.ledger.totals().total(), _on_bus(left)
    time.sleep(seconds)
    more, still = stage.load.ledger.totals().total() - filed, _on_bus(left)
    stage.tell(f"broker 2 killed too: {seconds:.0f} s in which {more} facts were acknowledged to callers and {still - on_bus} to relays")
    stage.expect(still == on_bus, "one broker of three took writes")


def _on_bus(address: str) -> int:
    """How many facts the broker that is left shows to readers; what it cannot show counts as none."""
    try:
        return len(asyncio.run(asyncio.wait_for(everything(address), 15)).facts)
    except Exception:
        return 0
