"""One request to one service: bearer token, idempotency key, retries, and errors as `Problem`."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_delay

Json = dict[str, Any]
AGAIN = frozenset({502, 503, 504, 429})
LONGEST_WAIT = 2.0
QUIET_SECONDS = 5.0
"""How long a service is waited for before anybody is told."""


@dataclass(frozen=True)
class Actor:
    """Who calls: a pseudonymous subject, roles, and the agencies they hold in (`*`: everywhere)."""

    subject: str
    roles: frozenset[str]
    agencies: frozenset[str] = frozenset()


def actor(subject: str, *roles: str, agencies: tuple[str, ...] = ()) -> Actor:
    """An actor from plain words."""
    return Actor(subject, frozenset(roles), frozenset(agencies))


TokenProvider = Callable[[Actor], str]
Waiting = Callable[[str, "Problem"], None]
"""Told of a service that is waited for, and why: once for each answer it gives."""


class Problem(Exception):
    """A service said no, or could not be reached (`status` 0). `article` names the law where one says no."""

    def __init__(self, status: int, detail: str, article: str = "", field: str = "", *, wait: float | None = None, where: str = "") -> None:
        super().__init__((f"{where}: {status} " if where else "") + detail + (f" ({article})" if article else ""))
        self.status = status
        self.detail = detail
        self.article = article
        self.field = field
        self.wait = wait


class Wire:
    """Connections shared by every actor.

    `patience`: for how many seconds a service may be away before a `Problem` is raised; `waiting` hears of it meanwhile.
    """

    def __init__(
        self,
        addresses: Mapping[str, str],
        token: TokenProvider,
        *,
        patience: float = 120,
        transport: httpx.BaseTransport | None = None,
        waiting: Waiting | None = None,
    ) -> None:
        self._waiting = waiting
        self._told: set[tuple[str, int]] = set()
        self._addresses = dict(addresses)
        self._token = token
        self._patience = patience
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=32)
        self._http = httpx.Client(timeout=30, trust_env=False, transport=transport, limits=limits)
        self._tokens: dict[Actor, str] = {}
        self._lock = threading.Lock()

    @property
    def services(self) -> tuple[str, ...]:
        """The services that have an address."""
        return tuple(self._addresses)

    def close(self) -> None:
        self._http.close()

    def request(self, service: str, method: str, path: str, actor: Actor | None = None, *, once: bool = False, **options: Any) -> Any:
        """The JSON of a successful answer (bytes for another media type).

        A POST carries one `Idempotency-Key` for all its tries, so that it has one effect however often it is sent.

        Args:
            once: do not try again.
        Raises:
            Problem: the service refused, or stayed away for longer than the patience.
        """
        headers = dict(options.pop("headers", {}))
        if actor is not None:
            headers["Authorization"] = f"Bearer {self.bearer(actor)}"
        if method == "POST":
            headers.setdefault("Idempotency-Key", str(uuid4()))

        def send() -> Any:
            return self._send(service, method, path, headers, options)

        if once:
            return send()
        retrying = Retrying(
            retry=retry_if_exception(_may_pass),
            stop=stop_after_delay(self._patience),
            wait=_wait,
            before_sleep=lambda state: self._tell(service, state),
            reraise=True,
        )
        return retrying(send)

    def _tell(self, service: str, state: RetryCallState) -> None:
        why = state.outcome.exception() if state.outcome else None
        if self._waiting is None or not isinstance(why, Problem) or (state.seconds_since_start or 0.0) < QUIET_SECONDS:
            return
        with self._lock:
            new = (service, why.status) not in self._told
            self._told.add((service, why.status))
        if new:
            self._waiting(service, why)

    def _send(self, service: str, method: str, path: str, headers: dict[str, str], options: Json) -> Any:
        url = self._addresses[service] + path
        try:
            answer = self._http.request(method, url, headers=headers, **options)
        except httpx.TransportError as away:
            raise Problem(0, f"{service} does not answer ({type(away).__name__})", where=url) from away
        if answer.is_error:
            raise _problem(answer, f"{method} {url}")
        if "json" in answer.headers.get("content-type", ""):
            return answer.json()
        return answer.content

    def state_of(self, service: str) -> Json:
        """`/health/ready`, whatever its status. Raises `Problem` when nobody answers."""
        try:
            answer = self._http.get(self._addresses[service] + "/health/ready", timeout=5)
            state: Json = answer.json()
        except (httpx.TransportError, ValueError) as away:
            raise Problem(0, f"{service} does not answer ({type(away).__name__})", where=service) from away
        return state

    def bearer(self, actor: Actor) -> str:
        """The actor's token, asked for once."""
        with self._lock:
            if actor not in self._tokens:
                self._tokens[actor] = self._token(actor)
            return self._tokens[actor]


def segment(text: str) -> str:
    """What a person typed, as one segment of a path. Raises `Problem` for what cannot be one."""
    if not text.strip("."):
        raise Problem(404, f"{text!r} không phải là mã.")
    return quote(text, safe="")


def _problem(answer: httpx.Response, where: str) -> Problem:
    try:
        body = answer.json()
    except ValueError:
        body = {}
    detail = str(body.get("detail") or body.get("title") or answer.reason_phrase)
    if body.get("errors"):
        detail += " " + "; ".join(f"{error.get('field')}: {error.get('message')}" for error in body["errors"])
    wait = answer.headers.get("retry-after", "")
    seconds = float(wait) if wait.isdigit() else None
    return Problem(answer.status_code, detail, body.get("article") or "", body.get("field") or "", wait=seconds, where=where)


def _may_pass(error: BaseException) -> bool:
    """A service that is away, or what may be otherwise in a moment: overtaken by another command, or not heard of yet (`Retry-After`)."""
    if not isinstance(error, Problem):
        return False
    return error.status in AGAIN or error.status == 0 or (error.status in (404, 409) and error.wait is not None)


def _wait(state: RetryCallState) -> float:
    return float(min(LONGEST_WAIT, 0.05 * 2 ** min(state.attempt_number - 1, 6)))
