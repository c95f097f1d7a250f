"""Helping the applicant, and comparing originals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from chassis.store import Unit
from intake.application.desk import Desk, load, procedure_of
from intake.domain import assistance
from intake.vault import keep


def guide(unit: Unit, dossier: UUID, means: Literal["counter", "phone", "online", "post"], words: str, officer: str, now: datetime) -> None:
    """Record that the applicant was helped; the words go to the vault (IN-15, IN-44)."""
    load(unit, dossier)
    kept = keep(unit, dossier, "guidance", {"words": words}, by=officer, now=now)
    unit.record(dossier, assistance.guide(means, words=kept, officer=officer, now=now))


def ask_originals(unit: Unit, desk: Desk, dossier: UUID, components: Sequence[str], officer: str, now: datetime) -> None:
    """Ask to see originals (IN-37)."""
    state = load(unit, dossier)
    procedure, rules = procedure_of(desk, state), desk.rules_of(state)
    unit.record(dossier, assistance.ask_originals(state, components, procedure=procedure, rules=rules, officer=officer, now=now))


def show_originals(
    unit: Unit, desk: Desk, dossier: UUID, components: Sequence[str], differ: Sequence[str], officer: str, now: datetime
) -> list[str]:
    """Tick what was compared; what is still to be shown."""
    state = load(unit, dossier)
    unit.record(dossier, assistance.show_originals(state, components, differ=differ, rules=desk.rules_of(state), officer=officer, now=now))
    return list(load(unit, dossier).originals_asked)
