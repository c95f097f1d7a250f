"""Tracking over HTTP: look-up, history, control slip, lists, statistics."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from chassis.http import Api, Page
from chassis.http import answers as answering
from chassis.http.moments import Moment
from chassis.http.paging import cursor_of, key_from
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.store import Condition, Session
from chassis.tokens import Caller
from tracking import answers, views
from tracking.access import STAFF, depth, may_see_slip
from tracking.domain import Dossier
from tracking.limit import Limit
from tracking.names import Names
from tracking.reasons import reasons_of
from tracking.sentences import lines
from tracking.slip import control_slip, slip_pdf
from tracking.views import DOSSIER, Event

Code = Annotated[str, Query(max_length=64)]
When = Annotated[Moment | None, Query()]
Size = Annotated[int, Query(ge=1, le=200)]
BY_DUE_DATE = ("due_at", "id")
BY_AGE = ("id",)


def add_routes(api: Api, parts: Parts) -> None:
    """All routes of tracking."""
    _public_routes(api, parts)
    _dossier_routes(api, parts)
    _slip_route(api, parts)
    _list_routes(api, parts)


def _public_routes(api: Api, parts: Parts) -> None:
    limit = Limit()

    def limited(request: Request) -> None:
        limit.take(request.client.host if request.client else "")

    @api.app.get("/lookup/{code}", tags=["public"], dependencies=[Depends(limited)])
    @answering(answers.LookUp)
    def look_up(code: str) -> dict[str, str]:
        """Whether a dossier is done, by its code: all that anybody may know of it."""
        with api.database.session() as session:
            dossier = views.find(session, code)
        return answers.lookup(dossier)

    @api.app.get("/statistics", tags=["public"])
    @answering(answers.Statistics)
    def statistics(agency: Code = "") -> dict[str, Any]:
        """How many dossiers stand where, and how many are late; of one settling agency or of all."""
        where: list[Condition] = [("settling", "=", agency)] if agency else []
        with api.database.session() as session:
            counts = views.by_agency_and_status(session, where)
            verdicts = _verdicts(session, where, api.clock.now())
        return answers.statistics(counts, verdicts, Names(parts.catalogue)) | {"data_time": answers.local(api.clock.now())}

    @api.app.get("/public/dossiers", tags=["public"], dependencies=[Depends(limited)])
    @answering(Page[answers.PublicLine])
    def published(
        agency: Code = "", status: Annotated[int | None, Query(ge=1, le=10)] = None, cursor: str | None = None, limit: Size = 50
    ) -> dict[str, Any]:
        """The published list of dossiers, without a word of the applicants."""
        order = ("code",)
        where = [*_where(agency, status, None), ("code", "is not null", None)]
        with api.database.session() as session:
            rows = session.find(DOSSIER, where, order, key_from(cursor, DOSSIER, order), limit + 1)
        names = Names(parts.catalogue)
        return _page(rows, [answers.public(row, names) for row in rows[:limit]], limit, order)


def _verdicts(session: Session, where: list[Condition], now: datetime) -> dict[str, int]:
    known: list[Condition] = [*where, ("status", "is not null", None)]
    verdicts = {kind: number for (kind,), number in session.tally(DOSSIER, ["verdict"], known).items()}
    return verdicts | {"open_late": session.count(DOSSIER, [*known, ("verdict", "=", "open"), ("late_from", "<=", now)])}


def _dossier_routes(api: Api, parts: Parts) -> None:
    @api.app.get("/dossiers/{dossier}", tags=["dossiers"])
    @answering(answers.LookUp, answers.Owned, answers.Worked)
    def show(dossier: str, caller: Annotated[Caller, Depends(api.auth.caller)], as_of: When = None, known_at: When = None) -> JSONResponse:
        """A dossier as the caller may see it: everybody a look-up, applicants their own, officers those of their agency. `as_of` and
        `known_at` show it as it was, and as it was known."""
        with api.database.session() as session:
            found, events = _read(session, dossier, as_of is not None or known_at is not None)
        kind = depth(caller, found) if found else "anonymous"
        if found is None or kind == "anonymous":
            return JSONResponse(answers.lookup(found))
        state = views.rebuilt(events, found.id, as_of, known_at) if events is not None else found
        shown = answers.staff if kind == "staff" else answers.owner
        return JSONResponse(shown(state, Names(parts.catalogue), as_of or api.clock.now()))

    @api.app.get("/dossiers/{dossier}/history", tags=["dossiers"])
    @answering(answers.History)
    def history(dossier: str, caller: Annotated[Caller, Depends(api.auth.caller)]) -> dict[str, Any]:
        """The whole history of a dossier in sentences, each with who, when, which article and both times."""
        with api.database.session() as session:
            found, events = _read(session, dossier, True)
        kind = depth(caller, found) if found else "anonymous"
        if found is None or kind == "anonymous":
            raise ProblemError(404, answers.UNKNOWN)
        told = lines(_as_it_happened(found, events or []), Names(parts.catalogue), reasons_of(parts.vault), parts.settings.rules_on)
        items = [answers.event(line, with_actor=kind == "staff") for line in told]
        return {"id": str(found.id), "code": found.code, "items": items}


def _slip_route(api: Api, parts: Parts) -> None:
    @api.app.get("/dossiers/{dossier}/control-slip", tags=["dossiers"], responses={200: {"content": {"application/pdf": {}}}})
    @answering(answers.Slip)
    def slip(dossier: str, request: Request, caller: Annotated[Caller, Depends(api.auth.needs(*STAFF, "operator"))]) -> Response:
        """The control slip (form 06), as JSON or PDF: a row for each hand-over."""
        with api.database.session() as session:
            found, events = _read(session, dossier, True)
        if found is None or found.received_at is None or not may_see_slip(caller, found):
            raise ProblemError(404, answers.UNKNOWN)
        form = control_slip(found, events or [], Names(parts.catalogue), parts.vault, api.clock.now())
        if "application/pdf" in request.headers.get("accept", "") or request.query_params.get("format") == "pdf":
            return Response(slip_pdf(form), media_type="application/pdf")
        return JSONResponse(answers.slip(form))


def _list_routes(api: Api, parts: Parts) -> None:
    @api.app.get("/dossiers", tags=["dossiers"])
    @answering(Page[answers.Worked])
    def dossiers(
        caller: Annotated[Caller, Depends(api.auth.needs(*STAFF, "operator"))],
        agency: Code = "",
        status: int | None = None,
        due_before: When = None,
        cursor: str | None = None,
        limit: Size = 50,
    ) -> dict[str, Any]:
        """The dossiers of an agency, the earliest due first where `due_before` is given."""
        _must_list(caller, agency)
        where = _where(agency, status, due_before)
        order = BY_DUE_DATE if due_before else BY_AGE
        with api.database.session() as session:
            rows = session.find(DOSSIER, where, order, key_from(cursor, DOSSIER, order), limit + 1)
        names, now = Names(parts.catalogue), api.clock.now()
        return _page(rows, [answers.staff(row, names, now) for row in rows[:limit]], limit, order)

    @api.app.get("/counts", tags=["operations"])
    @answering(answers.Counts)
    def counts(_: Annotated[Caller, Depends(api.auth.needs("operator"))]) -> dict[str, Any]:
        """What this view holds, to be compared with what was sent."""
        with api.database.session() as session:
            facts = views.facts_by_type(session)
            statuses = {str(status): number for (status,), number in sorted(session.tally(DOSSIER, ["status"]).items(), key=str)}
            imported = session.count(DOSSIER, [("imported", "=", True)])
        return {
            "facts": facts,
            "facts_total": sum(facts.values()),
            "dossiers": sum(statuses.values()),
            "by_status": statuses,
            "imported": imported,
        }


def _must_list(caller: Caller, agency: str) -> None:
    if "operator" in caller.roles or "*" in caller.agencies:
        return
    if not agency:
        raise ProblemError(422, "Cần nêu cơ quan giải quyết.", field="agency")
    if agency not in caller.agencies:
        raise ProblemError(403, f"Bạn không thuộc cơ quan {agency}.")


def _read(session: Session, text: str, with_events: bool) -> tuple[Dossier | None, list[Event] | None]:
    found = views.find(session, text)
    return found, views.history(session, found.id) if found and with_events else None


def _where(agency: str, status: int | None, due_before: datetime | None) -> list[Condition]:
    where: list[Condition] = [("settling", "=", agency)] if agency else []
    if status is not None:
        where.append(("status", "=", status))
    if due_before is not None:
        where.append(("due_at", "<", due_before))
    return where


def _as_it_happened(dossier: Dossier, events: Sequence[Event]) -> Sequence[Event]:
    """An imported history came owner by owner; it is read in the order of its own time."""
    return sorted(events, key=lambda event: event.effective_at) if dossier.imported else events


def _page(rows: list[Dossier], items: list[dict[str, Any]], limit: int, order: tuple[str, ...]) -> dict[str, Any]:
    return {"items": items} | ({"next": cursor_of(rows[limit - 1], order)} if len(rows) > limit else {})
