"""Around every request: its id, how long it took, and how much of it we read. Plain ASGI, so that a request stays in one task."""

import re
import time
from datetime import UTC, datetime

from anyio import to_thread
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.http.auth import Auth
from chassis.http.problem import ProblemError, problem
from chassis.ids import new_id
from chassis.maintenance import DatabaseMaintenance, Notice
from chassis.telemetry.metrics import Metrics
from worktime import in_viet_nam

ALWAYS = ("/health/", "/metrics")
READS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_BODY = 2 * 1024 * 1024
"""Bytes, unless `app.state.max_body` says otherwise."""
MAX_JSON = 1024 * 1024
"""Bytes of a body that is no upload: reading more of it would hold up everybody else."""
MAX_UNKNOWN = 64 * 1024
"""Bytes that are read of somebody who has not shown a token."""
VERBATIM = ("/vault",)
"""What people wrote is answered as they wrote it: its digest stands in a fact."""
_JSON = ("application/json", "application/problem+json")
_UTC_MOMENT = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(?:Z|\+00:00)"')


class Measured:
    """Gives the request an id (the caller's own `X-Request-Id`, when it is a plain word), counts it and its seconds."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._count: Counter = metrics.commands
        self._seconds: Histogram = metrics.seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope).get("x-request-id", ""))
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500
        started = time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            self._count.labels(route, str(status)).inc()
            self._seconds.labels(route).observe(time.perf_counter() - started)


def _request_id(wished: str) -> str:
    plain = 0 < len(wished) <= 100 and wished.isascii() and wished.replace("-", "").replace("_", "").isalnum()
    return wished if plain else str(new_id())


class Maintained:
    """503 with the notice while there is maintenance (`app.state.maintenance`): for writes, and for reads where those are stopped too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        notice = await _notice(scope) if scope["type"] == "http" else None
        if notice is None:
            await self._app(scope, receive, send)
            return
        answer = problem(Request(scope), 503, notice.notice, headers={"Retry-After": str(notice.retry_after)})
        await answer(scope, receive, send)


async def _notice(scope: Scope) -> Notice | None:
    """The notice that this request gets instead of an answer; health and metrics are answered always."""
    maintenance: DatabaseMaintenance | None = getattr(scope["app"].state, "maintenance", None)
    if maintenance is None or scope["path"].startswith(ALWAYS):
        return None
    notice = maintenance.now() if maintenance.fresh else await to_thread.run_sync(maintenance.now)
    return notice if notice and (notice.reads == "none" or scope["method"] not in READS) else None


class Limited:
    """413 for a body above the limit, whether it is announced or comes in chunks; 401 before more than a little is read of a stranger."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        largest = _largest(scope, headers)
        announced = _announced(headers)
        left = largest if announced is None or announced <= largest else -1
        if left >= 0 and (announced is None or announced > MAX_UNKNOWN) and (stranger := await _stranger(scope)):
            await problem(Request(scope), stranger.status, stranger.detail, headers=stranger.headers)(scope, receive, send)
            return

        async def receiving() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413, f"Nội dung vượt quá {largest} byte.")
            return message

        await self._app(scope, receiving, send)


def _largest(scope: Scope, headers: Headers) -> int:
    largest: int = getattr(scope["app"].state, "max_body", MAX_BODY)
    return largest if headers.get("content-type", "").startswith("multipart/") else min(largest, MAX_JSON)


def _announced(headers: Headers) -> int | None:
    """The length of the body; None for one that comes in chunks, whose length nobody knows."""
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() and "transfer-encoding" not in headers else None


async def _stranger(scope: Scope) -> ProblemError | None:
    """Why the caller is nobody we know."""
    auth: Auth | None = getattr(scope["app"].state, "auth", None)
    try:
        if auth is not None:
            await auth.caller(Request(scope))
    except ProblemError as unknown:
        return unknown
    return None


class VietNamTime:
    """Answers every moment with +07:00 (exact readings 1.10), whatever zone it was stored in; what is stored stays as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(VERBATIM):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        content = b""

        async def sending(message: Message) -> None:
            nonlocal start, content
            if message["type"] == "http.response.start" and Headers(scope=message).get("content-type", "").startswith(_JSON):
                start = message
            elif start is None or message["type"] != "http.response.body":
                await send(message)
            else:
                content += message.get("body", b"")
                if not message.get("more_body", False):
                    told = in_viet_nam_time(content)
                    MutableHeaders(scope=start)["Content-Length"] = str(len(told))
                    await send(start)
                    await send({"type": "http.response.body", "body": told})

        await self._app(scope, receive, sending)


def in_viet_nam_time(content: bytes) -> bytes:
    """JSON in which every string that is a moment in UTC is the same moment with +07:00."""
    return _UTC_MOMENT.sub(_local, content)


def _local(found: re.Match[bytes]) -> bytes:
    try:
        return f'"{in_viet_nam(datetime.fromisoformat(found[1].decode()).replace(tzinfo=UTC)).isoformat()}"'.encode()
    except (ValueError, OverflowError):
        return found[0]
