"""`motcua parked`: what services put aside, trying it again, and giving it up."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, NoReturn

import typer
from rich.table import Column, Table

from motcua.client import Client, Json, Problem
from motcua.names import short
from motcua.operations import Service, chosen, operator
from motcua.terminal import console as open_console
from motcua.terminal import printable
from worktime import in_viet_nam

parked_app = typer.Typer(no_args_is_help=True, help="What services put aside: list, show, redrive, discard, discarded.")


@parked_app.command("list")
def list_parked(service: Service = None) -> None:
    """Dossiers with parked records, over all services. Exit code 1 when there are any, or a service does not answer."""
    client, rows, well = operator(), list[tuple[str, Json]](), True
    for name in chosen(client, service):
        try:
            rows += [(name, item) for item in client.operations.parked(name)["items"]]
        except Problem as problem:
            typer.echo(f"{name}: {problem.detail}", err=True)
            well = False
    if rows:
        open_console().print(_parked_table(rows))
    elif well:
        typer.echo("Nothing is parked.")
    raise typer.Exit(1 if rows or not well else 0)


@parked_app.command("show")
def show_parked(dossier: str, service: Service = None) -> None:
    """What is parked of one dossier, in order; bodies are not shown. Exit code 1 when there is nothing to show."""
    rows = _parked_of(operator(), dossier, service)
    if not rows:
        typer.echo("Nothing is parked of this dossier.")
        raise typer.Exit(1)
    open_console().print(_parked_table(rows))


@parked_app.command("redrive")
def redrive(dossier: str, service: Service = None, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Apply what is parked of a dossier again, from the first record up to one that still fails; shows what would happen, asks first."""
    client = operator()
    names = _shown(client, dossier, service)
    if not names:
        return
    if not yes:
        typer.confirm("Apply these records again?", abort=True)
    _of_each(names, lambda name: _came_of(client.operations.redrive(name, dossier)))


@parked_app.command("discard")
def discard(
    dossier: str,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept with your name and the time.")] = None,
    at: Annotated[str | None, typer.Option(help='Which record, as the list shows it ("dossiers.v1 3@17"); without it the first.')] = None,
    service: Service = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Never apply one record: for garbage that no mending makes readable. What is parked behind it stays: redrive that afterwards."""
    client, place = operator(), _place_of(at)
    names = _shown(client, dossier, service)
    if not names:
        return
    why = reason or typer.prompt("Why is it given up?")
    if not yes:
        which = f"the record {at}" if at else "the first of these records"
        typer.confirm(f"Give {which} up for good?", abort=True)
    _of_each(names, lambda name: _given_up(client.operations.discard(name, dossier, why, place)))


@parked_app.command("discarded")
def discarded(service: Service = None) -> None:
    """What was given up, by whom, when and why."""
    client, table = operator(), Table("Service", "Dossier", "Where", "Parked for", "Given up", "By", "Why")
    for name in chosen(client, service):
        for item in client.operations.discarded(name)["items"]:
            cells = (
                item["subject"],
                _where(item),
                item["parked_reason"],
                _moment(item["discarded_at"]),
                item["discarded_by"],
                item["reason"],
            )
            table.add_row(name, *map(printable, cells))
    if table.row_count:
        open_console().print(table)
    else:
        typer.echo("Nothing was discarded.")


def _shown(client: Client, dossier: str, service: str | None) -> list[str]:
    """Show what is parked and what a redrive would do with it; the services that have some."""
    rows = _parked_of(client, dossier, service)
    if not rows:
        typer.echo("Nothing is parked of this dossier.")
        return []
    open_console().print(_parked_table(rows))
    names = list(dict.fromkeys(name for name, _ in rows))
    for name in names:
        typer.echo(f"{name}: a redrive {_would(client, name, dossier)}")
    return names


def _of_each(names: list[str], act: Callable[[str], str]) -> NoReturn:
    """Do it at each service and say what came of it. Exit code 1 when one refuses."""
    well = True
    for name in names:
        try:
            typer.echo(f"{name}: {act(name)}")
        except Problem as problem:
            typer.echo(f"{name}: {problem.detail}", err=True)
            well = False
    raise typer.Exit(0 if well else 1)


def _place_of(text: str | None) -> Json | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\S+) (\d+)@(\d+)", text.strip())
    if found is None:
        raise typer.BadParameter(f'{text!r} is not a place such as "dossiers.v1 3@17"', param_hint="--at")
    return {"topic": found[1], "partition": int(found[2]), "offset": int(found[3])}


def _given_up(done: Json) -> str:
    rest = f"; {done['left']} still parked: `motcua parked redrive` tries them" if done["left"] else ""
    return f"{_where(done)} discarded{rest}"


def _came_of(done: Json) -> str:
    """What a redrive did. A stop is said as a problem, so that the exit code tells it too."""
    if done["stopped"]:
        raise Problem(409, f"{done['applied']} applied, {_stop(done)}")
    return f"{done['applied']} applied"


def _stop(done: Json) -> str:
    return f"stopped at {done['stopped']['place']}: {done['stopped']['why']}; {done['left']} left"


def _would(client: Client, service: str, dossier: str) -> str:
    try:
        found = client.operations.preview(service, dossier)
    except Problem as problem:
        return f"no preview: {problem.detail}"
    would = f"would apply {found['applied']} and record {', '.join(found['facts']) or 'no fact'}"
    return would + (f", then be {_stop(found)}" if found["stopped"] else "")


def _parked_of(client: Client, dossier: str, service: str | None) -> list[tuple[str, Json]]:
    try:
        return [(name, item) for name in chosen(client, service) for item in client.operations.parked_dossier(name, dossier)["items"]]
    except Problem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem


def _parked_table(rows: list[tuple[str, Json]]) -> Table:
    table = Table("Service", Column("Dossier", no_wrap=True), "Fact", Column("Where", no_wrap=True), "Since", "Reason")
    for service, item in rows:
        cells = (item["subject"], short(item["type"]), _where(item), _moment(item["parked_at"]), item["reason"])
        table.add_row(service, *map(printable, cells))
    return table


def _where(item: Json) -> str:
    return f"{item['topic']} {item['partition']}@{item['offset']}"


def _moment(text: str) -> str:
    return f"{in_viet_nam(datetime.fromisoformat(text)):%Y-%m-%d %H:%M:%S}"
