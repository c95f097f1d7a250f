"""The services of a run: their own blueprints; results' seal alone is a simulated one, for a signature takes longer than a dossier."""

from dataclasses import replace
from datetime import datetime

from chassis.http import Api
from chassis.service import Blueprint, Parts
from intake.application.clocks import OWNER as INTAKE_CLOCKS
from intake.main import BLUEPRINT as INTAKE
from notifications.main import BLUEPRINT as NOTIFICATIONS
from payments.main import BLUEPRINT as PAYMENTS
from processing.application.clocks import OWNER as PROCESSING_CLOCKS
from processing.main import BLUEPRINT as PROCESSING
from ratings.main import BLUEPRINT as RATINGS
from results.api import add_routes
from results.main import BLUEPRINT as RESULTS
from results.seal import Signed
from routing.clocks import OWNER as ROUTING_CLOCKS
from routing.main import BLUEPRINT as ROUTING
from sync_national.main import BLUEPRINT as SYNC_NATIONAL
from tracking.main import BLUEPRINT as TRACKING


class SimulatedSeal:
    """Signs nothing and trusts everything."""

    def sign(self, pdf: bytes, *, place: str, at: datetime) -> Signed:
        return Signed(pdf, "0" * 64)

    def fault(self, pdf: bytes) -> str:
        return ""


OWNERS = {"intake": INTAKE_CLOCKS, "routing": ROUTING_CLOCKS, "processing": PROCESSING_CLOCKS}
"""Services whose clocks a new calendar moves."""


def _results_routes(api: Api, parts: Parts) -> None:
    add_routes(api, parts, SimulatedSeal())  # type: ignore[arg-type]


def blueprints() -> list[Blueprint]:
    """In the order in which facts pass through them."""
    results = replace(RESULTS, routes=_results_routes)
    return [INTAKE, ROUTING, PROCESSING, results, PAYMENTS, NOTIFICATIONS, TRACKING, RATINGS, SYNC_NATIONAL]
