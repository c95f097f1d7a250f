"""A service with routes of every kind, and what its answers are looked at with."""

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import Depends, Request, UploadFile
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.requests import ClientDisconnect

from chassis.clock import VirtualClock
from chassis.errors import Full, NotHeardOf, Refused, Retry
from chassis.http import Answer, Api, Auth, Command, create_app
from chassis.http.auth import must_be_in
from chassis.http.back_entry import BackEntryIn
from chassis.http.bodies import Body
from chassis.http.paging import key_from, page_of
from chassis.ids import new_id
from chassis.store import Database, Unit
from chassis.telemetry.metrics import Metrics
from chassis.tokens import Caller, Keys
from contracts.refusal import Unheard
from tests.chassis.sample import CASES, NOW, case, voided
from worktime import article_of

ORDER = ("-facts", "dossier")


class Note(Body):
    POINT = "forms"

    number: int = Field(ge=0, le=9999)
    text: str = Field(default="", max_length=20)
    back_entry: BackEntryIn | None = None


def add_routes(api: Api) -> None:
    api.app.state.article = lambda dossier, point: article_of("nd-118-2025", point)
    _commands(api)
    _reading(api)
    _failing(api)

    @api.app.post("/files")
    def files(file: UploadFile) -> int:
        return len(file.file.read())


def _commands(api: Api) -> None:
    clerk = Depends(api.auth.needs("clerk"))

    @api.app.post("/notes/{dossier}")
    def note(dossier: UUID, payload: Note, request: Request, caller: Annotated[Caller, clerk]) -> JSONResponse:
        def act(unit: Unit) -> Answer:
            unit.record(dossier, voided(payload.number))
            return Answer(body={"ordinal": unit.ordinal("notes")}, status=201, version=unit.version(dossier), location=f"/notes/{dossier}")

        return api.command.run(request, caller, payload.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/beginnings")
    def begin(payload: Note, request: Request, caller: Annotated[Caller, clerk]) -> JSONResponse:
        dossier = new_id()

        def act(unit: Unit) -> Answer:
            if getattr(api.app.state, "closed", False):
                raise Refused("Đã đóng.", field="number")
            unit.begin(dossier)
            unit.record(dossier, voided(payload.number))
            return Answer(body={"id": str(dossier)}, status=201, version=1)

        return api.command.run(request, caller, payload.model_dump(mode="json"), act, subject=dossier, begins=True)

    @api.app.post("/closing")
    def close(_: Annotated[Caller, clerk]) -> None:
        api.app.state.closed = True

    @api.app.post("/cases/{number}")
    def new_case(number: int, request: Request, caller: Annotated[Caller, clerk]) -> JSONResponse:
        def act(unit: Unit) -> Answer:
            unit.insert(CASES, case(number))
            return Answer(body={})

        return api.command.run(request, caller, {}, act)


def _reading(api: Api) -> None:
    clerk = Depends(api.auth.needs("clerk"))

    @api.app.get("/cases")
    def cases(_: Annotated[Caller, clerk], cursor: str | None = None) -> dict[str, Any]:
        with api.database.session() as session:
            return page_of(session.find(CASES, (), ORDER, key_from(cursor, CASES, ORDER), 3), 2, ORDER)

    @api.app.get("/agencies/{code}")
    def agency(code: str, caller: Annotated[Caller, clerk]) -> dict[str, str]:
        must_be_in(caller, "clerk", code)
        return {"code": code}


def _failing(api: Api) -> None:
    clerk = Depends(api.auth.needs("clerk"))

    @api.app.get("/fails/{how}")
    def fails(how: str, _: Annotated[Caller, clerk]) -> None:
        raise {
            "refused": Refused("Hồ sơ trễ hạn chưa có thư xin lỗi.", article="Điều 19 NĐ 118/2025/NĐ-CP", field="way"),
            "away": Retry("database"),
            "unheard": NotHeardOf("dossier"),
            "on-its-way": Unheard("Chưa nhận được quyết định; xin thử lại sau ít giây.", article="Điều 19"),
            "full": Full("files"),
            "no-room": OSError(errno.ENOSPC, "No space left on device"),
            "no-right": PermissionError(errno.EACCES, "Permission denied"),
            "beyond": OverflowError("date value out of range"),
            "gone": ClientDisconnect(),
            "bug": ZeroDivisionError("Nguyễn Văn A"),
        }[how]


@asynccontextmanager
async def client_of(store: Database, keys: Path, max_body: int = 10_000) -> AsyncIterator[httpx.AsyncClient]:
    async def fine() -> dict[str, Any]:
        return {"ok": True}

    clock = VirtualClock(NOW)
    app = create_app("sample", "1", Metrics("sample"), fine, fine)
    app.state.max_body = max_body
    auth = Auth(Keys((keys / "jwks.json").as_uri(), "motcua-development", "motcua", production=False))
    add_routes(Api(app, store, clock, auth, Command(store, clock)))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://sample") as client:
        yield client


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["request_id"] == answer.headers["x-request-id"]
    return body


def key(text: str = "k1", **headers: str) -> dict[str, str]:
    return {"Idempotency-Key": text, **headers}


def facts(store: Database) -> int:
    return len(store.page(0, 10_000))
