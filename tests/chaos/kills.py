"""`kill -9` of every kind of process at random moments, under load."""

import time
from collections import Counter
from statistics import median

from tests.chaos.processes import SERVICE_NAMES, await_all_ready, await_ready, kill, supervisor
from tests.chaos.staging import Stage, patiently

SERVERS = {"kafka": 1, "postgres": 1}
WEIGHT_OF_A_SERVICE = 3
LONGEST_PAUSE = 2.0


def kills(stage: Stage) -> None:
    """`size` kills within `seconds`: one at a time, the next at a random moment, often before the last one has recovered."""
    names = [*SERVICE_NAMES, *SERVERS]
    weights = [SERVERS.get(name, WEIGHT_OF_A_SERVICE) for name in names]
    killed, back = Counter[str](), list[float]()
    order = [*names, *stage.dice.choices(names, weights, k=max(0, stage.size - len(names)))]
    stage.dice.shuffle(order)
    began, gap = time.monotonic(), stage.seconds / max(1, len(order))
    for number, name in enumerate(order, start=1):
        if time.monotonic() - began > stage.seconds:
            break
        process = _kill(name)
        killed[name] += 1
        if name not in SERVERS and number % 3 == 0:
            back.append(await_ready(name, other_than=process))
        left = began + number * gap - time.monotonic()
        if left > 0:
            time.sleep(stage.dice.uniform(0, 2 * min(left, LONGEST_PAUSE)) if left < LONGEST_PAUSE else left)
        if number % 25 == 0:
            stage.tell(f"{number} kills, {stage.load.ended} lives ended")
    await_all_ready()
    stage.tell(f"{killed.total()} kills: " + ", ".join(f"{name} {number}" for name, number in sorted(killed.items())))
    if back:
        stage.tell(f"ready again with its partitions after {median(back):.1f} s (median), {max(back):.1f} s (longest) of {len(back)} timed")
        stage.expect(max(back) < 30, "a killed replica had to wait for the session's end (30 s) to get its partitions back")
    stage.expect(killed.total() >= stage.size, f"only {killed.total()} of {stage.size} kills within the time")


def _kill(name: str) -> int:
    """Waits until it runs at all: what is dead cannot be killed."""
    patiently(lambda: supervisor().process(name) > 0, 30, pause=0.05)
    return kill(name)
