"""A server as a child process, whoever watches over it."""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

THERE_ALREADY_SECONDS = 60
"""How long a server is waited for that somebody else runs, or Docker."""
NAMED_SECONDS = 15
"""How long one is waited for whose address was given: it is there, or the address is wrong."""


@dataclass(frozen=True)
class Program:
    """What to run and how to stop it; `stop_seconds` later it is killed."""

    name: str
    argv: tuple[str, ...]
    log: Path
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: int = 10


def spawn(program: Program) -> "subprocess.Popen[bytes]":
    """Start it in a session of its own, so that a signal to our process group does not reach it before we stop it."""
    with open(program.log, "ab") as log:
        return subprocess.Popen(
            program.argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=program.folder,
            env=dict(os.environ) | dict(program.environment),
            user=program.user,
            group=program.user,
            extra_groups=[] if program.user else None,
            start_new_session=True,
            umask=0o077,
        )


def every_process(*wanted: str) -> Iterator[psutil.Process]:
    """All processes that run now, each with `info` of what is wanted.

    psutil remembers processes from one look to the next and leaves out a new one that has the number of one it remembers.
    """
    psutil.process_iter.cache_clear()
    yield from psutil.process_iter(list(wanted) or None)


def stop(process: "subprocess.Popen[bytes]", program: Program) -> None:
    process.send_signal(program.stop_signal)
    try:
        process.wait(program.stop_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def running(program: Program) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the program for as long as the block lasts."""
    process = spawn(program)
    try:
        yield process
    finally:
        stop(process, program)


def still_running(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait for processes that are not our children; those that have not ended in time.

    One that ended but that nobody has collected yet (a slow init) has ended.
    """
    deadline = time.monotonic() + seconds
    left = list(processes)
    while (left := [process for process in left if not has_ended(process)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def log_end(log: Path, lines: int = 3) -> str:
    """The last lines of a log, for a person who must find out why something did not start."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return " | ".join(text.strip().splitlines()[-lines:]) or "its log is empty"
