"""The catalogue, put together."""

from collections.abc import Sequence
from functools import partial

from catalogue.api import add_routes
from catalogue.outbound import publish
from chassis.bus.kafka import KafkaBus
from chassis.bus.same import SameBus
from chassis.service import Blueprint, Parts, Task
from chassis.serving import run


def _tasks(parts: Parts) -> Sequence[Task]:
    bus = SameBus(KafkaBus(parts.settings.kafka, "catalogue"), parts.database)
    return [partial(publish, parts.database, bus)]


BLUEPRINT = Blueprint(name="catalogue", routes=add_routes, hears_catalogue=False, tasks=_tasks)

if __name__ == "__main__":
    run(BLUEPRINT)
