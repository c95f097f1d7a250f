"""`motcua lag`, `motcua catalogue`: what an operator asks every service."""

from typing import Annotated, Any

import typer
from rich.table import Table

from motcua.client import Client, Json, Problem
from motcua.connection import connect
from motcua.terminal import console as open_console

catalogue_app = typer.Typer(no_args_is_help=True, help="What the province publishes.")
SIMULATORS = frozenset({"portal-simulator"})
Service = Annotated[str | None, typer.Option(help="Only this service.")]


def operator(patience: float = 10) -> Client:
    return connect("operator", "operator", agencies=("*",), patience=patience)


def services_of(client: Client) -> list[str]:
    """The services that the client knows, without simulators."""
    return [service for service in client.wire.services if service not in SIMULATORS]


def chosen(client: Client, only: str | None) -> list[str]:
    known = services_of(client)
    if only is not None and only not in known:
        raise typer.BadParameter(f"one of {', '.join(known)}", param_hint="--service")
    return [only] if only else known


def lag() -> None:
    """How far each service is behind: records not yet applied, facts not yet sent, what is parked or overdue, and why one is not ready.

    Exit code 1 when one is not ready.
    """
    head = ("Service", "Ready", "Not yet applied", "Not yet sent", "Relay at", "Parked", "Timers due", "Why not")
    client, table, well = operator(), Table(*head), True
    for service in chosen(client, None):
        state = _state(client, service)
        well = well and bool(state.get("ok"))
        figures = [_word(state, key) for key in ("lag", "relay_backlog", "relay_position", "parked", "timers_due", "why")]
        table.add_row(service, "yes" if state.get("ok") else "no", *figures)
    open_console().print(table)
    raise typer.Exit(0 if well else 1)


def _state(client: Client, service: str) -> Json:
    try:
        return client.operations.ready(service)
    except Problem as problem:
        return {"ok": False, "why": problem.detail}


def _word(state: Json, key: str) -> str:
    value: Any = state.get(key)
    return "–" if value is None else str(value)


@catalogue_app.command("procedures")
def procedures() -> None:
    """Procedures in force, with their terms."""
    table = Table("Mã", "Tên", "Lĩnh vực", "Thời hạn", "Cơ quan giải quyết")
    for item in operator().catalogue.procedures():
        code = item["code"] if item["official_code"] else f"{item['code']} (mã nội bộ)"
        table.add_row(code, item["name"], item["field"], item["term"], ", ".join(item["settling"]))
    open_console().print(table)


@catalogue_app.command("agencies")
def agencies() -> None:
    """Agencies in force."""
    table = Table("Mã", "Tên", "Cấp", "Một cửa")
    for item in operator().catalogue.agencies():
        table.add_row(item["code"], item["name"], item["level"], "có" if item["one_stop"] else "")
    open_console().print(table)
