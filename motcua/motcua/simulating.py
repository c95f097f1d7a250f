"""`motcua simulate`: the whole system in one process, from a seed, with faults; a run that breaks says why, and how to repeat it."""

import json
import logging
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields
from multiprocessing import get_context
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from motcua.terminal import console as open_console

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulation import Outcome, Settings

    Told = tuple[Settings, Outcome, float]


def simulate(
    seed: Annotated[int, typer.Option(help="Equal seeds give equal histories.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=3660, help="Over how many days dossiers are filed.")] = 5,
    dossiers: Annotated[int, typer.Option(min=1, max=10_000_000)] = 40,
    faults: Annotated[str, typer.Option(help="Faults separated by commas, all, or none.")] = "none",
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from the first one on.")] = 1,
    start: Annotated[str, typer.Option(help="The first day.")] = "2026-03-02",
    only: Annotated[str, typer.Option(help="Play these lives only, by number.")] = "",
    most_faults: Annotated[int | None, typer.Option(min=0, help="No more faults than these.")] = None,
    thorough: Annotated[bool, typer.Option(help="Fold every view of every dossier anew; else of one in ten.")] = True,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="How many seeds at a time, each in a process of its own.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One object a seed and nothing else.")] = False,
) -> None:
    """Simulate a province. Exit code 1 when an invariant is broken, 2 for wrong use."""
    from simulation import Settings, first_day
    from simulation.faults import chosen

    try:
        kinds, lives = chosen(faults), _lives(only, dossiers)
        first = first_day(start, days)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong
    logging.disable(logging.CRITICAL)
    console, bad = open_console(), 0
    wanted = [Settings(each, days, dossiers, kinds, lives, most_faults, first, thorough) for each in range(seed, seed + seeds)]
    for settings, outcome, seconds in _side_by_side(wanted, jobs) if jobs > 1 else _one_by_one(console, wanted, as_json):
        bad += _report(console, settings, outcome, seconds, as_json)
    if seeds > 1 and not as_json:
        console.print(f"{seeds} seeds, {bad} broken")
    raise typer.Exit(1 if bad else 0)


def _lives(only: str, dossiers: int) -> "frozenset[int] | None":
    """Which lives to play; None for all. Raises `ValueError` for one that there is not."""
    words = [word for word in map(str.strip, only.split(",")) if word]
    if only and not words:
        raise ValueError("--only names no life")
    wrong = [word for word in words if not (word.isascii() and word.isdigit() and 1 <= int(word) <= dossiers)]
    if wrong:
        raise ValueError(f"no such life: {', '.join(wrong)}; there are 1 to {dossiers}")
    return frozenset(map(int, words)) or None


def _one_by_one(console: Console, wanted: "Sequence[Settings]", quiet: bool) -> "Iterator[Told]":
    for settings in wanted:
        began = time.monotonic()
        yield settings, _played(console, settings, quiet=quiet), time.monotonic() - began


def _side_by_side(wanted: "Sequence[Settings]", jobs: int) -> "Iterator[Told]":
    """In processes that start empty, so that nothing of one run can reach another."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_elsewhere, wanted)


def _elsewhere(settings: "Settings") -> "Told":
    from simulation import simulate as play

    logging.disable(logging.CRITICAL)
    began = time.monotonic()
    return settings, play(settings), time.monotonic() - began


def _report(console: Console, settings: "Settings", outcome: "Outcome", seconds: float, as_json: bool) -> int:
    if as_json:
        told = {each.name: getattr(outcome, each.name) for each in fields(outcome)}
        typer.echo(json.dumps(told | {"seconds": round(seconds, 2)}, ensure_ascii=False))
    else:
        _say(console, outcome, seconds)
    if outcome.broken and not as_json:
        _shrink(console, settings, outcome)
    return 1 if outcome.broken else 0


def _played(console: Console, settings: "Settings", *, quiet: bool) -> "Outcome":
    from simulation import simulate as play

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet, transient=True) as bar:
        task = bar.add_task(f"seed {settings.seed}", total=len(settings.only) if settings.only else settings.dossiers)
        return play(settings, progress=lambda ended: bar.update(task, completed=ended))


def _say(console: Console, outcome: "Outcome", seconds: float) -> None:
    struck = ", ".join(f"{name} {number}" for name, number in sorted(outcome.faults.items())) or "none"
    console.print(
        f"seed {outcome.seed}: {outcome.ended} of {outcome.dossiers} dossiers ended, {outcome.facts} facts, {outcome.commands} commands, "
        f"{outcome.crashes} crashes in {outcome.simulated_days:.0f} days; {seconds:.1f} s; hash {outcome.hash[:16]}; faults: {struck}",
        highlight=False,
    )


def _shrink(console: Console, settings: "Settings", outcome: "Outcome") -> None:
    from simulation.shrink import command, shortest

    for why in outcome.broken:
        console.print(f"BROKEN {why}", style="red", highlight=False, markup=False)
    smaller, again = shortest(settings, outcome)
    console.print("The shortest history found that still breaks:")
    for line in [*again.story, *again.broken[:3]]:
        console.print(f"  {line}", highlight=False, markup=False)
    console.print(f"Repeat it: {command(smaller)}", highlight=False, soft_wrap=True)
