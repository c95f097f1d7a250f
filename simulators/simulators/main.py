"""The process `portal-simulator`: National Portal, gateway and bank in one app. Never in production."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.telemetry import TelemetryConfig
from starlette.requests import ClientDisconnect

from chassis.telemetry.logs import start_logging
from simulators import bank, faults, gateway, portal
from simulators.memory import Memory
from simulators.settings import Settings

NAME = "portal-simulator"
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""FastAPI asks the environment with each request whether it should tell of it."""


def create_app(settings: Settings, *, memory: Memory | None = None, payments: httpx.AsyncClient | None = None) -> FastAPI:
    """The simulators' app. Raises `SystemExit` in production."""
    if settings.env == "production":
        raise SystemExit("Simulators are refused in production: they take messages and send none.")
    kept = memory or Memory(str(Path(settings.home) / "simulators.sqlite"))
    client = payments or httpx.AsyncClient(base_url=settings.payments, timeout=10)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await client.aclose()
        kept.close()

    app = FastAPI(
        title="Motcua simulators: National Portal, SMS and e-mail gateway, bank",
        version="0.1.0",
        lifespan=lifespan,
        telemetry=NO_TELEMETRY,
        routes=[*portal.OFTEN, *gateway.OFTEN],
        exception_handlers={ClientDisconnect: _gone},
    )
    app.state.settings, app.state.memory, app.state.payments = settings, kept, client
    app.state.tokens, app.state.faults = {}, faults.Faults()
    for router in (portal.router, gateway.router, bank.router, faults.router):
        app.include_router(router)
    _health(app, kept)
    return app


async def _gone(_: Request, __: Exception) -> Response:
    """Who hangs up in the middle of a message reads no answer, and nothing of ours has failed."""
    return Response(status_code=400)


def _health(app: FastAPI, memory: Memory) -> None:
    @app.get("/health/live", include_in_schema=False)
    def live() -> dict[str, Any]:
        return {"ok": True, "service": NAME}

    @app.get("/health/ready", include_in_schema=False)
    def ready() -> dict[str, Any]:
        memory.all("SELECT 1")
        return {"ok": True, "service": NAME, "started": True}


def run() -> None:
    """Run until SIGTERM or SIGINT."""
    settings = Settings()
    start_logging(NAME, "INFO")
    uvicorn.run(
        create_app(settings),
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    run()
