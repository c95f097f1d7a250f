"""How an imported case begins."""

from collections.abc import Sequence
from uuid import UUID

from chassis.http.auth import must_be_in
from chassis.http.imports import ROLE, refuse_first
from chassis.store import Unit
from chassis.tokens import Caller
from contracts.fact import Fact
from contracts.imported import opening_faults
from intake.application import issuing
from intake.events import Received, Submitted


def begin_import(unit: Unit, dossier: UUID, facts: Sequence[Fact], caller: Caller) -> None:
    """A case begins with its filing, at an agency for which the caller may import, and its code is nobody else's."""
    refuse_first(opening_faults(facts))
    for fact in facts:
        if isinstance(fact, Submitted):
            must_be_in(caller, ROLE, fact.receiving)
    if unit.version(dossier):
        return
    for number, fact in enumerate(facts):
        if isinstance(fact, Received):
            issuing.take_over(unit, fact.code, dossier, f"facts.{number}.code")
