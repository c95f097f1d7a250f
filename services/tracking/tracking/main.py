"""Tracking, put together."""

from chassis.inbox import Handler
from chassis.service import Blueprint, Parts
from chassis.serving import run
from tracking.api import add_routes
from tracking.inbound import handle
from tracking.views import DOSSIER, HISTORY


def _handle(_: Parts) -> Handler:
    return handle


BLUEPRINT = Blueprint(
    name="tracking", handle=_handle, routes=add_routes, tables=(DOSSIER,), views=(DOSSIER, HISTORY), prefetch_history=False
)

if __name__ == "__main__":
    run(BLUEPRINT)
