"""Results, put together."""

from pathlib import Path

from chassis.http import Api
from chassis.http.uploads import MAX_FILE
from chassis.inbox import Handler
from chassis.service import Blueprint, Parts
from chassis.serving import run
from results.api import add_routes
from results.inbound import handler
from results.outbound import outbound
from results.seal import Seal
from results.views import TABLES


def _handle(parts: Parts) -> Handler:
    return handler(parts.clock)


def seal_of(parts: Parts) -> Seal:
    """The seal whose material lies in the folder of the settings, by default next to the files."""
    settings = parts.settings
    folder = Path(settings.certificates) if settings.certificates else Path(settings.files).parent / "certificates"
    return Seal(folder, production=settings.env == "production")


def _routes(api: Api, parts: Parts) -> None:
    add_routes(api, parts, seal_of(parts))


BLUEPRINT = Blueprint(name="results", outbound=outbound, handle=_handle, routes=_routes, tables=TABLES, max_body=MAX_FILE + 1024 * 1024)

if __name__ == "__main__":
    run(BLUEPRINT)
