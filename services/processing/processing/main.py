"""Processing, put together."""

from collections.abc import Sequence

from chassis.inbox import Handler
from chassis.rescheduling import sweeping
from chassis.service import Blueprint, Parts, Task
from chassis.serving import run
from processing.api import add_routes
from processing.inbound import handler, prepare
from processing.outbound import outbound
from processing.views import CASE


def _handle(parts: Parts) -> Handler:
    return handler(parts.clock, parts.catalogue)


def _tasks(parts: Parts) -> Sequence[Task]:
    return [sweeping(parts, "processing.application.clocks")]


BLUEPRINT = Blueprint(
    name="processing",
    outbound=outbound,
    handle=_handle,
    routes=add_routes,
    tasks=_tasks,
    tables=(CASE,),
    prepare=prepare,
    max_body=21 * 1024 * 1024,
)

if __name__ == "__main__":
    run(BLUEPRINT)
