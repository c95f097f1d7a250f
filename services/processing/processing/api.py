"""Processing over HTTP: what heads, specialists and leaders do with a dossier."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from chassis.http import Answer, Api
from chassis.http.imports import add_import_route
from chassis.http.uploads import FileIn, add_upload_route
from chassis.ids import new_id
from chassis.service import Parts
from chassis.store import Unit
from chassis.tokens import Caller
from contracts.fact import FileRef
from contracts.refusal import Refused
from processing import application
from processing.application import Act
from processing.bodies import (
    ApologyIn,
    AssignmentIn,
    Body,
    DeclineIn,
    FileOfLeg,
    ObligationIn,
    OfLeg,
    OpinionIn,
    StepIn,
    StopAnswerIn,
    SupplementNeedIn,
)
from processing.domain.drafts import SUBMIT
from processing.queries import add_queries

WORKERS = ("specialist", "department-head")
Run = Callable[[UUID, Body, Request, Caller, Callable[[Act], dict[str, Any]]], JSONResponse]


def add_routes(api: Api, parts: Parts) -> None:
    """All routes of processing."""
    run = _runner(api, parts)
    add_upload_route(api, parts.files, (*WORKERS, "leader"))
    add_import_route(api, "processing")
    _add_work(api, parts, run)
    _add_decisions(api, parts, run)
    _add_clock(api, run)
    _add_applicant(api, run)
    add_queries(api, parts)


def _runner(api: Api, parts: Parts) -> Run:
    def run(dossier: UUID, body: Body, request: Request, caller: Caller, act: Callable[[Act], dict[str, Any]]) -> JSONResponse:
        def once(unit: Unit) -> Answer:
            begun = application.begin(unit, caller, dossier, parts.vault, api.clock.now())
            return Answer(body=act(begun), status=201, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), once, subject=dossier)

    return run


def _stored(parts: Parts, file: FileIn) -> FileRef:
    if not parts.files.has(file.ref()):
        raise Refused("Tệp chưa được tải lên.", article=SUBMIT, field="file", status=422)
    return file.ref()


def _add_work(api: Api, parts: Parts, run: Run) -> None:
    head = Depends(api.auth.needs("department-head"))
    worker = Depends(api.auth.needs(*WORKERS))

    @api.app.post("/dossiers/{dossier}/assignments", status_code=201, tags=["work"])
    def assign(dossier: UUID, body: AssignmentIn, request: Request, caller: Annotated[Caller, head]) -> JSONResponse:
        """Assign a specialist, or handle it personally."""
        return run(dossier, body, request, caller, lambda act: {"recorded": application.assign(act, body.leg, body.assignee)})

    @api.app.post("/dossiers/{dossier}/steps", status_code=201, tags=["work"])
    def step(dossier: UUID, body: StepIn, request: Request, caller: Annotated[Caller, worker]) -> JSONResponse:
        """A step of the internal process is done."""
        return run(dossier, body, request, caller, lambda act: {"recorded": application.complete_step(act, body.leg, body.step)})

    @api.app.post("/dossiers/{dossier}/partial-results", status_code=201, tags=["work"])
    def end_leg(dossier: UUID, body: FileOfLeg, request: Request, caller: Annotated[Caller, worker]) -> JSONResponse:
        """A co-ordinating agency ends its leg."""
        file = _stored(parts, body.file)
        return run(dossier, body, request, caller, lambda act: {"recorded": application.end_leg(act, body.leg, file)})

    @api.app.post("/dossiers/{dossier}/drafts", status_code=201, tags=["work"])
    def submit(dossier: UUID, body: FileOfLeg, request: Request, caller: Annotated[Caller, worker]) -> JSONResponse:
        """Submit a draft result; `draft` is its number."""
        file = _stored(parts, body.file)
        return run(dossier, body, request, caller, lambda act: {"draft": application.submit_draft(act, body.leg, file)})


def _add_decisions(api: Api, parts: Parts, run: Run) -> None:
    leader = Depends(api.auth.needs("leader"))

    @api.app.post("/dossiers/{dossier}/drafts/return", status_code=201, tags=["decisions"])
    def send_back(dossier: UUID, body: OpinionIn, request: Request, caller: Annotated[Caller, leader]) -> JSONResponse:
        """Return the draft with an opinion."""
        return run(dossier, body, request, caller, lambda act: {"recorded": application.return_draft(act, body.leg, body.opinion)})

    @api.app.post("/dossiers/{dossier}/approval", status_code=201, tags=["decisions"])
    def approve(dossier: UUID, body: OfLeg, request: Request, caller: Annotated[Caller, leader]) -> JSONResponse:
        """Approve the draft; the dossier goes to the clerk."""
        return run(dossier, body, request, caller, lambda act: {"recorded": application.approve(act, body.leg)})

    @api.app.post("/dossiers/{dossier}/decline", status_code=201, tags=["decisions"])
    def decline(dossier: UUID, body: DeclineIn, request: Request, caller: Annotated[Caller, leader]) -> JSONResponse:
        """Không giải quyết, with the reason."""
        return run(dossier, body, request, caller, lambda act: {"recorded": application.decline(act, body.leg, body.reason)})

    @api.app.post("/dossiers/{dossier}/supplement-needs", status_code=201, tags=["decisions"])
    def need(dossier: UUID, body: SupplementNeedIn, request: Request, caller: Annotated[Caller, leader]) -> JSONResponse:
        """Ask the one-stop to have the dossier supplemented."""
        wanted = [item.wanted() for item in body.items]

        def act(act: Act) -> dict[str, Any]:
            return {"recorded": application.need_supplement(act, parts.catalogue, body.leg, wanted, body.reason)}

        return run(dossier, body, request, caller, act)


def _add_clock(api: Api, run: Run) -> None:
    signer = Depends(api.auth.needs("leader", "one-stop-head", "one-stop"))
    one_stop = Depends(api.auth.needs("one-stop", "one-stop-head"))

    @api.app.post("/dossiers/{dossier}/apologies", status_code=201, tags=["clock"])
    def apologise(dossier: UUID, body: ApologyIn, request: Request, caller: Annotated[Caller, signer]) -> JSONResponse:
        """Form 04: apologise and, with a new date, propose the extension."""

        def act(act: Act) -> dict[str, Any]:
            facts = application.apologise(act, body.letter())
            late = any(getattr(fact, "late_notice", False) for fact in facts)
            return {"recorded": [type(fact).__name__ for fact in facts], "late_notice": late}

        return run(dossier, body, request, caller, act)

    @api.app.post("/dossiers/{dossier}/extension", status_code=201, tags=["clock"])
    def extend(dossier: UUID, request: Request, caller: Annotated[Caller, one_stop]) -> JSONResponse:
        """Change the due date on the agency's slip."""

        def act(act: Act) -> dict[str, Any]:
            extended = application.extend(act)
            return {
                "old_due_at": extended.old_due_at.isoformat(),
                "due_at": extended.deadline.due_at.isoformat(),
                "late_notice": extended.late_notice,
            }

        return run(dossier, Body(), request, caller, act)


def _add_applicant(api: Api, run: Run) -> None:
    handler = Depends(api.auth.needs(*WORKERS, "leader"))
    holder = Depends(api.auth.needs("department-head", "leader"))

    @api.app.post("/dossiers/{dossier}/obligations", status_code=201, tags=["applicant"])
    def owe(dossier: UUID, body: ObligationIn, request: Request, caller: Annotated[Caller, handler]) -> JSONResponse:
        """Tell what the applicant owes; the next step waits for the proof."""
        obligation = str(new_id())

        def act(act: Act) -> dict[str, Any]:
            recorded = application.raise_obligation(act, obligation, body.amount_vnd, body.basis)
            return {"recorded": recorded, "obligation": obligation}

        return run(dossier, body, request, caller, act)

    @api.app.post("/dossiers/{dossier}/stop-answer", status_code=201, tags=["applicant"])
    def answer(dossier: UUID, body: StopAnswerIn, request: Request, caller: Annotated[Caller, holder]) -> JSONResponse:
        """Answer a request to stop."""
        return run(dossier, body, request, caller, lambda act: {"recorded": application.answer_stop(act, body.grant)})
