"""Start, status, crash, stop: with real servers and two tiny services, as `make run` does it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from motcua_stack import Servers, StackProblem, nothing_runs, running, servers, status
from motcua_stack.home import checkout
from motcua_stack.program import every_process
from motcua_stack.stages import start_virtual_clock
from motcua_stack.supervisor import of_home
from tests.servers import fresh_database
from tests.stack.small import free_ports


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder outside pytest's own: PostgreSQL under root runs as another user, whom pytest locks out of its folders."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-test-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    return dict(os.environ) | {
        "MOTCUA_HOME": str(home),
        "MOTCUA_PORTS": str(free_ports()),
        "PYTHONPATH": f"{checkout()}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
        "PYTHONWARNINGS": "ignore",
    }


@pytest.fixture
def run(environment: dict[str, str], home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], "subprocess.Popen[str]"]]:
    """Start the small system in the foreground and wait until it says that it is ready."""
    monkeypatch.setenv("MOTCUA_PORTS", environment["MOTCUA_PORTS"])
    started: list[subprocess.Popen[str]] = []

    def start() -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.stack.small"],
            cwd=checkout(),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Motcua is ready"):
                return process
        pytest.fail("".join(said))

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert processes_of(home) == []


def processes_of(home: Path) -> list[str]:
    """The command lines of all processes that were started for this home."""
    return [" ".join(p.info["cmdline"]) for p in every_process("cmdline") if str(home) in " ".join(p.info["cmdline"] or ())]


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def all_ready(home: Path) -> bool:
    found = status(home)
    return len(found) == 4 and all(process.ready for process in found)


def test_ctrl_c_to_the_whole_group_stops_everything_in_order(run: Callable[[], "subprocess.Popen[str]"], home: Path) -> None:
    process = run()
    assert all_ready(home)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=25)[0]
    assert process.returncode == 0, said
    assert time.monotonic() - began < 25
    assert float((home / "ended-intake").read_text()) < float((home / "ended-portal-simulator").read_text())
    assert (home / "kafka" / "data" / ".kafka_cleanshutdown").exists()
    assert "database system is shut down" in (home / "log" / "postgres.log").read_text()
    assert processes_of(home) == []
    assert running(home) is None


def test_a_killed_service_and_a_killed_broker_come_back(run: Callable[[], "subprocess.Popen[str]"], home: Path) -> None:
    run()
    before = {process.name: process.pid for process in status(home)}
    for name in ("intake", "kafka"):
        os.kill(before[name], signal.SIGKILL)
    until(lambda: {p.name: p.pid for p in status(home)}["kafka"] not in (0, before["kafka"]) and all_ready(home))
    assert {p.name: p.pid for p in status(home)}["intake"] != before["intake"]


def test_a_second_start_in_the_same_folder_is_refused_with_a_sentence(
    run: Callable[[], "subprocess.Popen[str]"], environment: dict[str, str]
) -> None:
    run()
    second = subprocess.run([sys.executable, "-m", "tests.stack.small"], cwd=checkout(), env=environment, capture_output=True, text=True)
    assert second.returncode == 1
    assert "already runs" in second.stderr and "motcua down" in second.stderr


def test_servers_of_a_running_system_are_used_and_left_alone(run: Callable[[], "subprocess.Popen[str]"], home: Path) -> None:
    run()
    with servers(home) as used:
        assert used.kafka == next(p.address for p in status(home) if p.name == "kafka")
    assert all_ready(home)


def test_a_killed_supervisor_is_said_and_what_it_left_is_ended(run: Callable[[], "subprocess.Popen[str]"], home: Path) -> None:
    process, found = run(), running(home)
    assert found
    os.kill(found.supervisor, signal.SIGKILL)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert "stopped what a killed supervisor had left: intake, portal-simulator, kafka, postgres" in said
    assert "The supervisor was killed" in said
    assert processes_of(home) == []


def test_what_a_killed_supervisor_left_is_ended_by_the_next_start(run: Callable[[], "subprocess.Popen[str]"], home: Path) -> None:
    first = run()
    found = running(home)
    assert found
    orphans = {process.pid for process in status(home)}
    first.kill()
    os.kill(found.supervisor, signal.SIGKILL)
    first.wait(20)
    run()
    assert all_ready(home)
    assert not orphans & {process.pid for process in status(home)}
    assert len(processes_of(home)) == len(set(processes_of(home)))


def begin(environment: dict[str, str], home: Path) -> "subprocess.Popen[str]":
    """A start that has just got its supervisor."""
    command = [sys.executable, "-m", "tests.stack.small"]
    process = subprocess.Popen(
        command, cwd=checkout(), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    until(lambda: bool(of_home(home)) or process.poll() is not None, seconds=120)
    return process


def test_ctrl_c_twice_while_the_supervisor_starts_leaves_nothing(environment: dict[str, str], home: Path) -> None:
    process = begin(environment, home)
    for _ in range(2):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.02)
    said = process.communicate(timeout=30)[0]
    assert process.returncode == 0 and "stopped before it was ready" in said, said
    assert processes_of(home) == []
    assert not (home / "run" / "state.json").exists() and not (home / "run" / "supervisor.sock").exists()


def test_what_a_killed_start_left_is_ended_by_the_next_one(
    run: Callable[[], "subprocess.Popen[str]"], environment: dict[str, str], home: Path
) -> None:
    first = begin(environment, home)
    first.kill()
    first.communicate(timeout=20)
    (left,) = of_home(home)
    (home / "run" / "state.json").unlink(missing_ok=True)
    assert f"process {left.pid}): end it with .venv/bin/motcua down" in nothing_runs(home)
    run()
    assert all_ready(home)
    assert left not in of_home(home) and len(of_home(home)) == 1


def test_a_production_system_refuses_the_virtual_clock() -> None:
    from motcua_stack import up

    with pytest.raises(StackProblem, match="system's clock"):
        up(clock="virtual", environment="production")


def test_a_production_system_is_refused_with_the_settings_that_it_needs(home: Path) -> None:
    from motcua_stack import up

    with pytest.raises(StackProblem, match=r"development tokens.*MOTCUA_ISSUER, MOTCUA_JWKS and MOTCUA_SERVICE_TOKEN"):
        up(environment="production", home=home)
    assert running(home) is None


def test_the_environment_variable_decides_where_nobody_says_anything_else(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: with MOTCUA_ENV=production a development system came up, and took development tokens."""
    from motcua_stack import up

    monkeypatch.setenv("MOTCUA_ENV", "production")
    with pytest.raises(StackProblem, match="development tokens"):
        up(home=home)
    with pytest.raises(StackProblem, match="is development or production, not 'prod'"):
        up(environment="prod", home=home)
    assert running(home) is None


@pytest.mark.parametrize(("minutes", "words"), [(-1, "never goes back"), (1, "goes on from there")])
def test_a_virtual_clock_that_stands_elsewhere_is_not_begun_anew(minutes: int, words: str, stack: Servers) -> None:
    """Regression: a later moment was passed over without a word."""
    database, began = fresh_database(stack), datetime(2026, 2, 2, tzinfo=UTC)
    assert start_virtual_clock(database, began) == start_virtual_clock(database, began) == start_virtual_clock(database, None) == began
    with pytest.raises(StackProblem, match=f"stands at 2026-02-02 00:00 UTC already and {words}"):
        start_virtual_clock(database, began + timedelta(minutes=minutes))
