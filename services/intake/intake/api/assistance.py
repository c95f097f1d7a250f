"""Guidance that was given, and originals that are shown."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from chassis.http import Answer, Api, answers
from chassis.store import Unit
from chassis.tokens import Caller
from intake.answers import Done, OriginalsToShow
from intake.api.access import OFFICERS, must_serve
from intake.api.back_entry import LawTime
from intake.api.bodies import GuidanceIn, OriginalsIn, ShownIn
from intake.application import Desk, assistance, load


def add_assistance_routes(api: Api, desk: Desk, law: LawTime) -> None:
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.post("/dossiers/{dossier}/guidance", tags=["one-stop"])
    @answers(Done)
    def guide(dossier: UUID, body: GuidanceIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Log a telephone call or other help, with time and officer; the words stay in the vault."""

        def act(unit: Unit) -> Answer:
            state = load(unit, dossier)
            must_serve(state, caller)
            moment = law.of(unit, request, body.back_entry, dossier, state.submitted.receiving)
            assistance.guide(unit, dossier, body.means, body.words, caller.subject, moment)
            return Answer(body={"recorded": True}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/originals", tags=["one-stop"])
    @answers(OriginalsToShow)
    def ask(dossier: UUID, body: OriginalsIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Ask to see originals; no supplement, no clock."""

        def act(unit: Unit) -> Answer:
            state = load(unit, dossier)
            must_serve(state, caller)
            moment = law.of(unit, request, body.back_entry, dossier, state.submitted.receiving)
            assistance.ask_originals(unit, desk, dossier, body.components, caller.subject, moment)
            return Answer(body={"to_show": list(load(unit, dossier).originals_asked)}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/originals/shown", tags=["one-stop"])
    @answers(OriginalsToShow)
    def show(dossier: UUID, body: ShownIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Tick originals that were compared."""

        def act(unit: Unit) -> Answer:
            state = load(unit, dossier)
            must_serve(state, caller)
            moment = law.of(unit, request, body.back_entry, dossier, state.submitted.receiving)
            left = assistance.show_originals(unit, desk, dossier, body.components, body.differ, caller.subject, moment)
            return Answer(body={"to_show": left}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)
