"""The National Portal of a run: takes each message once, and is slow, away or wrong where the faults say so."""

import hashlib
import random
from datetime import datetime

from simulation.faults import Faults
from simulation.storage import Storage
from sync_national import application
from sync_national.domain import Again, Outcome, meaning
from sync_national.portal import content
from sync_national.views import Outgoing

PAGE = 50


class SimulatedPortal:
    """`taken`: the statuses by number of dossier, in the order in which they first came."""

    def __init__(self, dice: random.Random, faults: Faults) -> None:
        self._dice = dice
        self._faults = faults
        self._keys: dict[str, set[str]] = {}
        self._late: list[tuple[Outgoing, Outcome]] = []
        """Answers that come when the lease of their message has ended."""
        self.taken: dict[str, list[int]] = {}

    @property
    def is_late(self) -> bool:
        """Whether an answer is still on its way."""
        return bool(self._late)

    def take(self, storage: Storage, now: datetime) -> int:
        """One page of what sync-national has to say; how many messages were tried or answered: what an answer records is to be relayed."""
        claimed = application.claim(storage, now, PAGE)
        late, self._late = self._late, []
        for tried in late:
            application.settle(storage, [tried], real_now=now, now=now)
        for message in claimed:
            outcome = self._answer(message)
            if self._faults.strikes("portal-slow"):
                self._late.append((message, outcome))
            else:
                application.settle(storage, [(message, outcome)], real_now=now, now=now)
        return len(claimed) + len(late)

    def _answer(self, message: Outgoing) -> Outcome:
        if self._faults.strikes("portal-away"):
            return Again("ConnectTimeout", away=True)
        dossier, key = str(message.dossier), str(message.fact)
        known = self._keys.setdefault(dossier, set())
        if key not in known:
            known.add(key)
            self.taken.setdefault(dossier, []).append(message.status)
        if self._faults.strikes("portal-lost"):
            return Again("ReadTimeout", away=True)
        status = 500 if self._faults.strikes("portal-wrong") else 200
        return meaning(status, "00", hash_of(content(message)), hash_of(b"00"), message.attempts)

    def forget(self, dossier: str) -> None:
        """Drop an ended dossier."""
        self.taken.pop(dossier, None)
        self._keys.pop(dossier, None)


def hash_of(body: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(body).hexdigest()
