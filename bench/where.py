"""Where intake's interpreter is during accepted submissions, by the room of the code that held its lock, sampled by py-spy.

    python bench/where.py [SECONDS]

py-spy is no part of this project: its program must be on the PATH.
"""

import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from _rig import RUNS, rig, show
from submissions import load, prepare_intake, process, submission

from chassis.tokens import issue

PORT = 24_581
ROOMS: Sequence[tuple[str, Sequence[str]]] = (
    ("driver: psycopg and its pool", ("psycopg/", "psycopg_pool/")),
    ("store: statements, rows, units", ("chassis/store/", "eventsourcing/")),
    (
        "Kafka's client, relay, inbox, timers",
        ("aiokafka/", "chassis/relay", "chassis/bus/", "chassis/inbox", "chassis/consumer", "chassis/timers"),
    ),
    ("due times: worktime", ("worktime/",)),
    ("intake: domain, application, views", ("intake/", "contracts/")),
    ("tokens", ("chassis/tokens", "jwt/", "joserfc/", "cryptography/")),
    ("traces, metrics, logs", ("opentelemetry/", "prometheus_client/", "chassis/telemetry/", "logging/")),
    ("chassis: commands, files, vault, catalogue", ("chassis/",)),
    ("FastAPI, Starlette, pydantic", ("fastapi/", "starlette/", "pydantic")),
    ("uvicorn: HTTP", ("uvicorn/", "h11/", "httptools/")),
    ("threads and event loop", ("anyio/", "asyncio/", "concurrent/", "threading", "queue", "selectors")),
)
"""A sample belongs to the first of these of which its innermost frames tell."""


def room_of(stack: str) -> str:
    """The room of the innermost frame that is in one."""
    for frame in reversed(stack.split(";")):
        for room, marks in ROOMS:
            if any(mark in frame for mark in marks):
                return room
    return "other"


def shares(folded: Path) -> dict[str, float]:
    """Room → percent of the samples."""
    counted: Counter[str] = Counter()
    for line in folded.read_text(encoding="utf-8").splitlines():
        stack, _, number = line.rpartition(" ")
        counted[room_of(stack)] += int(number)
    total = sum(counted.values())
    return {room: 100 * number / total for room, number in counted.items()}


def main(seconds: float) -> None:
    spy = shutil.which("py-spy")
    if spy is None:
        print("  not measured: py-spy is not on the PATH")
        return
    runs, cost = [], []
    with rig() as it:
        environment = prepare_intake(it, it.stack.home, PORT)
        token = issue(it.stack.home / "keys", "citizen-1", ["citizen"])
        with process(PORT, "-m", "intake.main", environment=environment) as intake:
            body = submission(PORT, token)
            load(PORT, token, body, 3)
            for number in range(RUNS):
                folded = it.stack.home / f"{number}.folded"
                words = [
                    spy,
                    "record",
                    "-p",
                    str(intake.pid),
                    "-d",
                    str(int(seconds)),
                    "-r",
                    "200",
                    "-f",
                    "raw",
                    "-F",
                    "--gil",
                    "-o",
                    str(folded),
                ]
                sampling = threading.Thread(target=subprocess.run, args=(words,), kwargs={"check": True, "capture_output": True})
                before = sum(intake.cpu_times()[:2])
                sampling.start()
                rate = load(PORT, token, body, seconds)
                cost.append(1000 * (sum(intake.cpu_times()[:2]) - before) / (rate * seconds))
                sampling.join()
                runs.append(shares(folded))
    tell(runs, sorted(cost)[RUNS // 2])


def tell(runs: Sequence[dict[str, float]], milliseconds: float) -> None:
    middle = {room: sorted(run.get(room, 0.0) for run in runs)[len(runs) // 2] for room in [*(name for name, _ in ROOMS), "other"]}
    rows = [
        [room, f"{share:.1f}", f"{share * milliseconds / 100:.2f}"] for room, share in sorted(middle.items(), key=lambda item: -item[1])
    ]
    show("CPU of intake for an accepted submission", ["", "%", "ms"], [*rows, ["in all", "100", f"{milliseconds:.2f}"]])


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
