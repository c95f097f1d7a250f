"""What one-stop officers do at the gate and with supplements."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from chassis.http import Answer, Api
from chassis.store import Unit
from chassis.tokens import Caller
from intake import application
from intake.api.access import OFFICERS, must_serve
from intake.api.bodies import PassOnIn, ReasonIn, SupplementIn
from intake.api.reading import iso
from intake.application import Desk, Wanted, load


def add_officer_routes(api: Api, desk: Desk) -> None:
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.post("/dossiers/{dossier}/reception", tags=["one-stop"])
    def receive(dossier: UUID, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Accept: code, receipt, due date with its derivation."""

        def act(unit: Unit) -> Answer:
            must_serve(load(unit, dossier), caller)
            received = application.receive(unit, desk, dossier, caller.subject, api.clock.now())
            answer = {"code": received.code, "register_ordinal": received.register_ordinal, "rule_set": received.rule_set}
            answer["deadline"] = msgspec.to_builtins(received.deadline)
            return Answer(body=answer, version=unit.version(dossier))

        return api.command.run(request, caller, {}, act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/refusal", tags=["one-stop"])
    def refuse(dossier: UUID, body: ReasonIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Refuse with a written reason; form 03 can be printed then."""

        def act(unit: Unit) -> Answer:
            must_serve(load(unit, dossier), caller)
            application.refuse(unit, dossier, body.reason, caller.subject, api.clock.now())
            return Answer(body={"status": 3}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)


def add_supplement_routes(api: Api, desk: Desk) -> None:
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.post("/dossiers/{dossier}/supplement-requests", tags=["one-stop"])
    def request_supplement(dossier: UUID, body: SupplementIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Ask for everything that is missing, once."""

        def act(unit: Unit) -> Answer:
            must_serve(load(unit, dossier), caller)
            wanted = [Wanted(item.component, item.defect, item.reason) for item in body.items]
            supervisor = caller.may("one-stop-head")
            asked = application.request_supplement(
                unit, desk, dossier, wanted, caller.subject, api.clock.now(), legal_basis=body.legal_basis, supervisor=supervisor
            )
            return Answer(body={"status": 5, "answer_by": iso(asked.answer_by)}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/supplement-requests/from-processing", tags=["one-stop"])
    def pass_on(dossier: UUID, body: PassOnIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Run “Bổ sung hồ sơ” for the settling agency."""

        def act(unit: Unit) -> Answer:
            must_serve(load(unit, dossier), caller)
            asked = application.pass_supplement_on(
                unit, desk, dossier, caller.subject, api.clock.now(), legal_basis=body.legal_basis, supervisor=caller.may("one-stop-head")
            )
            return Answer(body={"status": 5, "answer_by": iso(asked.answer_by)}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/supplement-decline", tags=["one-stop"])
    def decline(dossier: UUID, body: ReasonIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Do not pass the settling agency's wish on."""

        def act(unit: Unit) -> Answer:
            must_serve(load(unit, dossier), caller)
            application.decline_supplement(unit, dossier, body.reason, caller.subject, api.clock.now())
            return Answer(body={"declined": True}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/closing", tags=["one-stop"])
    def close(dossier: UUID, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Close after the last day of a supplement: something came, but it is not complete."""

        def act(unit: Unit) -> Answer:
            must_serve(load(unit, dossier), caller)
            application.close_incomplete(unit, dossier, api.clock.now())
            return Answer(body={"status": 8}, version=unit.version(dossier))

        return api.command.run(request, caller, {}, act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/supplement-confirmation", tags=["one-stop"])
    def confirm(dossier: UUID, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Confirm that what was asked for is complete."""

        def act(unit: Unit) -> Answer:
            must_serve(load(unit, dossier), caller)
            application.confirm_supplement(unit, dossier, caller.subject, api.clock.now())
            return Answer(body={"confirmed": True}, version=unit.version(dossier))

        return api.command.run(request, caller, {}, act, subject=dossier)
