"""The HTTP interface of each service as OpenAPI 3.1, from the routes themselves and without servers."""

from pathlib import Path
from typing import Any

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
    return app.openapi()


async def _fine() -> dict[str, Any]:
    return {"ok": True}


def _no_inbox() -> Inbox:
    raise AssertionError("an interface is described, not used")
