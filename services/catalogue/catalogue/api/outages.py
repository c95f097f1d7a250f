"""Outages over HTTP: read by anybody, declared and ended by a one-stop's head or the operator."""

from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from catalogue import outages
from chassis.http import Answer, Api, Items, answers
from chassis.http.auth import must_be_in
from chassis.http.moments import CalendarMoment
from chassis.service import Parts
from chassis.store import Unit
from chassis.tokens import Caller
from contracts.outage import Outage, OutageCause

NO_SUBJECT = UUID(int=0)


class DeclarationIn(BaseModel):
    """An outage. `agency` `*` is the whole province (operator only); `report` is the number of the incident report."""

    model_config = ConfigDict(extra="forbid")

    POINT: ClassVar[str] = "outage"

    agency: Annotated[str, Field(pattern=r"^([0-9A-Z.]{3,35}|\*)$")]
    began_at: CalendarMoment
    ended_at: CalendarMoment | None = None
    cause: OutageCause
    report: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[0-9A-Za-zÀ-ỹ./\-]+$")]


class EndIn(BaseModel):
    """The end of an outage."""

    model_config = ConfigDict(extra="forbid")

    POINT: ClassVar[str] = "outage"

    ended_at: CalendarMoment


def add_outage_routes(api: Api, parts: Parts) -> None:
    """Declare, end and read outages (OP-05)."""
    _reading(api, parts)
    _declaring(api, parts)


def _reading(api: Api, parts: Parts) -> None:
    @api.app.get("/outages", tags=["outages"])
    @answers(Items[Outage])
    def declared(agency: str | None = None) -> dict[str, object]:
        """Declared outages, the oldest first; of one agency (and of the whole province) if asked."""
        found = [outage for outage in parts.catalogue.outages() if agency is None or outage.of(agency)]
        return {"items": [msgspec.to_builtins(outage) for outage in found]}


def _declaring(api: Api, parts: Parts) -> None:
    declarer = Depends(api.auth.needs("one-stop-head", "operator"))

    @api.app.post("/outages", status_code=201, tags=["outages"])
    @answers(Outage)
    def declare(body: DeclarationIn, request: Request, caller: Annotated[Caller, declarer]) -> JSONResponse:
        """Declare that an agency works, or had to work, on paper."""
        _must_speak_for(caller, body.agency)

        def act(unit: Unit) -> Answer:
            said = outages.Declaration(**body.model_dump())
            known = outages.declare(unit, parts.catalogue, said, caller.subject, api.clock.now(), parts.settings)
            return Answer(body=msgspec.to_builtins(known), status=201)

        return _published(parts, api.command.run(request, caller, body.model_dump(mode="json"), act, subject=NO_SUBJECT))

    @api.app.post("/outages/{code}/end", tags=["outages"])
    @answers(Outage)
    def end(code: str, body: EndIn, request: Request, caller: Annotated[Caller, declarer]) -> JSONResponse:
        """Say when it ended; what was done on paper can be entered for times up to then."""
        _must_speak_for(caller, outages.named(parts.catalogue.outages(), code).agency)

        def act(unit: Unit) -> Answer:
            now = api.clock.now()
            law = parts.settings.rules_on(now)
            return Answer(body=msgspec.to_builtins(outages.end(unit, parts.catalogue, code, body.ended_at, caller.subject, now, law)))

        return _published(parts, api.command.run(request, caller, body.model_dump(mode="json"), act, subject=NO_SUBJECT))


def _must_speak_for(caller: Caller, agency: str) -> None:
    if not caller.may("operator"):
        must_be_in(caller, "one-stop-head", agency)


def _published(parts: Parts, answer: JSONResponse) -> JSONResponse:
    parts.catalogue.forget()
    return answer
