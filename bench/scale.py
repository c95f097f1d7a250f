"""What a store of a size costs, at several sizes in turn: commands, a clerk's work lists, look-up, history; appends and view rows.

    python bench/scale.py [--folder FOLDER] [--rounds 3] [--no-http] [DOSSIERS …]

Loads what is not in the folder yet (see `fill.py`); one folder a size, kept if it was named. Every round goes through all sizes, so that a
busy moment of the machine meets all of them. Intake, processing and tracking run, each a process; PostgreSQL and Kafka beside them.
"""

import argparse
import json
import math
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from _desk import MOST_FRESH, PORTS, Desk, Leg, Seen, seen
from _paced import Ask, answer, paced
from _rig import BECAUSE, RUNS, show
from _standstill import Standstills
from copies import NOW, Stamp, fill, moulds
from copies.loading import prepare
from submissions import process, submission

from chassis.bus import Record
from chassis.clock import VirtualClock
from chassis.inbox import Inbox
from chassis.store import Unit
from chassis.store.postgres import PostgresDatabase
from chassis.tokens import development_keys, issue
from contracts.dossier.processing import Assigned
from contracts.fact import encode
from contracts.topics import CATALOGUE, DOSSIERS
from motcua.waiting import until
from motcua_stack import Servers, create_topics, servers
from motcua_stack.topics import Topic
from tracking.inbound import handle
from tracking.views import DOSSIER

NAMES = ("intake", "processing", "tracking")
SECONDS, KNOWN_SECONDS = 10.0, 2.0
"""For each kind of reading, and for the same before it."""
COMMANDS, COMMAND_SECONDS = 100, 20.0
WARM_SECONDS = 45.0
"""As in a system that has run for minutes: Kafka's virtual machine has compiled what it runs, and the pages that commands write to were
written since the last checkpoint; until then each is logged whole. After 10 s the median is a third higher."""
SETTLED_SECONDS = 120.0
SHARES, TAILS = (0.5, 0.95, 0.99), (0.95, 0.99)
READERS, EACH = 16, 5
UNDER_WAY, TIMES = MOST_FRESH, 20
"""Dossiers to which facts are appended without HTTP, and put into the view in one batch: it writes as many rows at every size. How often
once their pages are known."""
DIRECT = ("cold", "warm")
"""Topics that these facts pretend to come from."""
LIMITS = {"list p95": 40, "tasks p95": 40, "look-up p95": 10, "history p95": 15, "command p50": 10, "command p95": 25, "command p99": 60}
MOST_GROWTH = 1.3
GROWING = ("append", "view row", "list p95", "list deep p95", "tasks p95", "tasks deep p95", "look-up p95", "history p95")
"""What must not grow more than that: append, view update and every reading."""
Figures = dict[str, float]


@dataclass(frozen=True)
class Size:
    """A filled system of a size, and how to reach it while its servers run."""

    dossiers: int
    home: Path


@contextmanager
def standing(size: Size) -> Iterator[tuple[Servers, dict[str, str]]]:
    """Servers over the data of a size, filled when they are new: topics are empty then, and inboxes stand at their beginning."""
    size.home.mkdir(parents=True, exist_ok=True)
    with servers(size.home) as it:
        addresses = prepare(it.postgres_dsn, size.home, NAMES)
        with psycopg.connect(it.postgres_dsn, autocommit=True) as conn:
            if conn.execute("SELECT NOT EXISTS (SELECT FROM tracking.dossier)").fetchone() == (True,):
                filled = fill(Stamp(moulds(), size.dossiers), it.postgres_dsn, NAMES)
                print(
                    f"{size.dossiers:,} dossiers loaded in {filled.seconds:.1f} s, "
                    f"{sum(filled.bytes.values()) / size.dossiers:,.0f} bytes each"
                )
                for name in NAMES:
                    conn.execute(f"TRUNCATE {name}.inbox_position".encode())
            conn.execute("DELETE FROM tracking.inbox_position WHERE topic = ANY(%s)", (list(DIRECT),))
        yield it, addresses


