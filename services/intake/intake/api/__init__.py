"""Intake over HTTP: what applicants and one-stop officers do, and the vault's door for services."""

from chassis.http import Api
from chassis.http.citing import cite_pinned_rules
from chassis.http.imports import add_import_route
from chassis.http.uploads import add_upload_route
from chassis.rescheduling import add_calendar_change_routes
from chassis.service import Parts
from intake.api.access import OFFICERS
from intake.api.applicant import add_applicant_routes
from intake.api.assistance import add_assistance_routes
from intake.api.back_entry import LawTime
from intake.api.guidance import add_guidance_routes
from intake.api.imports import begin_import
from intake.api.lists import add_gate_routes, add_list_routes
from intake.api.one_stop import add_completeness_routes, add_officer_routes, add_supplement_routes
from intake.api.outage import add_entry_routes, add_sheet_routes
from intake.api.reading import add_form_routes, add_history_route, add_read_routes, add_what_if_route
from intake.api.registers import add_register_routes
from intake.api.scans import add_scan_routes
from intake.api.vault_door import add_vault_routes
from intake.application import Desk
from intake.application.clocks import OWNER


def add_routes(api: Api, parts: Parts) -> None:
    """All routes of intake."""
    desk = Desk(parts.catalogue, parts.settings)
    law = LawTime(api, parts, desk)
    add_applicant_routes(api, parts, desk, law)  # first: a path is looked for in this order, and most of what comes is filed
    add_upload_route(api, parts.files, ("citizen", *OFFICERS))
    add_import_route(api, "intake", begin_import)
    add_officer_routes(api, desk, law)
    add_supplement_routes(api, desk, law)
    add_completeness_routes(api, desk, law)
    add_assistance_routes(api, desk, law)
    add_sheet_routes(api, parts, desk)
    add_entry_routes(api, parts, desk, law)
    add_list_routes(api)
    add_gate_routes(api, parts)
    add_read_routes(api)
    add_what_if_route(api, desk)
    add_history_route(api)
    add_form_routes(api, parts, desk)
    add_calendar_change_routes(api, parts, OWNER)
    add_register_routes(api, parts)
    add_guidance_routes(api, parts)
    add_scan_routes(api, parts, desk)
    add_vault_routes(api)
    cite_pinned_rules(api, parts, desk.pinned)
