"""The FastAPI app every service starts from."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.clock import Clock
from chassis.http.auth import Auth
from chassis.http.command import Command
from chassis.http.problem import MEDIA_TYPE, Problem, install
from chassis.ids import new_id
from chassis.store import Database
from chassis.telemetry.metrics import Metrics

MAX_BODY = 2 * 1024 * 1024
Health = Callable[[], Awaitable[dict[str, Any]]]
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]] | Callable[[FastAPI], AsyncIterator[None]]


@dataclass(frozen=True)
class Api:
    """What a service's `api.py` is given to put its routes together."""

    app: FastAPI
    database: Database
    clock: Clock
    auth: Auth
    command: Command


def create_app(service: str, version: str, metrics: Metrics, live: Health, ready: Health, lifespan: Any = None) -> FastAPI:
    """An app with errors as problems, request ids, a body limit, metrics and health."""
    app = FastAPI(
        title=f"Motcua {service}",
        version=version,
        lifespan=lifespan,
        responses={
            code: {"model": Problem, "description": "Lỗi", "content": {MEDIA_TYPE: {}}} for code in (400, 401, 403, 404, 409, 422, 503)
        },
    )
    install(app)
    _measure(app, metrics)
    _limit(app)
    _operations(app, metrics, live, ready)
    return app


def _measure(app: FastAPI, metrics: Metrics) -> None:
    @app.middleware("http")
    async def measure(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        request.state.request_id = request.headers.get("x-request-id", "")[:100] or str(new_id())
        started = time.perf_counter()
        response = await call_next(request)
        route = getattr(request.scope.get("route"), "path", "unmatched")
        metrics.commands.labels(route, str(response.status_code)).inc()
        metrics.seconds.labels(route).observe(time.perf_counter() - started)
        response.headers["X-Request-Id"] = request.state.request_id
        return response


def _limit(app: FastAPI) -> None:
    @app.middleware("http")
    async def limit(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        length = request.headers.get("content-length", "0")
        largest = getattr(app.state, "max_body", MAX_BODY)
        if not length.isdigit() or int(length) > largest:
            body = Problem(title="Tệp quá lớn", status=413, detail=f"Nội dung vượt quá {largest} byte.", field="Content-Length")
            return JSONResponse(body.model_dump(exclude_none=True), 413, media_type=MEDIA_TYPE)
        return await call_next(request)


def _operations(app: FastAPI, metrics: Metrics, live: Health, ready: Health) -> None:
    async def answer(check: Health) -> JSONResponse:
        state = await check()
        return JSONResponse(state, 200 if state["ok"] else 503)

    @app.get("/health/live", include_in_schema=False)
    async def health_live() -> JSONResponse:
        return await answer(live)

    @app.get("/health/ready", include_in_schema=False)
    async def health_ready() -> JSONResponse:
        return await answer(ready)

    @app.get("/metrics", include_in_schema=False)
    def show_metrics() -> PlainTextResponse:
        return PlainTextResponse(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def dossier_id(text: str) -> UUID:
    """A dossier id from a path; 422 for what is not one."""
    return UUID(text)
