"""What a person reads when a start cannot go on."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from motcua_stack import ProcessStatus, Servers, StackProblem, lifecycle, postgres, status_lines
from motcua_stack.choice import Choice, choose
from motcua_stack.containers import newest
from motcua_stack.home import open_home
from motcua_stack.kafka import cluster_id
from motcua_stack.lifecycle import stop_order
from motcua_stack.ports import free_ports, is_free, port_for
from motcua_stack.program import NAMED_SECONDS, THERE_ALREADY_SECONDS, Program
from motcua_stack.registry import SERVICES, ServiceSpec, first_port, spec
from motcua_stack.services import NotReady, check_ports, held_back, is_ready, wait_caught_up, wait_ready
from motcua_stack.supervisor import Supervisor, end, of_home, socket_of
from motcua_stack.supervisor import start as start_supervisor
from tests.stack.tiny import Answer

ENGINE = {"postgres": "postgres:18", "apache/kafka": "apache/kafka:4.3.1"}


def no_engine() -> Mapping[str, str]:
    return {}


def test_an_address_comes_before_the_engine_and_the_engine_before_this_machine() -> None:
    chosen = choose({"MOTCUA_KAFKA": "broker:9092"}, lambda: ENGINE)
    assert chosen == {"kafka": Choice("address", "broker:9092"), "postgres": Choice("container", "postgres:18")}
    assert choose({}, no_engine) == {"kafka": Choice("embedded"), "postgres": Choice("embedded")}


@pytest.mark.parametrize("postgres", ["garbage", "postgresql://", "host=db"])
def test_what_is_no_address_of_postgresql_is_said_without_repeating_it(postgres: str) -> None:
    with pytest.raises(
        StackProblem, match=r"^MOTCUA_POSTGRES must be the owner's address: postgresql://user:password@host:port/database\.$"
    ):
        choose({"MOTCUA_POSTGRES": postgres}, no_engine)


@pytest.mark.parametrize("kafka", ["garbage", "kafka:", ":9092", "a:1,b"])
def test_what_is_no_address_of_kafka_is_said(kafka: str) -> None:
    with pytest.raises(StackProblem, match=r"^MOTCUA_KAFKA must be host:port"):
        choose({"MOTCUA_KAFKA": kafka}, no_engine)


@pytest.mark.parametrize("name", ["tuyen-quang", "", "imported"])
def test_rules_that_nobody_knows_are_said_before_anything_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Regression: all was ready, and every reception was refused as that of an imported dossier."""
    monkeypatch.setenv("MOTCUA_RULE_SET", name)
    with pytest.raises(StackProblem, match=r"^MOTCUA_RULE_SET: .*no rule set named .*dak-nong-2025"):
        lifecycle.up(home=tmp_path / "home")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("name", ["layout", "secrets/postgres", "postgres/PG_VERSION"])
def test_a_file_of_ours_that_is_no_text_is_said_in_a_sentence(tmp_path: Path, name: str) -> None:
    home = open_home(tmp_path)
    (home / "postgres").mkdir()
    (home / name).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StackProblem):
        postgres.prepare(open_home(tmp_path))


def test_the_engine_is_not_asked_when_both_addresses_are_given() -> None:
    def ask() -> Mapping[str, str]:
        raise AssertionError("asked")

    assert {c.kind for c in choose({"MOTCUA_KAFKA": "k:1", "MOTCUA_POSTGRES": "postgresql://p/d"}, ask).values()} == {"address"}


def test_an_engine_with_one_image_gives_one_server() -> None:
    chosen = choose({}, lambda: {"postgres": "postgres:18"})
    assert (chosen["postgres"].kind, chosen["kafka"].kind) == ("container", "embedded")


def test_the_newest_image_is_taken_and_one_that_is_too_old_is_not() -> None:
    assert newest(["postgres:17.2", "postgres:18.4", "apache/kafka:3.9.0", "redis:8"]) == {"postgres": "postgres:18.4"}


def test_a_port_in_use_is_a_sentence_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("MOTCUA_PORTS", str(port - 1))
        with pytest.raises(StackProblem, match=rf"Port {port}, wanted by intake, is in use.*MOTCUA_PORTS=9100 make run"):
            check_ports([ServiceSpec("intake", "intake.main", 1)])


