"""What a start left behind is found by looking at the processes, whatever is written down about it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from motcua_stack import StackProblem, down, ending, nothing_runs, running, state, status
from motcua_stack.home import open_home
from motcua_stack.ports import free_ports, port_for
from motcua_stack.program import Program, every_process, has_ended
from motcua_stack.state import Running
from motcua_stack.supervisor import Away, Supervisor, launch, of_home, start, wait_for


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder with a short name: a socket's path has hardly a hundred letters, and what is looked at here is the usual place."""
    with tempfile.TemporaryDirectory(prefix="motcua-") as folder:
        yield open_home(Path(folder))
        for process in of_home(Path(folder)):
            process.kill()


@pytest.fixture
def watched(home: Path) -> psutil.Process:
    """A supervisor, of which nothing is written down, that watches a process."""
    sleeper = Program("sleeper", ("sleep", "600"), home / "log" / "sleeper.log", home)
    _, socket = start(home, [sleeper])
    Supervisor(socket).start("sleeper")
    return psutil.Process(Supervisor(socket).process("sleeper"))


def test_a_supervisor_that_nobody_wrote_down_is_ended_with_what_it_watches(home: Path, watched: psutil.Process) -> None:
    assert "has left its supervisor" in nothing_runs(home)
    assert down(lambda line: None, home)
    assert of_home(home) == [] and has_ended(watched)
    assert nothing_runs(home).startswith("Motcua does not run here") and not (home / "run" / "supervisor.sock").exists()


def test_a_process_that_has_the_number_of_one_looked_at_before_is_found() -> None:
    before = psutil.Process()
    before._ident = (before.pid, 1.0)  # type: ignore[attr-defined]
    psutil._pmap[before.pid] = before  # type: ignore[attr-defined]
    assert before.pid in {process.pid for process in every_process("ppid")}


def test_a_supervisor_that_does_not_answer_is_killed(home: Path, watched: psutil.Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motcua_stack.supervisor._LONGEST_STOP", 0.1)
    (home / "run" / "supervisor.sock").unlink()
    (deaf,) = of_home(home)
    deaf.suspend()
    assert down(lambda line: None, home)
    assert has_ended(deaf)
    watched.kill()


def test_a_wait_that_is_cut_off_ends_the_supervisor(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Supervisor, process: int) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(Supervisor, "answers", interrupted)
    process, socket = launch(home, [])
    with pytest.raises(KeyboardInterrupt):
        wait_for(process, socket, home)
    assert process.wait(10) == -signal.SIGKILL


def test_another_supervisor_on_the_socket_is_not_taken_for_the_own_one(home: Path, watched: psutil.Process) -> None:
    (other,) = of_home(home)
    socket = Supervisor(str(home / "run" / "supervisor.sock"))
    assert socket.answers(other.pid) and not socket.answers(os.getpid())


def test_what_the_supervisor_refuses_is_a_sentence(home: Path, watched: psutil.Process) -> None:
    with pytest.raises(Away, match=r"ALREADY_STARTED.*motcua down"):
        Supervisor(str(home / "run" / "supervisor.sock")).start("sleeper")


@pytest.fixture
def handlers() -> Iterator[None]:
    """As they were: who was asked to end leaves its signals ignored, and what the tests start would inherit that."""
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.usefixtures("handlers")
def test_a_signal_that_comes_again_when_all_has_stopped_kills_nobody() -> None:
    """Regression: a second Ctrl-C just after a quick stop ended `make run` with a failure."""
    with suppress(ending.Ended), ending.one_signal_ends():
        signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGINT)


@pytest.mark.usefixtures("handlers")
def test_a_start_that_nobody_ended_gives_the_signals_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with ending.one_signal_ends():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.usefixtures("handlers")
def test_a_signal_that_a_destructor_swallowed_still_ends_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: it was raised once, lost, and every later one was ignored."""
    monkeypatch.setattr(ending, "AGAIN_SECONDS", 0.01)
    with pytest.raises(ending.Ended), ending.one_signal_ends():
        with suppress(ending.Ended):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        time.sleep(20)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


DAMAGED = ["", "{", "null", "\x00\xff", '{"supervisor": "x"}', '{"of": "another version"}', '{"supervisor": 1}']


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_state_of_nothing_is_nothing(home: Path, text: str) -> None:
    (home / "run" / "state.json").write_text(text, "latin-1")
    assert running(home) is None and status(home) == []
    assert not down(lambda line: None, home)


def test_a_damaged_state_of_what_runs_is_a_sentence_and_is_stopped(home: Path, watched: psutil.Process) -> None:
    (home / "run" / "state.json").write_text('{"supervisor": ')
    with pytest.raises(StackProblem, match=r"damaged or of another version.*motcua down"):
        status(home)
    assert down(lambda line: None, home)
    assert of_home(home) == [] and has_ended(watched) and running(home) is None


def test_a_state_with_more_than_this_version_knows_is_read(home: Path, watched: psutil.Process) -> None:
    (supervisor,) = of_home(home)
    state.write(home, Running(supervisor.pid, supervisor.create_time(), "socket"))
    path = home / "run" / "state.json"
    path.write_text(path.read_text().replace("{", '{"later": 1, ', 1))
    assert (found := running(home)) and found.supervisor == supervisor.pid
    down(lambda line: None, home)


def test_damaged_ports_are_chosen_anew(home: Path) -> None:
    (home / "ports.json").write_text("[")
    wanted = free_ports()
    assert port_for(home, "kafka", wanted) == wanted
    assert port_for(home, "kafka") == wanted


def test_an_interrupt_before_the_start_is_no_traceback(home: Path) -> None:
    code = "import motcua_stack.__main__ as m\ndef no(*_): raise KeyboardInterrupt\nm._do = no\nraise SystemExit(m.main())"
    done = subprocess.run([sys.executable, "-c", code, "run"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "")
