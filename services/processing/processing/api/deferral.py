"""Routes of form 04: the apology and the extension."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from chassis.http import Api, answers
from chassis.tokens import Caller
from processing.answers import ApologyGiven, Extended
from processing.api.bodies import ApologyIn, ExtensionIn
from processing.api.running import Run
from processing.application import Act, deferral


def add_deferral(api: Api, run: Run) -> None:
    signer = Depends(api.auth.needs("leader", "one-stop-head", "one-stop"))
    one_stop = Depends(api.auth.needs("one-stop", "one-stop-head"))

    @api.app.post("/dossiers/{dossier}/apologies", status_code=201, tags=["clock"])
    @answers(ApologyGiven)
    def apologise(dossier: UUID, body: ApologyIn, request: Request, caller: Annotated[Caller, signer]) -> JSONResponse:
        """Form 04: apologise and, with a new date, propose the extension."""

        def act(act: Act) -> dict[str, Any]:
            facts = deferral.apologise(act, body.letter())
            late = any(getattr(fact, "late_notice", False) for fact in facts)
            return {"recorded": [type(fact).__name__ for fact in facts], "late_notice": late}

        return run(dossier, body, request, caller, act)

    @api.app.post("/dossiers/{dossier}/extension", status_code=201, tags=["clock"])
    @answers(Extended)
    def extend(dossier: UUID, request: Request, caller: Annotated[Caller, one_stop], body: ExtensionIn | None = None) -> JSONResponse:
        """Change the due date on the agency's slip."""

        def act(act: Act) -> dict[str, Any]:
            extended = deferral.extend(act)
            return {
                "old_due_at": extended.old_due_at.isoformat(),
                "due_at": extended.deadline.due_at.isoformat(),
                "late_notice": extended.late_notice,
            }

        return run(dossier, body or ExtensionIn(), request, caller, act)
