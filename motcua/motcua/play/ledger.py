"""What the player knows: every fact that a service acknowledged, by dossier."""

import threading
from collections import Counter
from dataclasses import dataclass, field

from contracts.fact import Fact, fact_types

TYPES = {cls.__name__: cls.TYPE for cls in fact_types().values()}
REACTIONS = frozenset(
    TYPES[name]
    for name in (
        "Rescheduled",
        "LegRescheduled",
        "GateRescheduled",
        "ConsultationLate",
        "HandoverLate",
        "EarlyReturnAnnounced",
        "LateStopAnswered",
        "CodeVoided",
    )
)
"""Facts that services record of themselves: shown, never expected."""


@dataclass
class Entry:
    """One dossier: its facts by wire type, the status it should end with, and what went wrong."""

    number: int
    kind: str
    facts: Counter[str] = field(default_factory=Counter)
    status: int = 0
    receiving: str = ""
    problem: str = ""


class Ledger:
    """Shared by all players of one play."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.dossiers: dict[str, Entry] = {}
        self.unfiled: list[str] = []

    def open(self, dossier: str, entry: Entry) -> None:
        with self._lock:
            self.dossiers[dossier] = entry

    def add(self, dossier: str, *facts: type[Fact], status: int | None = None) -> None:
        """These facts were acknowledged; the status they lead to, if they move it."""
        with self._lock:
            entry = self.dossiers[dossier]
            entry.facts.update(str(fact.TYPE) for fact in facts)
            entry.status = entry.status if status is None else status

    def failed(self, dossier: str, why: str) -> None:
        with self._lock:
            if dossier:
                self.dossiers[dossier].problem = why
            else:
                self.unfiled.append(why)

    def totals(self) -> Counter[str]:
        """All acknowledged facts by wire type."""
        with self._lock:
            return sum((entry.facts for entry in self.dossiers.values()), Counter())

    def statuses(self) -> Counter[int]:
        """How many dossiers should be in each national status."""
        with self._lock:
            return Counter(entry.status for entry in self.dossiers.values())
