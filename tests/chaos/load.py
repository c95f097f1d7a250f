"""Load: the lives of `motcua play`, one after the other at every desk, for as long as a scenario lasts."""

import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count

from motcua.addresses import addresses, development_token
from motcua.client import Client, Problem
from motcua.clock import time_of
from motcua.play.episodes import EPISODES
from motcua.play.ledger import Ledger
from motcua.play.life import Player
from motcua.play.plan import Life, Province, plan, read_province
from motcua.play.reconciling import Start, start
from motcua.waiting import until
from tests.chaos.answers import Counted

CHUNK = 60
PATIENCE = 240.0
"""Seconds for which a caller goes on asking: longer than any fault here lasts."""


class Load:
    """`desks` lives at a time until `stop()`, which lets those under way end; what was acknowledged is in the ledger."""

    def __init__(self, desks: int, seed: int, patience: float = PATIENCE) -> None:
        self.answers, self.ledger, self.patience = Counted(), Ledger(), patience
        client = Client(addresses(), development_token, patience=patience, transport=self.answers)
        self.client = client.acting("player", "operator", agencies=("*",))
        self.province: Province = read_province(self.client)
        self.before: Start = start(self.client)
        self.ended = 0
        self._seed, self._numbers = seed, count(1)
        self._lives: list[Life] = []
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self._pool = ThreadPoolExecutor(desks)
        self._desks: list[Future[None]] = []
        self._desks_wanted = desks

    def go(self) -> None:
        self._desks = [self._pool.submit(self._work) for _ in range(self._desks_wanted)]

    def stop(self) -> None:
        self._stopping.set()
        self._pool.shutdown(wait=True)
        for desk in self._desks:
            desk.result()

    @property
    def acknowledged(self) -> Counter[str]:
        return self.ledger.totals()

    @property
    def failed(self) -> list[str]:
        """Lives that could not be led to their end, and why."""
        problems = (f"{dossier}: {entry.problem}" for dossier, entry in self.ledger.dossiers.items() if entry.problem)
        return [*self.ledger.unfiled, *problems]

    def _work(self) -> None:
        while not self._stopping.is_set():
            life = self._next()
            Player(self.client, life, self.ledger, self.patience, self._another(life), EPISODES, lambda: time_of(self.client)).play()
            with self._lock:
                self.ended += 1

    def _next(self) -> Life:
        with self._lock:
            if not self._lives:
                self._lives = plan(self.province, CHUNK, self._seed * 1000 + next(self._numbers))
            return self._lives.pop()

    def _another(self, life: Life) -> str:
        agencies = self.province.agencies.items()
        departments = [code for code, agency in agencies if agency.level == "department" and code not in life.procedure.settling]
        return departments[life.seed % len(departments)]

    def await_lives(self, more: int, seconds: float = 120) -> float:
        """Until so many more lives have ended; the seconds that took. Raises `NotInTime`."""
        aim, began = self.ended + more, time.monotonic()
        until(f"{more} more lives", lambda: True if self.ended >= aim else None, seconds)
        return time.monotonic() - began

    def works(self) -> bool:
        """Whether a plain read is answered now."""
        try:
            self.client.wire.state_of("intake")
        except Problem:
            return False
        return True
