"""Compares what the player was told with what the views hold."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from contracts.national_status import Status
from motcua.client import Client, Json
from motcua.history.sending import facts_by_type, parked
from motcua.names import short
from motcua.play.ledger import REACTIONS, Entry, Ledger
from motcua.waiting import NotInTime, until


@dataclass(frozen=True)
class Start:
    """Tracking's numbers before the play, and what services had put aside."""

    facts: dict[str, int]
    statistics: Json
    parked: dict[str, int]


@dataclass
class Outcome:
    """`facts`: wire type → sent, tracking; `statuses`: national code → expected, tracking's statistics; `different`: what disagrees;
    `parked`: what was put aside since the start."""

    facts: dict[str, tuple[int, int]] = field(default_factory=dict)
    statuses: dict[int, tuple[int, int]] = field(default_factory=dict)
    views: dict[str, tuple[int, int]] = field(default_factory=dict)
    different: list[str] = field(default_factory=list)
    parked: dict[str, int] = field(default_factory=dict)

    @property
    def differences(self) -> list[str]:
        """A line for everything that disagrees."""
        facts = [f"{short(kind)}: {sent} acknowledged, {held} in tracking" for kind, (sent, held) in self.facts.items()
                 if kind not in REACTIONS and sent != held]  # fmt: skip
        statuses = [f"status {status}: {sent} expected, {held} in the statistics"
                    for status, (sent, held) in self.statuses.items() if sent != held]  # fmt: skip
        views = [f"{view}: {held} of {sent} dossiers agree" for view, (sent, held) in self.views.items() if sent != held]
        parked = [f"{service}: {count} parked (motcua parked list)" for service, count in self.parked.items() if count]
        return [*self.different, *facts, *statuses, *views, *parked]

    @property
    def reconciles(self) -> bool:
        return not self.differences


def start(client: Client) -> Start:
    """Where everything stands now."""
    return Start(facts_by_type(client), client.tracking.statistics(), parked(client))


def reconcile(client: Client, ledger: Ledger, before: Start, seconds: float = 60) -> Outcome:
    """Wait until tracking has at least what was acknowledged (or the seconds are over), then compare everything."""
    outcome, sent = Outcome(), ledger.totals()

    def arrived() -> bool | None:
        held = facts_by_type(client)
        return True if all(held.get(kind, 0) - before.facts.get(kind, 0) >= number for kind, number in sent.items()) else None

    try:
        until("acknowledged facts in tracking", arrived, seconds)
    except NotInTime as late:
        outcome.different.append(str(late))
    held = facts_by_type(client)
    delta = {kind: number - before.facts.get(kind, 0) for kind, number in held.items() if number != before.facts.get(kind, 0)}
    outcome.facts = {kind: (sent[kind], delta.get(kind, 0)) for kind in sorted({*sent, *delta})}
    _statistics(client, ledger, before, outcome)
    _dossiers(client, ledger, outcome, seconds)
    outcome.parked = {service: max(0, count - before.parked.get(service, 0)) for service, count in parked(client).items()}
    return outcome


def _statistics(client: Client, ledger: Ledger, before: Start, outcome: Outcome) -> None:
    wanted, now = ledger.statuses(), client.tracking.statistics()["by_status"]
    for status in Status:
        change = int(now.get(str(int(status)), 0)) - int(before.statistics["by_status"].get(str(int(status)), 0))
        outcome.statuses[int(status)] = (wanted[int(status)], change)


def _dossiers(client: Client, ledger: Ledger, outcome: Outcome, seconds: float) -> None:
    """Every dossier in the views of tracking, intake and results, side by side."""
    agreeing: Counter[str] = Counter()
    with ThreadPoolExecutor(8) as pool:
        for dossier, wrong in pool.map(lambda pair: (pair[0], _disagreements(client, pair[0], pair[1], seconds)), ledger.dossiers.items()):
            agreeing.update(view for view, why in wrong.items() if not why)
            outcome.different += [f"{dossier} in {view}: {why}" for view, why in wrong.items() if why]
    ended = sum(1 for entry in ledger.dossiers.values() if entry.status in (Status.FINISHED, Status.RETURNED))
    number = len(ledger.dossiers)
    outcome.views = {view: (number, agreeing[view]) for view in ("tracking: history", "tracking: status", "intake: status")}
    outcome.views["results: state"] = (ended, agreeing["results: state"])


def _disagreements(client: Client, dossier: str, entry: Entry, seconds: float) -> dict[str, str]:
    history = Counter(str(event["type"]) for event in client.tracking.history(dossier))
    facts = Counter({kind: number for kind, number in history.items() if kind not in REACTIONS})
    found = {
        "tracking: history": "" if facts == entry.facts else f"sent {_words(entry.facts - facts)}, held {_words(facts - entry.facts)}",
        "tracking: status": _field(lambda: client.tracking.dossier(dossier), "status", entry.status, seconds),
        "intake: status": _field(lambda: client.intake.dossier(dossier), "status", entry.status, seconds),
    }
    if entry.status in (Status.FINISHED, Status.RETURNED):
        wanted = "issued" if entry.status == Status.FINISHED else "returned"
        clerk = client.acting("player", "operator", agencies=("*",))
        found["results: state"] = _field(lambda: clerk.results.dossier(dossier), "state", wanted, seconds)
    return found


def _field(ask: Callable[[], Json], name: str, wanted: object, seconds: float) -> str:
    """Empty once the view shows the wanted value; else what it shows instead."""
    seen: list[object] = [None]

    def agrees() -> bool | None:
        seen[0] = ask().get(name)
        return True if seen[0] == wanted else None

    try:
        until(name, agrees, min(seconds, 10))
    except NotInTime:
        return f"{name} {seen[0]} instead of {wanted}"
    return ""


def _words(facts: Counter[str]) -> str:
    return ", ".join(f"{number} {kind.split('.')[-2]}" for kind, number in facts.items()) or "nothing more"
