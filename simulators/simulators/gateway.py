"""The message gateway: SMS and e-mail. It keeps that a message came, never to whom or what it said."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from simulators.ledger import Ledger
from simulators.portal import Key


class MessageIn(BaseModel):
    """A message to one person."""

    model_config = ConfigDict(extra="forbid")

    to: str = Field(min_length=3, max_length=320)
    text: str = Field(min_length=1, max_length=10_000)
    subject: str | None = Field(default=None, max_length=300)


def routes(ledger: Ledger) -> APIRouter:
    """The gateway's routes."""
    router = APIRouter(prefix="/gateway", tags=["gateway"])

    @router.post("/sms")
    def sms(body: MessageIn, key: Key) -> dict[str, Any]:
        ledger.accept_message("sms", key)
        return {"accepted": True}

    @router.post("/email")
    def email(body: MessageIn, key: Key) -> dict[str, Any]:
        ledger.accept_message("email", key)
        return {"accepted": True}

    @router.get("/summary")
    def summary() -> dict[str, int]:
        return ledger.gateway_summary()

    return router
