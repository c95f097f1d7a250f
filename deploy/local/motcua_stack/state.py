"""What `up` started, written down for `down`, `status` and every tool that needs an address."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec
import psutil

from . import supervisor
from .home import motcua_home, write_private
from .problem import StackProblem


@dataclass(frozen=True)
class Running:
    """A running system. `postgres_dsn` is the owner's; by service `services`, `databases` and `held`: why an operator was needed."""

    supervisor: int
    supervisor_started: float
    socket: str
    postgres_dsn: str = ""
    kafka: str = ""
    clock: str = "system"
    containers: list[str] = field(default_factory=list)
    services: dict[str, str] = field(default_factory=dict)
    databases: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    ready: bool = False


def _path(home: Path) -> Path:
    return home / "run" / "state.json"


def write(home: Path, running: Running) -> None:
    write_private(_path(home), json.dumps(asdict(running), indent=1))


def forget(home: Path) -> None:
    _path(home).unlink(missing_ok=True)


def containers(home: Path) -> list[str]:
    """The containers that a start in this folder wrote down; none where that cannot be read."""
    try:
        running = _written(home)
    except msgspec.MsgspecError:
        return []
    return running.containers if running else []


def _written(home: Path) -> Running | None:
    try:
        return msgspec.json.decode(_path(home).read_bytes(), type=Running)
    except FileNotFoundError:
        return None


def read(home: Path | None = None) -> Running | None:
    """The system that runs from this folder, or None. A supervisor that died, or a process that got its number, does not count.

    Raises:
        StackProblem: something runs, but what is written down about it cannot be read.
    """
    folder = home or motcua_home()
    try:
        running = _written(folder)
    except msgspec.MsgspecError as damaged:
        if not supervisor.of_home(folder):
            return None
        raise StackProblem(
            f"{_path(folder)} is damaged or of another version: end what runs with .venv/bin/motcua down and start again."
        ) from damaged
    if running is None:
        return None
    try:
        process = psutil.Process(running.supervisor)
        alive = abs(process.create_time() - running.supervisor_started) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return None
    return running if alive else None