# without HTTP
def direct(addresses: dict[str, str], known: Seen) -> Figures:
    """Milliseconds of an append to a dossier (its history read first), and of a fact in a batch of as many dossiers into the view.

    Twice for the same dossiers: right after the servers' start, when every page comes from disk and is logged whole, and then again.
    Raises `SystemExit` where fewer dossiers are under way.
    """
    legs = known.fresh
    if len(legs) < UNDER_WAY:
        raise SystemExit(f"{len(legs)} dossiers are under way in this store, and {UNDER_WAY} are needed: name larger sizes")
    cold, warm = DIRECT
    first = _direct(addresses, legs, cold)
    return {f"{name}, cold": value for name, value in first.items()} | _direct(addresses, legs * TIMES, warm)


def _direct(addresses: dict[str, str], legs: Sequence[Leg], topic: str) -> Figures:
    store = PostgresDatabase("processing", addresses["processing"])
    records: list[Record] = []
    times: list[float] = []
    before = []
    for dossier, leg, agency in legs:
        began = time.perf_counter()
        with store.session() as session:
            unit = Unit(session, BECAUSE)
            (recorded,) = unit.record(dossier, _assigned(leg, agency))
            unit.commit()
        times.append(1000 * (time.perf_counter() - began))
        before.append(recorded.envelope("processing").sequence - 1)
        headers = tuple(recorded.envelope("processing").headers())
        records.append(Record(topic, str(dossier).encode(), encode(recorded.fact), headers, 0, len(records)))
    store.close()
    return {
        "append": statistics.median(times),
        "facts before it": statistics.mean(before),
        "view row": _into_view(addresses["tracking"], records),
    }


def _assigned(leg: int, agency: str) -> Assigned:
    who, by = f"specialist.{agency}", f"department-head.{agency}"
    return Assigned(effective_at=NOW, recorded_at=NOW, leg=leg, agency=agency, assignee=who, assigned_by=by)


def _into_view(address: str, records: Sequence[Record]) -> float:
    store = PostgresDatabase("tracking", address)
    inbox = Inbox(handle, VirtualClock(NOW), tables=(DOSSIER,), prefetch_history=False)
    times = []
    for first in range(0, len(records), UNDER_WAY):
        began = time.perf_counter()
        with store.session() as session:
            inbox.apply(records[first : first + UNDER_WAY], session)
        times.append(1000 * (time.perf_counter() - began) / UNDER_WAY)
    store.close()
    return statistics.median(times)


# over HTTP
def over_http(home: Path, known: Seen) -> Figures:
    desk = Desk(home, known)
    body = submission(PORTS["intake"], desk.token)
    rate = READERS * EACH
    found: Figures = {}
    settle()
    for asks in (desk.live(), desk.lists(), desk.tasks(), desk.look_ups(), desk.histories()):
        paced(asks, rate, KNOWN_SECONDS)
        times = paced(asks, rate, SECONDS)
        found |= {f"{kind} p{share:.0%}".rstrip("%"): times.at(share, kind) for kind in times.by_kind for share in TAILS}
    return found | _commands(desk, body)


def _commands(desk: Desk, body: bytes) -> Figures:
    """Once the system is warm; beside all, those that were due while the machine did not stand still."""
    paced(desk.commands(body), COMMANDS, WARM_SECONDS)
    with Standstills() as standing_still:
        times = paced(desk.commands(body), COMMANDS, COMMAND_SECONDS)
    undisturbed = times.undisturbed(standing_still.spans())
    found = {f"command p{share:.0%}".rstrip("%"): times.at(share) for share in SHARES}
    found |= {f"undisturbed command p{share:.0%}".rstrip("%"): undisturbed.at(share) for share in SHARES}
    found |= {f"{kind} p95": times.at(0.95, kind) for kind in times.by_kind}
    return found | {"disturbed commands, %": 100 - 100 * len(undisturbed) / len(times)}


def settle() -> None:
    """Until everything that was recorded before has been sent and heard: services that catch up would be measured with what is asked.

    Raises `NotInTime` after two minutes.
    """
    until("what was recorded before is sent and heard", lambda: all(map(_settled, PORTS.values())) or None, SETTLED_SECONDS)


