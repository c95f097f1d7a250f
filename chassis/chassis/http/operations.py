"""Routes for operators, the same at every service: what is parked, trying it again, and giving it up."""

from collections.abc import Callable
from typing import Annotated, Any, TypedDict

import msgspec
from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from chassis.discard import Place, discard
from chassis.http.answers import answers
from chassis.http.app import Api
from chassis.http.command import Answer
from chassis.http.problem import ProblemError
from chassis.inbox import Inbox
from chassis.parking import PARKED, parked_of
from chassis.redrive import Redriven, preview, redrive
from chassis.skipped import DISCARDED, Discarded
from chassis.store import Unit
from chassis.tokens import Caller


class PlaceIn(BaseModel):
    """Where a record stands on the bus, as `/parked` says it."""

    model_config = ConfigDict(extra="forbid")

    topic: str = Field(min_length=1, max_length=249)
    partition: int = Field(ge=0, le=10**6, strict=True)
    offset: int = Field(ge=0, le=2**62, strict=True)


class GivenUp(BaseModel):
    """Why a parked record is never to be applied, and which: without `place` the first one."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500, pattern=r"\S")
    place: PlaceIn | None = None


class ParkedRecord(TypedDict):
    """A record that could not be applied; its body is not shown."""

    topic: str
    partition: int
    offset: int
    subject: str
    type: str
    reason: str
    parked_at: str


class ParkedRecords(TypedDict):
    """Parked records, and how many there are in all."""

    total: int
    items: list[ParkedRecord]


class DiscardedRecords(TypedDict):
    """Records that were given up, and how many there are in all."""

    total: int
    items: list[Discarded]


class StoppedAt(TypedDict):
    """The record that still fails, and why."""

    place: str
    why: str


class RedriveDone(TypedDict):
    """How many records were applied, how many are left, and where it stopped."""

    applied: int
    left: int
    stopped: StoppedAt | None


class RedrivePreview(RedriveDone):
    """What a redrive would do, with the types of the facts it would record."""

    facts: list[str]


class DiscardDone(TypedDict):
    """The record that was given up, and how many of its dossier stay parked."""

    discarded: int
    topic: str
    partition: int
    offset: int
    left: int


def add_parked_routes(api: Api, inbox: Callable[[], Inbox]) -> None:
    """For the role `operator`: what is parked of all dossiers or of one, `/preview`, `/redrive` and `/discard` of one, and `/discarded`."""
    operator = Depends(api.auth.needs("operator"))
    _add_discard_routes(api)

    @api.app.get("/parked", tags=["operations"])
    @answers(ParkedRecords)
    def parked(_: Annotated[Caller, operator], limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> dict[str, Any]:
        """Parked records, oldest first; their bodies are not shown."""
        with api.database.session() as session:
            rows = session.find(PARKED, order=("parked_at", "topic", "partition", "offset"), limit=limit)
            total = len(rows) if len(rows) < limit else session.count(PARKED)
        return {"total": total, "items": [_summary(row) for row in rows]}

    @api.app.get("/parked/{subject:path}/preview", tags=["operations"])
    @answers(RedrivePreview)
    def preview_redrive(subject: str, _: Annotated[Caller, operator]) -> dict[str, Any]:
        """What a redrive would do now: records applied, facts recorded, where it would stop and why. Nothing is kept."""
        with api.database.session() as session:
            found = preview(inbox(), session, subject)
        return {**_told(found), "facts": list(found.facts)}

    @api.app.get("/parked/{subject:path}", tags=["operations"])
    @answers(ParkedRecords)
    def parked_dossier(subject: str, _: Annotated[Caller, operator]) -> dict[str, Any]:
        """What is parked of one dossier, in order."""
        with api.database.session() as session:
            rows = parked_of(session, subject)
        return {"total": len(rows), "items": [_summary(row) for row in rows]}

    @api.app.post("/parked/{subject:path}/redrive", tags=["operations"])
    @answers(RedriveDone)
    def redrive_dossier(subject: str, request: Request, caller: Annotated[Caller, operator]) -> JSONResponse:
        """Apply the parked records of a dossier again, from the first one up to the one that still fails: `stopped` says which.

        409 when already the first one fails.
        """

        def act(unit: Unit) -> Answer:
            done = redrive(inbox(), unit.session, subject)
            if done.stopped is not None and not done.applied:
                raise ProblemError(409, f"Vẫn chưa xử lý được bản ghi đầu tiên, {_place(done)}: {done.fails}.")
            return Answer(body=_told(done))

        return api.command.run(request, caller, {}, act)


def _add_discard_routes(api: Api) -> None:
    operator = Depends(api.auth.needs("operator"))

    @api.app.post("/parked/{subject:path}/discard", tags=["operations"])
    @answers(DiscardDone)
    def discard_dossier(subject: str, given: GivenUp, request: Request, caller: Annotated[Caller, operator]) -> JSONResponse:
        """Never apply one parked record of a dossier, the first or the one at `place`: it leaves the list, and who gave it up, when and
        why is kept. What is parked behind it stays, to be redriven.
        """
        place = Place(**given.place.model_dump()) if given.place else None

        def act(unit: Unit) -> Answer:
            row = discard(unit, subject, given.reason.strip(), api.clock.now(), place)
            if row is None:
                raise ProblemError(404, "Không có bản ghi này của hồ sơ đang bị treo.")
            left = len(unit.find(PARKED, [("subject", "=", subject)]))
            return Answer(body={"discarded": 1, "topic": row.topic, "partition": row.partition, "offset": row.offset, "left": left})

        return api.command.run(request, caller, given.model_dump(), act)

    @api.app.get("/discarded", tags=["operations"])
    @answers(DiscardedRecords)
    def discarded(_: Annotated[Caller, operator], limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> dict[str, Any]:
        """What was given up, the last first: who, when and why."""
        with api.database.session() as session:
            rows = session.find(DISCARDED, order=("-discarded_at", "topic", "partition", "offset"), limit=limit)
            total = len(rows) if len(rows) < limit else session.count(DISCARDED)
        return {"total": total, "items": [msgspec.to_builtins(row) for row in rows]}


def _told(done: Redriven) -> dict[str, Any]:
    stopped = {"place": _place(done), "why": done.fails} if done.stopped else None
    return {"applied": done.applied, "left": done.left, "stopped": stopped}


def _place(done: Redriven) -> str:
    return f"{done.stopped.topic} {done.stopped.partition}@{done.stopped.offset}" if done.stopped else ""


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
