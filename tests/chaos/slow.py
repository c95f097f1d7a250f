"""A consumer that is too slow, in three ways; nobody else may wait for it."""

import os
import signal
import threading
import time
from collections.abc import Callable

import psycopg

from tests.chaos.processes import await_all_ready, await_ready, state_of, supervisor
from tests.chaos.staging import Stage, patiently

SLOW, OTHERS = "tracking", ("intake", "routing", "processing", "results", "ratings")
WORKS, SLEEPS = 0.05, 0.95
FROZEN_SECONDS = 45.0
"""Longer than a member may be silent (30 s): the group goes on without it, and it comes back as somebody who was thrown out."""


def slow(stage: Stage) -> None:
    """Tracking gets a twentieth of its time; then its tables are locked; then it is frozen so long that the group gives it up."""
    third = stage.seconds / 3
    _measured(stage, "gets 5 % of its time", third, lambda until: _throttled(until))
    _measured(stage, "waits for a lock on its tables", third, lambda until: _locked(stage, until))
    _measured(stage, f"is frozen for {FROZEN_SECONDS:.0f} s", max(third, FROZEN_SECONDS), lambda until: _frozen())
    await_all_ready()


def _measured(stage: Stage, what: str, seconds: float, hold: Callable[[float], None]) -> None:
    """The lags while it lasts, and how long the slow one needs afterwards."""
    worst, watching = {name: 0 for name in (SLOW, *OTHERS)}, threading.Event()

    def watch() -> None:
        while not watching.wait(1):
            for name in OTHERS:
                worst[name] = max(worst[name], int(str(state_of(name).get("lag") or 0)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    began, ended = time.monotonic(), stage.load.ended
    hold(time.monotonic() + seconds)
    watching.set()
    watcher.join()
    behind, lives = int(str(state_of(SLOW).get("lag") or 0)), stage.load.ended - ended
    released = time.monotonic()
    caught = patiently(lambda: state_of(SLOW).get("lag") == 0, 120)
    others = max(worst[name] for name in OTHERS)
    stage.tell(
        f"{SLOW} {what} ({released - began:.0f} s): {lives} lives ended meanwhile, the others were never more than {others} records behind;"
        f" {SLOW} was {behind} behind and caught up in {time.monotonic() - released:.1f} s"
    )
    stage.expect(caught, f"{SLOW} did not catch up after it {what}")


def _throttled(until: float) -> None:
    process = supervisor().process(SLOW)
    try:
        while time.monotonic() < until:
            os.kill(process, signal.SIGSTOP)
            time.sleep(SLEEPS)
            os.kill(process, signal.SIGCONT)
            time.sleep(WORKS)
    finally:
        os.kill(process, signal.SIGCONT)


def _locked(stage: Stage, until: float) -> None:
    with psycopg.connect(stage.system.postgres_dsn) as owner:
        owner.execute("LOCK TABLE tracking.dossier, tracking.history IN EXCLUSIVE MODE")
        time.sleep(max(0.0, until - time.monotonic()))


def _frozen() -> None:
    process = supervisor().process(SLOW)
    os.kill(process, signal.SIGSTOP)
    time.sleep(FROZEN_SECONDS)
    os.kill(process, signal.SIGCONT)
    await_ready(SLOW)
