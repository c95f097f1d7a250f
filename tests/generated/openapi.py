"""The HTTP interface of each service as OpenAPI 3.1, from the routes themselves and without servers."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from chassis.catalogue import Catalogue
from chassis.clock import SystemClock
from chassis.files import Files
from chassis.http import Api, Auth, Command, create_app
from chassis.http.operations import add_parked_routes
from chassis.inbox import Inbox
from chassis.service import Blueprint, Parts
from chassis.settings import Settings
from chassis.store.memory import MemoryDatabase
from chassis.telemetry.metrics import Metrics
from chassis.tokens import Keys
from chassis.vault import MemoryVault
from tests.generated.schemas import text
from tests.generated.services import blueprints

UNASKED = "https://identity.invalid/jwks"
"""Keys are fetched when a token comes; none comes here."""
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


def files(root: Path) -> dict[str, str]:
    """Path → text, one interface for each service."""
    return {f"contracts/openapi/{name}.json": text(interface(blueprint)) for name, blueprint in blueprints(root).items()}


def interface(blueprint: Blueprint) -> dict[str, Any]:
    """The OpenAPI document of a service. Settings come from their defaults, never from the environment."""
    settings = Settings.model_construct(files="memory:", certificates="certificates", jwks=UNASKED)
    database, clock = MemoryDatabase(blueprint.name), SystemClock()
    parts = Parts(settings, database, clock, Catalogue(database), Files("memory:"), MemoryVault(), lambda: None)
    app = create_app(blueprint.name, blueprint.version, Metrics(blueprint.name), _fine, _fine)
    auth = Auth(Keys(UNASKED, settings.issuer, settings.audience, production=False))
    api = Api(app, database, clock, auth, Command(database, clock))
    if blueprint.routes is not None:
        blueprint.routes(api, parts)
    add_parked_routes(api, _no_inbox)
    document: dict[str, Any] = app.openapi()
    return _with_rules(document, _guarded(app))


def _guarded(app: FastAPI) -> set[tuple[str, str]]:
    """Path and verb of the routes that let only callers with a token through."""
    routes = (route for route in app.routes if isinstance(route, APIRoute))
    return {(route.path, verb.lower()) for route in routes if _asks_for_token(route.dependant) for verb in route.methods or ()}


def _asks_for_token(dependant: Dependant) -> bool:
    return any(
        getattr(inner.call, "__qualname__", "").startswith(Auth.__qualname__ + ".") or _asks_for_token(inner)
        for inner in dependant.dependencies
    )


def _with_rules(document: dict[str, Any], guarded: set[tuple[str, str]]) -> dict[str, Any]:
    """What the chassis asks of every request and no signature shows: the token, and the headers of commands."""
    document.setdefault("components", {})["securitySchemes"] = {"bearer": BEARER}
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            if (path, verb) in guarded:
                operation["security"] = [{"bearer": []}]
            if verb in WRITES and not CONTENT & set(operation.get("tags", ())):
                operation["parameters"] = [*operation.get("parameters", []), *COMMAND_HEADERS]
    return document


async def _fine() -> dict[str, Any]:
    return {"ok": True}


def _no_inbox() -> Inbox:
    raise AssertionError("an interface is described, not used")
