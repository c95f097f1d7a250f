"""Routing, put together."""

from collections.abc import Sequence

from chassis.inbox import Handler
from chassis.rescheduling import sweeping
from chassis.service import Blueprint, Parts, Task
from chassis.serving import run
from chassis.store import Unit
from chassis.timers import Fire, Timer
from routing import application
from routing.api import add_routes
from routing.inbound import handler
from routing.outbound import outbound
from routing.views import CASE


def _handle(parts: Parts) -> Handler:
    return handler(parts.clock, parts.catalogue)


def _tasks(parts: Parts) -> Sequence[Task]:
    return [sweeping(parts, "routing.clocks")]


def _fire(parts: Parts) -> Fire:
    def fire(unit: Unit, timer: Timer) -> None:
        application.fire(unit, timer, parts.clock.now())

    return fire


BLUEPRINT = Blueprint(name="routing", outbound=outbound, handle=_handle, fire=_fire, routes=add_routes, tables=(CASE,), tasks=_tasks)

if __name__ == "__main__":
    run(BLUEPRINT)
