"""Routes for operators, the same at every service: what is parked, and trying it again."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse

from chassis.errors import Retry, VersionConflict
from chassis.http.app import Api
from chassis.http.command import Answer
from chassis.http.problem import ProblemError
from chassis.inbox import Inbox
from chassis.parking import PARKED
from chassis.redrive import preview, redrive
from chassis.store import Unit
from chassis.tokens import Caller


def add_parked_routes(api: Api, inbox: Callable[[], Inbox]) -> None:
    """`GET /parked`, `GET /parked/{subject}`, its `/preview`, `POST /parked/{subject}/redrive` for the role `operator`."""
    operator = Depends(api.auth.needs("operator"))

    @api.app.get("/parked", tags=["operations"])
    def parked(_: Annotated[Caller, operator], limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> dict[str, Any]:
        """Parked records, oldest first; their bodies are not shown."""
        with api.database.session() as session:
            rows = session.find(PARKED, order=("parked_at", "topic", "partition", "offset"), limit=limit)
            total = session.count(PARKED)
        return {"total": total, "items": [_summary(row) for row in rows]}

    @api.app.get("/parked/{subject}", tags=["operations"])
    def parked_dossier(subject: str, _: Annotated[Caller, operator]) -> dict[str, Any]:
        """What is parked of one dossier, in order."""
        with api.database.session() as session:
            rows = session.find(PARKED, [("subject", "=", subject)], ("topic", "partition", "offset"))
        return {"total": len(rows), "items": [_summary(row) for row in rows]}

    @api.app.post("/parked/{subject}/redrive", tags=["operations"])
    def redrive_dossier(subject: str, request: Request, caller: Annotated[Caller, operator]) -> JSONResponse:
        """Apply the parked records of a dossier again, all or none."""

        def act(unit: Unit) -> Answer:
            try:
                return Answer(body={"applied": redrive(inbox(), unit, subject)})
            except (Retry, VersionConflict):
                raise
            except Exception as still:
                raise ProblemError(409, f"Vẫn chưa xử lý được: {type(still).__name__}.") from still

        return api.command.run(request, caller, {}, act)

    @api.app.get("/parked/{subject}/preview", tags=["operations"])
    def preview_redrive(subject: str, _: Annotated[Caller, operator]) -> dict[str, Any]:
        """What a redrive would do now: records applied, facts recorded, or why it would fail. Nothing is kept."""
        with api.database.session() as session:
            found = preview(inbox(), session, subject)
        return {"applied": found.applied, "facts": list(found.facts), "fails": found.fails or None}


def _summary(row: Any) -> dict[str, Any]:
    return {
        "topic": row.topic,
        "partition": row.partition,
        "offset": row.offset,
        "subject": row.subject,
        "type": dict(row.record().headers).get("ce_type", b"").decode(errors="replace"),
        "reason": row.reason,
        "parked_at": row.parked_at.isoformat(),
    }
