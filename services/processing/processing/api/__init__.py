"""Processing over HTTP: what heads, specialists and leaders do with a dossier."""

from chassis.http import Api
from chassis.http.citing import as_heard, cite_pinned_rules
from chassis.http.imports import add_import_route, of_heard
from chassis.http.uploads import add_upload_route
from chassis.rescheduling import add_calendar_change_routes
from chassis.service import Parts
from processing.api.applicant import add_applicant
from processing.api.decisions import add_decisions
from processing.api.deferral import add_deferral
from processing.api.notes import add_notes
from processing.api.running import runner
from processing.api.work import WORKERS, add_work
from processing.application.clocks import OWNER
from processing.queries import add_queries
from processing.views import CASE

__all__ = ["add_routes"]


def add_routes(api: Api, parts: Parts) -> None:
    """All routes of processing."""
    run = runner(api, parts)
    add_upload_route(api, parts.files, (*WORKERS, "leader"))
    add_import_route(api, "processing", of_heard(lambda unit, dossier: unit.get(CASE, dossier)))
    add_work(api, parts, run)
    add_decisions(api, parts, run)
    add_deferral(api, run)
    add_applicant(api, run)
    add_queries(api, parts)
    add_notes(api, parts)
    add_calendar_change_routes(api, parts, OWNER)
    cite_pinned_rules(api, parts, as_heard(CASE))
