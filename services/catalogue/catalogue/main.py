"""The catalogue, put together."""

from catalogue.api import add_routes
from catalogue.outbound import publish
from chassis.service import Blueprint
from chassis.serving import run

BLUEPRINT = Blueprint(name="catalogue", routes=add_routes, hears_catalogue=False, sender=publish)

if __name__ == "__main__":
    run(BLUEPRINT)
