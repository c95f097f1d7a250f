"""What the routes of notifications answer. A date is ISO 8601."""

from typing import TypedDict

from notifications.views import Channel, State


class Message(TypedDict):
    """A notice in the applicant's account. `number` is the dossier's code, before reception its id."""

    id: str
    dossier: str
    number: str
    event: str
    at: str
    due_at: str | None
    subject: str
    text: str


class Evidence(TypedDict):
    """What was sent on which channel, and what came of it. `digest` is that of the text; `answer` what the gateway said."""

    fact: str
    event: str
    channel: Channel
    subject: str
    state: State
    attempts: int
    queued_at: str
    delivered_at: str | None
    digest: str | None
    answer: str | None
