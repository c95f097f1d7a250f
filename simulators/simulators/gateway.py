"""The SMS and e-mail gateway: takes messages, sends none, shows what it took."""

import hashlib
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from simulators.faults import FaultQuery, SecondsQuery, struck
from simulators.memory import Memory, now, text

router = APIRouter(prefix="/gateway", tags=["SMS and e-mail gateway (simulator)"])
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
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


@router.post("/sms")
async def sms(message: Sms, request: Request, key: Key, fault: FaultQuery = None, seconds: SecondsQuery = 3) -> Any:
    """Take a text message; the same key again answers the same id."""
    return _taken(request.app.state.memory, "sms", key, message, await struck(request, "sms", fault, seconds))


@router.post("/email")
async def email(message: Email, request: Request, key: Key, fault: FaultQuery = None, seconds: SecondsQuery = 3) -> Any:
    """Take an e-mail; the same key again answers the same id."""
    return _taken(request.app.state.memory, "email", key, message, await struck(request, "email", fault, seconds))


def _taken(memory: Memory, channel: str, key: str, message: BaseModel, hit: str | None) -> Any:
    body = text(message.model_dump())
    digest = hashlib.sha256(body.encode()).hexdigest()
    number = hashlib.sha256(f"{channel} {key}".encode()).hexdigest()[:16]
    row = (f"{channel}/{key}", channel, number, body, digest, now())
    is_new = memory.put("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", *row)
    if not is_new and memory.one("SELECT digest FROM message WHERE key = ?", row[0]) != {"digest": digest}:
        raise HTTPException(422, "Idempotency-Key was used for another message")
    if hit == "lost-answer":
        return JSONResponse({"detail": "injected fault lost-answer"}, 500)
    return PlainTextResponse("not JSON") if hit == "garbage" else {"accepted": True, "id": number}


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
