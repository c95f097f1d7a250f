"""HTTP: problem+json, idempotency, ETags, cursors, bearer tokens; deny by default."""

from chassis.http.answers import Items, Page, answers
from chassis.http.app import Api, create_app
from chassis.http.auth import Auth
from chassis.http.command import Answer, Command

__all__ = ["Answer", "Api", "Auth", "Command", "Items", "Page", "answers", "create_app"]
