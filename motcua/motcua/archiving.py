"""`motcua backup`, `restore`, `export`, `import-archive`: a whole system in one folder, and back into an empty one."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chassis.archive import Damaged, Manifest, NotEmpty, Source, Tell, load, must_be_empty, take
from chassis.archive.folder import Form, checked
from chassis.errors import Retry
from motcua.terminal import console as open_console
from motcua_stack import StackProblem, create_topics, motcua_home, prepare_postgres, running, servers, stages
from motcua_stack.database import role_of, schema_of
from motcua_stack.home import check_is_whole, filling
from motcua_stack.registry import spec
from motcua_stack.state import Running
from motcua_stack.topics import Topic

Folder = Annotated[Path, typer.Argument(help="A folder; a new archive is written into a new or empty one.")]
OTHER_WORD: dict[Form, str] = {"backup": "a backup: say motcua restore", "export": "an export: say motcua import-archive"}
Patience = Annotated[float, typer.Option(help="Seconds for which services may need to read all that is on the bus.")]


def backup(folder: Folder, patience: Patience = 60) -> None:
    """Write all databases, topics and files of the running system, as they are at one moment; it goes on meanwhile."""
    _take(folder, "backup", patience)


def export(folder: Folder, patience: Patience = 60) -> None:
    """The same in open form, for whoever has other software: JSON Lines of CloudEvents, rows, files, schemas, checksums, README."""
    _take(folder, "export", patience)


def restore(folder: Folder) -> None:
    """Bring a backup into an empty system (MOTCUA_HOME), and prove that it is the same; then `motcua up` goes on from there."""
    _load(folder, "backup")


def import_archive(folder: Folder) -> None:
    """Bring an export into an empty system (MOTCUA_HOME), and prove that it is the same; then `motcua up` goes on from there."""
    _load(folder, "export")


def _take(folder: Path, form: Form, patience: float) -> None:
    system = running(motcua_home())
    if system is None or not system.ready:
        raise StackProblem(f"Motcua does not run in {motcua_home()}: start it with make run or motcua up.")
    began = time.monotonic()
    with _bar() as tell:
        try:
            manifest = take(_source(system), folder, form, tell, patience)
        except FileExistsError as there:
            raise StackProblem(f"{there}: name a new folder.") from there
        except (Retry, OSError, psycopg.OperationalError) as away:
            told = " ".join(f"{away}".split())
            raise StackProblem(f"The archive in {folder} is not complete ({told}): remove it and say the same again.") from away
    _tell(manifest, folder, f"taken in {time.monotonic() - began:.1f} s")
    for service, records in manifest.behind.items():
        typer.echo(f"{service} still had to read {records}; it does so after the restore.")


def _source(system: Running) -> Source:
    services = {name: (schema_of(name), spec(name).package) for name in system.databases}
    return Source(system.postgres_dsn, system.kafka, str(motcua_home() / "files"), tuple(stages.TOPICS), services)


def _load(folder: Path, form: Form) -> None:
    home = motcua_home()
    if running(home):
        raise StackProblem(f"Motcua runs in {home}, and an archive goes into an empty system: set MOTCUA_HOME to a new folder.")
    began = time.monotonic()
    try:
        with _bar() as tell:
            manifest = checked(folder, tell)
            if manifest.form != form:
                raise StackProblem(f"{folder} holds {OTHER_WORD[manifest.form]}.")
            typer.echo(f"{folder} is whole; servers start in {home}, which may first fetch what Kafka runs on.", err=True)
            with servers(home) as found:
                check_is_whole(home)
                prepare_postgres(found.postgres_dsn, [part.service for part in manifest.schemas], home)
                create_topics(found.kafka, _topics(manifest))
                must_be_empty(manifest, found.postgres_dsn, found.kafka)
                with filling(home):
                    load(manifest, folder, found.postgres_dsn, found.kafka, str(home / "files"), role_of, tell)
    except NotEmpty as there:
        raise StackProblem(f"There is data in {home} ({there}), and nothing is written over: set MOTCUA_HOME to a new folder.") from there
    except Damaged as damaged:
        raise StackProblem(f"{damaged}.") from damaged
    _tell(manifest, folder, f"brought back into {home} in {time.monotonic() - began:.1f} s, every checksum equal")


def _topics(manifest: Manifest) -> dict[str, Topic]:
    """The topics of the archive with as many partitions as they had, for a key must keep its partition."""
    return {name: {**stages.TOPICS.get(name, {}), "partitions": len(parts)} for name, parts in manifest.topics.items()}


def _tell(manifest: Manifest, folder: Path, how: str) -> None:
    rows = sum(table.rows for part in manifest.schemas for table in part.tables.values())
    records = sum(part.records for parts in manifest.topics.values() for part in parts)
    typer.echo(f"{folder}: {len(manifest.schemas)} databases with {rows:,} rows, {records:,} records, {manifest.files:,} files; {how}.")


@contextmanager
def _bar() -> Iterator[Tell]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=open_console(), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
