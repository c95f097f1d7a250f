"""Payments, put together."""

from chassis.inbox import Handler
from chassis.service import Blueprint, Parts
from chassis.serving import run
from chassis.store import Unit
from chassis.timers import Fire, Timer
from payments import application
from payments.api import add_routes
from payments.inbound import handler
from payments.outbound import outbound
from payments.views import TABLES


def _handle(parts: Parts) -> Handler:
    return handler(parts.clock)


def _fire(parts: Parts) -> Fire:
    def fire(unit: Unit, timer: Timer) -> None:
        application.fire(unit, timer, parts.clock.now())

    return fire


BLUEPRINT = Blueprint(name="payments", outbound=outbound, handle=_handle, fire=_fire, routes=add_routes, tables=TABLES)

if __name__ == "__main__":
    run(BLUEPRINT)