def test_a_stranger_who_answers_on_a_services_port_does_not_make_it_ready() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as stranger, subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1) as ours:
        Thread(target=stranger.serve_forever).start()
        address = f"http://127.0.0.1:{stranger.server_port}"
        with httpx.Client(trust_env=False) as client:
            assert is_ready(client, address, os.getpid())
            assert not is_ready(client, address, ours.pid)
            assert not is_ready(client, address, 0)
        stranger.shutdown()
        ours.terminate()


def test_a_port_taken_while_the_services_start_is_the_same_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("MOTCUA_PORTS", str(taken.getsockname()[1] - 1))
        check_ports([ServiceSpec("intake", "intake.main", 1)], lambda service: os.getpid())
        with pytest.raises(StackProblem, match="wanted by intake, is in use"):
            check_ports([ServiceSpec("intake", "intake.main", 1)], lambda service: 0)


@pytest.mark.parametrize("asked", ["abc", "-5", "80", "65530", "８１００"])
def test_ports_that_cannot_be_are_a_sentence(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_PORTS", asked)
    with pytest.raises(StackProblem, match="MOTCUA_PORTS must be a number from 1024 to 65515"):
        first_port()


def test_a_remembered_port_is_used_again_unless_somebody_took_it(tmp_path: Path) -> None:
    first = port_for(tmp_path, "kafka")
    assert port_for(tmp_path, "kafka") == first
    with socket.create_server(("127.0.0.1", first)):
        assert port_for(tmp_path, "kafka") != first


def test_two_starts_at_once_never_choose_the_same_port(tmp_path: Path) -> None:
    """Regression: both found the preferred port free before either server listened there, and one met the other's PostgreSQL."""
    first = port_for(tmp_path, "postgres")
    (tmp_path / "b").mkdir()
    choose = f"from pathlib import Path; from motcua_stack.ports import port_for; print(port_for(Path('b'), 'postgres', {first}))"
    other = subprocess.run([sys.executable, "-c", choose], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert int(other.stdout) != first
    assert port_for(tmp_path, "postgres", first) == first


START_AND_LEAVE = """
import sys
from pathlib import Path
from motcua_stack.ports import port_for
from motcua_stack.supervisor import start
home = Path(sys.argv[1])
print(port_for(home, "kafka"))
start(home, [])
"""


def test_the_port_of_a_server_that_is_down_for_a_moment_is_no_other_starts(tmp_path: Path) -> None:
    """Regression: while a killed broker came up again another system took its port, and every service talked to that system's Kafka."""
    home = tmp_path / "a"
    for folder in ("run", "log"):
        (home / folder).mkdir(parents=True)
    (tmp_path / "b").mkdir()
    left = subprocess.run([sys.executable, "-c", START_AND_LEAVE, str(home)], capture_output=True, text=True, check=True)
    port = int(left.stdout)
    (supervisor,) = of_home(home)
    try:
        assert is_free(port) and port_for(tmp_path / "b", "kafka", port) != port
    finally:
        end(supervisor, socket_of(home), lambda names: [])
    (tmp_path / "b" / "ports.json").unlink()
    assert port_for(tmp_path / "b", "kafka", port) == port


def test_anothers_postgresql_on_the_port_of_ours_is_told_apart_from_one_that_does_not_start(stack: Servers, tmp_path: Path) -> None:
    program = Program("postgres", (), tmp_path / "postgres.log", tmp_path)
    strangers = stack.postgres_dsn.replace("postgresql://postgres:", "postgresql://postgres:not")
    with pytest.raises(StackProblem, match=r"Another PostgreSQL answers at 127\.0\.0\.1:\d+, where Motcua's own was to start"):
        postgres.wait_ready(strangers, program)


def test_ports_were_taken_by_outgoing_connections_between_the_choice_and_the_start(tmp_path: Path) -> None:
    first_outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert max(free_ports([1, 20]) for _ in range(50)) + 20 < first_outgoing
    assert max(port_for(tmp_path, f"server-{n}") for n in range(50)) < first_outgoing


def test_a_service_that_dies_at_each_start_is_given_up_long_before_the_time() -> None:
    numbers = iter(range(100, 200))
    with pytest.raises(NotReady, match=r"^intake did not become ready$"):
        wait_ready([spec("intake")], lambda name: next(numbers), seconds=600)
    assert next(numbers) < 120


def test_a_cluster_id_that_began_with_a_dash_was_taken_for_an_option() -> None:
    ids = [cluster_id(bytes([first]) * 16) for first in range(256)]
    assert all(len(found) == 22 and not found.startswith("-") for found in ids)


def test_nothing_stops_before_what_needs_it() -> None:
    waves = stop_order(["postgres", "kafka", "portal-simulator", "routing", "intake"])
    assert waves == [["intake", "routing"], ["portal-simulator"], ["kafka"], ["postgres"]]


def test_every_service_has_a_port_and_a_module_of_its_own() -> None:
    assert len({s.port for s in SERVICES}) == len({s.module for s in SERVICES}) == len(SERVICES) == 11


def test_a_disk_that_fills_while_it_runs_does_not_end_the_supervisor(tmp_path: Path) -> None:
    for name in ("log", "run"):
        (tmp_path / name).mkdir()
    (tmp_path / "log" / "supervisord.log").symlink_to("/dev/full")
    talk = tmp_path / "talk.py"
    talk.write_text("import time\nwhile True:\n    print('x' * 9000, flush=True)\n    time.sleep(0.01)\n")
    (tmp_path / "log" / "talker.log").symlink_to("/dev/full")
    talker = Program("talker", (sys.executable, str(talk)), tmp_path / "log" / "talker.log", tmp_path)
    process, socket = start_supervisor(tmp_path, [talker])
    supervisor = Supervisor(socket)
    try:
        supervisor.start("talker")
        first = _number(supervisor)
        os.kill(first, signal.SIGKILL)
        assert _number(supervisor, first) != first
    finally:
        supervisor.shutdown()
        process.wait(20)


def test_a_full_disk_and_what_a_service_says_are_in_the_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path))
    found = [ProcessStatus("intake", "RUNNING", 1, 5, "http://127.0.0.1:1", False, "bus")]
    (line,) = status_lines(found)
    assert "not ready" in line and line.endswith("bus")
    monkeypatch.setattr(sys.modules["motcua_stack.status"], "LEAST_BYTES", 2**62)
    assert status_lines(found)[0].startswith(f"The disk under {tmp_path} is full: ")
    assert status_lines([]) == []


