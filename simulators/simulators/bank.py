"""A bank: takes a payment order and tells payments of the success, as a bank does."""

import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from fastapi import APIRouter, HTTPException, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chassis.tokens import issue
from simulators.faults import FaultQuery, SecondsQuery, struck

router = APIRouter(prefix="/bank", tags=["Bank (simulator)"])


class PaymentOrder(BaseModel):
    """What the payer orders; `succeeded_at` is the bank's time of success, by default now."""

    model_config = ConfigDict(extra="forbid")

    dossier: UUID
    obligation: str = Field(min_length=1, max_length=60)
    amount_vnd: int = Field(gt=0, le=10**13)
    voucher: str = Field(default_factory=lambda: f"SIM{secrets.token_hex(6).upper()}", min_length=1, max_length=100)
    succeeded_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
    notices: int = Field(default=1, ge=1, le=10)


@router.post("/pay", status_code=201)
async def pay(
    order: PaymentOrder,
    request: Request,
    fault: FaultQuery = None,
    seconds: SecondsQuery = 3,
) -> dict[str, Any]:
    """Debit, then call `POST /bank-notices` of payments back `notices` times (`fault=duplicate`: at least twice); the answers it gave."""
    hit = await struck(request, "bank", fault, seconds)
    calls = max(order.notices, 2 if hit == "duplicate" else 1)
    answers = [await _tell(request, order) for _ in range(calls)]
    return {"voucher": order.voucher, "succeeded_at": order.succeeded_at.isoformat(), "notices": answers}


async def _tell(request: Request, order: PaymentOrder) -> dict[str, Any]:
    """Each call has an Idempotency-Key of its own: it is the voucher that makes them one payment."""
    keys = request.app.state.settings.keys
    if keys is None:
        raise HTTPException(503, "the bank has no development key: MOTCUA_JWKS must be a file address")
    token = issue(keys, "bank-simulator", ["bank"], seconds=60)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(16)}
    client: httpx.AsyncClient = request.app.state.payments
    try:
        answer = await client.post("/bank-notices", json=order.model_dump(mode="json", exclude={"notices"}), headers=headers)
    except httpx.HTTPError as away:
        return {"status": None, "why": type(away).__name__}
    return {"status": answer.status_code, "answer": answer.json()}
