"""`motcua rebuild`: a service's views built anew from the topic, compared with the old ones, and put in their place."""

import importlib
import os
from concurrent.futures.process import BrokenProcessPool
from typing import Annotated

import psycopg
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from chassis.errors import Retry
from chassis.inbox import Gap, TooManyParked
from chassis.rebuild import NotRebuildable, Outcome, Rebuild, Stage
from chassis.rebuild.copy import Busy
from chassis.rebuild.feeding import Feed, say_nothing_of_single_records
from motcua.terminal import console as open_console
from motcua_stack import StackProblem, motcua_home, running
from motcua_stack.database import role_of, schema_of
from motcua_stack.registry import SERVICES, spec

GIVEN_UP = (BrokenProcessPool, Gap, psycopg.OperationalError, Retry, TimeoutError, TooManyParked)
"""What may end a rebuild without any fault of its own: a process that was killed, a server that is away, a topic that has a hole."""
WORDS: dict[Stage, str] = {"reading": "folding", "indexing": "indexes", "comparing": "comparing", "switching": "switching"}


def rebuild(
    service: Annotated[str, typer.Argument(help="A service that keeps views, for example tracking.")],
    accept: Annotated[bool, typer.Option("--accept", help="Switch also when the copy differs from the views.")] = False,
    processes: Annotated[int, typer.Option(min=1, max=12, help="How many fold side by side.")] = min(os.cpu_count() or 1, 12),
) -> None:
    """Build a service's views anew beside the old ones, compare, switch. Exit code 1 when they differ and were not switched."""
    console = open_console()
    say_nothing_of_single_records()
    with _bar(console) as bar:
        task = bar.add_task("folding", total=None, rate="")
        building = _rebuild(service, processes, bar, task)
        try:
            outcome = building.run(accept=accept)
        except Busy as busy:
            raise StackProblem(f"{busy}: wait until that has ended.") from busy
        except GIVEN_UP as why:
            told = " ".join(f"{type(why).__name__}: {why}".split())
            raise StackProblem(f"The copy was given up; {service} goes on with the views that are in place ({told}).") from why
    console.print(_compared(outcome), highlight=False)
    if any(outcome.parked):
        console.print(_parked(outcome), highlight=False)
    console.print(_end(service, outcome), highlight=False)
    raise typer.Exit(0 if outcome.switched else 1)


def _with_views() -> list[str]:
    """The services that keep views which the topic alone gives."""
    blueprints = (getattr(importlib.import_module(known.module), "BLUEPRINT", None) for known in SERVICES)
    return [blueprint.name for blueprint in blueprints if blueprint is not None and blueprint.views]


def _rebuild(service: str, processes: int, bar: Progress, task: TaskID) -> Rebuild:
    if service not in {known.name for known in SERVICES}:
        raise typer.BadParameter(f"one of {', '.join(_with_views())}", param_hint="SERVICE")
    system = running(motcua_home())
    if system is None:
        raise StackProblem(f"Motcua does not run in {motcua_home()}: start it with make run or motcua up.")

    def progress(stage: Stage, done: int, total: int) -> None:
        elapsed = bar.tasks[task].elapsed or 0
        rate = f"{done / elapsed:,.0f} facts/s" if elapsed and stage == "reading" else ""
        bar.update(task, completed=done, total=total or None, description=WORDS[stage], rate=rate)

    module = spec(service).module
    try:
        dsn = system.databases[service]
        feed = Feed(module, dsn, schema_of(service), system.kafka)
        return Rebuild(system.postgres_dsn, role_of(service), feed, processes=processes, progress=progress)
    except (KeyError, AttributeError, NotRebuildable) as not_views:
        raise StackProblem(f"{service} keeps no views that the topic alone gives: see docs/operations.md.") from not_views


def _bar(console: Console) -> Progress:
    rate = TextColumn("{task.fields[rate]}")
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn(), console=console, transient=True
    )


def _compared(outcome: Outcome) -> Table:
    table = Table("Table", "Rows", "Rebuilt", "Differing", "First keys that differ")
    for one in outcome.tables:
        table.add_row(one.table, f"{one.rows:,}", f"{one.rebuilt:,}", str(one.differing), "\n".join(one.examples))
    return table


def _parked(outcome: Outcome) -> str:
    before, rebuilt = outcome.parked
    if outcome.switched:
        return f"{rebuilt} records are parked, {before} before: see motcua parked list."
    return f"{rebuilt} records were parked in the dropped copy, which differs; {before} in the views in place."


def _end(service: str, outcome: Outcome) -> str:
    folded = f"{outcome.facts:,} facts folded in {outcome.seconds:.1f} s ({outcome.facts / max(outcome.seconds, 0.001):,.0f} facts/s)"
    if outcome.switched:
        return f"{folded}; {service} reads the new views; its inbox waited for {outcome.waited_seconds * 1000:.0f} ms."
    return f"{folded}; the copy differs, so nothing was switched: see why, then say --accept."
