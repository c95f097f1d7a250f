"""What the callers really got: every try of every request, by status, counted below the client's patience."""

import threading
from collections import Counter

import httpx


class Counted(httpx.BaseTransport):
    """Counts answers by status, and connections that gave none by the name of their error."""

    def __init__(self) -> None:
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=32)
        self._inner = httpx.HTTPTransport(limits=limits, trust_env=False)
        self._lock = threading.Lock()
        self.by_status: Counter[str] = Counter()
        self.wrong: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = self._inner.handle_request(request)
        except httpx.TransportError as away:
            self._count(type(away).__name__)
            raise
        self._count(str(answer.status_code))
        if answer.status_code >= 500 and answer.status_code != 503:
            self._remember(request, answer)
        return answer

    def close(self) -> None:
        self._inner.close()

    def _count(self, name: str) -> None:
        with self._lock:
            self.by_status[name] += 1

    def _remember(self, request: httpx.Request, answer: httpx.Response) -> None:
        with self._lock:
            self.wrong.append(f"{answer.status_code} {request.method} {request.url.port}{request.url.path}")
