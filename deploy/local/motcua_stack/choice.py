"""Where each server comes from: an address, else an engine that has the image, else this machine."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from .containers import local_images
from .problem import StackProblem

Kind = Literal["address", "container", "embedded"]
VARIABLES = {"postgres": "MOTCUA_POSTGRES", "kafka": "MOTCUA_KAFKA"}
IMAGES = {"postgres": "postgres", "kafka": "apache/kafka"}


@dataclass(frozen=True)
class Choice:
    """`detail` is the address or the image; empty when embedded."""

    kind: Kind
    detail: str = ""


def choose(environment: Mapping[str, str] = os.environ, images: Callable[[], Mapping[str, str]] = local_images) -> dict[str, Choice]:
    """`postgres` and `kafka` → where to take it from. The engine is asked only when an address is missing.

    Raises:
        StackProblem: an address is none.
    """
    _check_addresses(environment)
    chosen = {server: Choice("address", environment[name]) for server, name in VARIABLES.items() if environment.get(name)}
    if len(chosen) < len(VARIABLES):
        have = images()
        for server, image in IMAGES.items():
            if server not in chosen:
                chosen[server] = Choice("container", have[image]) if image in have else Choice("embedded")
    return chosen


def _check_addresses(environment: Mapping[str, str]) -> None:
    """Only their form; whether somebody answers there is seen later. What is wrong is not repeated: it may hold a password."""
    try:
        dsn = conninfo_to_dict(environment.get(VARIABLES["postgres"], ""))
    except ProgrammingError:
        dsn = {}
    if environment.get(VARIABLES["postgres"]) and not dsn.get("dbname"):
        raise StackProblem("MOTCUA_POSTGRES must be the owner's address: postgresql://user:password@host:port/database.")
    brokers = [address.rpartition(":") for address in environment.get(VARIABLES["kafka"], "").split(",") if address]
    if any(not host or not port.isdecimal() for host, _, port in brokers):
        raise StackProblem("MOTCUA_KAFKA must be host:port, or several of them with commas between.")
