"""What runs, and whether it is ready."""

import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from . import state
from .home import motcua_home
from .services import is_ready
from .state import Running
from .supervisor import Supervisor


@dataclass(frozen=True)
class ProcessStatus:
    """One process: supervisord's word for its state, its number, seconds since its start, its address, and whether it is ready."""

    name: str
    state: str
    pid: int
    seconds: int
    address: str
    ready: bool


def status(home: Path | None = None) -> list[ProcessStatus]:
    """Every process of the system that runs from this folder; empty when none does."""
    running = state.read(home or motcua_home())
    if running is None:
        return []
    with httpx.Client(timeout=3, trust_env=False) as client:
        return [_one(running, name, info, client) for name, info in Supervisor(running.socket).processes().items()]


def _one(running: Running, name: str, info: dict[str, object], client: httpx.Client) -> ProcessStatus:
    servers = {"kafka": running.kafka, "postgres": running.postgres_dsn.rpartition("@")[2]}
    address = servers.get(name) or running.services.get(name, "")
    word = str(info["statename"])
    ready = word == "RUNNING" if name in servers else is_ready(client, address, int(str(info["pid"])))
    seconds = max(0, int(time.time()) - int(str(info["start"]))) if word == "RUNNING" else 0
    return ProcessStatus(name, word, int(str(info["pid"])), seconds, address, ready)


def status_lines(found: list[ProcessStatus]) -> list[str]:
    """One line a process, for a terminal."""
    return [
        f"{p.name:<18}{p.state.lower():<10}{'ready' if p.ready else 'not ready':<11}process {p.pid:<8}{p.seconds:>7} s  {p.address}"
        for p in found
    ]
