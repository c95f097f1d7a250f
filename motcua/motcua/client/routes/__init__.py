"""The routes of each service as methods. Dossier ids are strings of UUIDs; answers are the services' JSON."""

from motcua.client.routes.owners import Catalogue, Intake, Payments, Processing, Results, Routing
from motcua.client.routes.readers import Notifications, Ratings, SyncNational, Tracking
from motcua.client.routes.service import Owner

__all__ = [
    "Catalogue",
    "Intake",
    "Notifications",
    "Owner",
    "Payments",
    "Processing",
    "Ratings",
    "Results",
    "Routing",
    "SyncNational",
    "Tracking",
]
