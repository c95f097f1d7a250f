"""The bank: a payment becomes one success notice to payments, or two, as banks sometimes send them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID, uuid4, uuid5

import httpx
from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field


class PaymentIn(BaseModel):
    """What a payer pays for. Both notices of a payment bear one voucher."""

    model_config = ConfigDict(extra="forbid")

    dossier: UUID
    obligation: str = Field(min_length=1, max_length=100)
    amount_vnd: int = Field(gt=0)
    notices: Literal[1, 2] = 1


def routes(client: httpx.Client, token: Callable[[], str]) -> APIRouter:
    """The bank's routes; `client` speaks to payments, `token` gives the bearer token of the bank."""
    router = APIRouter(prefix="/bank", tags=["bank"])

    @router.post("/pay")
    def pay(body: PaymentIn) -> dict[str, Any]:
        """Pay, and tell payments. 502 when payments does not answer; paying again then is a new payment."""
        payment = uuid4()
        notice = _notice(body, payment)
        answers = [_tell(client, token(), notice, uuid5(payment, str(n))) for n in range(body.notices)]
        return {"voucher": notice["voucher"], "answers": [answer.status_code for answer in answers]}

    return router


def _notice(body: PaymentIn, payment: UUID) -> dict[str, Any]:
    return {
        "obligation": body.obligation,
        "dossier": str(body.dossier),
        "amount_vnd": body.amount_vnd,
        "voucher": f"NH{payment.int % 10**12:012}",
        "succeeded_at": datetime.now(UTC).isoformat(),
    }


def _tell(client: httpx.Client, token: str, notice: dict[str, Any], key: UUID) -> httpx.Response:
    try:
        return client.post("/bank-notices", json=notice, headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(key)})
    except httpx.HTTPError as away:
        raise HTTPException(502, "Dịch vụ thanh toán không trả lời.") from away
