"""Where the services answer, and who may speak to them here."""

import os
from collections.abc import Mapping
from pathlib import Path

from chassis import tokens
from motcua.client.wire import Actor
from motcua_stack import StackProblem, motcua_home, running
from motcua_stack.registry import SERVICES


def addresses(home: Path | None = None) -> dict[str, str]:
    """Service → base URL: those of the system that runs from the folder, and before them any that `MOTCUA_<SERVICE>_URL` names.

    Raises:
        StackProblem: no system runs there, or it is not ready, and no service is named.
    """
    usual = {service.name: service.address for service in SERVICES}
    folder, named = home or motcua_home(), _named(usual)
    system = running(folder)
    if system is None and not named:
        raise StackProblem(
            f"Motcua does not run in {folder}: start it with make run or motcua up, or name what runs elsewhere (MOTCUA_TRACKING_URL=…)."
        )
    if system is not None and not system.ready and not named:
        raise StackProblem(f"Motcua in {folder} is still starting: say the same again when it is ready.")
    return (system.services if system else usual) | named


def _named(services: Mapping[str, str]) -> dict[str, str]:
    variables = {name: f"MOTCUA_{name.replace('-', '_').upper()}_URL" for name in services}
    return {name: os.environ[variable].rstrip("/") for name, variable in variables.items() if os.environ.get(variable)}


def development_token(actor: Actor, home: Path | None = None, seconds: int = 8 * 3600) -> str:
    """A token of the system that runs from the folder; a production system refuses it. Raises `StackProblem`: no key, or a damaged one."""
    folder = (home or motcua_home()) / "secrets"
    if not folder.is_dir():
        raise StackProblem(f"Nothing was ever started in {folder.parent}: start it with make run or motcua up, or set MOTCUA_HOME.")
    try:
        return tokens.issue(folder, actor.subject, sorted(actor.roles), sorted(actor.agencies), seconds=seconds)
    except tokens.DamagedKey as damaged:
        raise StackProblem(str(damaged)) from damaged
