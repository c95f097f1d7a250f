"""Services as programs: their whole configuration is their environment."""

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from .ports import is_free
from .problem import StackProblem
from .program import Program, every_process, still_running
from .registry import ServiceSpec, spec

STOP_SECONDS = {"services": 10, "simulators": 2}
MOST_LIVES = 5
"""Processes of one service during one wait; a service that dies at each start is given up after so many, long before the time."""


class NotReady(Exception):
    """A service ended, again and again, or did not become ready in time."""

    def __init__(self, service: ServiceSpec) -> None:
        super().__init__(f"{service.name} did not become ready")
        self.service = service


@dataclass(frozen=True)
class Setting:
    """What all services of one start share."""

    home: Path
    kafka: str
    databases: Mapping[str, str]
    jwks: str
    service_token: Callable[[str], str]
    clock: str = "system"
    environment: str = "development"


def environment_of(service: ServiceSpec, setting: Setting) -> dict[str, str]:
    """The variables that configure a service (deploy/k8s sets the same ones)."""
    port = service.address.rpartition(":")[2]
    values = {
        "MOTCUA_HOME": str(setting.home),
        "MOTCUA_SERVICE": service.name,
        "MOTCUA_INSTANCE": f"{service.name}-1",
        "MOTCUA_HTTP_PORT": port,
        "MOTCUA_ENV": setting.environment,
        "MOTCUA_CLOCK": setting.clock,
        "MOTCUA_FILES": str(setting.home / "files"),
        "MOTCUA_TRACES": str(setting.home / "log" / f"{service.name}.traces.jsonl"),
        "MOTCUA_JWKS": setting.jwks,
        "MOTCUA_VAULT_URL": spec("intake").address,
        "MOTCUA_PORTAL_URL": spec("portal-simulator").address,
        "MOTCUA_GATEWAY_URL": spec("portal-simulator").address,
        "MOTCUA_LOOKUP_URL": spec("tracking").address,
        "MOTCUA_CERTIFICATES": str(setting.home / "secrets" / "certificates"),
        "MOTCUA_SERVICE_TOKEN": setting.service_token(service.name),
        "PYTHONUNBUFFERED": "1",
    }
    if service.database:
        values["MOTCUA_DATABASE_URL"] = setting.databases[service.name]
    if service.kafka:
        values["MOTCUA_KAFKA"] = setting.kafka
    return values


def program_of(service: ServiceSpec, setting: Setting) -> Program:
    return Program(
        name=service.name,
        argv=(sys.executable, "-m", service.module),
        log=setting.home / "log" / f"{service.name}.log",
        folder=setting.home / "run",
        environment=environment_of(service, setting),
        stop_seconds=STOP_SECONDS[service.wave],
    )


def check_ports(services: Iterable[ServiceSpec], process: Callable[[str], int] = lambda service: 0) -> None:
    """Refuse to start when somebody else than the service's own process listens on its port.

    Raises:
        StackProblem: naming the port, the service and, where the system tells, the process.
    """
    for service in services:
        port = port_of(service.address)
        if not is_free(port) and not _listens(process(service.name), port):
            raise StackProblem(
                f"Port {port}, wanted by {service.name}, is in use{_holder(port)}: end that process, "
                "or give Motcua other ports, for example MOTCUA_PORTS=9100 make run."
            )


def _holder(port: int) -> str:
    try:
        pids = {
            c.pid for c in psutil.net_connections("tcp") if c.laddr and c.laddr.port == port and c.status == psutil.CONN_LISTEN and c.pid
        }
        return "".join(f" by process {pid} ({psutil.Process(pid).name()})" for pid in sorted(pids))
    except psutil.Error:
        return ""


def end_leftovers(home: Path) -> list[str]:
    """Services of this folder whose supervisor was killed: end them, so that two do not do one's work. Their names."""
    left = {process: name for process in every_process() if (name := _service_in(process, home))}
    for process in left:
        process.terminate()
    for process in still_running(left, seconds=10):
        process.kill()
    return sorted(left.values())


