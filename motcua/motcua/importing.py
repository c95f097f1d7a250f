"""`motcua import`: the history of an older system."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from motcua.client import Client, Problem
from motcua.clock import time_of
from motcua.connection import connect
from motcua.history.cases import PHASES, Case, Log, Rejected, cases_of
from motcua.history.log import Unreadable, read_log
from motcua.history.mapping import Mapping, WrongMapping, load
from motcua.history.sending import Sent, send
from motcua.names import short
from motcua.terminal import console as open_console
from motcua.terminal import printable
from motcua.waiting import NotInTime

SHOWN = 20


def import_log(
    log: Annotated[Path, typer.Argument(help="An event log: .csv, .csv.gz, .xes or .xes.gz.")],
    mapping: Annotated[Path, typer.Option(help="The mapping file, or the name of a shipped one (receipt).")],
    check: Annotated[bool, typer.Option("--check", help="Only check: nothing is sent.")] = False,
) -> None:
    """Bring an older system's history in, keeping its times. Exit code 1 when a line was left out or anything does not reconcile."""
    console = open_console()
    try:
        rules = load(mapping)
        found = cases_of(read_log(log), rules)
    except (WrongMapping, Unreadable) as wrong:
        typer.echo(f"motcua import: {wrong}", err=True)
        raise typer.Exit(2) from wrong
    if not found.lines:
        typer.echo(f"motcua import: {log} holds no event: is it the right file?", err=True)
        raise typer.Exit(2)
    client = connect("importer", "importer", "operator", agencies=("*",)) if found.cases and not check else None
    found.reject_ahead(time_of(client) if client else datetime.now(UTC))
    _tell_log(console, found, rules)
    well = client is None or not found.cases or _send(console, client, found.cases)
    raise typer.Exit(0 if well and not found.rejected else 1)


def _tell_log(console: Console, found: Log, rules: Mapping) -> None:
    whole = "1 case" if len(found.cases) == 1 else f"{len(found.cases)} cases"
    console.print(f"{rules.log}: {found.lines} events; {whole} can be imported.")
    for rejected in found.rejected[:SHOWN]:
        console.print(
            f"line {rejected.line}, case {printable(rejected.case) or '?'}: {printable(rejected.why)}; {_left_out(rejected)}",
            highlight=False,
        )
    if len(found.rejected) > SHOWN:
        console.print(f"… and {len(found.rejected) - SHOWN} more lines")
    deviations = Counter(deviation for case in found.cases for deviation in case.deviations)
    for deviation, cases in deviations.items():
        console.print(f"deviation kept as it is in the log: {deviation} ({cases} cases)", highlight=False)


def _left_out(rejected: Rejected) -> str:
    if rejected.case:
        return "nothing of this case is imported"
    return "it may be of any case, so nothing is imported until the line is mended or taken out of the log"


def _send(console: Console, client: Client, cases: list[Case]) -> bool:
    try:
        with Progress(console=console, transient=True) as bar:
            steps = {phase: bar.add_task(phase, total=sum(phase in case.parts for case in cases)) for phase in PHASES}
            steps["read back"] = bar.add_task("read back", total=len(cases))
            sent = send(client, cases, lambda phase, number: bar.advance(steps[phase], number))
    except (Problem, NotInTime) as away:
        typer.echo(f"motcua import: {away}. Run the same command again: what is there already is not added twice.", err=True)
        raise typer.Exit(1) from away
    for name, why in list(sent.refused.items())[:SHOWN]:
        console.print(f"case {printable(name)} was refused: {printable(why)}", highlight=False)
    for name in sent.different[:SHOWN]:
        console.print(f"case {printable(name)} has another history here than in the log", highlight=False)
    if len(sent.different) > SHOWN:
        console.print(f"… and {len(sent.different) - SHOWN} more cases")
    wanted = sum((case.facts() for case in cases), Counter[str]())
    console.print(_facts_table(wanted, sent.recorded, sent.read_back))
    console.print(_totals(cases, sent))
    return len(sent.complete) == len(cases) and wanted == sent.read_back and not sum(sent.parked.values()) and not sent.refused


def _facts_table(wanted: Counter[str], recorded: Counter[str], held: Counter[str]) -> Table:
    table = Table("Fact", "In the log", "Recorded now", "In tracking", "Difference", title="Facts by type")
    for kind in sorted(wanted | held):
        table.add_row(short(kind), *(str(number) for number in (wanted[kind], recorded[kind], held[kind], held[kind] - wanted[kind])))
    sums = (sum(wanted.values()), sum(recorded.values()), sum(held.values()))
    table.add_row("all", *map(str, sums), str(sums[2] - sums[0]), end_section=True, style="bold")
    return table


def _totals(cases: list[Case], sent: Sent) -> Table:
    whole = [case for case in cases if case.name in sent.complete]
    table = Table("", "Log", "Tracking", title="Reconciliation")
    table.add_row("cases, each with its whole history", str(len(cases)), str(len(whole)))
    table.add_row("events, each as one fact", str(sum(case.lines for case in cases)), str(sum(case.lines for case in whole)))
    table.add_row("parked records", "0", str(sum(sent.parked.values())))
    return table
