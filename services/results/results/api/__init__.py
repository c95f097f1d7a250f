"""Results over HTTP: the clerk issues, the one-stop returns, the owner fetches."""

from chassis.http import Api
from chassis.http.citing import as_heard, cite_pinned_rules
from chassis.http.imports import add_import_route, of_heard
from chassis.http.uploads import add_upload_route
from chassis.service import Parts
from results.api.commands import add_commands
from results.api.queries import add_queries
from results.seal import Seal
from results.views import CASES


def add_routes(api: Api, parts: Parts, seal: Seal) -> None:
    """All routes of results."""
    add_upload_route(api, parts.files, ("clerk",))
    add_commands(api, parts, seal)
    add_queries(api, parts, seal)
    add_import_route(api, "results", of_heard(lambda unit, dossier: unit.get(CASES, dossier)))
    cite_pinned_rules(api, parts, as_heard(CASES))
