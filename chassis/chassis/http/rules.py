"""What every request is asked for and no signature shows, told in the interface's document: the token, and the headers of commands."""

from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from chassis.http.auth import Auth

WRITES = {"post", "put", "patch", "delete"}
CONTENT = {"files", "vault"}
"""Tags of writes that keep content and record nothing: sent twice, they keep a copy that no fact speaks of."""
BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
COMMAND_HEADERS = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "The same key and body give the same answer and act once; 428 without.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "The ETag that was read; 412 when the dossier has changed since.",
        "schema": {"type": "string"},
    },
]


def add_rules(app: FastAPI, document: dict[str, Any]) -> None:
    """Write the rules into the document: with them the page `/docs` can send a command."""
    guarded = _guarded(app)
    document.setdefault("components", {})["securitySchemes"] = {"bearer": BEARER}
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            if (path, verb) in guarded:
                operation["security"] = [{"bearer": []}]
            if verb in WRITES and not CONTENT & set(operation.get("tags", ())):
                operation["parameters"] = [*operation.get("parameters", []), *COMMAND_HEADERS]


def _guarded(app: FastAPI) -> set[tuple[str, str]]:
    """Path and verb of the routes that let only callers with a token through."""
    routes = (route for route in app.routes if isinstance(route, APIRoute))
    return {(route.path_format, verb.lower()) for route in routes if _asks_for_token(route.dependant) for verb in route.methods or ()}


def _asks_for_token(dependant: Dependant) -> bool:
    return any(
        getattr(inner.call, "__qualname__", "").startswith(Auth.__qualname__ + ".") or _asks_for_token(inner)
        for inner in dependant.dependencies
    )
