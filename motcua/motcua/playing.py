"""`motcua play`: whole lives of dossiers, and whether everything reconciles afterwards."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from contracts.national_status import Status
from motcua.client import Client, Problem
from motcua.clock import time_of
from motcua.connection import connect
from motcua.names import short
from motcua.play.episodes import EPISODES
from motcua.play.ledger import REACTIONS, Ledger
from motcua.play.life import Player
from motcua.play.plan import Life, Province, plan, read_province
from motcua.play.reconciling import Outcome, reconcile, start
from motcua.telling import play_stories
from motcua.terminal import console as open_console

SHOWN = 20


def play(
    dossiers: Annotated[int, typer.Option(min=1, help="How many dossiers.")] = 50,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal plans.")] = 1,
    concurrency: Annotated[int, typer.Option(min=1, max=64)] = 8,
    patience: Annotated[float, typer.Option(help="Seconds within which a service must have heard what another did.")] = 90,
    story: Annotated[str | None, typer.Option(help="One of thirteen stories under the virtual clock; `list` names them, or `all`.")] = None,
) -> None:
    """Play real procedures at random communes through the public interfaces. Exit code 1 when anything differs."""
    if story is not None:
        play_stories(story, patience)
        return
    console, ledger = open_console(), Ledger()
    client = connect("player", "operator", agencies=("*",), patience=patience, waiting=_waiting)
    try:
        province, before = read_province(client), start(client)
        lives = plan(province, dossiers, seed)
        began = time.monotonic()
        _play_all(console, client, province, lives, ledger, concurrency, patience)
        console.print(f"{len(lives)} dossiers in {time.monotonic() - began:.1f} s")
        outcome = reconcile(client, ledger, before, patience)
    except Problem as away:
        typer.echo(f"motcua play: {away}", err=True)
        raise typer.Exit(1) from away
    for table in tables(outcome):
        console.print(table)
    troubles = [*ledger.unfiled, *(entry.problem for entry in ledger.dossiers.values() if entry.problem), *outcome.differences]
    for trouble in troubles[:SHOWN]:
        console.print(trouble, highlight=False)
    console.print(f"{len(troubles)} differences or failures." if troubles else "Everything reconciles.")
    raise typer.Exit(1 if troubles else 0)


def _waiting(service: str, why: Problem) -> None:
    typer.echo(f"motcua play waits for {service}: {why.detail}", err=True)


def _play_all(
    console: Console, client: Client, province: Province, lives: list[Life], ledger: Ledger, concurrency: int, patience: float
) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar, ThreadPoolExecutor(concurrency) as pool:
        task = bar.add_task("dossiers", total=len(lives))

        def one(life: Life) -> None:
            Player(client, life, ledger, patience, _another(province, life), EPISODES, lambda: time_of(client)).play()

        for _ in pool.map(one, lives):
            bar.advance(task)


def _another(province: Province, life: Life) -> str:
    """An agency to consult: a department that does not settle this procedure."""
    departments = [
        code for code, agency in province.agencies.items() if agency.level == "department" and code not in life.procedure.settling
    ]
    return departments[life.seed % len(departments)]


def tables(outcome: Outcome) -> list[Table]:
    """The reconciliation for a terminal."""
    facts = Table("Fact", "Acknowledged", "Tracking", "Difference", title="Facts by type (since the start)")
    for kind, (sent, held) in outcome.facts.items():
        facts.add_row(
            short(kind), "by itself" if kind in REACTIONS else str(sent), str(held), "" if kind in REACTIONS else str(held - sent)
        )
    statuses = Table("Status", "Expected", "Statistics", "Difference", title="Dossiers by national status (since the start)")
    for status, (wanted, held) in outcome.statuses.items():
        statuses.add_row(f"{status} {Status(status).label}", str(wanted), str(held), str(held - wanted))
    views = Table("View", "Dossiers", "Agreeing", title="Dossier by dossier")
    for view, (wanted, held) in outcome.views.items():
        views.add_row(view, str(wanted), str(held))
    views.add_row("parked records", "0", str(sum(outcome.parked.values())))
    return [facts, statuses, views]
