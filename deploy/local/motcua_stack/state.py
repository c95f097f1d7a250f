"""What `up` started, written down for `down`, `status` and every tool that needs an address."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from .home import motcua_home, write_private


@dataclass(frozen=True)
class Running:
    """A running system. `postgres_dsn` is the owner's; `services` and `databases` are by name of service."""

    supervisor: int
    supervisor_started: float
    socket: str
    postgres_dsn: str = ""
    kafka: str = ""
    clock: str = "system"
    containers: list[str] = field(default_factory=list)
    services: dict[str, str] = field(default_factory=dict)
    databases: dict[str, str] = field(default_factory=dict)
    ready: bool = False


def _path(home: Path) -> Path:
    return home / "run" / "state.json"


def write(home: Path, running: Running) -> None:
    write_private(_path(home), json.dumps(asdict(running), indent=1))


def forget(home: Path) -> None:
    _path(home).unlink(missing_ok=True)


def read(home: Path | None = None) -> Running | None:
    """The system that runs from this folder, or None. A supervisor that died, or a process that got its number, does not count."""
    path = _path(home or motcua_home())
    if not path.exists():
        return None
    running = Running(**json.loads(path.read_text()))
    try:
        process = psutil.Process(running.supervisor)
        alive = abs(process.create_time() - running.supervisor_started) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return running if alive else None
