"""supervisord: watches every process, starts a crashed one again, and outlives the terminal that started it."""

import os
import shlex
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Callable, Iterable, Sequence
from configparser import Error as Unreadable
from configparser import RawConfigParser
from contextlib import closing, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

import psutil

from .home import write_private
from .ports import spoken_for
from .problem import StackProblem
from .program import Program, every_process, has_ended, log_end, still_running

ALIVE = frozenset({"STARTING", "RUNNING", "STOPPING"})
_LONGEST_SOCKET = 85
_LONGEST_STOP = 12
_UNSHAKEN = Path(__file__).with_name("unshaken.py")
_MAIN = """\
[unix_http_server]
file={socket}
chmod=0700
[supervisord]
nodaemon=true
silent=true
nocleanup=true
umask=077
identifier=motcua
directory={run}
logfile={log}
logfile_maxbytes=5MB
logfile_backups=1
pidfile={run}/supervisord.pid
childlogdir={run}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""
_PROGRAM = """\
[program:{name}]
command={command}
directory={folder}
environment={environment}
autostart=false
autorestart=true
startsecs=1
startretries=1000
stopsignal={signal}
stopwaitsecs={seconds}
killasgroup=true
umask=077
redirect_stderr=true
stdout_logfile={log}
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=2
"""


def _text(value: str) -> str:
    """A value for supervisord's file, which knows neither quotes in values nor a way to write these comment marks."""
    if any(mark in value for mark in ('"', "\n", " ;", " #")):
        raise StackProblem(f"The supervisor cannot read {value[:200]!r}: use folders without quotes, ' ;' and ' #' in their names.")
    return value.replace("%", "%%")


def configuration(home: Path, socket: Path, programs: Sequence[Program]) -> str:
    """The text of supervisord.conf; nothing starts before it is told to."""
    parts = [_MAIN.format(socket=_text(str(socket)), run=_text(str(home / "run")), log=_text(str(home / "log" / "supervisord.log")))]
    return "\n".join(parts + [_section(program) for program in programs])


def _section(program: Program) -> str:
    text = _PROGRAM.format(
        name=program.name,
        command=_text(shlex.join(program.argv)),
        folder=_text(str(program.folder)),
        environment=",".join(f'{key}="{_text(value)}"' for key, value in sorted(program.environment.items())),
        signal=program.stop_signal.name.removeprefix("SIG"),
        seconds=program.stop_seconds,
        log=_text(str(program.log)),
    )
    return text + (f"user={program.user}\n" if program.user else "")


class Away(StackProblem):
    """The supervisor does not answer, or says no."""


def start(home: Path, programs: Sequence[Program]) -> tuple["subprocess.Popen[bytes]", str]:
    """`launch()`, and wait until it answers."""
    process, socket = launch(home, programs)
    wait_for(process, socket, home)
    return process, socket


def launch(home: Path, programs: Sequence[Program]) -> tuple["subprocess.Popen[bytes]", str]:
    """Start supervisord in a session of its own; its process and the path of its socket."""
    socket = home / "run" / "supervisor.sock"
    if len(str(socket)) > _LONGEST_SOCKET:
        socket = Path(tempfile.mkdtemp(prefix="motcua-")) / "supervisor.sock"
    path = _file(home)
    write_private(path, configuration(home, socket, programs))
    with open(home / "log" / "supervisord.log", "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-W", "ignore", str(_UNSHAKEN), "-c", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=home / "run",
            env={key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))},
            start_new_session=True,
            pass_fds=spoken_for(),
        )
    return process, str(socket)


def wait_for(process: "subprocess.Popen[bytes]", socket: str, home: Path, seconds: float = 20) -> None:
    """Return when this very process answers; whatever else ends the wait ends the process too.

    Raises:
        StackProblem: it ended, or does not answer within the time.
    """
    deadline = time.monotonic() + seconds
    try:
        while not Supervisor(socket).answers(process.pid):
            if process.poll() is not None or time.monotonic() > deadline:
                raise StackProblem(f"The supervisor did not start: see {home / 'log' / 'supervisord.log'}.")
            time.sleep(0.02)
    except BaseException:
        process.kill()
        raise


def _file(home: Path) -> Path:
    return home / "run" / "supervisord.conf"


