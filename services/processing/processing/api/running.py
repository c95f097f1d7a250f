"""How a route runs its command: one unit, one dossier, one answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse

from chassis.http import Answer, Api
from chassis.http.back_entry import BackEntries, vault_keeper
from chassis.service import Parts
from chassis.store import Unit
from chassis.tokens import Caller
from processing import application
from processing.api.bodies import OnDossier
from processing.application import Act

APPROVERS = ("department-head", "leader", "one-stop-head")
Run = Callable[[UUID, OnDossier, Request, Caller, Callable[[Act], dict[str, Any]]], JSONResponse]


def runner(api: Api, parts: Parts) -> Run:
    """What routes call; everything happens in one transaction, at the clock's now or at the paper book's time."""
    entries = BackEntries(api.auth, api.clock, parts.catalogue, *APPROVERS)

    def moment(begun: Act, body: OnDossier, request: Request) -> datetime:
        if body.back_entry is None:
            return begun.now
        keep = vault_keeper(parts.vault.put, begun.dossier)
        place, after = body.acting_agency(begun), begun.last_moment()
        return entries.moment(begun.unit, request, body.back_entry, agency=place, keep=keep, law=begun.case, not_before=after)

    def run(dossier: UUID, body: OnDossier, request: Request, caller: Caller, act: Callable[[Act], dict[str, Any]]) -> JSONResponse:
        def once(unit: Unit) -> Answer:
            begun = application.begin(unit, caller, dossier, parts.vault, parts.catalogue, api.clock.now())
            begun = replace(begun, now=moment(begun, body, request))
            return Answer(body=act(begun), status=201, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), once, subject=dossier)

    return run
