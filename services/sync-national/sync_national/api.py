"""Sync-national over HTTP, for those who watch the portal."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from chassis.clock import SystemClock
from chassis.http import Api, Items, answers
from chassis.http.command import Answer
from chassis.store import Unit
from chassis.tokens import Caller
from sync_national import application
from sync_national.answers import Redriven, Summary
from sync_national.portal import Contact
from sync_national.views import OUTGOING, Outgoing


def add_routes(api: Api, contact: Contact) -> None:
    """All routes of sync-national."""

    @api.app.get("/dossiers/{dossier}/messages", tags=["portal"])
    @answers(Items[Outgoing])
    def messages(dossier: UUID, _: Annotated[Caller, Depends(api.auth.needs("operator", "one-stop"))]) -> dict[str, Any]:
        """What the National Portal is told of a dossier, in order, and what it answered."""
        with api.database.session() as session:
            rows = session.find(OUTGOING, [("dossier", "=", dossier)], ("n",))
        return {"items": [msgspec.to_builtins(row) for row in rows]}

    @api.app.get("/summary", tags=["portal"])
    @answers(Summary)
    def summary(_: Annotated[Caller, Depends(api.auth.needs("operator"))]) -> dict[str, Any]:
        """How many messages wait, were delivered, are parked or held, and how long the oldest waits."""
        with api.database.session() as session:
            states = {state: number for (state,), number in session.tally(OUTGOING, ["state"]).items()}
            statuses = {str(status): number for (status,), number in sorted(session.tally(OUTGOING, ["status"]).items())}
            oldest = session.find(OUTGOING, [("state", "=", "waiting")], ("queued_at",), limit=1)
        lag = (SystemClock().now() - oldest[0].queued_at).total_seconds() if oldest else 0.0
        known = {state: states.get(state, 0) for state in ("waiting", "delivered", "parked", "held")}
        return {"messages": known, "by_status": statuses, "lag_seconds": round(max(0.0, lag), 3), "portal": _contact(contact)}

    @api.app.post("/dossiers/{dossier}/redrive", tags=["portal"])
    @answers(Redriven)
    def redrive(dossier: UUID, request: Request, caller: Annotated[Caller, Depends(api.auth.needs("operator"))]) -> JSONResponse:
        """Let the parked messages of a dossier go again, in order."""

        def act(unit: Unit) -> Answer:
            return Answer(body={"messages": application.redrive(unit, dossier, SystemClock().now())})

        return api.command.run(request, caller, {}, act, subject=dossier)


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "up": contact.last_answer_at is not None and contact.failing_since is None,
        "last_answer_at": _text(contact.last_answer_at),
        "failing_since": _text(contact.failing_since),
        "why": contact.why,
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
