"""Simulated dossiers a minute of processor time, as thorough as the tests and as spare as a long run, and what a run's length costs.

    python bench/simulated.py                      3 × 2,000 dossiers over 2 days each way, then memory over 4,000
    python bench/simulated.py --memory 100000      the resident memory after half of so many dossiers, and after all
    python bench/simulated.py --memory 100000 --start 2026-03-02     the same with the holidays of 30 April on the way
    python bench/simulated.py --year 500000        a year of a province once, as two halves side by side, each telling how far it is

Each run has a process of its own. Needs: 10,000 dossiers a minute; after 100,000 dossiers at most 1.2 times the memory of 50,000.
"""

import argparse
import logging
import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from simulation import Settings, simulate

A_DAY = 1_370
"""Dossiers of a province with 500,000 a year."""
AFTER_HOLIDAYS = date(2026, 5, 11)
"""A Monday. From here to the end of August no week has a holiday: what is under way after half of a run and after all is alike."""
WARM = Settings(seed=1, days=1, dossiers=5)
PAGE = os.sysconf("SC_PAGE_SIZE")


def minute_rate(dossiers: int, thorough: bool) -> float:
    """Dossiers a minute of processor time."""
    logging.disable(logging.CRITICAL)
    simulate(WARM)
    begun = time.process_time()
    outcome = simulate(Settings(seed=7, days=days(dossiers), dossiers=dossiers, thorough=thorough))
    assert not outcome.broken, outcome.broken
    return outcome.ended / (time.process_time() - begun) * 60


def memory(dossiers: int, start: date) -> list[tuple[int, int]]:
    """Dossiers that had ended, and resident megabytes, at the end of each day."""
    logging.disable(logging.CRITICAL)
    simulate(WARM)
    seen: list[tuple[int, int]] = []
    settings = Settings(seed=7, days=days(dossiers), dossiers=dossiers, thorough=False, start=start)
    outcome = simulate(settings, progress=lambda ended: seen.append((ended, resident())))
    assert not outcome.broken, outcome.broken
    return seen


def half_of_a_year(seed: int, dossiers: int) -> str:
    """Play so many dossiers over 365 days; what it took. Tells of every 10,000 that have ended, for it takes an hour and more."""
    logging.disable(logging.CRITICAL)
    begun, told = (time.monotonic(), time.process_time()), [0]

    def tell(ended: int) -> None:
        if ended // 10_000 > told[0]:
            told[0] = ended // 10_000
            minutes = (time.process_time() - begun[1]) / 60
            print(f"seed {seed}: {ended:,} ended, {minutes:.1f} min of processor, {resident()} MB", flush=True)

    outcome = simulate(Settings(seed=seed, days=365, dossiers=dossiers, thorough=False), progress=tell)
    assert not outcome.broken, outcome.broken
    wall, spent = time.monotonic() - begun[0], time.process_time() - begun[1]
    return (
        f"seed {seed}: {outcome.ended:,} of {dossiers:,} ended, {outcome.facts:,} facts, {outcome.commands:,} commands, "
        f"{wall / 60:.1f} min, {spent / 60:.1f} of processor, {resident()} MB, hash {outcome.hash[:16]}"
    )


def year(dossiers: int) -> None:
    """Both halves at once, each in a process of its own."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for said in pool.map(half_of_a_year, (1, 2), (dossiers // 2, dossiers - dossiers // 2)):
            print(said, flush=True)


def days(dossiers: int) -> int:
    return -(-dossiers // A_DAY)


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE // 2**20


def main() -> None:
    wish = argparse.ArgumentParser()
    wish.add_argument("--dossiers", type=int, default=2_000)
    wish.add_argument("--memory", type=int, default=4_000)
    wish.add_argument("--start", type=date.fromisoformat, default=AFTER_HOLIDAYS, help="on which day the run for memory begins")
    wish.add_argument("--year", type=int, metavar="DOSSIERS", help="play a year of so many, and nothing else")
    asked = wish.parse_args()
    if asked.year:
        year(asked.year)
        return
    rates: dict[bool, list[float]] = {True: [], False: []}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as alone:
        for _ in range(3):
            for thorough, taken in rates.items():
                taken.append(alone.submit(minute_rate, asked.dossiers, thorough).result())
        seen = alone.submit(memory, asked.memory, asked.start).result()
    for thorough, taken in rates.items():
        words = ", ".join(f"{rate:,.0f}" for rate in taken)
        print(f"{'thorough (baseline)' if thorough else 'spare':20} {words} a minute, {median(taken) / median(rates[True]):.2f} × baseline")
    half = next(megabytes for ended, megabytes in seen if ended >= asked.memory // 2)
    ended, last = seen[-1]
    print(f"memory: {half} MB after {asked.memory // 2:,} dossiers, {last} MB after {ended:,}, {last / half:.2f} ×")
    print(f"load average {os.getloadavg()[0]:.0f}")


if __name__ == "__main__":
    main()
