"""A scenario on its stage: a system of its own, load, the faults, the quiet afterwards, the reconciliation, a report."""

import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from motcua_stack import Running, motcua_home, running
from tests.chaos.load import Load
from tests.chaos.processes import load_of_the_machine
from tests.chaos.reconciling import Found, reconciled, settle_down
from tests.system.own import own_system

Namespaces = Literal["", "net", "mount"]
CHECKOUT = Path(__file__).resolve().parents[2]
LOGS = CHECKOUT / ".local" / "chaos"


@dataclass
class Stage:
    """What a scenario acts on for so many seconds, and what it tells of it."""

    home: Path
    system: Running
    load: Load
    seconds: float
    size: int
    dice: random.Random
    told: list[str] = field(default_factory=list)
    strangers: list[UUID] = field(default_factory=list)
    parked: int = 0

    def tell(self, line: str) -> None:
        self.told.append(line)
        print(f"    {time.strftime('%H:%M:%S')}  {line}", flush=True)

    def expect(self, holds: bool, what: str) -> None:
        """A scenario's own assertion: what does not hold is told, and fails the run after the reconciliation."""
        if not holds:
            self.failed.append(what)

    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Scenario:
    """`size`: how many kills, cuts, messages …, as the scenario understands it. `place`: where the system runs."""

    name: str
    says: str
    act: Callable[[Stage], None]
    seconds: float
    size: int = 0
    place: Callable[[], AbstractContextManager[Path]] = own_system
    needs: Namespaces = ""
    desks: int = 6
    rebuild: bool = True


@dataclass
class Report:
    """What is kept of a run. `seconds`: the faults alone; `whole`: with start, quiet and reconciliation."""

    name: str
    says: str
    began: str
    seconds: float
    quiet_after: float
    whole: float
    machine: str
    lives: int
    by_status: dict[str, int]
    told: list[str]
    found: dict[str, Any]
    failed: list[str]

    @property
    def holds(self) -> bool:
        return not self.failed and not (self.found.get("lost") or self.found.get("doubled") or self.found.get("wrong"))


def play(scenario: Scenario, seconds: float, size: int, seed: int) -> Report:
    """Run it to its report, whatever happens on the way."""
    began, before = time.monotonic(), load_of_the_machine()
    report = Report(scenario.name, scenario.says, f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", 0, 0, 0, before, 0, {}, [], {}, [])
    with _failures_told(report), scenario.place() as home:
        with _failures_told(report):
            _act(scenario, home, seconds, size, seed, report)
        if not report.holds:
            report.failed.append(f"logs: {_logs_kept(home, report)}")
    report.whole = round(time.monotonic() - began, 1)
    report.machine = f"{before} before, {load_of_the_machine()} after"
    return report


def _act(scenario: Scenario, home: Path, seconds: float, size: int, seed: int, report: Report) -> None:
    system = running(home)
    assert system is not None
    load = Load(scenario.desks, seed)
    stage = Stage(home, system, load, seconds, size, random.Random(seed))
    report.told, report.failed = stage.told, stage.failed
    began = time.monotonic()
    try:
        with _loaded(load):
            load.await_lives(scenario.desks)
            began = time.monotonic()
            scenario.act(stage)
            report.seconds = round(time.monotonic() - began, 1)
    finally:
        report.lives, report.by_status = load.ended, dict(load.answers.by_status.most_common())
    report.quiet_after = round(settle_down(system), 1)
    found: Found = reconciled(system, load, stage.strangers, stage.parked, scenario.rebuild)
    report.found = asdict(found)


@contextmanager
def _failures_told(report: Report) -> Iterator[None]:
    try:
        yield
    except Exception as broken:
        report.failed.append(f"{type(broken).__name__}: {str(broken)[:1500]}")


def _logs_kept(home: Path, report: Report) -> Path:
    """Where the logs are that would go with the scenario's system: why it did not hold stands in them, or nowhere."""
    kept = LOGS / f"{report.name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    shutil.copytree(home / "log", kept)
    return kept.relative_to(CHECKOUT)


@contextmanager
def here() -> Iterator[Path]:
    """The system that runs from `MOTCUA_HOME`, which is left running."""
    home = motcua_home()
    if running(home) is None:
        raise LookupError(f"no system runs from {home}: start one with make run, or leave --here out")
    yield home


@contextmanager
def _loaded(load: Load) -> Iterator[None]:
    load.go()
    try:
        yield
    finally:
        load.stop()


def during(seconds: float, act: Callable[[], None]) -> None:
    """Repeat an act until the seconds are over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        act()


def at_once(*acts: Callable[[], None]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def patiently(act: Callable[[], bool], seconds: float, pause: float = 0.2) -> bool:
    """Whether it became true within the seconds."""
    deadline = time.monotonic() + seconds
    while True:
        with suppress(OSError):
            if act():
                return True
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
