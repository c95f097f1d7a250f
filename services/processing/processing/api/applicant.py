"""Routes about what the applicant owes and asks."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from chassis.http import Api, answers
from chassis.ids import new_id
from chassis.tokens import Caller
from processing.answers import FactsRecorded, ObligationTold
from processing.api.bodies import ObligationIn, StopAnswerIn
from processing.api.running import Run
from processing.api.work import WORKERS
from processing.application import Act, applicant


def add_applicant(api: Api, run: Run) -> None:
    handler = Depends(api.auth.needs(*WORKERS, "leader"))
    holder = Depends(api.auth.needs("department-head", "leader"))

    @api.app.post("/dossiers/{dossier}/obligations", status_code=201, tags=["applicant"])
    @answers(ObligationTold)
    def owe(dossier: UUID, body: ObligationIn, request: Request, caller: Annotated[Caller, handler]) -> JSONResponse:
        """Tell what the applicant owes; the next step waits for the proof."""
        obligation = str(new_id())

        def act(act: Act) -> dict[str, Any]:
            recorded = applicant.raise_obligation(act, obligation, body.amount_vnd, body.basis)
            return {"recorded": recorded, "obligation": obligation}

        return run(dossier, body, request, caller, act)

    @api.app.post("/dossiers/{dossier}/stop-answer", status_code=201, tags=["applicant"])
    @answers(FactsRecorded)
    def answer(dossier: UUID, body: StopAnswerIn, request: Request, caller: Annotated[Caller, holder]) -> JSONResponse:
        """Answer a request to stop or adjust; a no says why, and the applicant is told."""
        return run(dossier, body, request, caller, lambda act: {"recorded": applicant.answer_stop(act, body.grant, body.reason)})
