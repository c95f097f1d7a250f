"""Which law a malformed body is held against: the rule set that its dossier pins."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from chassis.http.app import Api
from chassis.service import Parts
from chassis.store import Session, Table
from worktime import article_of

Pinned = Callable[[Session, UUID], str]
"""The name of the rule set that a dossier pins; empty where it pins none yet."""


def as_heard(table: Table[Any]) -> Pinned:
    """What a table of dossiers says, whose rows have a `rule_set`."""
    return lambda session, dossier: next((str(row.rule_set) for row in session.rows(table, [(dossier,)])), "")


def cite_pinned_rules(api: Api, parts: Parts, pinned: Pinned) -> None:
    """From now on a malformed body is refused with the article of its dossier's rule set; without one, of the province's rules today."""

    def article(dossier: str | None, point: str) -> str:
        return article_of(_pinned(api, dossier, pinned) or _today(), point)

    def _today() -> str:
        return parts.settings.rules_on(api.clock.now()).name

    api.app.state.article = article


def cite_rules_of_today(api: Api, parts: Parts) -> None:
    """The same where nothing is about one dossier."""
    cite_pinned_rules(api, parts, lambda session, dossier: "")


def _pinned(api: Api, dossier: str | None, pinned: Pinned) -> str:
    try:
        subject = UUID(dossier or "")
    except ValueError:
        return ""
    with api.database.session() as session:
        return pinned(session, subject)
