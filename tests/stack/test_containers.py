"""What a container is started with, and what a person is told while its server is not there yet."""

import logging
import socket
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from testcontainers.core import container as library

from motcua_stack import StackProblem, containers, kafka, servers
from motcua_stack.choice import Choice
from motcua_stack.home import open_home


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The containers that would have been started; no engine is asked."""
    found: list[Any] = []
    monkeypatch.setattr(library, "DockerClient", lambda **_: None)
    monkeypatch.setattr(library.DockerContainer, "start", lambda container: found.append(container))
    monkeypatch.setattr(containers, "stop", lambda name: None)
    return found


def test_the_port_of_a_container_is_open_to_this_machine_only(started: list[Any], tmp_path: Path) -> None:
    """Regression: no container ever started, for the library takes no address where the port was given with one."""
    home = open_home(tmp_path)
    containers.start_postgres("postgres:18.4", home)
    containers.start_kafka("apache/kafka:4.3.1", home)
    postgres, broker = started
    assert [address for address, _ in postgres.ports.values()] == [address for address, _ in broker.ports.values()] == ["127.0.0.1"]
    assert list(postgres.ports) == ["5432"]
    ((inside, (_, outside)),) = broker.ports.items()
    assert inside == str(outside), "a client is told the port that the broker advertises"


@pytest.mark.parametrize("durable", [True, False])
def test_the_data_of_test_servers_go_with_their_containers(durable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: every test run left two volumes behind."""
    chosen = {server: Choice("container", image) for server, image in {"postgres": "postgres:18", "kafka": "apache/kafka:4.3.1"}.items()}
    gone = dict[str, bool]()
    monkeypatch.setattr(import_module("motcua_stack.servers"), "choose", lambda: chosen)
    for server in chosen:
        monkeypatch.setattr(containers, f"start_{server}", lambda image, home: image)
        monkeypatch.setattr(f"motcua_stack.{server}.wait_ready", lambda *_: None)
    monkeypatch.setattr(containers, "stop", lambda name, with_data: gone.setdefault(name.rpartition("-")[2], with_data))
    with servers(tmp_path / "home", durable=durable):
        assert gone == {}
    assert gone == {"postgres": not durable, "kafka": not durable}


@pytest.fixture
def closing() -> Iterator[int]:
    """A port that is open and closes every connection, as an engine's is before the server within listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def close_all() -> None:
            while True:
                try:
                    server.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=close_all, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def test_waiting_for_a_broker_prints_no_line_for_each_try(closing: int, caplog: pytest.LogCaptureFixture) -> None:
    """Regression: three hundred lines of errors while a container's Kafka started."""
    level = logging.getLogger("aiokafka").level
    with caplog.at_level(logging.DEBUG), pytest.raises(StackProblem, match="does not answer"):
        kafka.wait_ready(f"127.0.0.1:{closing}", alive=lambda: False)
    assert not [record for record in caplog.records if record.name.startswith("aiokafka")]
    assert logging.getLogger("aiokafka").level == level
