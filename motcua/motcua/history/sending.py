"""Sends the cases to the owners of their facts, owner after owner, and compares what was sent with what tracking holds."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from motcua.client import Client, Problem
from motcua.client.routes import Owner
from motcua.history.cases import PHASES, Case
from motcua.waiting import until

Progress = Callable[[str, int], None]
WORKERS = 8
SIMULATORS = frozenset({"portal-simulator"})


@dataclass
class Sent:
    """What happened: facts recorded now by type, cases that a service refused with its words, what the histories hold
    afterwards, and the names of the cases whose history is whole or different."""

    recorded: Counter[str] = field(default_factory=Counter)
    refused: dict[str, str] = field(default_factory=dict)
    read_back: Counter[str] = field(default_factory=Counter)
    complete: set[str] = field(default_factory=set)
    different: list[str] = field(default_factory=list)
    parked: dict[str, int] = field(default_factory=dict)


def send(client: Client, cases: Sequence[Case], progress: Progress, seconds: float = 300) -> Sent:
    """Import the cases and read each one back.

    Between two owners it waits until tracking has what the first recorded: every reader then meets a dossier's facts in an order that
    the law knows.

    Raises:
        NotInTime: the facts do not reach tracking within the seconds.
        Problem: a service stays away.
    """
    sent = Sent()
    base = facts_by_type(client)
    with ThreadPoolExecutor(WORKERS) as pool:
        for phase in PHASES:
            _send_phase(
                client, [case for case in cases if phase in case.parts and case.name not in sent.refused], phase, sent, pool, progress
            )
            _wait_for(client, base, sent.recorded, seconds)
        for case, history in zip(cases, pool.map(lambda case: _history(client, case), cases), strict=True):
            _compare(case, history, sent)
            progress("read back", 1)
    sent.parked = parked(client)
    return sent


def _send_phase(client: Client, cases: Iterable[Case], phase: str, sent: Sent, pool: ThreadPoolExecutor, progress: Progress) -> None:
    owner: Owner = getattr(client, phase)

    def one(case: Case) -> tuple[Case, int, str]:
        try:
            return case, int(owner.import_facts(str(case.dossier), case.parts[phase])["recorded"]), ""
        except Problem as problem:
            if problem.status in (0, 503) or problem.wait is not None:
                raise
            return case, 0, _place(case, phase, problem.field) + str(problem)

    for case, recorded, why in pool.map(one, cases):
        if recorded:
            sent.recorded.update(fact["type"] for fact in case.parts[phase])
        if why:
            sent.refused[case.name] = why
        progress(phase, 1)


def _place(case: Case, phase: str, at: str) -> str:
    """The line of the log behind `facts.3.code`."""
    begin, _, rest = at.partition(".")
    number = rest.partition(".")[0]
    lines = case.places.get(phase, [])
    return f"line {lines[int(number)]}: " if begin == "facts" and number.isdigit() and int(number) < len(lines) else ""


def facts_by_type(client: Client) -> dict[str, int]:
    """Tracking's facts by wire type."""
    return {str(kind): int(number) for kind, number in client.tracking.counts()["facts"].items()}


def _wait_for(client: Client, base: dict[str, int], recorded: Counter[str], seconds: float) -> None:
    def arrived() -> bool | None:
        now = facts_by_type(client)
        return True if all(now.get(kind, 0) - base.get(kind, 0) >= number for kind, number in recorded.items()) else None

    until(f"{sum(recorded.values())} imported facts in tracking", arrived, seconds)


def _history(client: Client, case: Case) -> list[str] | None:
    try:
        return [str(event["type"]) for event in client.tracking.history(str(case.dossier))]
    except Problem as problem:
        if problem.status == 404:
            return None
        raise


def _compare(case: Case, history: list[str] | None, sent: Sent) -> None:
    found = Counter(history or ())
    sent.read_back += found
    if case.name in sent.refused:
        return
    if found == case.facts():
        sent.complete.add(case.name)
    else:
        sent.different.append(case.name)


def parked(client: Client) -> dict[str, int]:
    """Service → parked records, for the services that hear the bus; one that is away is waited for."""
    return {
        service: int(client.operations.parked(service, once=False)["total"])
        for service in client.wire.services
        if service not in SIMULATORS
    }
