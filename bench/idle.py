"""The whole system, started and left alone: CPU over 60 s, as a share of one core, and memory, by process.

Uses the system that runs from `MOTCUA_HOME`, if one does; else starts one in a folder of its own and stops it afterwards.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from _rig import RUNS, show, within

from motcua_stack import Running, down, motcua_home, running, up

SECONDS = 60
GOAL, LIMIT = 10.0, 25.0


@contextmanager
def system() -> Iterator[tuple[Running, Path]]:
    """A running system and its folder."""
    found = running()
    if found is not None:
        yield found, motcua_home()
        return
    with tempfile.TemporaryDirectory(prefix="motcua-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        try:
            yield up(home=home), home
        finally:
            down(home=home)


def name_of(process: psutil.Process) -> str:
    words = process.cmdline()
    if "-m" in words:
        return words[words.index("-m") + 1].removesuffix(".main")
    return "kafka" if "java" in Path(words[0]).name else "postgres" if "postgres" in words[0] else Path(words[0]).name


def usage(supervisor: int) -> dict[str, tuple[float, float]]:
    """Name → CPU seconds so far, memory in MB (each process's own share of shared pages), over all its processes."""
    found: dict[str, tuple[float, float]] = {}
    for process in [psutil.Process(supervisor), *psutil.Process(supervisor).children(recursive=True)]:
        try:
            times, memory, name = process.cpu_times(), process.memory_full_info().pss / 1e6, name_of(process)
        except (psutil.NoSuchProcess, IndexError):
            continue
        seconds, held = found.get(name, (0.0, 0.0))
        found[name] = (seconds + times.user + times.system, held + memory)
    return found


def measure(supervisor: int) -> dict[str, tuple[float, float]]:
    """Name → percent of a core over the time, memory in MB at its end."""
    before = usage(supervisor)
    time.sleep(SECONDS)
    after = usage(supervisor)
    return {name: (100 * (after[name][0] - before.get(name, (0.0, 0.0))[0]) / SECONDS, after[name][1]) for name in after}


def main() -> None:
    with system() as (it, _):
        time.sleep(10)
        runs = sorted((measure(it.supervisor) for _ in range(RUNS)), key=lambda run: sum(share for share, _ in run.values()))
    shares = runs[RUNS // 2]
    rows = [[name, f"{share:.2f}", f"{memory:.0f}"] for name, (share, memory) in sorted(shares.items(), key=lambda item: -item[1][0])]
    total, memory = (sum(values) for values in zip(*shares.values(), strict=True))
    show(f"Idle for {SECONDS} s", ["", "% of a core", "MB"], [*rows, ["in all", f"{total:.2f}", f"{memory:.0f}"]])
    print(f"  {total:.1f} % of a core ({within(total, LIMIT, GOAL)})")


if __name__ == "__main__":
    main()
