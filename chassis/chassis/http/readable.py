"""What no service can keep is refused at the door, before a route sees it: NUL, half a surrogate pair, numbers without an end."""

import inspect
import json
import math
import re
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from anyio import to_thread
from fastapi import Request, Response
from fastapi.routing import APIRoute

from chassis.http.problem import ProblemError

WHY = "Có ký tự hoặc số không lưu được (ký tự NUL, nửa cặp thay thế, số quá lớn)."
SUSPICIOUS = re.compile(
    rb"\x00|\\u0000|\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]"
    rb"|(?:^|[\[:,\s])-?(?:\d{19}|\d+(?:\.\d+)?[eE]|NaN|Infinity)"
)
"""Without one of these, a body holds nothing of the kind: a number is looked for where a value may begin, not within a digest."""
HALF_A_PAIR = re.compile("[\ud800-\udfff]")
LONG = 64 * 1024
"""Bytes that are looked through at once."""
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ReadableRoute(APIRoute):
    """A route that answers 422 to a path, a query or a JSON body PostgreSQL could not keep; `/docs` lists it by its first sentence."""

    def __init__(self, path: str, endpoint: Callable[..., Any], *, summary: str | None = None, **options: Any) -> None:
        super().__init__(path, endpoint, summary=summary or _first_sentence(endpoint), **options)

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def readable(request: Request) -> Response:
            if "\x00" in request.scope["path"] or b"%00" in request.scope["query_string"]:
                raise ProblemError(422, WHY)
            if not request.headers.get("content-type", "").startswith("multipart/"):
                await _look_through(await request.body())
            return await handle(request)

        return readable


def _first_sentence(endpoint: Callable[..., Any]) -> str | None:
    """Up to where the docstring goes on to more; None: FastAPI makes one of the function's name."""
    return re.split(r"[.;](?:\s|$)", inspect.getdoc(endpoint) or "", maxsplit=1)[0].replace("\n", " ") or None


async def _look_through(body: bytes) -> None:
    """A long body in a thread: others are answered meanwhile."""
    if len(body) > LONG:
        await to_thread.run_sync(_must_be_storable, body)
    else:
        _must_be_storable(body)


def _must_be_storable(body: bytes) -> None:
    """What cannot be read at all is left to the route, which says so."""
    if not SUSPICIOUS.search(body):
        return
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    for field, found in _values(value):
        if not _storable(found):
            raise ProblemError(422, WHY, field=field)


def _values(value: Any) -> Iterator[tuple[str, Any]]:
    """Each value and each name in a JSON document, with the place where it stands."""
    left = [("", value)]
    while left:
        place, found = left.pop()
        match found:
            case dict():
                left += [(f"{place}.{name}".lstrip("."), inner) for name, inner in found.items()]
                yield from ((place, name) for name in found)
            case list():
                left += [(f"{place}.{number}".lstrip("."), inner) for number, inner in enumerate(found)]
            case _:
                yield place, found


def _storable(value: Any) -> bool:
    match value:
        case str():
            return "\x00" not in value and not HALF_A_PAIR.search(value)
        case float():
            return math.isfinite(value)
        case int():
            return -(2**63) <= value < 2**63
    return True
