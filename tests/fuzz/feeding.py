"""Requests out of an OpenAPI document: schemathesis makes them, some parts are then replaced by what exists or by what hurts."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisException, InvalidArgument
from schemathesis import Case, GenerationMode
from schemathesis.core import NOT_SET

from tests.fuzz.known import NASTY, Known, choose

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
REAL, HURTS = 0.7, 0.08
"""How often a part with a known name becomes a value that exists, and how often any part becomes a nasty one."""
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
LONGEST = 60_000
"""Characters of an address: httpx sends no more than 65,536."""
VARIANTS = 4
"""Requests out of one made case, each with other parts replaced: making one costs more than sending it."""


@dataclass(frozen=True)
class Sent:
    """One request as bytes; `key` is the Idempotency-Key of a command."""

    service: str
    route: str
    method: str
    path: str
    headers: dict[str, str]
    content: bytes | None
    key: str = ""

    @property
    def raw_headers(self) -> dict[bytes, bytes]:
        """As they go over the wire."""
        return {name.encode(): value.encode("latin-1") for name, value in self.headers.items()}


class Feed:
    """Endless rounds over the routes of one service; equal seeds give equal requests."""

    def __init__(self, service: str, document: dict[str, Any], known: Known, mark: str, number: int) -> None:
        self._service = service
        self._known = known
        self._mark = mark
        self._chance = Random(f"{service} {number}")
        self._seed = number
        self._count = 0
        operations = schemathesis.openapi.from_dict(_without_security(document)).get_all_operations()
        self._routes: list[Any] = [result.ok() for result in operations]  # type: ignore[union-attr]

    def round(self, examples: int, send: Callable[[Sent], None]) -> None:
        """Send at most so many requests to each route, good ones and bad ones in turn."""
        self._seed += 1
        for route in self._routes:
            for mode in MODES:
                self._feed(route, mode, examples // 2 // VARIANTS, VARIANTS, send)

    def glance(self, requests: int, send: Callable[[Sent], None]) -> None:
        """One made case a route, good or bad by chance, in so many variants: quick, for making cases is what takes time."""
        for route in self._routes:
            self._feed(route, choose(self._chance, MODES), 1, requests, send)

    def _feed(self, route: Any, mode: GenerationMode, examples: int, variants: int, send: Callable[[Sent], None]) -> None:
        try:
            strategy = route.as_strategy(generation_mode=mode)
        except (InvalidArgument, HypothesisException):
            return

        @seed(self._seed)
        @settings(max_examples=examples, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(case=strategy)
        def one(case: Case[Any]) -> None:
            for _ in range(variants):
                send(self._sent(case))

        try:
            one()
        except HypothesisException:
            """Nothing bad can be made of a route without parameters."""

    def _sent(self, case: Case[Any]) -> Sent:
        self._count += 1
        path = case.operation.path
        for name, value in (case.path_parameters or {}).items():
            path = path.replace(f"{{{name}}}", self._in_path(name, value))
        query = urlencode({name: self._replaced(name, value) for name, value in (case.query or {}).items()}, doseq=True, errors="replace")
        headers, key = self._headers(case.method.upper())
        content = self._content(case, headers)
        return Sent(
            self._service,
            case.operation.path,
            case.method.upper(),
            f"{path}?{query}"[:LONGEST] if query else path[:LONGEST],
            headers,
            content,
            key,
        )

    def _in_path(self, name: str, value: Any) -> str:
        found = self._replaced(name, value)
        if found is value:
            return str(value)
        return quote(str(found)[:2000], safe="", errors="replace") or "%20"

    def _headers(self, method: str) -> tuple[dict[str, str], str]:
        headers: dict[str, str] = {}
        token = self._known.token(self._chance)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if self._chance.random() < 0.1:
            headers["Motcua-Approver"] = f"Bearer {self._known.everybody}"
        if self._chance.random() < 0.05:
            headers["If-Match"] = choose(self._chance, ['"1"', 'W/"2"', "abc", '"-1"', '"' + "9" * 30 + '"', "²"])
        if method not in WRITES or self._chance.random() < 0.03:
            return headers, ""
        key = f"{self._mark}-{self._service}-{self._count}"
        return headers | {"Idempotency-Key": key}, key

    def _content(self, case: Case[Any], headers: dict[str, str]) -> bytes | None:
        if case.body is NOT_SET:
            return None
        if "multipart" in (case.media_type or ""):
            headers["Content-Type"] = "multipart/form-data; boundary=limit"
            return self._upload()
        headers["Content-Type"] = "application/json" if self._chance.random() < 0.99 else "text/plain"
        if isinstance(case.body, bytes):
            return case.body
        text = json.dumps(self._mixed("", case.body), default=str).encode()
        return text if self._chance.random() < 0.99 else text[: len(text) // 2] + b"\xff"

    def _upload(self) -> bytes:
        content: bytes = choose(
            self._chance, [b"", b"%PDF-1.7\n%%EOF\n", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"%PDF-", self._chance.randbytes(3000)]
        )
        name = choose(self._chance, ["a.pdf", "../../x", "\u202ef.pdf", "x" * 3000, "", "a\x00b.pdf", 'q".pdf'])
        field = choose(self._chance, ["file"] * 5 + ["other"])
        start = f'--limit\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
        return start.encode() + content + (b"\r\n--limit--\r\n" if self._chance.random() < 0.95 else b"")

    def _mixed(self, name: str, value: Any) -> Any:
        """A body with some leaves replaced."""
        match value:
            case dict():
                return {inner: self._mixed(str(inner), found) for inner, found in value.items()}
            case list():
                return [self._mixed(name, found) for found in value]
            case _:
                return self._replaced(name, value)

    def _replaced(self, name: str, value: Any) -> Any:
        draw = self._chance.random()
        if draw < HURTS:
            return choose(self._chance, NASTY)
        real = self._known.values.get(name)
        return choose(self._chance, real) if real and draw < HURTS + REAL else value


def _without_security(document: dict[str, Any]) -> dict[str, Any]:
    """Tokens and keys are put in here, not by schemathesis."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    for operation in _operations(copy):
        operation.pop("security", None)
        operation["parameters"] = [p for p in operation.get("parameters", ()) if p["in"] != "header"]
    return copy


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for verbs in document["paths"].values():
        yield from verbs.values()
