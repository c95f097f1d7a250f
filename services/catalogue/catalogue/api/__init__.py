"""The catalogue over HTTP: public reading, publication by its editors."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Body, Depends, Query, Request
from fastapi.responses import JSONResponse

from catalogue import application
from catalogue.answers import ProcedureBrief, Published
from catalogue.api.calendars import add_calendar_routes
from catalogue.api.outages import add_outage_routes
from chassis.http import Answer, Api, Items, answers
from chassis.http.citing import cite_rules_of_today
from chassis.http.moments import Day
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.store import Unit
from chassis.tokens import Caller
from contracts.catalogue import Agency, Level, Procedure, holds
from contracts.decoding import converted
from contracts.refusal import Refused, damaged
from worktime import in_viet_nam

NO_SUBJECT = UUID(int=0)


def add_routes(api: Api, parts: Parts) -> None:
    """All routes of the catalogue."""
    _reading(api, parts)
    _publishing(api, parts)
    add_outage_routes(api, parts)
    add_calendar_routes(api, parts)
    cite_rules_of_today(api, parts)


def _reading(api: Api, parts: Parts) -> None:
    catalogue = parts.catalogue

    def today() -> date:
        return in_viet_nam(api.clock.now()).date()

    @api.app.get("/procedures", tags=["reading"])
    @answers(Items[ProcedureBrief])
    def procedures(
        on: Annotated[Day | None, Query()] = None,
        field: Annotated[str | None, Query(max_length=200)] = None,
        agency: Annotated[str | None, Query(max_length=60)] = None,
    ) -> dict[str, Any]:
        """Procedures in force on a date (today), by field of work or by settling agency or group."""
        found = [known for known in catalogue.procedures() if holds(known, on or today())]
        found = [known for known in found if (field is None or known.field == field) and (agency is None or agency in known.settling)]
        return {"items": [_brief(known) for known in sorted(found, key=lambda known: known.code)]}

    @api.app.get("/procedures/{code}", tags=["reading"])
    @answers(Procedure)
    def procedure(code: str, on: Annotated[Day | None, Query()] = None) -> JSONResponse:
        """One procedure in full, as in force on a date (today); older versions stay readable by date."""
        known = catalogue.procedure_in_force(code, on or today())
        if known is None:
            raise ProblemError(404, "Thủ tục không có hoặc chưa công bố.")
        return JSONResponse(msgspec.to_builtins(known))

    @api.app.get("/agencies", tags=["reading"])
    @answers(Items[Agency])
    def agencies(
        on: Annotated[Day | None, Query()] = None,
        level: Annotated[Level | None, Query()] = None,
        one_stop: bool | None = None,
    ) -> dict[str, Any]:
        """Agencies in force on a date (today)."""
        found = [known for known in catalogue.agencies().values() if holds(known, on or today())]
        found = [known for known in found if (level is None or known.level == level) and (one_stop is None or known.one_stop == one_stop)]
        return {"items": [msgspec.to_builtins(known) for known in sorted(found, key=lambda known: known.code)]}


def _publishing(api: Api, parts: Parts) -> None:
    editor = Depends(api.auth.needs("catalogue-editor"))

    @api.app.post("/procedures", status_code=201, tags=["publishing"])
    @answers(Published)
    def publish_procedure(draft: Annotated[dict[str, Any], Body()], request: Request, caller: Annotated[Caller, editor]) -> JSONResponse:
        """Publish a version of a procedure."""

        def act(unit: Unit) -> Answer:
            now = api.clock.now()
            published = application.publish_procedure(unit, parts.catalogue, draft, now, parts.settings.rules_on(now))
            return Answer(body={"key": published.key}, status=201, location=f"/procedures/{published.code}")

        answer = api.command.run(request, caller, draft, act, subject=NO_SUBJECT)
        parts.catalogue.forget()
        return answer

    @api.app.post("/agencies", status_code=201, tags=["publishing"])
    @answers(Published)
    def publish_agency(draft: Annotated[dict[str, Any], Body()], request: Request, caller: Annotated[Caller, editor]) -> JSONResponse:
        """Publish an agency."""
        try:
            agency = converted(draft, Agency)
        except msgspec.ValidationError as bad:
            article = parts.settings.rules_on(api.clock.now()).article("publication_agencies")
            field, said = damaged(bad)
            raise Refused(f"Dữ liệu cơ quan không đúng: {said}.", article=article, field=field, status=422) from None

        def act(unit: Unit) -> Answer:
            now = api.clock.now()
            application.publish_agency(unit, parts.catalogue, agency, now, parts.settings.rules_on(now))
            return Answer(body={"key": agency.key}, status=201)

        answer = api.command.run(request, caller, draft, act, subject=NO_SUBJECT)
        parts.catalogue.forget()
        return answer


def _brief(procedure: Procedure) -> dict[str, Any]:
    return {
        "code": procedure.code,
        "official_code": procedure.official_code,
        "version": procedure.version,
        "name": procedure.name,
        "field": procedure.field,
        "level_of_settlement": procedure.level_of_settlement,
        "settling": list(procedure.settling),
        "service_level": procedure.service_level,
        "channels": list(procedure.channels),
        "term": procedure.term,
        "term_online": procedure.term_online,
        "immediate": procedure.immediate,
    }
