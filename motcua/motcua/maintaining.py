"""`motcua maintenance`: writes refused with a notice, timers waiting, reading as the policy says; and back to work."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import typer

from chassis import maintenance
from chassis.maintenance import Notice
from motcua.client import Client, Problem
from motcua.connection import connect
from motcua.operations import services_of
from motcua.waiting import until
from motcua_stack import StackProblem, motcua_home, running
from worktime import in_viet_nam

maintenance_app = typer.Typer(no_args_is_help=True, help="Refuse writes with a notice while something is mended.")
NOTICE = "Hệ thống tạm ngừng nhận thao tác để bảo trì; hồ sơ đã nộp vẫn được giữ nguyên. Xin quay lại sau."


def _owner() -> str:
    system = running(motcua_home())
    if system is None:
        raise StackProblem(f"Motcua does not run in {motcua_home()}: start it with make run or motcua up.")
    return system.postgres_dsn


@maintenance_app.command("on")
def on(
    notice: Annotated[str | None, typer.Option(help="What people read, in Vietnamese.")] = None,
    retry_after: Annotated[int | None, typer.Option(min=1, max=604_800, help="Seconds after which they may try again (600).")] = None,
    reads: Annotated[str | None, typer.Option(help="all: reading goes on, unless said otherwise; none: not even that.")] = None,
) -> None:
    """Begin, or change what holds; returns when every service refuses writes. What is not said stays as it is."""
    said = _said(notice) if notice is not None else None
    policy: dict[str | None, Literal["all", "none"] | None] = {"all": "all", "none": "none", None: None}
    if reads not in policy:
        raise typer.BadParameter("all or none", param_hint="--reads")
    before = maintenance.standing(_owner()) or Notice(since=datetime.now(UTC), notice=NOTICE)
    told = Notice(
        since=before.since,
        notice=said or before.notice,
        retry_after=retry_after or before.retry_after,
        reads=policy[reads] or before.reads,
    )
    maintenance.switch_on(_owner(), told)
    _wait(told.notice)
    typer.echo(f"Writes are refused, timers wait, reads: {told.reads}. motcua maintenance off ends it.")


def _said(notice: str) -> str:
    said = notice.replace("\N{NO-BREAK SPACE}", " ")
    if not said.strip() or not said.isprintable():
        raise typer.BadParameter("people have to be told something, in one line of text", param_hint="--notice")
    return said


@maintenance_app.command("off")
def off() -> None:
    """End; returns when every service takes writes again. What was due meanwhile is done now."""
    if not maintenance.switch_off(_owner()):
        typer.echo("There was no maintenance.")
        return
    _wait(None)
    typer.echo("Writes are taken again.")


@maintenance_app.command("status")
def status() -> None:
    """What people are told now. Exit code 1 during maintenance."""
    found = maintenance.standing(_owner())
    if found is None:
        typer.echo("No maintenance.")
        return
    typer.echo(f"Since {in_viet_nam(found.since):%Y-%m-%d %H:%M}, reads: {found.reads}, again after {found.retry_after} s: {found.notice}")
    raise typer.Exit(1)


def _wait(notice: str | None) -> None:
    client = connect("operator", "operator", agencies=("*",))
    for service in services_of(client):
        until(f"the notice in {service}", lambda name=service: _sees(client, name, notice), 30)  # type: ignore[misc]


def _sees(client: Client, service: str, notice: str | None) -> bool | None:
    try:
        return True if client.operations.ready(service).get("maintenance", "unknown") == notice else None
    except Problem:
        return None
