"""Calendars over HTTP: drafted by an editor, previewed by the owners of the clocks, approved by a second person."""

import re
from typing import Annotated, Any

import msgspec
from fastapi import Body, Depends, Request
from fastapi.responses import JSONResponse

from catalogue import calendars
from catalogue.answers import CalendarBrief, Calendars
from catalogue.domain.calendars import Draft
from chassis.errors import NotHeardOf
from chassis.http import Answer, Api, answers
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.store import Unit
from chassis.tokens import Caller
from contracts.calendar_version import CalendarVersion
from contracts.decoding import converted
from contracts.refusal import Law, Refused, damaged

NAME = re.compile(r"[a-z0-9][a-z0-9.\-]{1,39}")
DOCUMENT = re.compile(r"[0-9A-Za-zÀ-ỹ./\- ]{1,80}")


def add_calendar_routes(api: Api, parts: Parts) -> None:
    """Draft, approve, withdraw and read calendar versions."""
    _reading(api, parts)
    _deciding(api, parts)


def _reading(api: Api, parts: Parts) -> None:
    @api.app.get("/calendars", tags=["calendars"])
    @answers(Calendars)
    def listing() -> dict[str, Any]:
        """Every drafted version, the oldest first; `newest` is the one in force."""
        return {"newest": calendars.in_force(parts.catalogue).version, "items": [brief(known) for known in parts.catalogue.calendars()]}

    @api.app.get("/calendars/{version}", tags=["calendars"])
    @answers(CalendarVersion)
    def one(version: str) -> dict[str, Any]:
        """One version with its whole data."""
        try:
            plain: dict[str, Any] = msgspec.to_builtins(parts.catalogue.calendar_version(version))
        except NotHeardOf as unknown:
            raise ProblemError(404, "Không có lịch này.") from unknown
        return plain


def _deciding(api: Api, parts: Parts) -> None:
    editor = Depends(api.auth.needs("catalogue-editor"))
    approver = Depends(api.auth.needs("catalogue-approver"))

    @api.app.post("/calendars", status_code=201, tags=["calendars"])
    @answers(CalendarBrief)
    def draft(body: Annotated[dict[str, Any], Body()], request: Request, caller: Annotated[Caller, editor]) -> JSONResponse:
        """Draft a version from the one in force: closures, holidays, swaps, make-up days, an official year."""
        wish = _draft(body, parts.settings.rules_on(api.clock.now()))

        def act(unit: Unit) -> Answer:
            now = api.clock.now()
            known = calendars.draft(unit, parts.catalogue, wish, caller.subject, now, parts.settings.rules_on(now))
            return Answer(body=brief(known), status=201, location=f"/calendars/{known.code}")

        return _published(parts, api.command.run(request, caller, body, act, subject=calendars.NO_SUBJECT))

    @api.app.post("/calendars/{version}/approval", tags=["calendars"])
    @answers(CalendarBrief)
    def approve(version: str, request: Request, caller: Annotated[Caller, approver]) -> JSONResponse:
        """Put a draft in force; every owner then records what moves."""

        def act(unit: Unit) -> Answer:
            now = api.clock.now()
            return Answer(body=brief(calendars.approve(unit, version, caller.subject, now, parts.settings.rules_on(now))))

        return _published(parts, api.command.run(request, caller, {}, act, subject=calendars.NO_SUBJECT))

    @api.app.post("/calendars/{version}/withdrawal", tags=["calendars"])
    @answers(CalendarBrief)
    def withdraw(version: str, request: Request, caller: Annotated[Caller, editor]) -> JSONResponse:
        """Take a draft back."""

        def act(unit: Unit) -> Answer:
            now = api.clock.now()
            return Answer(body=brief(calendars.withdraw(unit, version, caller.subject, now, parts.settings.rules_on(now))))

        return _published(parts, api.command.run(request, caller, {}, act, subject=calendars.NO_SUBJECT))


def brief(known: CalendarVersion) -> dict[str, Any]:
    """A version without its data."""
    plain: dict[str, Any] = msgspec.to_builtins(known)
    return {name: value for name, value in plain.items() if name not in ("data", "kind")}


def _draft(body: dict[str, Any], law: Law) -> Draft:
    try:
        wish = converted(body, Draft)
    except msgspec.ValidationError as bad:
        field, said = damaged(bad)
        raise Refused(f"Dữ liệu lịch không đúng: {said}.", article=law.article("days_off"), field=field, status=422) from None
    if not NAME.fullmatch(wish.version):
        raise Refused("Tên phiên bản gồm chữ thường, số, dấu chấm, gạch nối.", article=law.article("days_off"), field="version", status=422)
    if not DOCUMENT.fullmatch(wish.document):
        raise Refused(
            "Nêu số, ký hiệu của văn bản quyết định thay đổi lịch.", article=law.article("days_off"), field="document", status=422
        )
    return wish


def _published(parts: Parts, answer: JSONResponse) -> JSONResponse:
    parts.catalogue.forget()
    return answer
