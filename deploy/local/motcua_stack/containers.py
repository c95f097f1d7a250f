"""Servers in containers, when a Docker engine answers and already has the images (nothing is pulled)."""

import hashlib
import os
import re
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import home as homes
from .database import OLDEST
from .ports import port_for
from .postgres import DATABASE


def local_images(seconds: float = 2) -> dict[str, str]:
    """`postgres` and `apache/kafka` → the newest tag that the engine has; empty when no engine answers within the seconds."""
    import docker

    if not _listens(os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock", seconds):
        return {}
    try:
        client = docker.from_env(timeout=seconds)
        try:
            tags = [tag for image in client.images.list() for tag in image.tags]
        finally:
            client.close()
    except (docker.errors.DockerException, OSError):
        return {}
    return newest(tags)


def _listens(engine: str, seconds: float) -> bool:
    """Whether anything answers there. Asked before docker's client, which leaves a socket open when nothing does."""
    kind, _, place = engine.partition("://")
    if kind != "unix":
        return True
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(seconds)
        return probe.connect_ex(place) == 0


def newest(tags: list[str]) -> dict[str, str]:
    """The highest numbered tag of each image; Kafka before 4 knows other settings and is left out."""
    best: dict[str, tuple[list[int], str]] = {}
    for tag in tags:
        name, _, version = tag.rpartition(":")
        numbers = [int(n) for n in re.findall(r"\d+", version)]
        least = {"postgres": OLDEST, "apache/kafka": 4}.get(name)
        if least is not None and numbers and numbers[0] >= least:
            best[name] = max(best.get(name, ([], "")), (numbers, tag))
    return {name: tag for name, (_, tag) in best.items()}


def name_of(home: Path, server: str) -> str:
    """The container's (and its volume's) name: one for each home."""
    return f"motcua-{hashlib.sha256(str(home).encode()).hexdigest()[:8]}-{server}"


def _start(image: str, name: str, ports: dict[int, int], volume: str, environment: dict[str, str]) -> None:
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import DockerContainer

    testcontainers_config.ryuk_disabled = True
    stop(name)
    container: Any = DockerContainer(image).with_name(name).with_volume_mapping(name, volume, "rw")
    container.with_kwargs(restart_policy={"Name": "on-failure"})
    # Not with_bind_ports: it knows no address, and would open the port to the network.
    container.ports.update({str(inside): ("127.0.0.1", outside) for inside, outside in ports.items()})
    for key, value in environment.items():
        container.with_env(key, value)
    container.start()


def stop(name: str, with_data: bool = False) -> None:
    """Stop and remove the container, if there is one; its data stay in the volume of the same name unless they shall go too."""
    import docker

    client = docker.from_env()
    try:
        with suppress(docker.errors.NotFound):
            container = client.containers.get(name)
            container.stop(timeout=8)
            container.remove()
        if with_data:
            with suppress(docker.errors.NotFound):
                client.volumes.get(name).remove()
    finally:
        client.close()


def start_postgres(image: str, home: Path, preferred: int | None = None) -> str:
    """Start it; the owner's address (which answers a little later)."""
    port, password = port_for(home, "postgres", preferred), homes.secret(home, "postgres")
    environment = {"POSTGRES_PASSWORD": password, "POSTGRES_DB": DATABASE, "PGDATA": "/data/postgres"}
    _start(image, name_of(home, "postgres"), {5432: port}, "/data", environment)
    return f"postgresql://postgres:{password}@127.0.0.1:{port}/{DATABASE}"


def start_kafka(image: str, home: Path, preferred: int | None = None) -> str:
    """Start it; `host:port` (which answers a little later)."""
    port = port_for(home, "kafka", preferred)
    _start(image, name_of(home, "kafka"), {port: port}, "/var/lib/kafka/data", _kafka_environment(port))
    return f"127.0.0.1:{port}"


def _kafka_environment(port: int) -> dict[str, str]:
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_LISTENERS": f"PLAINTEXT://:{port},CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_LOG_DIRS": "/var/lib/kafka/data",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "CLUSTER_ID": "motcua-local-kafka-001",
    }
