"""Everything that a start needs to know before the first process runs: addresses, secrets, programs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import containers, kafka, postgres, stages
from .choice import Choice
from .database import service_dsn
from .home import secret
from .program import Program
from .registry import ServiceSpec, installed
from .services import Setting, environment_of, program_of

PREFERRED_PORTS = {"postgres": 15432, "kafka": 19092}


@dataclass(frozen=True)
class Plan:
    """`servers` are the programs that this machine runs itself; `origins` says in words where each server comes from."""

    postgres_dsn: str
    kafka: str
    servers: list[Program]
    containers: list[str]
    origins: list[str]
    services: list[ServiceSpec]
    setting: Setting

    @property
    def programs(self) -> list[Program]:
        return self.servers + [program_of(service, self.setting) for service in self.services]

    @property
    def databases(self) -> dict[str, str]:
        return dict(self.setting.databases)

    def program(self, name: str) -> Program:
        return next(program for program in self.programs if program.name == name)

    def server(self, name: str) -> Program | None:
        """The program of an embedded server; None when it comes from an address or a container."""
        return next((program for program in self.servers if program.name == name), None)

    def environment(self, service: str) -> dict[str, str]:
        """The variables of that service; nothing when it is not installed."""
        return next((environment_of(s, self.setting) for s in self.services if s.name == service), {})


def make_plan(home: Path, chosen: dict[str, Choice], clock: str, environment: str) -> Plan:
    """Make data folders that are new, start containers if that is the choice, and work out every program.

    Raises:
        StackProblem: a data folder or the jars cannot be used.
    """
    found: list[Program] = []
    names: list[str] = []
    dsn = _server("postgres", chosen["postgres"], home, found, names, postgres.prepare, containers.start_postgres)
    bootstrap = _server("kafka", chosen["kafka"], home, found, names, kafka.prepare, containers.start_kafka)
    services = installed()
    jwks, token = stages.development_keys(home) if services else ("", str)
    key = secret(home, "roles")
    databases = {s.name: service_dsn(dsn, s.name, key) for s in services if s.database}
    setting = Setting(home, bootstrap, databases, jwks, token, clock, environment)
    origins = [f"{name}: {choice.kind} {choice.detail if choice.kind == 'container' else ''}".strip() for name, choice in chosen.items()]
    return Plan(dsn, bootstrap, found, names, origins, services, setting)


def _server(
    name: str,
    choice: Choice,
    home: Path,
    programs: list[Program],
    started: list[str],
    prepare: Callable[[Path, int | None], tuple[Program, str]],
    contain: Callable[[str, Path, int | None], str],
) -> str:
    if choice.kind == "address":
        return choice.detail
    if choice.kind == "container":
        address = contain(choice.detail, home, PREFERRED_PORTS[name])
        started.append(containers.name_of(home, name))
        return address
    program, address = prepare(home, PREFERRED_PORTS[name])
    programs.append(program)
    return address
