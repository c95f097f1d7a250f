"""Routes for operators, the same at every service: what is parked, trying it again, and giving it up."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from chassis.discard import DISCARDED, discard
from chassis.errors import Retry, VersionConflict
from chassis.http.app import Api
from chassis.http.command import Answer
from chassis.http.problem import ProblemError
from chassis.inbox import Inbox
from chassis.parking import PARKED
from chassis.redrive import preview, redrive
from chassis.store import Unit
from chassis.tokens import Caller


class GivenUp(BaseModel):
    """Why parked records are never to be applied."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500, pattern=r"\S")


def add_parked_routes(api: Api, inbox: Callable[[], Inbox]) -> None:
    """For the role `operator`: what is parked of all dossiers or of one, `/preview`, `/redrive` and `/discard` of one, and `/discarded`."""
    operator = Depends(api.auth.needs("operator"))
    _add_discard_routes(api)

    @api.app.get("/parked", tags=["operations"])
    def parked(_: Annotated[Caller, operator], limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> dict[str, Any]:
        """Parked records, oldest first; their bodies are not shown."""
        with api.database.session() as session:
            rows = session.find(PARKED, order=("parked_at", "topic", "partition", "offset"), limit=limit)
            total = len(rows) if len(rows) < limit else session.count(PARKED)
        return {"total": total, "items": [_summary(row) for row in rows]}

    @api.app.get("/parked/{subject:path}/preview", tags=["operations"])
    def preview_redrive(subject: str, _: Annotated[Caller, operator]) -> dict[str, Any]:
        """What a redrive would do now: records applied, facts recorded, or why it would fail. Nothing is kept."""
        with api.database.session() as session:
            found = preview(inbox(), session, subject)
        return {"applied": found.applied, "facts": list(found.facts), "fails": found.fails or None}

    @api.app.get("/parked/{subject:path}", tags=["operations"])
    def parked_dossier(subject: str, _: Annotated[Caller, operator]) -> dict[str, Any]:
        """What is parked of one dossier, in order."""
        with api.database.session() as session:
            rows = session.find(PARKED, [("subject", "=", subject)], ("topic", "partition", "offset"))
        return {"total": len(rows), "items": [_summary(row) for row in rows]}

    @api.app.post("/parked/{subject:path}/redrive", tags=["operations"])
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


def _add_discard_routes(api: Api) -> None:
    operator = Depends(api.auth.needs("operator"))

    @api.app.post("/parked/{subject:path}/discard", tags=["operations"])
    def discard_dossier(subject: str, given: GivenUp, request: Request, caller: Annotated[Caller, operator]) -> JSONResponse:
        """Never apply the parked records of a dossier: they leave the list, and who gave them up, when and why is kept."""

        def act(unit: Unit) -> Answer:
            discarded = discard(unit, subject, given.reason.strip(), api.clock.now())
            if not discarded:
                raise ProblemError(404, "Không có bản ghi nào của hồ sơ này đang bị treo.")
            return Answer(body={"discarded": discarded})

        return api.command.run(request, caller, given.model_dump(), act)

    @api.app.get("/discarded", tags=["operations"])
    def discarded(_: Annotated[Caller, operator], limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> dict[str, Any]:
        """What was given up, the last first: who, when and why."""
        with api.database.session() as session:
            rows = session.find(DISCARDED, order=("-discarded_at", "topic", "partition", "offset"), limit=limit)
            total = len(rows) if len(rows) < limit else session.count(DISCARDED)
        return {"total": total, "items": [msgspec.to_builtins(row) for row in rows]}


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
