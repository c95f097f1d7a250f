"""The stages between servers and services: schemas, topics, keys, the province's catalogue."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from .database import prepare_postgres, role_of, schema_of
from .problem import StackProblem
from .registry import ServiceSpec
from .topics import TOPICS as TOPICS


def migrate(owner_dsn: str, services: Iterable[ServiceSpec], home: Path) -> None:
    """Make each service's role and schema and bring its tables up to date, as the owner.

    Raises:
        StackProblem: a migration fails, or the data are newer than the code.
    """
    stored = [service for service in services if service.database]
    if not stored:
        return
    prepare_postgres(owner_dsn, [service.name for service in stored], home)
    from chassis.migrate import migrate as migrate_one

    for service in stored:
        try:
            migrate_one(owner_dsn, service.name, schema_of(service.name), role_of(service.name), service.package)
        except Exception as problem:
            raise StackProblem(
                f"The schema of {service.name} could not be migrated ({str(problem).splitlines()[0] if str(problem) else problem!r}): "
                "start the version that made the data, or report it with that line."
            ) from problem


def begin_catalogue(environment: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes] | None":
    """Load the province by `python -m catalogue.load`, with the catalogue service's own environment; None if there is none.

    It needs the tables only, and waits by itself until the service has published: other stages go on beside it.
    """
    try:
        if importlib.util.find_spec("catalogue.load") is None:
            return None
    except ModuleNotFoundError:
        return None
    with open(log, "ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "catalogue.load"],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env=dict(os.environ) | dict(environment),
            start_new_session=True,
            umask=0o077,
        )


def finish_catalogue(loading: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when the province's catalogue is on the bus.

    Raises:
        StackProblem: it could not be loaded.
    """
    if loading.wait():
        raise StackProblem(f"The province's catalogue could not be loaded: see {log}.")


def development_keys(home: Path) -> tuple[str, Callable[[str], str]]:
    """The JWKS's file:// address, and what makes the development token of a service (role `service`, everywhere, for a year).

    Raises:
        StackProblem: the key is damaged.
    """
    from chassis import tokens

    folder = home / "secrets"
    try:
        jwks = tokens.development_keys(folder).as_uri()
    except tokens.DamagedKey as damaged:
        raise StackProblem(str(damaged)) from damaged
    return jwks, lambda service: tokens.issue(folder, f"service:{service}", ["service"], ["*"], seconds=365 * 24 * 3600)


def start_virtual_clock(owner_dsn: str, start: datetime | None) -> datetime:
    """Make the settable clock, if it is not there yet, at `start` (without one at the present moment); where it stands.

    Raises:
        StackProblem: it stands elsewhere already.
    """
    from chassis.virtual_clock import create

    stands = create(owner_dsn, start or datetime.now(UTC))
    if start is not None and stands != start:
        how = "never goes back: leave --start away" if stands > start else "goes on from there: leave --start away and use motcua clock"
        raise StackProblem(f"The virtual clock of these data stands at {stands:%Y-%m-%d %H:%M} UTC already and {how}, "
                           "or set MOTCUA_HOME to a new folder.")  # fmt: skip
    return stands
