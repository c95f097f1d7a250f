"""Lists: one's own dossiers, those of a one-stop, the gate's queue, what officers were told."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse

from chassis.http import Answer, Api, Page, answers
from chassis.http.auth import must_be_in
from chassis.http.paging import key_from, page_of
from chassis.service import Parts
from chassis.store import Condition, Unit
from chassis.tokens import Caller
from contracts.dossier.parts import Channel, Source
from intake import application, views
from intake.answers import NoticesSeen, QueueLine
from intake.api.access import OFFICERS, must_serve
from intake.application import load
from worktime import Calendar

Cursor = Annotated[str | None, Query(max_length=500)]
Size = Annotated[int, Query(ge=1, le=200)]
Agency = Annotated[str, Query(max_length=60)]


def add_list_routes(api: Api) -> None:
    anyone = Depends(api.auth.needs("citizen", *OFFICERS, "service", "operator"))

    @api.app.get("/dossiers", tags=["reading"])
    @answers(Page[views.DossierRow])
    def listing(
        caller: Annotated[Caller, anyone],
        agency: Annotated[str | None, Query(max_length=60)] = None,
        status: Annotated[int | None, Query(ge=1, le=10)] = None,
        channel: Channel | None = None,
        source: Source | None = None,
        cursor: Cursor = None,
        limit: Size = 50,
    ) -> dict[str, Any]:
        """One's own dossiers, or, for officers, those of an agency's one-stop from every source; the oldest first."""
        asked = {"status": status, "channel": channel, "source": source}
        where: list[Condition] = [(column, "=", value) for column, value in asked.items() if value is not None]
        if caller.roles & {*OFFICERS, "operator"} and agency is not None:
            if not caller.may("operator"):
                must_be_in(caller, OFFICERS, agency)
            where.append(("receiving", "=", agency))
        else:
            where.append(("applicant", "=", caller.subject))
        after = key_from(cursor, views.DOSSIER, views.LIST_ORDER)
        with api.database.session() as session:
            return page_of(views.dossiers(session, where, after, limit + 1), limit, views.LIST_ORDER)


def add_gate_routes(api: Api, parts: Parts) -> None:
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.get("/online-dossiers", tags=["one-stop"])
    @answers(Page[views.DossierRow])
    def online(caller: Annotated[Caller, officer], agency: Agency, cursor: Cursor = None, limit: Size = 50) -> dict[str, Any]:
        """The list “Hồ sơ trực tuyến”: online dossiers that nobody has received yet, the oldest first."""
        must_be_in(caller, OFFICERS, agency)
        where: list[Condition] = [("receiving", "=", agency), ("status", "=", 1), ("channel", "=", "online")]
        with api.database.session() as session:
            rows = views.dossiers(session, where, key_from(cursor, views.DOSSIER, views.LIST_ORDER), limit + 1)
        return page_of(rows, limit, views.LIST_ORDER)

    @api.app.get("/queue", tags=["one-stop"])
    @answers(Page[QueueLine])
    def queue(
        caller: Annotated[Caller, officer], agency: Agency, late: bool = False, cursor: Cursor = None, limit: Size = 50
    ) -> dict[str, Any]:
        """What waits for the one-stop, by working minutes left of the 8 working hours; `late` shows what is past them."""
        must_be_in(caller, OFFICERS, agency)
        now = api.clock.now()
        after = key_from(cursor, views.DOSSIER, views.GATE_ORDER)
        with api.database.session() as session:
            rows = views.gate_queue(session, agency, late_at=now if late else None, after=after, limit=limit + 1)
        page = page_of(rows, limit, views.GATE_ORDER)
        for item, row in zip(page["items"], rows, strict=False):
            assert row.gate_due_at is not None
            item |= _time_left(parts.catalogue.calendar(agency), now, row.gate_due_at)
        return page

    @api.app.get("/notices", tags=["one-stop"])
    @answers(Page[views.Notice])
    def notices(
        caller: Annotated[Caller, officer], agency: Agency, seen: bool = False, cursor: Cursor = None, limit: Size = 50
    ) -> dict[str, Any]:
        """What the officers were told: new online dossiers, and receptions that are late."""
        must_be_in(caller, OFFICERS, agency)
        after = key_from(cursor, views.NOTICE, views.NOTICE_ORDER)
        with api.database.session() as session:
            return page_of(views.notices(session, agency, seen=seen, after=after, limit=limit + 1), limit, views.NOTICE_ORDER)

    @api.app.post("/dossiers/{dossier}/notices/seen", tags=["one-stop"])
    @answers(NoticesSeen)
    def see(dossier: UUID, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Say that the notices about a dossier were seen."""

        def act(unit: Unit) -> Answer:
            must_serve(load(unit, dossier), caller)
            return Answer(body={"seen": application.see_notices(unit, dossier, caller.subject, api.clock.now())})

        return api.command.run(request, caller, {}, act, subject=dossier)


def _time_left(working: Calendar, now: datetime, due_at: datetime) -> dict[str, Any]:
    late = due_at < now
    which: Literal["working_minutes_late", "working_minutes_left"] = "working_minutes_late" if late else "working_minutes_left"
    counted = working.working_minutes(min(now, due_at), max(now, due_at))
    return {"late": late, "working_minutes_left": 0, which: counted}
