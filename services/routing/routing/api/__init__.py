"""Routing over HTTP: paper hand-overs, consultations, what is late and what is supervised."""

from chassis.http import Api
from chassis.http.citing import as_heard, cite_pinned_rules
from chassis.http.imports import add_import_route, of_heard
from chassis.rescheduling import add_calendar_change_routes
from chassis.service import Parts
from routing.api.commands import add_commands
from routing.api.queries import add_queries
from routing.clocks import OWNER
from routing.views import CASE


def add_routes(api: Api, parts: Parts) -> None:
    """All routes of routing."""
    add_commands(api, parts)
    add_queries(api, parts)
    add_import_route(api, "routing", of_heard(lambda unit, dossier: unit.get(CASE, dossier)))
    add_calendar_change_routes(api, parts, OWNER)
    cite_pinned_rules(api, parts, as_heard(CASE))
