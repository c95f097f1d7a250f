"""How a route runs its command: one unit, one dossier, one answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse

from chassis.http import Answer, Api
from chassis.service import Parts
from chassis.store import Unit
from chassis.tokens import Caller
from processing import application
from processing.api.bodies import Body
from processing.application import Act

Run = Callable[[UUID, Body, Request, Caller, Callable[[Act], dict[str, Any]]], JSONResponse]


def runner(api: Api, parts: Parts) -> Run:
    """What routes call; everything happens in one transaction, at the clock's now."""

    def run(dossier: UUID, body: Body, request: Request, caller: Caller, act: Callable[[Act], dict[str, Any]]) -> JSONResponse:
        def once(unit: Unit) -> Answer:
            begun = application.begin(unit, caller, dossier, parts.vault, parts.catalogue, api.clock.now())
            return Answer(body=act(begun), status=201, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), once, subject=dossier)

    return run
