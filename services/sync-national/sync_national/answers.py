"""What the routes of sync-national answer."""

from typing import TypedDict


class MessageCounts(TypedDict):
    """Messages by state."""

    waiting: int
    delivered: int
    parked: int
    held: int


class PortalContact(TypedDict):
    """Whether the portal answers, since when not, and why."""

    up: bool
    last_answer_at: str | None
    failing_since: str | None
    why: str | None


class Summary(TypedDict):
    """Messages by state and by national status; `lag_seconds` is the age of the oldest that waits."""

    messages: MessageCounts
    by_status: dict[str, int]
    lag_seconds: float
    portal: PortalContact


class Redriven(TypedDict):
    """How many messages are tried again."""

    messages: int
