"""Reading: one dossier, lists, the gate's queue, printed forms."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import Depends
from fastapi.responses import JSONResponse, Response

from chassis.http import Api
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.tokens import Caller
from intake import vault, views
from intake.api.access import OFFICERS, may_see
from intake.domain import Dossier, fold
from intake.letters import Letters, reader


def add_read_routes(api: Api) -> None:
    anyone = Depends(api.auth.needs("citizen", *OFFICERS, "service", "operator"))

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
        "gate_due_at": iso(state.gate.due_at) if state.gate else None,
        "due_at": iso(due_at),
        "originals_to_show": list(state.originals_asked),
        "needed": msgspec.to_builtins(row.needed) if row else None,
        "received": msgspec.to_builtins(received) if received else None,
    }


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
