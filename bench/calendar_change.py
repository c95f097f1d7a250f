"""An approved calendar over 100,000 open dossiers: from the approval on the bus to the last fact, and to the last row of a view.

    python bench/calendar_change.py [DOSSIERS] [RUNS]

Processing and tracking run as processes of their own on one PostgreSQL and one Kafka, as in production; the open dossiers are loaded
by COPY, each with two facts before and a task on a work list. The approval is a record put on catalogue.v1. Processing hears its own
facts for its lists meanwhile, which is work beside the way to tracking's view.
"""

import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil
import psycopg
from _open_dossiers import load, loaded
from _rig import RUNS, Rig, rig, show, within

from catalogue.outbound import record_of
from catalogue.views import Outgoing
from chassis.bus.kafka import KafkaBus
from chassis.ids import new_id
from chassis.migrate import migrate
from chassis.tokens import development_keys
from contracts.calendar_version import CalendarVersion
from contracts.catalogue import encode as encode_record
from contracts.dossier.processing import Rescheduled
from contracts.topics import CATALOGUE, DOSSIERS
from motcua_stack import create_topics, prepare_postgres
from worktime import Closure, calendar

PORT = int(os.environ.get("MOTCUA_PORTS") or 8100) + 71
DOSSIER_COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
TIMES = int(sys.argv[2]) if len(sys.argv) > 2 else RUNS
STORM = date(2026, 3, 12)
HEARD_BY = "SELECT sum(next_offset) FROM {}.inbox_position WHERE topic = 'dossiers.v1'"
"""Asked ten times a second, so it must not go through a table of dossiers."""
LIMITS = {"to the last fact": (20.0, 10.0), "to the last row of tracking's view": (40.0, 20.0)}


def approved() -> CalendarVersion:
    data = calendar().with_entries("vn-2026.2", [Closure(date=STORM, reason="Bão số 5", source="05/CĐ-UBND")]).data
    return CalendarVersion(
        code=data.version,
        based_on="vn-2026.1",
        document="05/CĐ-UBND",
        known_since=STORM,
        data=msgspec.to_builtins(data),
        drafted_by="editor-1",
        drafted_at=datetime.now(UTC),
        change=new_id(),
        status="approved",
        number=1,
        decided_by="approver-1",
        decided_at=datetime.now(UTC),
    )


async def publish(kafka: str, known: CalendarVersion) -> None:
    bus = KafkaBus(kafka, "bench")
    row = Outgoing(n=1, id=new_id(), key=known.key, kind="calendar", value=encode_record(known).decode(), recorded_at=datetime.now(UTC))
    await bus.send([record_of(row)])
    await bus.close()


@contextmanager
def services(it: Rig, databases: Mapping[str, str]) -> Iterator[dict[str, psutil.Process]]:
    keys = it.stack.home / "keys"
    development_keys(keys)
    common = {**os.environ, "MOTCUA_KAFKA": it.stack.kafka, "MOTCUA_JWKS": (keys / "jwks.json").as_uri(), "MOTCUA_LOG_LEVEL": "WARNING"}
    started = []
    for number, (name, dsn) in enumerate(databases.items()):
        values = {**common, "MOTCUA_DATABASE_URL": dsn, "MOTCUA_HTTP_PORT": str(PORT + number), "MOTCUA_SERVICE": name}
        started.append(subprocess.Popen([sys.executable, "-m", f"{name}.main"], env=values, stdout=subprocess.DEVNULL))
    try:
        yield {name: psutil.Process(running.pid) for name, running in zip(databases, started, strict=True)} | _servers_in(it.stack.home)
    finally:
        for running in started:
            running.terminate()
        for running in started:
            running.wait(30)


def _servers_in(home: Path) -> dict[str, psutil.Process]:
    """The servers of this bench: those that were started with its folder, and whose parent was not."""
    ours = {p.pid: p for p in psutil.process_iter(["cmdline", "ppid"]) if str(home) in " ".join(p.info["cmdline"] or [])}
    roots = [process for process in ours.values() if process.info["ppid"] not in ours and process.pid != os.getpid()]
    return {"Kafka" if "java" in process.name() else "PostgreSQL": process for process in roots}


def spent(roots: Mapping[str, psutil.Process]) -> dict[str, float]:
    """CPU seconds of each process so far, with all that it has started: those that have ended are in its `children` times."""
    found = {}
    for name, root in roots.items():
        found[name] = 0.0
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                found[name] += sum(process.cpu_times()[:4])
    return found


