"""The FastAPI app every service starts from."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.telemetry import TelemetryConfig
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.clock import Clock
from chassis.http.answers import describe
from chassis.http.auth import Auth
from chassis.http.command import Command
from chassis.http.description import add_description
from chassis.http.failures import install
from chassis.http.middleware import Limited, Maintained, Measured, VietNamTime
from chassis.http.problem import MEDIA_TYPE, TITLES, Problem
from chassis.http.readable import ReadableRoute
from chassis.http.rules import add_rules
from chassis.store import Database
from chassis.telemetry.metrics import Metrics

Health = Callable[[], Awaitable[dict[str, Any]]]
MEASURED_HERE: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""FastAPI's own telemetry would tell the same again, and asks the environment whether it should with each request."""
ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"description": TITLES[code], "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for code in (400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 500, 503)
}
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]] | Callable[[FastAPI], AsyncIterator[None]]


@dataclass(frozen=True)
class Api:
    """What a service's `api.py` is given to put its routes together."""

    app: FastAPI
    database: Database
    clock: Clock
    auth: Auth
    command: Command

    def __post_init__(self) -> None:
        """What is around every request knows who calls, too."""
        self.app.state.auth = self.auth


class Described(FastAPI):
    """Errors are described once in the document: as a model they would be built anew for each route and each status."""

    _described: dict[str, Any] | None = None

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        if document is not self._described:
            document.setdefault("components", {}).setdefault("schemas", {}).setdefault("Problem", Problem.model_json_schema())
            describe(self, document)
            add_rules(self, document)
            self._described = document
        return document


def create_app(service: str, version: str, metrics: Metrics, live: Health, ready: Health, lifespan: Any = None) -> FastAPI:
    """An app with errors as problems, moments in Viet Nam time, request ids, a body limit, metrics and health."""
    app = Described(
        title=f"Motcua {service}",
        version=version,
        lifespan=lifespan,
        responses=ERRORS,
        docs_url=None,
        redoc_url=None,
        telemetry=MEASURED_HERE,
    )
    app.router.route_class = ReadableRoute
    install(app)
    app.add_middleware(VietNamTime)
    app.add_middleware(Limited)
    app.add_middleware(Maintained)
    app.add_middleware(Measured, metrics=metrics)
    _operations(app, metrics, live, ready)
    add_description(app)
    return app


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
        metrics.look()
        return PlainTextResponse(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def dossier_id(text: str) -> UUID:
    """A dossier id from a path; 422 for what is not one."""
    return UUID(text)