def _settled(port: int) -> bool:
    status, body = answer(Ask("ready", port, "GET", "/health/ready", {}))
    state = json.loads(body)
    return status == 200 and state["lag"] == 0 and not state["relay_backlog"]


def services(it: Servers, addresses: dict[str, str], stack: ExitStack) -> None:
    shared = {
        "MOTCUA_KAFKA": it.kafka,
        "MOTCUA_JWKS": development_keys(it.home / "secrets").as_uri(),
        "MOTCUA_FILES": str(it.home / "files"),
        "MOTCUA_CLOCK": "virtual",
        "MOTCUA_VAULT_URL": f"http://127.0.0.1:{PORTS['intake']}",
        "MOTCUA_SERVICE_TOKEN": issue(it.home / "secrets", "service:bench", ["service"], ["*"]),
        "MOTCUA_LOG_LEVEL": "WARNING",
    }
    create_topics(it.kafka, {DOSSIERS: Topic(), CATALOGUE: Topic()})
    for name in NAMES:
        own = {"MOTCUA_HTTP_PORT": str(PORTS[name]), "MOTCUA_DATABASE_URL": addresses[name]}
        stack.enter_context(process(PORTS[name], "-m", f"{name}.main", environment=shared | own))


def turn(size: Size, round_: int, http: bool) -> Figures:
    """All figures of one size, once; those over HTTP only where they are wanted."""
    with standing(size) as (it, addresses), ExitStack() as stack:
        known = seen(it.postgres_dsn, random.Random(round_))
        figures = direct(addresses, known)
        if not http:
            return figures
        services(it, addresses, stack)
        return figures | over_http(size.home, known)


def main(sizes: Sequence[int], folder: Path, rounds: int, http: bool) -> None:
    runs: list[list[Figures]] = [[] for _ in sizes]
    for round_ in range(rounds):
        for place, dossiers in enumerate(sizes):
            figures = turn(Size(dossiers, folder / str(dossiers)), round_, http)
            runs[place].append(figures)
            load = " ".join(f"{value:.1f}" for value in os.getloadavg())
            print(f"{dossiers:,} round {round_ + 1}, load {load}: {json.dumps({k: round(v, 3) for k, v in figures.items()})}", flush=True)
    tell(sizes, [{name: _median([run[name] for run in each]) for name in each[0]} for each in runs], rounds)


def _median(values: Sequence[float]) -> float:
    """Of the rounds that have a value: where the machine disturbed everything there is nothing undisturbed to tell of."""
    known = [value for value in values if math.isfinite(value)]
    return statistics.median(known) if known else math.nan


def tell(sizes: Sequence[int], middle: Sequence[Figures], rounds: int) -> None:
    rows = [
        [name, *(f"{each[name]:.2f}" for each in middle), _growth(middle[0][name], middle[-1][name]), _met(name, middle[-1][name])]
        for name in middle[0]
    ]
    show(
        "By dossiers in the store, milliseconds where nothing else is said",
        ["", *(f"{size:,}" for size in sizes), "last to first", "limit"],
        rows,
        note=f", median of {rounds}",
    )
    for name in [name for name in GROWING if name in middle[0]]:
        growth = max(each[name] for each in middle[1:] or middle) / middle[0][name]
        print(f"  {name}: {growth:.2f} × (at most {MOST_GROWTH}) {'met' if growth <= MOST_GROWTH else 'MISSED'}")


def _growth(first: float, last: float) -> str:
    return f"{last / first:.2f} ×" if first and math.isfinite(last / first) else "–"


def _met(name: str, value: float) -> str:
    limit = LIMITS.get(name.replace(" deep", ""))
    return "" if limit is None else f"{limit} {'met' if value <= limit else 'MISSED'}"


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 50_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=RUNS)
    parser.add_argument("--no-http", dest="http", action="store_false")
    return parser.parse_args()


if __name__ == "__main__":
    wanted = asked()
    with tempfile.TemporaryDirectory(prefix="motcua-bench-", ignore_cleanup_errors=True) as temporary:
        main(wanted.sizes, wanted.folder or Path(temporary), wanted.rounds, wanted.http)
