"""The people around one dossier: who they are, how fast they act, and how they try again until a service has heard."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from contracts.catalogue import Agency, Procedure
from motcua.client import Client, Json, Problem
from motcua.play.plan import Kind
from simulation.chance import minutes
from simulation.shop import Shop

NOT_YET = frozenset({404, 409})
PATIENCE = 3000


class Stuck(AssertionError):
    """A command that must become possible never did."""


@dataclass
class People:
    """One dossier and the people around it. `pace`: minutes of office time an act takes on average."""

    number: int
    kind: Kind
    procedure: Procedure
    receiving: Agency
    settling: str | None
    channel: str
    shop: Shop
    client: Client
    dice: random.Random
    another: str
    others: tuple[str, ...]
    pace: float = 90
    dossier: str = ""
    received: Json = field(default_factory=dict)

    def person(self, role: str, agency: str | None = None) -> Client:
        agency = agency or self.receiving.code
        return self.client.acting(f"{role}.{agency}", role, agencies=(agency,))

    @property
    def applicant_name(self) -> str:
        """Of this life alone."""
        return f"citizen-{self.number}"

    @property
    def applicant(self) -> Client:
        return self.client.acting(self.applicant_name, "citizen")

    def soon(self) -> float:
        return minutes(self.dice, self.pace)

    def accepted(self, what: str, act: Callable[[], Any]) -> Iterator[float]:
        """Try until the service has heard of what comes before; the answer is left in `self.answer`."""
        why: Problem | None = None
        for _ in range(PATIENCE):
            try:
                self.answer = act()
                return
            except Problem as problem:
                if problem.status not in NOT_YET:
                    raise
                why = problem
                yield 2.0
        raise Stuck(f"dossier {self.dossier} ({self.kind}, {self.procedure.code}): {what}: {why}")
