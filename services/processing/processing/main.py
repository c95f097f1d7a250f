"""Processing, put together."""

from chassis.inbox import Handler
from chassis.service import Blueprint, Parts, run
from processing.api import add_routes
from processing.inbound import handler
from processing.outbound import outbound
from processing.views import CASE


def _handle(parts: Parts) -> Handler:
    return handler(parts.clock)


BLUEPRINT = Blueprint(
    name="processing",
    outbound=outbound,
    handle=_handle,
    routes=add_routes,
    tables=(CASE,),
    max_body=21 * 1024 * 1024,
)

if __name__ == "__main__":
    run(BLUEPRINT)
