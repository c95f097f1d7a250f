"""Ratings, put together."""

from chassis.inbox import Handler
from chassis.service import Blueprint, Parts
from chassis.serving import run
from ratings.api import add_routes
from ratings.inbound import handle
from ratings.views import CASE


def _handle(_: Parts) -> Handler:
    return handle


BLUEPRINT = Blueprint(name="ratings", handle=_handle, routes=add_routes, tables=(CASE,), views=(CASE,), prefetch_history=False)

if __name__ == "__main__":
    run(BLUEPRINT)
