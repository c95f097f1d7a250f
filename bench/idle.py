"""CPU and memory of the idle system, all processes together: `python bench/idle.py [seconds]` beside a running `make run`.

Three windows; the baseline of the ratio is one core's time in the same window.
"""

import statistics
import sys
import time

import psutil

from motcua_stack import status

RUNS = 3


def processes() -> dict[str, list[psutil.Process]]:
    """The running system's processes by name, each with its children."""
    found = {}
    for entry in status():
        if entry.pid:
            parent = psutil.Process(entry.pid)
            found[entry.name] = [parent, *parent.children(recursive=True)]
    return found


def cpu_seconds(family: list[psutil.Process]) -> float:
    return sum(sum(p.cpu_times()[:2]) for p in family if p.is_running())


def main(seconds: float) -> int:
    system = processes()
    if not system:
        print("Nothing runs: start `make run` first.")
        return 0
    shares: dict[str, list[float]] = {name: [] for name in system}
    for _ in range(RUNS):
        before = {name: cpu_seconds(family) for name, family in system.items()}
        time.sleep(seconds)
        for name, family in system.items():
            shares[name].append((cpu_seconds(family) - before[name]) / seconds * 100)
    print(f"{'process':<18} {'% of a core':>12} {'MB':>8}")
    memory = {name: sum(p.memory_full_info().pss for p in family) / 2**20 for name, family in system.items()}
    for name in system:
        print(f"{name:<18} {statistics.median(shares[name]):>12.2f} {memory[name]:>8.0f}")
    totals = [sum(run) for run in zip(*shares.values(), strict=True)]
    print(f"{'all (median)':<18} {statistics.median(totals):>12.2f} {sum(memory.values()):>8.0f}   runs: {[round(t, 2) for t in totals]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0))
