"""The National Portal, as far as a province synchronises with it: token, dossiers, progress, status.

Bodies are arrays of objects with the national field names. An `Idempotency-Key` counts once; the same key with another body is refused.
"""

import hashlib
import secrets
import time
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from simulators.faults import FaultQuery, SecondsQuery, struck, struck_in_query
from simulators.memory import Memory, now, text
from simulators.reading import described, idempotency_key, json_of

router = APIRouter(prefix="/portal", tags=["National Portal (simulator)"])
SECONDS = 300
POSITIVE, EXISTS, UNREADABLE, REUSED = "00", "3", "01", "09"
MOST_ROWS = 10
Credential = Annotated[str, Form(min_length=1, max_length=4000)]


@router.post("/token")
async def token(
    request: Request, client_id: Credential, client_secret: Credential, fault: FaultQuery = None, seconds: SecondsQuery = 3
) -> Any:
    """OAuth client credentials; any id is let in, a secret `wrong` is not."""
    await struck(request, "portal", fault, seconds)
    if client_secret == "wrong":
        return JSONResponse({"error": "invalid_client"}, 401)
    given = secrets.token_urlsafe(24)
    request.app.state.tokens[given] = time.monotonic() + SECONDS
    return {"access_token": given, "expires_in": SECONDS, "token_type": "Bearer", "scope": client_id}


def _let_in(request: Request) -> None:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if request.app.state.tokens.get(given, 0.0) < time.monotonic():
        raise HTTPException(401, "session expired", headers={"WWW-Authenticate": "Bearer"})


def _answer(fault: str | None, code: str, message: str, status: int = 200, **more: Any) -> Response:
    if fault == "lost-answer":
        return JSONResponse({"code": "99", "message": "injected fault lost-answer"}, 500)
    if fault == "garbage":
        return PlainTextResponse("<html>not JSON</html>")
    return JSONResponse({"code": code, "error_code": code, "message": message, **more}, status)


def _rows(body: Any) -> list[dict[str, Any]]:
    """An array, one object, or `{"data": […]}`."""
    inner = body.get("data", body) if isinstance(body, dict) else body
    rows = inner if isinstance(inner, list) else [inner]
    if not rows or len(rows) > MOST_ROWS or not all(isinstance(row, dict) and str(row.get("MaHoSo") or "") for row in rows):
        raise HTTPException(422, f"1 to {MOST_ROWS} objects with MaHoSo are expected")
    return rows


@router.post("/CapNhatTrangThai", openapi_extra=described({"type": "array", "items": {"type": "object"}, "maxItems": MOST_ROWS}))
async def update_status(request: Request) -> Response:
    """Take the status of dossiers: `[{MaHoSo, TrangThai, NoiDungXuLy, PhongBanXuLy, ThoiDiemXuLy …}]` → `{code: "00"}`."""
    key = idempotency_key(request)
    hit = await struck_in_query(request, "portal")
    _let_in(request)
    rows = _rows(await json_of(request))
    if not all(str(row.get("TrangThai")) in {str(status) for status in range(1, 11)} for row in rows):
        return _answer(hit, UNREADABLE, "TrangThai must be 1 to 10", 422)
    if not _take(request.app.state.memory, key, rows):
        return _answer(hit, REUSED, "Idempotency-Key was used for another body", 422)
    return _answer(hit, POSITIVE, "Thành công")


OFTEN = [Route("/portal/CapNhatTrangThai", update_status, methods=["POST"])]
"""It comes first; the same route of FastAPI is there for its description."""


def _take(memory: Memory, key: str, rows: Sequence[dict[str, Any]]) -> bool:
    """Keep each row once; False when the key stood for something else."""
    digest = hashlib.sha256(text(rows).encode()).hexdigest()
    for number, row in enumerate(rows):
        name = f"{key}/{number}"
        is_new = memory.put(
            "INSERT INTO update_taken VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            name, str(row["MaHoSo"]), int(row["TrangThai"]), text(row), digest, now(),
        )  # fmt: skip
        if not is_new and memory.one("SELECT digest FROM update_taken WHERE key = ?", name) != {"digest": digest}:
            return False
    return True


@router.post("/CapNhatTienTrinh")
@router.post("/CapNhatTienDoHoSoMC")
async def update_progress(request: Request, fault: FaultQuery = None, seconds: SecondsQuery = 3) -> Response:
    """Take progress rows; at most 10 in one call."""
    hit = await struck(request, "portal", fault, seconds)
    _let_in(request)
    _rows(await json_of(request))
    return _answer(hit, POSITIVE, "Thành công")


@router.post("/DongBoHoSoMC")
async def synchronise(request: Request, fault: FaultQuery = None, seconds: SecondsQuery = 3) -> Response:
    """Take whole dossiers: `{isUpdating, data: […]}`; an existing one without `isUpdating` answers code 3, "đã tồn tại"."""
    hit = await struck(request, "portal", fault, seconds)
    _let_in(request)
    body = await json_of(request)
    rows, memory = _rows(body), request.app.state.memory
    updating = isinstance(body, dict) and str(body.get("isUpdating", "")).lower() == "true"
    existing = [row["MaHoSo"] for row in rows if memory.one("SELECT code FROM dossier WHERE code = ?", str(row["MaHoSo"]))]
    if existing and not updating:
        return _answer(hit, EXISTS, f"Hồ sơ {existing[0]} đã tồn tại")
    for row in rows:
        memory.put("INSERT INTO dossier VALUES (?, ?) ON CONFLICT (code) DO UPDATE SET body = excluded.body", str(row["MaHoSo"]), text(row))
    return _answer(hit, POSITIVE, "Thành công")


@router.get("/dossiers/{code}")
def dossier(code: str, request: Request) -> Any:
    """What the portal shows of a dossier: its last status, and every update in the order taken."""
    memory: Memory = request.app.state.memory
    taken = memory.all("SELECT key, status, body, taken_at FROM update_taken WHERE code = ? ORDER BY rowid", code)
    snapshot = memory.one("SELECT body FROM dossier WHERE code = ?", code)
    if not taken and snapshot is None:
        raise HTTPException(404, "unknown dossier")
    return {
        "code": code,
        "status": taken[-1]["status"] if taken else None,
        "statuses": [row["status"] for row in taken],
        "updates": taken,
        "dossier": snapshot and snapshot["body"],
    }


@router.get("/summary")
def summary(request: Request) -> dict[str, Any]:
    """How many dossiers and updates were taken, and how often each status."""
    memory: Memory = request.app.state.memory
    by_status = memory.all("SELECT status, count(*) AS n FROM update_taken GROUP BY status ORDER BY status")
    counted = memory.one("SELECT count(DISTINCT code) AS dossiers, count(*) AS messages FROM update_taken") or {}
    return {**counted, "by_status": {str(row["status"]): row["n"] for row in by_status}}
