"""The command `motcua`."""

import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

LATER = {
    "due": "due:due",
    "dossier": "dossier:dossier",
    "import": "importing:import_log",
    "play": "playing:play",
    "simulate": "simulating:simulate",
    "lag": "operations:lag",
    "rebuild": "rebuilding:rebuild",
    "backup": "archiving:backup",
    "restore": "archiving:restore",
    "export": "archiving:export",
    "import-archive": "archiving:import_archive",
    "clock": "clock:clock_app",
    "maintenance": "maintaining:maintenance_app",
    "parked": "parked:parked_app",
    "catalogue": "operations:catalogue_app",
    "calendar": "calendars:calendar_app",
}
"""Commands whose modules are imported when they are named: all of them together take seconds."""


class _Commands(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *LATER]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return _imported(cmd_name) if cmd_name in LATER else super().get_command(ctx, cmd_name)


def _imported(name: str) -> Any:
    module, _, attribute = LATER[name].partition(":")
    found = getattr(import_module(f"motcua.{module}"), attribute)
    if isinstance(found, typer.Typer):
        group = get_group(found)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(found)
    return get_command(alone)


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    help="Start the system, ask it, bring histories in, play and simulate.",
    pretty_exceptions_enable=False,
)


@app.command()
def up(
    clock: Annotated[str, typer.Option(help="system or virtual.")] = "system",
    environment: Annotated[str | None, typer.Option(help="development or production; default: MOTCUA_ENV, else development.")] = None,
    start: Annotated[str | None, typer.Option(help="Where a new virtual clock begins, for example 2026-02-02T07:00; else now.")] = None,
) -> None:
    """Start everything; it goes on until `motcua down`."""
    from motcua import clock as clocks
    from motcua_stack import lifecycle

    if clock not in ("system", "virtual"):
        raise typer.BadParameter("system or virtual", param_hint="--clock")
    lifecycle.tell_addresses(lifecycle.up(clock, environment, start=clocks.moment(start) if start else None))


@app.command()
def down() -> None:
    """Stop everything in order."""
    from motcua_stack import lifecycle

    if not lifecycle.down():
        typer.echo("Nothing ran here.")


@app.command()
def status() -> None:
    """What runs, and whether it is ready (exit code 1 when anything is not)."""
    from motcua_stack import nothing_runs, status_lines
    from motcua_stack import status as found_status

    found = found_status()
    typer.echo("\n".join(status_lines(found)) or nothing_runs())
    raise typer.Exit(0 if found and all(process.ready for process in found) else 1)


@app.command()
def token(
    subject: Annotated[str, typer.Option(help="Pseudonymous id of the caller.")] = "developer",
    role: Annotated[
        list[str] | None, typer.Option(help="A role, as citizen or one-stop (another word lists all); may be repeated.")
    ] = None,
    agency: Annotated[list[str] | None, typer.Option(help="An agency code, or * for all; may be repeated.")] = None,
    hours: Annotated[int, typer.Option(min=1, max=24 * 30, help="How long it is accepted.")] = 8,
) -> None:
    """Print a development token; services in production refuse it, and with MOTCUA_ENV=production none is made."""
    from chassis.tokens import ROLES
    from contracts.pseudonym import is_pseudonym
    from motcua.addresses import development_token
    from motcua.client.wire import Actor

    if os.environ.get("MOTCUA_ENV") == "production":
        raise typer.BadParameter("MOTCUA_ENV is production, and services in production refuse development tokens")
    if unknown := sorted(set(role or ()) - ROLES):
        raise typer.BadParameter(f"no such role: {', '.join(unknown)} (known: {', '.join(sorted(ROLES))})")
    if not is_pseudonym(subject):
        raise typer.BadParameter("services let in no name, address or number of a person as a subject: use letters, digits and ._:/|-")
    caller = Actor(subject, frozenset(role or ["citizen"]), frozenset(agency or []))
    typer.echo(development_token(caller, seconds=hours * 3600))


def main() -> None:
    """The command; what stops the stack, and a service that says no or stays away, is one sentence and not a traceback."""
    from motcua.client import Problem
    from motcua_stack import StackProblem
    from worktime import WrongRuleSet

    try:
        app()
    except (StackProblem, Problem, WrongRuleSet) as problem:
        typer.echo(str(problem), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
