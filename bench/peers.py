"""Against peers, in turn on the same servers: appends (ours, stock `eventsourcing`, Emmett) and views (our inbox, its projection runner).

    python bench/peers.py [FOLDER]

Emmett is an npm package, and no part of this project: where `npm install @event-driven-io/emmett-postgresql` was run in a folder outside of
it, give the folder; without one its row is left out.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from _rig import Rig, medians, rate, rig, show, submitted
from append import SECONDS, WRITERS, ours, recorded, stock
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from inbox import inbox, measured, stream, views_only
from psycopg.sql import SQL

from contracts.fact import encode

BACKLOG = 1_500
"""Facts that a view is behind when its reader starts."""
SCRIPT = Path(__file__).with_name("_emmett.mjs")


class StockView(PostgresTrackingRecorder):
    """A row a dossier and the position, in one transaction, as the library's documentation has it."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS stock.view (dossier uuid PRIMARY KEY, agency text NOT NULL, facts bigint NOT NULL)").format()
        )

    def count(self, dossier: object, agency: str, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "INSERT INTO stock.view VALUES (%s, %s, 1) ON CONFLICT (dossier) DO UPDATE SET facts = stock.view.facts + 1",
                (dossier, agency),
            )


class Case(Aggregate):
    """A dossier as the library's documentation would have it, with a body of the usual size."""

    def __init__(self, agency: str, body: str) -> None:
        self.agency = agency
        self.body = body


class PlainLog(Application[UUID]):
    """The library's recorder and mapper as they come: its projection runner reads through the mapper."""

    name = "plain"


class StockProjection(Projection[StockView]):
    name = "stockview"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.count(domain_event.originator_id, domain_event.agency, tracking)


def projected(env: dict[str, str]) -> float:
    """Facts a second of a projection runner that starts behind."""
    log, body = PlainLog(env=env), encode(submitted()).decode()
    for _ in range(BACKLOG):
        log.save(Case("H60.01", body))
    last = log.recorder.max_notification_id()
    log.close()
    began = time.perf_counter()
    with ProjectionRunner(application_class=PlainLog, projection_class=StockProjection, view_class=StockView, env=env) as runner:
        runner.wait(last, timeout=120)
    return BACKLOG / (time.perf_counter() - began)


def emmett(it: Rig, folder: Path) -> Callable[[], float]:
    """Appends a second by a process of Node, whose writers wait side by side."""
    it.execute("CREATE DATABASE emmett")
    address = it.stack.postgres_dsn.rpartition("/")[0] + "/emmett"
    words = ["node", str(SCRIPT), str(folder), str(WRITERS), str(SECONDS)]
    environment = {**os.environ, "BENCH_DATABASE_URL": address, "BENCH_BODY": encode(submitted()).decode()}
    return lambda: float(subprocess.run(words, env=environment, check=True, capture_output=True, text=True).stdout)


def main(folder: Path | None) -> None:
    partition = count()
    with rig() as it, it.store("ours") as store, it.store("hearing") as hearing, stock(it) as log:
        appends: dict[str, Callable[[], float]] = {
            "stock recorder": lambda: rate(lambda _: log.save(recorded()) and None, WRITERS, SECONDS),  # type: ignore[arg-type]
            "ours": lambda: rate(lambda n: ours(store, n), WRITERS, SECONDS),
        }
        if folder is not None:
            appends["Emmett"] = emmett(it, folder)
        views = inbox(views_only, history=False)
        found = medians(appends)
        read = medians(
            {
                "stock projection runner": lambda: projected(dict(log.env)),
                "our inbox": lambda: measured(hearing, views, stream(next(partition), 4_000), 500),
            }
        )
    _tell(f"Append, one fact a transaction, {WRITERS} writers", found, "stock recorder")
    _tell("Facts into a view, row and position in one transaction", read, "stock projection runner")
    if folder is None:
        print("  Emmett was not measured: no folder with it was given, or there is no node.")


def _tell(title: str, found: dict[str, float], against: str) -> None:
    own = next(value for name, value in found.items() if "our" in name)
    rows = [[name, f"{value:,.0f}", f"{value / found[against]:.2f}", f"{own / value:.2f}"] for name, value in found.items()]
    show(title, ["", "facts/s", "to stock", "ours to it"], rows)


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    main(given if given and (given / "node_modules" / "@event-driven-io").is_dir() and shutil.which("node") else None)
