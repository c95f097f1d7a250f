"""Intake, put together."""

from collections.abc import Sequence

from chassis.inbox import Handler
from chassis.rescheduling import sweeping
from chassis.service import Blueprint, Parts, Task
from chassis.serving import run
from chassis.store import Unit
from chassis.timers import Fire, Timer
from intake import application
from intake.api import add_routes
from intake.inbound import handler
from intake.outbound import outbound
from intake.views import DOSSIER


def _desk(parts: Parts) -> application.Desk:
    return application.Desk(parts.catalogue, parts.settings)


def _handle(parts: Parts) -> Handler:
    return handler(_desk(parts), parts.clock)


def _fire(parts: Parts) -> Fire:
    def fire(unit: Unit, timer: Timer) -> None:
        application.fire(unit, _desk(parts), timer, parts.clock.now())

    return fire


def _tasks(parts: Parts) -> Sequence[Task]:
    return [sweeping(parts, "intake.application.clocks")]


BLUEPRINT = Blueprint(
    name="intake",
    outbound=outbound,
    handle=_handle,
    fire=_fire,
    routes=add_routes,
    tasks=_tasks,
    tables=(DOSSIER,),
    prefetch_history=False,
    max_body=21 * 1024 * 1024,
)

if __name__ == "__main__":
    run(BLUEPRINT)