def _number(supervisor: Supervisor, other_than: int = 0) -> int:
    deadline = time.monotonic() + 20
    while supervisor.process("talker") in (0, other_than) or supervisor.state("talker") != "RUNNING":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return supervisor.process("talker")


def test_a_server_whose_address_was_given_is_not_waited_for_as_long_as_one_that_docker_has_just_started() -> None:
    """Regression: a wrong MOTCUA_POSTGRES was told after 65 seconds."""
    assert lifecycle._patience(Choice("address", "postgresql://p/d")) == NAMED_SECONDS < THERE_ALREADY_SECONDS
    assert lifecycle._patience(Choice("container", "postgres:18")) is lifecycle._patience(Choice("embedded", "")) is None


class Stopped(Answer):
    def do_GET(self) -> None:
        self.send_response(503)
        self.end_headers()
        self.wfile.write(json.dumps({"ok": False, "held": "inbox stopped: TooManyParked: 32 of 40 dossiers"}).encode())


def test_a_service_that_needs_an_operator_is_up_to_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: beside another Kafka than before a start took five minutes and then said no more than a log's last line."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Stopped) as service:
        Thread(target=service.serve_forever).start()
        monkeypatch.setenv("MOTCUA_PORTS", str(service.server_port - 1))
        wanted = [ServiceSpec("intake", "intake.main", 1)]
        wait_ready(wanted, lambda name: os.getpid(), seconds=5)
        wait_caught_up(wanted, lambda name: os.getpid(), seconds=5)
        assert held_back(wanted) == {"intake": "inbox stopped: TooManyParked: 32 of 40 dossiers"}
        service.shutdown()
