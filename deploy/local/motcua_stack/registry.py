"""What runs: every service, in the order in which the addresses are printed."""

import importlib.util
import os
from dataclasses import dataclass
from typing import Literal

from .problem import StackProblem

Wave = Literal["services", "simulators"]

DEFAULT_PORTS = 8100
"""First of the services' ports; `MOTCUA_PORTS` names another."""


@dataclass(frozen=True)
class ServiceSpec:
    """One process. `port` counts from the first port; `wave` says when it stops (simulators outlive the services that call them)."""

    name: str
    module: str
    port: int
    database: bool = True
    kafka: bool = True
    wave: Wave = "services"

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]

    def is_installed(self) -> bool:
        try:
            return importlib.util.find_spec(self.module) is not None
        except ModuleNotFoundError:
            return False

    @property
    def address(self) -> str:
        """Base URL, without a slash at its end."""
        return f"http://127.0.0.1:{first_port() + self.port}"


def _service(name: str, port: int) -> ServiceSpec:
    return ServiceSpec(name, f"{name.replace('-', '_')}.main", port)


SERVICES = (
    _service("catalogue", 1),
    _service("intake", 2),
    _service("routing", 3),
    _service("processing", 4),
    _service("results", 5),
    _service("payments", 6),
    _service("notifications", 7),
    _service("tracking", 8),
    _service("sync-national", 9),
    _service("ratings", 10),
    ServiceSpec("portal-simulator", "simulators.main", 20, database=False, kafka=False, wave="simulators"),
)


def first_port() -> int:
    """After which the services' ports start.

    Raises:
        StackProblem: `MOTCUA_PORTS` is no such number.
    """
    asked = os.environ.get("MOTCUA_PORTS") or str(DEFAULT_PORTS)
    last = max(service.port for service in SERVICES)
    if not (asked.isascii() and asked.isdecimal()) or not 1024 <= int(asked) <= 65535 - last:
        raise StackProblem(f"MOTCUA_PORTS must be a number from 1024 to {65535 - last}, not {asked!r}.")
    return int(asked)


def spec(name: str) -> ServiceSpec:
    """The service of that name; KeyError when there is none."""
    return {service.name: service for service in SERVICES}[name]


def installed() -> list[ServiceSpec]:
    return [service for service in SERVICES if service.is_installed()]
