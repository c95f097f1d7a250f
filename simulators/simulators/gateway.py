"""The SMS and e-mail gateway: takes messages, sends none, shows what it took."""

import hashlib
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.routing import Route

from simulators.faults import plain_errors, struck_in_query
from simulators.memory import Memory, now, text
from simulators.reading import described, idempotency_key

router = APIRouter(prefix="/gateway", tags=["SMS and e-mail gateway (simulator)"])
Subject = Annotated[str, Field(max_length=300)]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]


class Sms(BaseModel):
    """A text message."""

    model_config = ConfigDict(extra="forbid")

    to: str = Field(pattern=r"^(\+84|0)\d{9,10}$")
    subject: Subject | None = None
    text: Text


class Email(BaseModel):
    """An e-mail."""

    model_config = ConfigDict(extra="forbid")

    to: str = Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    subject: Subject | None = None
    text: Text


@router.post("/sms", openapi_extra=described(Sms.model_json_schema()))
async def sms(request: Request) -> Response:
    """Take a text message `{to, text}`; the same key again answers the same id."""
    return await _message(request, "sms", Sms)


@router.post("/email", openapi_extra=described(Email.model_json_schema()))
async def email(request: Request) -> Response:
    """Take an e-mail `{to, subject?, text}`; the same key again answers the same id."""
    return await _message(request, "email", Email)


OFTEN = [Route("/gateway/sms", sms, methods=["POST"]), Route("/gateway/email", email, methods=["POST"])]
"""They come first; the same routes of FastAPI are there for its description."""


async def _message(request: Request, channel: Literal["sms", "email"], kind: type[BaseModel]) -> Response:
    key = idempotency_key(request)
    try:
        message = kind.model_validate_json(await request.body())
    except ValidationError as invalid:
        raise HTTPException(422, plain_errors(invalid)) from invalid
    return _taken(request.app.state.memory, channel, key, message, await struck_in_query(request, channel))


def _taken(memory: Memory, channel: str, key: str, message: BaseModel, hit: str | None) -> Response:
    body = text(message.model_dump())
    digest = hashlib.sha256(body.encode()).hexdigest()
    number = hashlib.sha256(f"{channel} {key}".encode()).hexdigest()[:16]
    row = (f"{channel}/{key}", channel, number, body, digest, now())
    is_new = memory.put("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", *row)
    if not is_new and memory.one("SELECT digest FROM message WHERE key = ?", row[0]) != {"digest": digest}:
        raise HTTPException(422, "Idempotency-Key was used for another message")
    if hit == "lost-answer":
        return JSONResponse({"detail": "injected fault lost-answer"}, 500)
    return PlainTextResponse("not JSON") if hit == "garbage" else JSONResponse({"accepted": True, "id": number})


@router.get("/summary")
def summary(request: Request) -> dict[str, int]:
    """How many messages were taken, by channel."""
    rows = request.app.state.memory.all("SELECT channel, count(*) AS n FROM message GROUP BY channel")
    return {"sms": 0, "email": 0} | {row["channel"]: row["n"] for row in rows}


@router.get("/messages")
def messages(
    request: Request,
    channel: Literal["sms", "email"] | None = None,
    to: Annotated[str | None, Query(max_length=254)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """What was taken, newest first."""
    query = "SELECT id, channel, taken_at, json_extract(body, '$.to') AS \"to\", json_extract(body, '$.subject') AS subject,"
    query += " json_extract(body, '$.text') AS text FROM message WHERE channel = coalesce(?, channel)"
    query += " AND json_extract(body, '$.to') = coalesce(?, json_extract(body, '$.to')) ORDER BY rowid DESC LIMIT ?"
    return {"items": request.app.state.memory.all(query, channel, to, limit)}
