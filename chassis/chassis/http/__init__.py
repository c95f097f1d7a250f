"""HTTP: problem+json, idempotency, ETags, cursors, bearer tokens; deny by default."""

from chassis.http.answers import Items, Page, answers
from chassis.http.app import Api, create_app
from chassis.http.auth import Auth
from chassis.http.command import Answer, Command
from chassis.http.pdf import Pdf

__all__ = ["Answer", "Api", "Auth", "Command", "Items", "Page", "Pdf", "answers", "create_app"]
