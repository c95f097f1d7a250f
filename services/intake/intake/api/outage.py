"""The paper book over HTTP: sheets of codes, and the guided entry of what was received on paper."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field

import forms
from chassis.http import Answer, Api, Pdf, answers
from chassis.http.auth import must_be_in
from chassis.http.bodies import Body
from chassis.http.moments import Day
from chassis.http.problem import ProblemError
from chassis.ids import new_id
from chassis.service import Parts
from chassis.store import Condition, Unit
from chassis.tokens import Caller
from contracts.refusal import Refused
from intake import application
from intake.answers import CodesAllotted, CodesVoided, PaperBook, PaperReception
from intake.api.access import OFFICERS
from intake.api.applicant import filing_of
from intake.api.back_entry import LawTime
from intake.api.bodies import Code, OutageReception
from intake.application import Desk, outage
from intake.parties import issuer_of
from intake.views import OUTAGE_CODE, OutageCode

NO_SUBJECT = UUID(int=0)
NO_SHEET = "Chưa cấp mã cho ngày này."


class SheetsIn(Body):
    """Codes for the paper book of a one-stop: `count` for each of the next working days. `settling`: whose id the codes carry.

    `day`: a day of a declared outage for which the book had run out; the head of the one-stop alone has codes allotted afterwards.
    """

    POINT: ClassVar[str] = "outage"

    agency: Code
    settling: Code | None = None
    count: Annotated[int, Field(ge=1, le=200, strict=True)] = 20
    day: Day | None = None


class ClosingIn(Body):
    """Which sheet's unused codes are voided."""

    POINT: ClassVar[str] = "outage"

    settling: Code | None = None


def add_sheet_routes(api: Api, parts: Parts, desk: Desk) -> None:
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.post("/outage-sheets", status_code=201, tags=["outage"])
    @answers(CodesAllotted)
    def allot(body: SheetsIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Allot codes in advance for the next working days, or afterwards for a day of an outage; what is there already is counted."""
        must_be_in(caller, OFFICERS if body.day is None else "one-stop-head", body.agency)

        def act(unit: Unit) -> Answer:
            settling = body.settling or body.agency
            added = outage.allot(unit, desk, body.agency, settling, body.count, caller.subject, api.clock.now(), day=body.day)
            return Answer(body={"allotted": [row.code for row in added]}, status=201)

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=NO_SUBJECT)

    @api.app.get("/outage-sheets", tags=["outage"])
    @answers(PaperBook)
    def codes(caller: Annotated[Caller, officer], agency: Code, day: date | None = None) -> dict[str, Any]:
        """The codes of a one-stop's books and what became of them, beside its outages."""
        must_be_in(caller, OFFICERS, agency)
        where: list[Condition] = [("holder", "=", agency)]
        if day is not None:
            where.append(("day", "=", day))
        with api.database.session() as session:
            rows = session.find(OUTAGE_CODE, where, ("day", "code"), limit=2000)
        outages = [msgspec.to_builtins(known) for known in parts.catalogue.outages() if known.of(agency)]
        return {"items": [msgspec.to_builtins(row) for row in rows], "outages": outages}

    @api.app.get("/outage-sheets/{agency}/{day}", tags=["outage"], response_class=Pdf)
    def book(
        agency: str, day: Day, caller: Annotated[Caller, officer], settling: Annotated[str | None, Query(max_length=60)] = None
    ) -> Pdf:
        """The sheet to print: a line for each code."""
        must_be_in(caller, OFFICERS, agency)
        where: list[Condition] = [("holder", "=", agency), ("day", "=", day), ("agency", "=", settling or agency)]
        with api.database.session() as session:
            rows = session.find(OUTAGE_CODE, where, ("code",))
        if not rows:
            raise ProblemError(404, NO_SHEET)
        return Pdf(forms.render(_sheet(parts, agency, settling or agency, day, rows)))

    @api.app.post("/outage-sheets/{agency}/{day}/closing", tags=["outage"])
    @answers(CodesVoided)
    def close(agency: str, day: date, body: ClosingIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Void the codes of a sheet that nobody needed."""
        must_be_in(caller, "one-stop-head", agency)

        def act(unit: Unit) -> Answer:
            if not outage.sheet(unit, agency, body.settling or agency, day):
                raise ProblemError(404, NO_SHEET)
            voided = outage.close_sheet(unit, desk, agency, body.settling or agency, day, "unused", api.clock.now())
            return Answer(body={"voided": voided})

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=NO_SUBJECT)


def _sheet(parts: Parts, agency: str, settling: str, day: date, rows: list[OutageCode]) -> forms.OutageSheet:
    issuer = issuer_of(parts, agency)
    return forms.OutageSheet(
        issuer=issuer,
        issued_at=rows[0].allotted_at,
        day=f"{day:%d/%m/%Y}",
        settling=parts.catalogue.agency(settling).name,
        codes=tuple(row.code for row in rows),
    )


def add_entry_routes(api: Api, parts: Parts, desk: Desk, law: LawTime) -> None:
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.post("/outage-entries/receptions", status_code=201, tags=["outage"])
    @answers(PaperReception)
    def enter(body: OutageReception, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Enter what was received on paper: submission and reception at the paper's time, under the paper's code."""
        dossier = new_id()
        rules = desk.rules_on(api.clock.now())
        filing = filing_of(body.dossier, caller, dossier, rules)
        if filing.channel == "online":
            why = "Sổ giấy chỉ ghi hồ sơ nhận tại quầy, qua bưu chính hoặc đại lý; hồ sơ trực tuyến không có trên giấy."
            raise Refused(why, article=rules.article("outage"), field="dossier.channel", status=422)

        def act(unit: Unit) -> Answer:
            moment = law.of(unit, request, body.back_entry, dossier, filing.receiving)
            application.submit(unit, desk, dossier, filing, moment)
            received = application.receive(unit, desk, dossier, caller.subject, moment, code=body.code)
            answer = {"id": str(dossier), "code": received.code, "register_ordinal": received.register_ordinal}
            answer["deadline"] = msgspec.to_builtins(received.deadline)
            return Answer(body=answer, status=201, version=2, location=f"/dossiers/{dossier}")

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)
