"""Ports of servers and services: chosen so that neither two starts at once nor an outgoing connection takes the same one."""

import fcntl
import json
import os
import secrets
import socket
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import msgspec

from .home import write_private
from .problem import StackProblem

OUTGOING_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
USUAL_FIRST_OUTGOING_PORT, LOWEST_PORT = 32_768, 10_000
_spoken_for: dict[int, int] = {}
"""Ports that this process has chosen → the locked files that tell other starts so. They stay locked until this process has ended, and
each that was handed them."""


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_ports(offsets: Collection[int] = (0,)) -> int:
    """A first port, chosen at random, from which all the offsets are free.

    They lie below the ports that the system gives to outgoing connections: one of those may be taken between looking and listening.
    """
    upper = _first_outgoing_port() - max(offsets)
    for _ in range(1000):
        first = LOWEST_PORT + secrets.randbelow(upper - LOWEST_PORT)
        if all(is_free(first + offset) for offset in offsets):
            return first
    raise StackProblem("No free ports were found: end some of the programs that listen on this machine.")


def _first_outgoing_port() -> int:
    try:
        first = int(OUTGOING_PORTS.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return USUAL_FIRST_OUTGOING_PORT
    return first if first > 2 * LOWEST_PORT else USUAL_FIRST_OUTGOING_PORT


def port_for(home: Path, name: str, preferred: int | None = None) -> int:
    """The port remembered for this name; a new one (the preferred, if free) when there is none or someone else holds it."""
    path = home / "ports.json"
    ports = _remembered_ports(path)
    wanted = ports.get(name) or preferred
    while wanted is None or not is_free(wanted) or not _speak_for(wanted):
        wanted = free_ports()
    if ports.get(name) != wanted:
        write_private(path, json.dumps(ports | {name: wanted}, indent=1))
    return wanted


def spoken_for() -> tuple[int, ...]:
    """The open files that lock this process's ports, for a process that lives as long as the servers do: a server that is killed and
    started again would else find another system's server in its place, and its clients talk to it."""
    return tuple(_spoken_for.values())


def _remembered_ports(path: Path) -> dict[str, int]:
    """A damaged list is as good as none: ports are looked for again."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, int])
    except (FileNotFoundError, msgspec.MsgspecError):
        return {}


def _speak_for(port: int) -> bool:
    """Keep other starts of this user away from a port, also while the server that listens there is down; False: one of them has it."""
    if port in _spoken_for:
        return True
    folder = Path(tempfile.gettempdir()) / f"motcua-ports-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(folder / str(port), os.O_WRONLY | os.O_CREAT, 0o600)
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _spoken_for[port] = lock
        return True
    os.close(lock)
    return False
