"""Routes of the heads of departments and of specialists."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from chassis.http import Api, answers
from chassis.http.uploads import FileIn, must_be_own, must_be_stored
from chassis.service import Parts
from chassis.tokens import Caller
from contracts.fact import FileRef
from processing.answers import DraftTaken, FactsRecorded
from processing.api.bodies import AssignmentIn, FileOfLeg, StepIn, VerificationIn
from processing.api.running import Run
from processing.application import Act, work

WORKERS = ("specialist", "department-head")


def _stored(parts: Parts, act: Act, file: FileIn) -> FileRef:
    """The file that the officer uploaded: nobody answers for another one's work."""
    ref, article = file.ref(), act.case.article("draft")
    must_be_own(ref, act.caller, "file", article)
    must_be_stored(parts.files, ref, "file", article)
    return ref


def add_work(api: Api, parts: Parts, run: Run) -> None:
    head = Depends(api.auth.needs("department-head"))
    worker = Depends(api.auth.needs(*WORKERS))

    @api.app.post("/dossiers/{dossier}/assignments", status_code=201, tags=["work"])
    @answers(FactsRecorded)
    def assign(dossier: UUID, body: AssignmentIn, request: Request, caller: Annotated[Caller, head]) -> JSONResponse:
        """Assign a specialist, or handle it personally."""
        return run(dossier, body, request, caller, lambda act: {"recorded": work.assign(act, body.leg, body.assignee)})

    @api.app.post("/dossiers/{dossier}/steps", status_code=201, tags=["work"])
    @answers(FactsRecorded)
    def step(dossier: UUID, body: StepIn, request: Request, caller: Annotated[Caller, worker]) -> JSONResponse:
        """A step of the internal process is done."""
        return run(dossier, body, request, caller, lambda act: {"recorded": work.complete_step(act, body.leg, body.step, body.information)})

    @api.app.post("/dossiers/{dossier}/partial-results", status_code=201, tags=["work"])
    @answers(FactsRecorded)
    def end_leg(dossier: UUID, body: FileOfLeg, request: Request, caller: Annotated[Caller, worker]) -> JSONResponse:
        """A co-ordinating agency ends its leg."""

        def act(act: Act) -> dict[str, Any]:
            return {"recorded": work.end_leg(act, body.leg, _stored(parts, act, body.file))}

        return run(dossier, body, request, caller, act)

    @api.app.post("/dossiers/{dossier}/drafts", status_code=201, tags=["work"])
    @answers(DraftTaken)
    def submit(dossier: UUID, body: FileOfLeg, request: Request, caller: Annotated[Caller, worker]) -> JSONResponse:
        """Submit a draft result; `draft` is its number."""

        def act(act: Act) -> dict[str, Any]:
            return {"draft": work.submit_draft(act, body.leg, _stored(parts, act, body.file))}

        return run(dossier, body, request, caller, act)

    @api.app.post("/dossiers/{dossier}/verifications", status_code=201, tags=["work"])
    @answers(FactsRecorded)
    def verify(dossier: UUID, body: VerificationIn, request: Request, caller: Annotated[Caller, worker]) -> JSONResponse:
        """Appoint a verification that the applicant takes part in; the applicant is told."""
        details = body.details()
        return run(dossier, body, request, caller, lambda act: {"recorded": work.schedule_verification(act, body.leg, body.at, details)})
