"""`motcua play --story NAME`: one of the thirteen stories over the running system, and its history as a clerk reads it."""

import typer

from motcua.client import Client, Problem
from motcua.clock import running_clock
from motcua.connection import connect
from motcua.dossier import history_table, summary_lines
from motcua.play.stories import STORIES, TITLES
from motcua.play.stories.stage import Stage, set_stage
from motcua.play.stories.tale import NotAsTold, Tale
from motcua.terminal import console as open_console
from motcua.waiting import NotInTime


def play_stories(wish: str, patience: float) -> None:
    """`list`, `all`, or the name of one. Exit code 1 when a history differs from its story."""
    if wish == "list":
        for name, title in TITLES.items():
            typer.echo(f"{name:<26}{title}")
        return
    if wish != "all" and wish not in STORIES:
        raise typer.BadParameter(f"all, list, or one of {', '.join(STORIES)}", param_hint="--story")
    client = connect("operator", "operator", agencies=("*",), patience=patience)
    stage = set_stage(client, running_clock(client), patience, typer.echo)
    wrong = [name for name in (STORIES if wish == "all" else [wish]) if not play_story(stage, client, name)]
    typer.echo(f"{len(wrong)} histories differ from their story: {', '.join(wrong)}" if wrong else "Every history is as its story says.")
    raise typer.Exit(1 if wrong else 0)


def play_story(stage: Stage, client: Client, name: str) -> bool:
    """Play one and show its dossier; whether its history is as it should be."""
    tale, why = Tale(stage, list(STORIES).index(name)), ""
    stage.say(f"\n{name}: {TITLES[name]}")
    try:
        STORIES[name](tale)
    except (NotAsTold, NotInTime, Problem) as differs:
        why = f"{type(differs).__name__}: {differs}"
    if tale.dossier:
        show(client, tale.dossier)
    if why:
        typer.echo(f"{name}: {why}", err=True)
    return not why


def show(client: Client, dossier: str) -> None:
    """What `motcua dossier CODE` prints."""
    console = open_console()
    for line in summary_lines(client.tracking.dossier(dossier)):
        console.print(line, highlight=False)
    console.print(history_table(client.tracking.history(dossier)))