def _service_in(process: psutil.Process, home: Path) -> str:
    """Which service of this folder the process is; empty when it is none."""
    try:
        variables = process.environ()
    except (psutil.Error, OSError):
        return ""
    return variables.get("MOTCUA_SERVICE", "") if variables.get("MOTCUA_HOME") == str(home) else ""


def is_ready(client: httpx.Client, address: str, process: int) -> bool:
    """Whether the process of that number says so itself: a stranger may hold its port and answer to everything."""
    answer = _asked(client, address)
    return answer is not None and answer.status_code == httpx.codes.OK and _listens(process, port_of(address))


def why_not_ready(client: httpx.Client, address: str) -> str:
    """What the service says about it; empty when it says nothing."""
    return str(_state(_asked(client, address)).get("why") or "")


def under_maintenance(client: httpx.Client, address: str) -> str:
    """That a service which is ready refuses writes, where it does; empty where it works as usual."""
    return "maintenance: writes are refused" if _state(_asked(client, address)).get("maintenance") else ""


def _answers(client: httpx.Client, address: str, process: int) -> bool:
    answer = _asked(client, address)
    ready = answer is not None and answer.status_code == httpx.codes.OK
    return (ready or bool(_state(answer).get("held"))) and _listens(process, port_of(address))


def _asked(client: httpx.Client, address: str) -> httpx.Response | None:
    """What a service answers to whether it is ready; None when it does not answer."""
    try:
        return client.get(f"{address}/health/ready")
    except httpx.HTTPError:
        return None


def _state(answer: httpx.Response | None) -> dict[str, Any]:
    """What a service says of itself; empty when it says nothing."""
    try:
        state = answer.json() if answer is not None else {}
    except ValueError:
        return {}
    return state if isinstance(state, dict) else {}


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


def _listens(process: int, port: int) -> bool:
    try:
        return any(c.laddr.port == port for c in psutil.Process(process).net_connections("tcp") if c.status == psutil.CONN_LISTEN)
    except psutil.Error:
        return False


def wait_ready(services: Iterable[ServiceSpec], process: Callable[[str], int], seconds: float = 300) -> None:
    """Return when every service says that it is ready, or that it is held back: it answers, and an operator must be able to ask.

    Args:
        process: the number of a service's process by its name; 0 when it does not run.
    Raises:
        NotReady: one ended, or is not ready within the time.
    """
    with httpx.Client(timeout=3, trust_env=False) as client:
        _await(services, process, lambda service: _answers(client, service.address, process(service.name)), seconds)


def held_back(services: Iterable[ServiceSpec]) -> dict[str, str]:
    """The services that need an operator, and why: an inbox that stopped, another Kafka than before."""
    with httpx.Client(timeout=3, trust_env=False) as client:
        told = {service.name: str(_state(_asked(client, service.address)).get("held") or "") for service in services}
    return {name: why for name, why in told.items() if why}


def wait_caught_up(services: Iterable[ServiceSpec], process: Callable[[str], int], seconds: float = 60) -> None:
    """Return when every service has applied all that the bus holds, the province's catalogue above all.

    Raises:
        NotReady: one ended, or is still behind after the time.
    """
    with httpx.Client(timeout=5, trust_env=False) as client:
        _await(services, process, lambda service: not service.kafka or _has_caught_up(client, service.address), seconds)


def _await(services: Iterable[ServiceSpec], process: Callable[[str], int], done: Callable[[ServiceSpec], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for service in services:
        lives = set[int]()
        while not done(service):
            lives.add(process(service.name))
            if time.monotonic() > deadline or 0 in lives or len(lives) > MOST_LIVES:
                raise NotReady(service)
            time.sleep(0.1)


def _has_caught_up(client: httpx.Client, address: str) -> bool:
    state = _state(_asked(client, address))
    return bool(state.get("held")) or (bool(state.get("ok")) and state.get("lag") == 0)
