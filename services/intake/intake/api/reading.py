"""Reading: one dossier, lists, the gate's queue, printed forms."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import Depends, Query
from fastapi.responses import JSONResponse, Response

from chassis.http import Api
from chassis.http.auth import must_be_in
from chassis.http.paging import key_from, page_of
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.store import Condition
from chassis.tokens import Caller
from intake import vault, views
from intake.api.access import OFFICERS, may_see
from intake.domain import Dossier, fold
from intake.letters import Letters, reader
from worktime import calendar


def add_read_routes(api: Api) -> None:
    anyone = Depends(api.auth.needs("citizen", *OFFICERS, "service", "operator"))
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.get("/dossiers/{dossier}", tags=["reading"])
    def show(dossier: UUID, caller: Annotated[Caller, anyone]) -> JSONResponse:
        """One dossier as intake knows it; a dossier of somebody else is not found."""
        with api.database.session() as session:
            histories = session.history([dossier])[dossier]
            rows = session.rows(views.DOSSIER, [(dossier,)])
        state = fold([recorded.fact for recorded in histories])
        if state is None or not may_see(state, caller):
            raise ProblemError(404, "Không tìm thấy hồ sơ.")
        body = _summary(dossier, state, rows[0] if rows else None)
        return JSONResponse(body, headers={"ETag": f'"{len(histories)}"'})

    @api.app.get("/dossiers", tags=["reading"])
    def listing(
        caller: Annotated[Caller, anyone],
        agency: Annotated[str | None, Query(max_length=60)] = None,
        status: Annotated[int | None, Query(ge=1, le=10)] = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        """One's own dossiers, or, for officers, those of an agency's one-stop."""
        where: list[Condition] = [("status", "=", status)] if status else []
        if caller.roles & {*OFFICERS, "operator"} and agency is not None:
            if not caller.may("operator"):
                must_be_in(caller, "one-stop", agency)
            where.append(("receiving", "=", agency))
        else:
            where.append(("applicant", "=", caller.subject))
        after = key_from(cursor, views.DOSSIER, views.LIST_ORDER)
        with api.database.session() as session:
            return page_of(views.dossiers(session, where, after, limit + 1), limit, views.LIST_ORDER)

    @api.app.get("/queue", tags=["one-stop"])
    def queue(
        caller: Annotated[Caller, officer],
        agency: Annotated[str, Query(max_length=60)],
        late: bool = False,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        """Dossiers at the gate, by working minutes left of the 8 working hours; `late` shows those past them."""
        must_be_in(caller, "one-stop", agency)
        now, working = api.clock.now(), calendar(agency)
        after = key_from(cursor, views.DOSSIER, views.GATE_ORDER)
        with api.database.session() as session:
            rows = views.gate_queue(session, agency, late_at=now if late else None, after=after, limit=limit + 1)
        page = page_of(rows, limit, views.GATE_ORDER)
        for item, row in zip(page["items"], rows, strict=False):
            gate_due_at = row.gate_due_at
            assert gate_due_at is not None
            item["late"] = gate_due_at < now
            item["working_minutes_left"] = 0 if item["late"] else working.working_minutes(now, gate_due_at)
        return page


def add_form_routes(api: Api, parts: Parts) -> None:
    anyone = Depends(api.auth.needs("citizen", *OFFICERS))

    @api.app.get("/dossiers/{dossier}/forms/{number}", tags=["reading"], response_class=Response)
    def form(dossier: UUID, number: Literal["01", "02", "03", "05"], caller: Annotated[Caller, anyone]) -> Response:
        """A form as PDF: receipt (01), supplement request (02), refusal (03), stop notice (05)."""
        with api.database.session() as session:
            state = fold([recorded.fact for recorded in session.history([dossier])[dossier]])
            if state is None or not may_see(state, caller):
                raise ProblemError(404, "Không tìm thấy hồ sơ.")

            def read(key: str) -> Any:
                row = vault.read(session, key, reader=caller.subject, purpose="render", now=api.clock.now())
                return row.content if row else None

            return Response(Letters(parts, state, reader(read)).render(number), media_type="application/pdf")


def _summary(dossier: UUID, state: Dossier, row: views.DossierRow | None) -> dict[str, Any]:
    submitted, received = state.submitted, state.received
    due_at = row.due_at if row and row.due_at else (received.deadline.due_at if received and received.deadline else None)
    return {
        "id": str(dossier),
        "code": state.code,
        "phase": state.phase.value,
        "status": row.status if row else 1,
        "procedure": submitted.procedure,
        "procedure_version": submitted.procedure_version,
        "receiving": submitted.receiving,
        "settling": submitted.settling,
        "channel": submitted.channel,
        "applicant": submitted.applicant,
        "amendments": state.amendments,
        "submitted_at": iso(submitted.effective_at),
        "gate_due_at": iso(submitted.gate.due_at) if submitted.gate else None,
        "due_at": iso(due_at),
        "needed": msgspec.to_builtins(row.needed) if row else None,
        "received": msgspec.to_builtins(received) if received else None,
    }


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
