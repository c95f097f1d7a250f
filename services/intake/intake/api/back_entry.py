"""The moment of law of a command of intake: now, or that of the paper book."""

from datetime import datetime
from uuid import UUID

from fastapi import Request

from chassis.http import Api
from chassis.http.back_entry import BackEntries, BackEntryIn
from chassis.service import Parts
from chassis.store import Unit
from contracts.fact import VaultRef
from intake import vault
from intake.application import Desk
from intake.domain import fold


class LawTime:
    """Asks `BackEntries` with what intake knows: the reason goes to its own vault, no step before the last one."""

    def __init__(self, api: Api, parts: Parts, desk: Desk) -> None:
        self._clock = api.clock
        self._desk = desk
        self._entries = BackEntries(api.auth, api.clock, parts.catalogue, "one-stop-head")

    def of(self, unit: Unit, request: Request, wish: BackEntryIn | None, dossier: UUID, agency: str) -> datetime:
        """The time to decide as of. Raises `Refused` with the article for a back-entry that is not allowed."""
        if wish is None:
            return self._clock.now()

        def keep(reason: str) -> VaultRef:
            return vault.keep(unit, dossier, "back-entry", {"reason": reason}, by=unit.because.actor, now=self._clock.now())

        last = max((fact.effective_at for fact in unit.history(dossier)), default=None)
        state = unit.state(dossier, fold)
        rules = self._desk.rules_of(state) if state else self._desk.rules_on(self._clock.now())
        return self._entries.moment(unit, request, wish, agency=agency, keep=keep, law=rules, not_before=last)
