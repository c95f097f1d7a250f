"""What one-stop officers do at the gate and with supplements."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from chassis.http import Answer, Api, answers
from chassis.store import Unit
from chassis.tokens import Caller
from contracts.refusal import Refused
from intake import application
from intake.answers import NewStatus, Reception, SupplementAsked, SupplementConfirmed, SupplementDeclined
from intake.api.access import OFFICERS, must_serve
from intake.api.back_entry import LawTime
from intake.api.bodies import ActIn, PassOnIn, ReasonIn, ReceptionIn, RefusalIn, SupplementIn
from intake.api.reading import iso
from intake.application import Desk, NoReception, Wanted, load

PLAIN, PLAIN_RECEPTION = ActIn(), ReceptionIn()


def add_officer_routes(api: Api, desk: Desk, law: LawTime) -> None:
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.post("/dossiers/{dossier}/reception", tags=["one-stop"])
    @answers(Reception)
    def receive(dossier: UUID, request: Request, caller: Annotated[Caller, officer], body: ReceptionIn = PLAIN_RECEPTION) -> JSONResponse:
        """Accept: code, receipt, due date with its derivation."""

        def act(unit: Unit) -> Answer:
            state = load(unit, dossier)
            must_serve(state, caller)
            moment = law.of(unit, request, body.back_entry, dossier, state.submitted.receiving)
            if (body.code is None) != (body.back_entry is None):
                why = "Mã cấp trước chỉ dùng, và phải dùng, khi ghi bù sau sự cố."
                raise Refused(why, article=desk.rules_of(state).article("outage"), field="code", status=422)
            received = application.receive(unit, desk, dossier, caller.subject, moment, code=body.code, fee_exempt=body.fee_exempt)
            answer = {"code": received.code, "register_ordinal": received.register_ordinal, "rule_set": received.rule_set}
            answer["deadline"] = msgspec.to_builtins(received.deadline)
            return Answer(body=answer, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json", exclude_none=True), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/refusal", tags=["one-stop"])
    @answers(NewStatus)
    def refuse(dossier: UUID, body: RefusalIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Refuse with a written reason, or send back what belongs to another agency; form 03 can be printed then."""

        def act(unit: Unit) -> Answer:
            state = load(unit, dossier)
            must_serve(state, caller)
            moment = law.of(unit, request, body.back_entry, dossier, state.submitted.receiving)
            no = NoReception(body.reason, body.guidance, body.competent)
            application.refuse(unit, desk, dossier, no, caller.subject, moment)
            return Answer(body={"status": 3}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)


def add_supplement_routes(api: Api, desk: Desk, law: LawTime) -> None:
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.post("/dossiers/{dossier}/supplement-requests", tags=["one-stop"])
    @answers(SupplementAsked)
    def request_supplement(dossier: UUID, body: SupplementIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Ask for everything that is missing, once."""

        def act(unit: Unit) -> Answer:
            state = load(unit, dossier)
            must_serve(state, caller)
            moment = law.of(unit, request, body.back_entry, dossier, state.submitted.receiving)
            wanted = [Wanted(item.component, item.defect, item.reason) for item in body.items]
            supervisor = caller.may("one-stop-head")
            asked = application.request_supplement(
                unit, desk, dossier, wanted, caller.subject, moment, legal_basis=body.legal_basis, supervisor=supervisor
            )
            return Answer(body={"status": 5, "answer_by": iso(asked.answer_by)}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/supplement-requests/from-processing", tags=["one-stop"])
    @answers(SupplementAsked)
    def pass_on(dossier: UUID, body: PassOnIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Run “Bổ sung hồ sơ” for the settling agency."""

        def act(unit: Unit) -> Answer:
            state = load(unit, dossier)
            must_serve(state, caller)
            moment = law.of(unit, request, body.back_entry, dossier, state.submitted.receiving)
            asked = application.pass_supplement_on(
                unit, desk, dossier, caller.subject, moment, legal_basis=body.legal_basis, supervisor=caller.may("one-stop-head")
            )
            return Answer(body={"status": 5, "answer_by": iso(asked.answer_by)}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/supplement-decline", tags=["one-stop"])
    @answers(SupplementDeclined)
    def decline(dossier: UUID, body: ReasonIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Do not pass the settling agency's wish on."""

        def act(unit: Unit) -> Answer:
            state = load(unit, dossier)
            must_serve(state, caller)
            moment = law.of(unit, request, body.back_entry, dossier, state.submitted.receiving)
            application.decline_supplement(unit, desk, dossier, body.reason, caller.subject, moment)
            return Answer(body={"declined": True}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)


def add_completeness_routes(api: Api, desk: Desk, law: LawTime) -> None:
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.post("/dossiers/{dossier}/closing", tags=["one-stop"])
    @answers(NewStatus)
    def close(dossier: UUID, request: Request, caller: Annotated[Caller, officer], body: ActIn = PLAIN) -> JSONResponse:
        """Close after the last day of a supplement: something came, but it is not complete."""

        def act(unit: Unit) -> Answer:
            state = load(unit, dossier)
            must_serve(state, caller)
            moment = law.of(unit, request, body.back_entry, dossier, state.submitted.receiving)
            application.close_incomplete(unit, desk, dossier, moment)
            return Answer(body={"status": 8}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json", exclude_none=True), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/supplement-confirmation", tags=["one-stop"])
    @answers(SupplementConfirmed)
    def confirm(dossier: UUID, request: Request, caller: Annotated[Caller, officer], body: ActIn = PLAIN) -> JSONResponse:
        """Confirm that what was asked for is complete."""

        def act(unit: Unit) -> Answer:
            state = load(unit, dossier)
            must_serve(state, caller)
            moment = law.of(unit, request, body.back_entry, dossier, state.submitted.receiving)
            application.confirm_supplement(unit, desk, dossier, caller.subject, moment)
            return Answer(body={"confirmed": True}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json", exclude_none=True), act, subject=dossier)
