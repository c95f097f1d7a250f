"""Routing over HTTP: paper hand-overs and consultations."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import Depends, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chassis.errors import NotHeardOf
from chassis.http import Answer, Api
from chassis.http.imports import add_import_route
from chassis.http.paging import key_from, page_of
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.store import Because, Unit
from chassis.tokens import Caller
from contracts import Fact
from routing import application, views
from routing.domain.consultation import CONSULT
from routing.domain.paper import TRANSFER
from routing.views import CASE, CONSULTATION_ORDER, CONSULTATIONS

STAFF = ("one-stop", "one-stop-head", "department-head", "specialist", "leader", "clerk", "operator")
Text = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S")]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z.\-]+$")]
Number = Annotated[int, Path(ge=1, le=1000)]


class Body(BaseModel):
    """A command's body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class HandoverIn(Body):
    """Paper left or arrived."""

    movement: Literal["sent", "received"]


class ConsultationIn(Body):
    """An agency to ask: content, deadline, way of replying (NĐ 118 Đ19.4)."""

    asking: Code
    asked: Code
    question: Text
    reply_by: AwareDatetime
    way_of_replying: Literal["system", "document"]


class AnswerIn(Body):
    """The opinion."""

    answer: Text


def add_routes(api: Api, parts: Parts) -> None:
    """All routes of routing."""
    _add_commands(api, parts)
    _add_queries(api)
    _add_words(api, parts)
    add_import_route(api, "routing")


def _recorded(unit: Unit, dossier: UUID, fact: Fact, **more: Any) -> Answer:
    return Answer(body={"recorded": type(fact).__name__, **more}, status=201, version=unit.version(dossier))


def _add_commands(api: Api, parts: Parts) -> None:
    movers = Depends(api.auth.needs(*application.MOVERS))
    askers = Depends(api.auth.needs(*application.ASKERS))
    asked = Depends(api.auth.needs(*application.ANSWERERS))

    @api.app.post("/dossiers/{dossier}/legs/{leg}/handovers", status_code=201, tags=["legs"])
    def hand_over(dossier: UUID, leg: Number, body: HandoverIn, request: Request, caller: Annotated[Caller, movers]) -> JSONResponse:
        """Paper left the one-stop, or arrived; never before the e-dossier was transferred (RT-03)."""

        def act(unit: Unit) -> Answer:
            return _recorded(unit, dossier, application.hand_over(unit, caller, dossier, leg, body.movement, api.clock.now()))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/consultations", status_code=201, tags=["consultations"])
    def consult(dossier: UUID, body: ConsultationIn, request: Request, caller: Annotated[Caller, askers]) -> JSONResponse:
        """Ask an agency for its opinion; the settlement clock goes on (PR-04)."""

        def act(unit: Unit) -> Answer:
            if body.asked not in parts.catalogue.agencies():
                raise ProblemError(422, "Không có cơ quan này.", article=CONSULT, field="asked")
            fact = application.consult(
                unit,
                caller,
                dossier,
                asking=body.asking,
                asked=body.asked,
                reply_by=body.reply_by,
                way=body.way_of_replying,
                now=api.clock.now(),
                keep=lambda: parts.vault.put(dossier, "question", {"question": body.question}),
            )
            return _recorded(unit, dossier, fact, consultation=fact.consultation)

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/consultations/{number}/answer", status_code=201, tags=["consultations"])
    def answer(dossier: UUID, number: Number, body: AnswerIn, request: Request, caller: Annotated[Caller, asked]) -> JSONResponse:
        """The asked agency answers, once."""

        def act(unit: Unit) -> Answer:
            def keep() -> Any:
                return parts.vault.put(dossier, "opinion", {"answer": body.answer})

            return _recorded(unit, dossier, application.answer(unit, caller, dossier, number, api.clock.now(), keep))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)


def _add_queries(api: Api) -> None:
    staff = Depends(api.auth.needs(*STAFF))

    @api.app.get("/dossiers/{dossier}", tags=["legs"])
    def show(dossier: UUID, caller: Annotated[Caller, staff]) -> JSONResponse:
        """Where a dossier is: its legs and its consultations, for the agencies concerned."""
        with api.database.session() as session:
            case = next(iter(session.rows(CASE, [(dossier,)])), None)
            if case is None:
                raise NotHeardOf(str(dossier))
            legs, asked = views.legs(session, dossier), views.consultations(session, dossier)
            version = len(session.history([dossier])[dossier])
        concerned = {case.receiving, case.settling, *(leg.agency for leg in case.process.legs), *(row.asked for row in asked)}
        if "*" not in caller.agencies and not concerned & caller.agencies:
            raise ProblemError(403, "Hồ sơ không thuộc cơ quan của bạn.", article=TRANSFER)
        body = {
            "dossier": str(dossier),
            "code": case.code,
            "mode": case.process.mode,
            "due_at": case.due_at and case.due_at.isoformat(),
            "legs": msgspec.to_builtins(legs),
            "consultations": msgspec.to_builtins(asked),
        }
        return JSONResponse(body, headers={"ETag": f'"{version}"'})

    @api.app.get("/consultations", tags=["consultations"])
    def consultations(
        caller: Annotated[Caller, staff],
        agency: Code | None = None,
        is_open: Annotated[bool | None, Query(alias="open")] = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        """Consultations put to the caller's agencies, the most urgent first."""
        if agency is not None and "*" not in caller.agencies and agency not in caller.agencies:
            raise ProblemError(403, f"Bạn không thuộc cơ quan {agency}.", article=CONSULT)
        everywhere = agency is None and "*" in caller.agencies
        asked = None if everywhere else [agency] if agency else sorted(caller.agencies)
        after = key_from(cursor, CONSULTATIONS, CONSULTATION_ORDER)
        with api.database.session() as session:
            rows = session.find(CONSULTATIONS, views.consultations_asked(asked, is_open), CONSULTATION_ORDER, after, limit + 1)
        return page_of(rows, limit, CONSULTATION_ORDER)


def _add_words(api: Api, parts: Parts) -> None:
    reader = Depends(api.auth.needs(*application.ANSWERERS))

    @api.app.get("/dossiers/{dossier}/consultations/{number}", tags=["consultations"])
    def words(dossier: UUID, number: Number, caller: Annotated[Caller, reader]) -> dict[str, Any]:
        """What is asked, and what was answered, for the two agencies; every read of the vault is logged there."""
        with api.database.session() as session:
            unit = Unit(session, Because(actor=caller.subject, correlation=dossier))
            asked = application.consultation_for(unit, caller, dossier, number)
        question = parts.vault.get(asked.question, "handle")
        answer = parts.vault.get(asked.answer, "handle") if asked.answer else None
        return {
            "consultation": number,
            "asking": asked.asking,
            "asked": asked.asked,
            "reply_by": asked.reply_by.isoformat(),
            "answered_at": asked.answered_at and asked.answered_at.isoformat(),
            "late": asked.late,
            "question": question and question["question"],
            "answer": answer and answer["answer"],
        }
