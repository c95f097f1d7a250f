"""The National Portal: a token for client credentials, and status updates that are taken once."""

import secrets
import time
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Header, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from simulators.ledger import Ledger

TOKEN_SECONDS = 300
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)]


class StatusIn(BaseModel):
    """One status of one dossier, in the portal's own words."""

    model_config = ConfigDict(extra="allow")

    MaHoSo: str = Field(min_length=1, max_length=100)
    TrangThai: str = Field(pattern=r"^([1-9]|10)$")
    NoiDungXuLy: str = Field(default="", max_length=1000)
    PhongBanXuLy: str = Field(default="", max_length=300)
    ThoiDiemXuLy: str = Field(default="", max_length=60)


class Tokens:
    """Bearer tokens that were given out, and until when they hold."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._until: dict[str, float] = {}

    def give(self) -> str:
        now = self._seconds()
        self._until = {token: until for token, until in self._until.items() if until > now}
        token = secrets.token_urlsafe(24)
        self._until[token] = now + TOKEN_SECONDS
        return token

    def check(self, authorization: str) -> None:
        """401 unless the header carries a token that holds."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or self._until.get(token, 0.0) <= self._seconds():
            raise HTTPException(401, {"code": "01", "message": "Mã truy cập không hợp lệ hoặc đã hết hạn."})


def routes(ledger: Ledger, tokens: Tokens) -> APIRouter:
    """The portal's routes."""
    router = APIRouter(prefix="/portal", tags=["portal"])

    @router.post("/token")
    def token(
        client_id: Annotated[str, Form(min_length=1, max_length=200)], client_secret: Annotated[str, Form(min_length=1, max_length=8000)]
    ) -> dict[str, Any]:
        """Any client with an id and a secret gets a token: there is nothing to protect here."""
        return {"access_token": tokens.give(), "token_type": "bearer", "expires_in": TOKEN_SECONDS}

    @router.post("/CapNhatTrangThai")
    def update(
        body: Annotated[list[StatusIn], Field(min_length=1, max_length=1000)], key: Key, authorization: Annotated[str, Header()] = ""
    ) -> dict[str, str]:
        """Take statuses; the same key again changes nothing and has the same answer."""
        tokens.check(authorization)
        ledger.accept_statuses(key, [(s.MaHoSo, s.TrangThai, s.NoiDungXuLy, s.PhongBanXuLy, s.ThoiDiemXuLy) for s in body])
        return {"code": "00", "message": "Thành công"}

    @router.get("/dossiers/{code}")
    def dossier(code: str) -> dict[str, Any]:
        """The statuses that the portal has of a dossier; 404 when none."""
        statuses = ledger.statuses(code)
        if not statuses:
            raise HTTPException(404, "Không có hồ sơ này.")
        return {"code": code, "status": int(statuses[-1]["status"]), "statuses": statuses}

    @router.get("/summary")
    def summary() -> dict[str, Any]:
        return ledger.portal_summary()

    return router