def wait_for(conn: psycopg.Connection[Any], question: str, wanted: int, begun: float, seconds: float = 600) -> float:
    while time.perf_counter() - begun < seconds:
        row = conn.execute(question.encode()).fetchone()
        if row is not None and int(row[0] or 0) >= wanted:
            return time.perf_counter() - begun
        time.sleep(0.1)
    raise TimeoutError(question)


def _ready(databases: Mapping[str, str]) -> None:
    for number, name in enumerate(databases):
        for _ in range(600):
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{PORT + number}/health/ready").status_code == 200:
                    break
            time.sleep(0.2)
        else:
            raise TimeoutError(f"{name} is not ready")


def once(it: Rig) -> tuple[list[float], list[dict[str, float]]]:
    """Seconds, and CPU seconds by process, from the approval to each moment."""
    databases = prepare_postgres(it.stack.postgres_dsn, ["processing", "tracking"], it.stack.home)
    for name in databases:
        migrate(it.stack.postgres_dsn, name, name, f"motcua_{name}", name)
    create_topics(it.stack.kafka, {DOSSIERS: {}, CATALOGUE: {"configs": {"cleanup.policy": "compact"}}})
    load(it.stack.postgres_dsn, loaded(DOSSIER_COUNT))
    with services(it, databases) as roots, psycopg.connect(it.stack.postgres_dsn, autocommit=True) as conn:
        _ready(databases)
        begun, before = time.perf_counter(), spent(roots)
        asyncio.run(publish(it.stack.kafka, approved()))
        seconds, used = [], []
        for question in ("SELECT moved FROM processing.calendar_change", HEARD_BY.format("tracking"), HEARD_BY.format("processing")):
            seconds.append(wait_for(conn, question, DOSSIER_COUNT, begun))
            used.append({name: so_far - before[name] for name, so_far in spent(roots).items()})
        check(conn)
    return seconds, used


def check(conn: psycopg.Connection[Any]) -> None:
    """Every dossier has its fact, once, and both dates are in the views."""
    for question in (
        f"SELECT count(*) FROM processing.facts WHERE topic = '{Rescheduled.TYPE}' AND originator_version = 3",
        "SELECT count(*) FROM tracking.dossier d JOIN tracking.history h ON h.dossier = d.id AND h.n = 3 WHERE d.facts = 3"
        " AND d.due_at = (h.body::jsonb #>> '{deadline,due_at}')::timestamptz AND h.body::jsonb ? 'old_due_at'",
        "SELECT count(*) FROM processing.task t JOIN processing.open_clock c USING (dossier) WHERE t.settlement_due_at = c.due_at",
    ):
        found = conn.execute(question.encode()).fetchone()
        if found != (DOSSIER_COUNT,):
            raise AssertionError(f"{found}: {question}")


def show_cpu(moments: Sequence[str], runs: Sequence[Sequence[Mapping[str, float]]]) -> None:
    """Medians: what is left to compare where others use the processor too."""
    names = [*runs[0][0]]
    rows = []
    for number, moment in enumerate(moments):
        each = [statistics.median(used[number][name] for used in runs) for name in names]
        rows.append([moment, *(f"{value * 1e6 / DOSSIER_COUNT:.0f}" for value in [*each, sum(each)])])
    show("CPU microseconds a dossier", ["", *names, "in all"], rows, note=", medians")


def main() -> None:
    runs = []
    for _ in range(TIMES):
        with rig() as it:
            runs.append(once(it))
    moments = [*LIMITS, "to the last row of processing's lists"]
    columns = list(zip(*(seconds for seconds, _ in runs), strict=True))
    rows = [
        [name, *(f"{value:.1f}" for value in column), f"{statistics.median(column):.1f}"]
        for name, column in zip(moments, columns, strict=True)
    ]
    head = ["", *(f"run {n + 1}" for n in range(TIMES)), "median"]
    show(f"An approved calendar over {DOSSIER_COUNT:,} open dossiers, seconds from the approval", head, rows, note="")
    show_cpu(moments, [used for _, used in runs])
    if DOSSIER_COUNT < 100_000:
        return
    for (name, (limit, wish)), column in zip(LIMITS.items(), columns, strict=False):
        middle = statistics.median(column)
        print(f"  {name}: {middle:.1f} s ({within(middle, limit, wish)})")


if __name__ == "__main__":
    main()
