"""Routes of leaders."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from chassis.http import Api, answers
from chassis.service import Parts
from chassis.tokens import Caller
from processing.answers import FactsRecorded
from processing.api.bodies import DeclineIn, OfLeg, OpinionIn, SupplementNeedIn
from processing.api.running import Run
from processing.application import Act, decisions


def add_decisions(api: Api, parts: Parts, run: Run) -> None:
    leader = Depends(api.auth.needs("leader"))

    @api.app.post("/dossiers/{dossier}/drafts/return", status_code=201, tags=["decisions"])
    @answers(FactsRecorded)
    def send_back(dossier: UUID, body: OpinionIn, request: Request, caller: Annotated[Caller, leader]) -> JSONResponse:
        """Return the draft with an opinion."""
        return run(dossier, body, request, caller, lambda act: {"recorded": decisions.return_draft(act, body.leg, body.opinion)})

    @api.app.post("/dossiers/{dossier}/approval", status_code=201, tags=["decisions"])
    @answers(FactsRecorded)
    def approve(dossier: UUID, body: OfLeg, request: Request, caller: Annotated[Caller, leader]) -> JSONResponse:
        """Approve the draft; the dossier goes to the clerk."""
        return run(dossier, body, request, caller, lambda act: {"recorded": decisions.approve(act, body.leg)})

    @api.app.post("/dossiers/{dossier}/decline", status_code=201, tags=["decisions"])
    @answers(FactsRecorded)
    def decline(dossier: UUID, body: DeclineIn, request: Request, caller: Annotated[Caller, leader]) -> JSONResponse:
        """Không giải quyết, with the reason."""
        return run(dossier, body, request, caller, lambda act: {"recorded": decisions.decline(act, body.leg, body.reason)})

    @api.app.post("/dossiers/{dossier}/supplement-needs", status_code=201, tags=["decisions"])
    @answers(FactsRecorded)
    def need(dossier: UUID, body: SupplementNeedIn, request: Request, caller: Annotated[Caller, leader]) -> JSONResponse:
        """Ask the one-stop to have the dossier supplemented."""
        wanted = [item.wanted() for item in body.items]

        def act(act: Act) -> dict[str, Any]:
            return {"recorded": decisions.need_supplement(act, parts.catalogue, body.leg, wanted, body.reason)}

        return run(dossier, body, request, caller, act)
