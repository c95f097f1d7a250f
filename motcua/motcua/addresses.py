"""Where the services answer, and who may speak to them here."""

import os
from collections.abc import Mapping
from pathlib import Path

from chassis import tokens
from motcua.client.wire import Actor
from motcua_stack import motcua_home, running
from motcua_stack.registry import SERVICES


def addresses(home: Path | None = None) -> dict[str, str]:
    """Service → base URL: those of the system that runs from the folder (of every service at its usual port when none does), and
    before them any that `MOTCUA_<SERVICE>_URL` names."""
    usual = {service.name: service.address for service in SERVICES}
    system = running(home or motcua_home())
    return (system.services if system else usual) | _named(usual)


def _named(services: Mapping[str, str]) -> dict[str, str]:
    variables = {name: f"MOTCUA_{name.replace('-', '_').upper()}_URL" for name in services}
    return {name: os.environ[variable].rstrip("/") for name, variable in variables.items() if os.environ.get(variable)}


def development_token(actor: Actor, home: Path | None = None, seconds: int = 8 * 3600) -> str:
    """A token of the system that runs from the folder; a production system refuses it."""
    folder = (home or motcua_home()) / "secrets"
    return tokens.issue(folder, actor.subject, sorted(actor.roles), sorted(actor.agencies), seconds=seconds)
