"""A service's program: its app with its loops in the app's lifespan, served until it is told to stop."""

import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE

from chassis.bus import connection
from chassis.collecting import collect_seldom
from chassis.http import Api, Auth, Command, create_app
from chassis.http.operations import add_parked_routes
from chassis.process import Process
from chassis.service import Blueprint
from chassis.settings import Settings
from chassis.telemetry.logs import start_logging
from chassis.telemetry.tracing import start_tracing, to_file
from chassis.threads import limit_requests
from chassis.tokens import Keys

PATIENCE, GLANCE = 1.0, 0.02
"""Seconds that a new connection has for its request when the service is told to stop; how often that is looked at."""


def application(blueprint: Blueprint, settings: Settings) -> tuple[FastAPI, Process]:
    """The service's app, with its loops in the app's lifespan."""
    process = Process(blueprint, settings)
    start_tracing(blueprint.name, to_file(Path(settings.traces)) if settings.traces else None, settings.trace_ratio)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        limit_requests(settings.request_threads)
        await process.start()
        yield
        await process.stop()

    app = create_app(blueprint.name, blueprint.version, process.metrics, process.health.live, process.health.ready, lifespan)
    app.state.max_body = blueprint.max_body
    app.state.maintenance = process.maintenance
    auth = Auth(Keys(settings.jwks, settings.issuer, settings.audience, production=settings.env == "production"))
    api = Api(app, process.database, process.clock, auth, Command(process.database, process.clock, ring=process.ring))
    if blueprint.routes is not None:
        blueprint.routes(api, process.parts)
    add_parked_routes(api, process.inbox)
    return app, process


def _shared_port(settings: Settings) -> socket.socket:
    """The service's port, at which other replicas on this machine may listen too: the system deals out the connections."""
    shared = socket.socket(socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    shared.bind((settings.http_host, settings.http_port))
    return shared


class Server(uvicorn.Server):
    """Stops listening first, and then waits for the request of whoever has just connected: uvicorn would reset that connection."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        latest = time.monotonic() + PATIENCE
        while self._is_awaiting() and time.monotonic() < latest:
            await asyncio.sleep(GLANCE)
        await super().shutdown(sockets)

    def _is_awaiting(self) -> bool:
        """Whether somebody is connected who has asked for nothing yet."""
        return any(getattr(connection, "cycle", None) is None for connection in self.server_state.connections)


def run(blueprint: Blueprint) -> None:
    """Run the service until SIGTERM or SIGINT."""
    settings = Settings()
    start_logging(blueprint.name, settings.log_level, connection.WhileAway())
    app, _ = application(blueprint, settings)
    collect_seldom()
    server = Server(
        uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=5,
            timeout_keep_alive=30,
            loop="uvloop",
            http="httptools",
        )
    )
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[_shared_port(settings)] if settings.share_port else None)
    if not server.started:
        sys.exit(STARTUP_FAILURE)
    sys.exit(0)
