"""`motcua parked`, `motcua lag`, `motcua catalogue`: what an operator asks every service."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from motcua.client import Client, Json, Problem
from motcua.connection import connect
from motcua.names import short
from motcua.terminal import console as open_console
from motcua.terminal import printable

parked_app = typer.Typer(no_args_is_help=True, help="What services put aside: list, show, redrive.")
catalogue_app = typer.Typer(no_args_is_help=True, help="What the province publishes.")
SIMULATORS = frozenset({"portal-simulator"})
Service = Annotated[str | None, typer.Option(help="Only this service.")]


def _operator(patience: float = 10) -> Client:
    return connect("operator", "operator", agencies=("*",), patience=patience)


def services_of(client: Client) -> list[str]:
    """The services that the client knows, without simulators."""
    return [service for service in client.wire.services if service not in SIMULATORS]


def _services(client: Client, only: str | None) -> list[str]:
    known = services_of(client)
    if only is not None and only not in known:
        raise typer.BadParameter(f"one of {', '.join(known)}", param_hint="--service")
    return [only] if only else known


@parked_app.command("list")
def list_parked(service: Service = None) -> None:
    """Dossiers with parked records, over all services. Exit code 1 when there are any, or a service does not answer."""
    client, rows, well = _operator(), list[tuple[str, Json]](), True
    for name in _services(client, service):
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
    """What is parked of one dossier, in order; bodies are not shown."""
    rows = _parked_of(_operator(), dossier, service)
    if not rows:
        typer.echo("Nothing is parked of this dossier.")
        return
    open_console().print(_parked_table(rows))


@parked_app.command("redrive")
def redrive(dossier: str, service: Service = None, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Apply what is parked of a dossier again, all or none; shows it with what would happen, and asks first."""
    client = _operator()
    rows = _parked_of(client, dossier, service)
    if not rows:
        typer.echo("Nothing is parked of this dossier.")
        return
    open_console().print(_parked_table(rows))
    names = list(dict.fromkeys(name for name, _ in rows))
    for name in names:
        typer.echo(f"{name}: {_would(client, name, dossier)}")
    if not yes:
        typer.confirm("Apply these records again?", abort=True)
    well = True
    for name in names:
        try:
            typer.echo(f"{name}: {client.operations.redrive(name, dossier)['applied']} applied")
        except Problem as problem:
            typer.echo(f"{name}: {problem.detail}", err=True)
            well = False
    raise typer.Exit(0 if well else 1)


def _would(client: Client, service: str, dossier: str) -> str:
    try:
        found = client.operations.preview(service, dossier)
    except Problem as problem:
        return f"no preview: {problem.detail}"
    if found["fails"]:
        return f"would still fail: {found['fails']}"
    return f"would apply {found['applied']} and record {', '.join(found['facts']) or 'no fact'}"


def _parked_of(client: Client, dossier: str, service: str | None) -> list[tuple[str, Json]]:
    try:
        return [(name, item) for name in _services(client, service) for item in client.operations.parked_dossier(name, dossier)["items"]]
    except Problem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem


def _parked_table(rows: list[tuple[str, Json]]) -> Table:
    table = Table("Service", Column("Dossier", no_wrap=True), "Fact", Column("Where", no_wrap=True), "Since", "Reason")
    for service, item in rows:
        where = f"{item['topic']} {item['partition']}@{item['offset']}"
        since = f"{datetime.fromisoformat(item['parked_at']).astimezone():%Y-%m-%d %H:%M:%S}"
        table.add_row(service, printable(item["subject"]), printable(short(item["type"])), where, since, printable(item["reason"]))
    return table


def lag() -> None:
    """How far each service is behind: records not yet applied, the relay's position, what stopped. Exit code 1 when one is not ready."""
    client, table, well = _operator(), Table("Service", "Ready", "Not yet applied", "Relay at", "Stopped"), True
    for service in _services(client, None):
        state = _state(client, service)
        well = well and bool(state.get("ok"))
        table.add_row(
            service, "yes" if state.get("ok") else "no", _word(state, "lag"), _word(state, "relay_position"), _word(state, "stopped")
        )
    open_console().print(table)
    raise typer.Exit(0 if well else 1)


def _state(client: Client, service: str) -> Json:
    try:
        return client.operations.ready(service)
    except Problem as problem:
        return {"ok": False, "stopped": problem.detail}


def _word(state: Json, key: str) -> str:
    value: Any = state.get(key)
    return "–" if value is None else str(value)


@catalogue_app.command("procedures")
def procedures() -> None:
    """Procedures in force, with their terms."""
    table = Table("Mã", "Tên", "Lĩnh vực", "Thời hạn", "Cơ quan giải quyết")
    for item in _operator().catalogue.procedures():
        code = item["code"] if item["official_code"] else f"{item['code']} (mã nội bộ)"
        table.add_row(code, item["name"], item["field"], item["term"], ", ".join(item["settling"]))
    open_console().print(table)


@catalogue_app.command("agencies")
def agencies() -> None:
    """Agencies in force."""
    table = Table("Mã", "Tên", "Cấp", "Một cửa")
    for item in _operator().catalogue.agencies():
        table.add_row(item["code"], item["name"], item["level"], "có" if item["one_stop"] else "")
    open_console().print(table)
