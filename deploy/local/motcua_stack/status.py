"""What runs, and whether it is ready.

`why` is what a service that is not ready says of itself.
"""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from . import state, supervisor
from .home import motcua_home
from .services import is_ready, under_maintenance, why_not_ready
from .state import Running
from .supervisor import Supervisor

LEAST_BYTES = 50_000_000


@dataclass(frozen=True)
class ProcessStatus:
    """One process: supervisord's word for its state, its number, seconds since its start, its address, and whether it is ready."""

    name: str
    state: str
    pid: int
    seconds: int
    address: str
    ready: bool
    why: str = ""


def status(home: Path | None = None) -> list[ProcessStatus]:
    """Every process of the system that runs from this folder; empty when none does."""
    running = state.read(home or motcua_home())
    if running is None:
        return []
    with httpx.Client(timeout=3, trust_env=False) as client:
        return [_one(running, name, info, client) for name, info in Supervisor(running.socket).processes().items()]


def nothing_runs(home: Path | None = None) -> str:
    """What to say when `status()` found nothing: a start that was cut off may have left a supervisor that nobody wrote down."""
    left = ", ".join(str(process.pid) for process in supervisor.of_home(home or motcua_home()))
    if left:
        return f"A start that was cut off has left its supervisor (process {left}): end it with .venv/bin/motcua down."
    return "Motcua does not run here: start it with make run or motcua up."


def _one(running: Running, name: str, info: dict[str, object], client: httpx.Client) -> ProcessStatus:
    servers = {"kafka": running.kafka, "postgres": running.postgres_dsn.rpartition("@")[2]}
    address = servers.get(name) or running.services.get(name, "")
    word = str(info["statename"])
    pid = int(str(info["pid"]))
    ready = word == "RUNNING" if name in servers else is_ready(client, address, pid)
    why = "" if name in servers or word != "RUNNING" else (under_maintenance if ready else why_not_ready)(client, address)
    seconds = max(0, int(time.time()) - int(str(info["start"]))) if word == "RUNNING" else 0
    return ProcessStatus(name, word, pid, seconds, address, ready, why)


def disk_lines(home: Path) -> list[str]:
    """What to say when the disk under the data is full; nothing while there is room, or no such folder."""
    if not home.exists() or (free := shutil.disk_usage(home).free) >= LEAST_BYTES:
        return []
    return [f"The disk under {home} is full: {free / 1e6:.1f} MB free. Make room: nothing is lost, and what waits goes on by itself."]


def status_lines(found: list[ProcessStatus]) -> list[str]:
    """One line a process, for a terminal, and one more when the disk is full."""
    return (disk_lines(motcua_home()) if found else []) + [_line(process) for process in found]


def _line(p: ProcessStatus) -> str:
    ready = "ready" if p.ready else "not ready"
    return f"{p.name:<18}{p.state.lower():<10}{ready:<11}process {p.pid:<8}{p.seconds:>7} s  {p.address}  {p.why}".rstrip()
