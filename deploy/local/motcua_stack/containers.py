"""Servers in containers, when a Docker engine answers and already has the images (nothing is pulled)."""

import hashlib
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import home as homes
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
        least = {"postgres": 16, "apache/kafka": 4}.get(name)
        if least is not None and numbers and numbers[0] >= least:
            best[name] = max(best.get(name, ([], "")), (numbers, tag))
    return {name: tag for name, (_, tag) in best.items()}


def _name(home: Path, server: str) -> str:
    return f"motcua-{hashlib.sha256(str(home).encode()).hexdigest()[:8]}-{server}"


@contextmanager
def _container(image: str, home: Path, server: str, ports: dict[int, int], volume: str, environment: dict[str, str]) -> Iterator[None]:
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import DockerContainer

    testcontainers_config.ryuk_disabled = True
    _remove(_name(home, server))
    container: Any = DockerContainer(image).with_name(_name(home, server)).with_volume_mapping(_name(home, server), volume, "rw")
    for inside, outside in ports.items():
        container.with_bind_ports(inside, ("127.0.0.1", outside))
    for key, value in environment.items():
        container.with_env(key, value)
    container.start()
    try:
        yield
    finally:
        container.get_wrapped_container().stop(timeout=8)
        container.stop(delete_volume=False)


def _remove(name: str) -> None:
    """A container of ours that an unclean end left behind; its data are in the named volume."""
    import docker

    client = docker.from_env()
    try:
        client.containers.get(name).remove(force=True)
    except docker.errors.NotFound:
        pass
    finally:
        client.close()


@contextmanager
def postgres(image: str, home: Path) -> Iterator[str]:
    port, password = homes.port_for(home, "postgres"), homes.secret(home, "postgres")
    environment = {"POSTGRES_PASSWORD": password, "POSTGRES_DB": DATABASE, "PGDATA": "/data/postgres"}
    with _container(image, home, "postgres", {5432: port}, "/data", environment):
        yield f"postgresql://postgres:{password}@127.0.0.1:{port}/{DATABASE}"


@contextmanager
def kafka(image: str, home: Path) -> Iterator[str]:
    port = homes.port_for(home, "kafka")
    environment = {
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
    with _container(image, home, "kafka", {port: port}, "/var/lib/kafka/data", environment):
        yield f"127.0.0.1:{port}"
