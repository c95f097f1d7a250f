"""Outages: declared by a one-stop's head or the operator, ended once, heard by every service."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from catalogue.application import alone_with, put
from chassis.http import Answer, Api, Items, answers
from chassis.http.auth import must_be_in
from chassis.http.moments import CalendarMoment
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.store import Unit
from chassis.tokens import Caller
from contracts.outage import EVERYWHERE, Outage, OutageCause
from contracts.refusal import Refused
from worktime import NoRulesThen, RuleSet, in_viet_nam

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
    declarer = Depends(api.auth.needs("one-stop-head", "operator"))

    @api.app.get("/outages", tags=["outages"])
    @answers(Items[Outage])
    def outages(agency: str | None = None) -> dict[str, object]:
        """Declared outages, the oldest first; of one agency (and of the whole province) if asked."""
        found = [outage for outage in parts.catalogue.outages() if agency is None or outage.of(agency)]
        return {"items": [msgspec.to_builtins(outage) for outage in found]}

    @api.app.post("/outages", status_code=201, tags=["outages"])
    @answers(Outage)
    def declare(body: DeclarationIn, request: Request, caller: Annotated[Caller, declarer]) -> JSONResponse:
        """Declare that an agency works, or had to work, on paper."""
        _must_speak_for(caller, body.agency)

        def act(unit: Unit) -> Answer:
            now = api.clock.now()
            rules = parts.settings.rules_on(now)
            _check(body.began_at, body.ended_at, now, rules)
            _must_lie_under_rules(body.began_at, parts, rules)
            known = alone_with(unit, parts.catalogue)
            if body.agency != EVERYWHERE and body.agency not in known.agencies():
                why = "Không có cơ quan này trong danh mục."
                raise Refused(why, article=rules.article("outage"), field="agency", status=422)
            year = f"{in_viet_nam(body.began_at):%Y}"
            _must_be_new(known.outages(), body, rules)
            outage = Outage(
                code=f"SC-{year}-{unit.ordinal(f'outage/{year}'):04d}",
                declared_by=caller.subject,
                declared_at=now,
                ended_by=caller.subject if body.ended_at else None,
                **body.model_dump(),
            )
            put(unit, outage, now)
            return Answer(body=msgspec.to_builtins(outage), status=201)

        return _published(parts, api.command.run(request, caller, body.model_dump(mode="json"), act, subject=NO_SUBJECT))

    @api.app.post("/outages/{code}/end", tags=["outages"])
    @answers(Outage)
    def end(code: str, body: EndIn, request: Request, caller: Annotated[Caller, declarer]) -> JSONResponse:
        """Say when it ended; what was done on paper can be entered for times up to then."""
        _must_speak_for(caller, _named(parts.catalogue.outages(), code).agency)

        def act(unit: Unit) -> Answer:
            outage = _named(alone_with(unit, parts.catalogue).outages(), code)
            now = api.clock.now()
            rules = parts.settings.rules_on(now)
            if outage.ended_at is not None:
                raise Refused("Sự cố này đã kết thúc.", article=rules.article("outage"), field="ended_at")
            _check(outage.began_at, body.ended_at, now, rules)
            ended = msgspec.structs.replace(outage, ended_at=body.ended_at, ended_by=caller.subject)
            put(unit, ended, now)
            return Answer(body=msgspec.to_builtins(ended))

        return _published(parts, api.command.run(request, caller, body.model_dump(mode="json"), act, subject=NO_SUBJECT))


def _must_speak_for(caller: Caller, agency: str) -> None:
    if not caller.may("operator"):
        must_be_in(caller, "one-stop-head", agency)


def _named(outages: Iterable[Outage], code: str) -> Outage:
    found = next((known for known in outages if known.code == code), None)
    if found is None:
        raise ProblemError(404, "Không có sự cố này.")
    return found


def _must_be_new(outages: Iterable[Outage], body: DeclarationIn, rules: RuleSet) -> None:
    """An incident report of an agency is declared once: what is entered afterwards stands on one outage."""
    known = next((outage for outage in outages if (outage.agency, outage.report) == (body.agency, body.report)), None)
    if known is not None:
        raise Refused(f"Sự cố theo biên bản này đã khai, mã {known.code}.", article=rules.article("outage"), field="report")


def _check(began_at: datetime, ended_at: datetime | None, now: datetime, rules: RuleSet) -> None:
    if began_at > now:
        raise Refused("Sự cố không thể bắt đầu ở tương lai.", article=rules.article("outage"), field="began_at", status=422)
    if ended_at is not None and not began_at <= ended_at <= now:
        why = "Sự cố kết thúc sau khi bắt đầu và không ở tương lai."
        raise Refused(why, article=rules.article("outage"), field="ended_at", status=422)


def _must_lie_under_rules(began_at: datetime, parts: Parts, rules: RuleSet) -> None:
    """Before the first decree there was no one-stop: the empty date of another system would open the paper book for decades."""
    try:
        parts.settings.rules_on(began_at)
    except NoRulesThen as early:
        why = "Khi đó chưa có quy định về một cửa nên không có sự cố nào để khai."
        raise Refused(why, article=rules.article("outage"), field="began_at", status=422) from early


def _published(parts: Parts, answer: JSONResponse) -> JSONResponse:
    parts.catalogue.forget()
    return answer