def of_home(home: Path) -> list[psutil.Process]:
    """The supervisors that run for this folder, whoever started them and whatever is written down about them.

    A child of one between its fork and its own program still looks like it, and does not count.
    """
    path = str(_file(home))
    found = {
        process.pid: process
        for process in every_process("cmdline", "ppid")
        if path in (words := process.info["cmdline"] or ()) and any(word.endswith(_UNSHAKEN.name) for word in words)
    }
    return [process for process in found.values() if process.info["ppid"] not in found and not has_ended(process)]


def socket_of(home: Path) -> str:
    """Where the supervisor of this folder was told to listen; the usual place when its file cannot be read."""
    file = RawConfigParser()
    with suppress(OSError, ValueError, Unreadable):
        file.read(_file(home))
    return file.get("unix_http_server", "file", fallback=str(home / "run" / "supervisor.sock")).replace("%%", "%")


class Supervisor:
    """Talks to a running supervisord."""

    def __init__(self, socket: str) -> None:
        self._socket = socket

    def _call(self, method: str, *arguments: object) -> Any:
        from supervisor.xmlrpc import SupervisorTransport

        transport = SupervisorTransport(None, None, serverurl=f"unix://{self._socket}")
        try:
            with closing(transport):
                return getattr(xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor, method)(*arguments)
        except (OSError, HTTPException, xmlrpc.client.Error) as problem:
            why = problem.faultString if isinstance(problem, xmlrpc.client.Fault) else type(problem).__name__
            raise Away(
                f"The supervisor did not do what it was told ({method}: {why}): end what runs with .venv/bin/motcua down and start again."
            ) from problem

    def answers(self, process: int) -> bool:
        """Whether the supervisor on this socket is that process, and at work."""
        try:
            return bool(self._call("getState")["statename"] == "RUNNING" and self._call("getPID") == process)
        except Away:
            return False

    def start(self, name: str) -> None:
        """Start a program without waiting for it."""
        self._call("startProcess", name, False)

    def stop(self, names: Sequence[str]) -> None:
        """Stop programs side by side; return when all have ended (each is killed after its own time)."""
        for name in names:
            if self.state(name) in ALIVE | {"BACKOFF"}:
                with suppress(Away):  # it may end by itself in between
                    self._call("stopProcess", name, False)
        while any(self.state(name) in ALIVE for name in names):
            time.sleep(0.05)

    def state(self, name: str) -> str:
        """supervisord's word: STARTING, RUNNING, BACKOFF, STOPPING, STOPPED, EXITED or FATAL."""
        return str(self._call("getProcessInfo", name)["statename"])

    def processes(self) -> dict[str, dict[str, Any]]:
        """Every program by name: supervisord's `statename`, `pid`, `start`, `now` (seconds since 1970)."""
        return {info["name"]: info for info in self._call("getAllProcessInfo")}

    def is_alive(self, name: str) -> bool:
        return self.state(name) in ALIVE

    def process(self, name: str) -> int:
        """The number of the program's process; 0 when it does not run."""
        return int(self._call("getProcessInfo", name)["pid"])

    def shutdown(self) -> None:
        """End supervisord itself (and what still runs)."""
        self._call("shutdown")


def end(process: psutil.Process, socket: str, waves: Callable[[Iterable[str]], list[list[str]]]) -> None:
    """End a supervisor and what it watches, in order where it answers; one that does not is told by a signal, and killed in the end."""
    supervisor = Supervisor(socket)
    with suppress(Away):
        if supervisor.answers(process.pid):
            for names in waves(supervisor.processes()):
                supervisor.stop(names)
            supervisor.shutdown()
            still_running([process], seconds=5)
    with suppress(psutil.NoSuchProcess):
        if not has_ended(process):
            process.terminate()
        for stuck in still_running([process], seconds=_LONGEST_STOP):
            stuck.kill()
            still_running([stuck], seconds=5)


def forget_socket(home: Path) -> None:
    """Remove what a killed supervisor left of its socket, with the folder that a long path made necessary."""
    socket = Path(socket_of(home))
    with suppress(OSError):
        socket.unlink(missing_ok=True)
        if socket.parent.name.startswith("motcua-"):
            socket.parent.rmdir()


def why_not(program: Program) -> str:
    return f"{program.name} did not start ({log_end(program.log)}): see {program.log}."
