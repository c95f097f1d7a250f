"""Notifications over HTTP: an applicant's messages, and the evidence of what was sent."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query

from chassis.errors import NotHeardOf
from chassis.http import Api, Items, Page, answers
from chassis.http.auth import must_be_in
from chassis.http.paging import cursor_of, key_from
from chassis.tokens import Caller
from notifications.answers import Evidence, Message
from notifications.views import CASE, DELIVERY, Delivery
from notifications.wording import Writer, subject_of

NEWEST = ("-happened_at", "-fact")


def add_routes(api: Api, writer: Writer) -> None:
    """All routes of notifications."""

    @api.app.get("/messages", tags=["notifications"])
    @answers(Page[Message])
    def messages(
        caller: Annotated[Caller, Depends(api.auth.needs("citizen"))],
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        """The caller's own account, newest first."""
        where = [("applicant", "=", caller.subject), ("channel", "=", "account")]
        with api.database.session() as session:
            rows = session.find(DELIVERY, where, NEWEST, key_from(cursor, DELIVERY, NEWEST), limit + 1)  # type: ignore[arg-type]
        page: dict[str, Any] = {"items": [_message(row, writer) for row in rows[:limit]]}
        return page | ({"next": cursor_of(rows[limit - 1], NEWEST)} if len(rows) > limit else {})

    @api.app.get("/dossiers/{dossier}/messages", tags=["notifications"])
    @answers(Items[Evidence])
    def evidence(dossier: UUID, caller: Annotated[Caller, Depends(api.auth.needs("one-stop"))]) -> dict[str, Any]:
        """What was sent about a dossier, on which channel, and what came of it; for its receiving one-stop."""
        with api.database.session() as session:
            cases = session.rows(CASE, [(dossier,)])
            if not cases:
                raise NotHeardOf(f"dossier {dossier}")
            must_be_in(caller, "one-stop", cases[0].receiving)
            rows = session.find(DELIVERY, [("dossier", "=", dossier)], ("happened_at", "fact", "channel"))
        return {"items": [_evidence(row) for row in rows]}


def _message(row: Delivery, writer: Writer) -> dict[str, Any]:
    return {
        "id": str(row.fact),
        "dossier": str(row.dossier),
        "number": row.number,
        "event": row.event,
        "at": row.happened_at.isoformat(),
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "subject": subject_of(row),
        "text": writer.text(row),
    }


def _evidence(row: Delivery) -> dict[str, Any]:
    return {
        "fact": str(row.fact),
        "event": row.event,
        "channel": row.channel,
        "subject": subject_of(row),
        "state": row.state,
        "attempts": row.attempts,
        "queued_at": row.queued_at.isoformat(),
        "delivered_at": row.delivered_at.isoformat() if row.delivered_at else None,
        "digest": row.digest,
        "answer": row.answer,
    }
