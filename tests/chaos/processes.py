"""The processes of a running system: killed, stopped, started beside, and waited for."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import psutil

from motcua_stack import running
from motcua_stack.choice import choose
from motcua_stack.home import motcua_home
from motcua_stack.plan import Plan, make_plan
from motcua_stack.program import Program, spawn, stop
from motcua_stack.registry import SERVICES
from motcua_stack.supervisor import Supervisor

SERVICE_NAMES = tuple(service.name for service in SERVICES)


def supervisor() -> Supervisor:
    system = running()
    assert system is not None, "the system does not run any more"
    return Supervisor(system.socket)


def kill(name: str, how: signal.Signals = signal.SIGKILL) -> int:
    """Kill a program's process; its number, 0 when it was not running just then."""
    process = supervisor().process(name)
    if process:
        os.kill(process, how)
    return process


def ready(name: str) -> bool:
    """Whether the service says so itself."""
    address = next(service.address for service in SERVICES if service.name == name)
    try:
        return httpx.get(f"{address}/health/ready", timeout=3, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def state_of(name: str) -> dict[str, object]:
    """`/health/ready` as it answers; empty when nobody does."""
    address = next(service.address for service in SERVICES if service.name == name)
    try:
        answer: dict[str, object] = httpx.get(f"{address}/health/ready", timeout=5, trust_env=False).json()
    except (httpx.TransportError, ValueError):
        return {}
    return answer


def metric(name: str, metric_name: str) -> float:
    """A metric without labels as the service tells it."""
    address = next(service.address for service in SERVICES if service.name == name)
    text = httpx.get(f"{address}/metrics", timeout=5, trust_env=False).text
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.split(" ")[0] in (metric_name, f"{metric_name}_total"))


def await_ready(name: str, other_than: int = 0, seconds: float = 90) -> float:
    """Until a new process of that name is ready; the seconds that took. Raises `TimeoutError`."""
    began, watch = time.monotonic(), supervisor()
    while not ((process := watch.process(name)) and process != other_than and ready(name)):
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{name} is not ready after {seconds:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - began


def await_all_ready(seconds: float = 120) -> None:
    for name in SERVICE_NAMES:
        await_ready(name, seconds=seconds)


def planned() -> Plan:
    """The programs of the running system, as they were planned."""
    system = running()
    assert system is not None
    chosen = choose(os.environ | {"MOTCUA_POSTGRES": system.postgres_dsn, "MOTCUA_KAFKA": system.kafka})
    return make_plan(motcua_home(), chosen, system.clock, "development")


def another(name: str, number: int = 2, **environment: str) -> Program:
    """A second replica of a service: a name of its own in the group, and what else the environment says."""
    program = planned().program(name)
    instance = {"MOTCUA_INSTANCE": f"{name}-{number}"}
    log = program.log.with_name(f"{name}-{number}.log")
    return replace(program, environment=dict(program.environment) | instance | environment, log=log)


@contextmanager
def beside(*programs: Program) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """More processes for as long as the block lasts."""
    started = [spawn(program) for program in programs]
    try:
        yield started
    finally:
        for process, program in zip(started, programs, strict=True):
            if process.poll() is None:
                stop(process, program)


def load_of_the_machine() -> str:
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def free_space(folder: Path) -> int:
    return psutil.disk_usage(str(folder)).free
