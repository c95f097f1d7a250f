"""Three kinds of error and no more: refused, retry, stop."""

from contracts.refusal import Refused

__all__ = ["Duplicate", "Fenced", "Full", "NotHeardOf", "Refused", "Retry", "Stop", "VersionConflict"]


class Retry(Exception):
    """Something is away: try again later, keep the order."""


class Full(Retry):
    """A disk or a quota is full: nothing was stored, and it is to be sent again when somebody has made room."""


class NotHeardOf(Retry):
    """A well-formed code that this service has not heard of yet: not the same as one that does not exist."""


class Stop(Exception):
    """A damaged message or a bug: park it, raise an alarm."""


class VersionConflict(Exception):
    """Another command appended to this dossier first: reload and look again."""


class Duplicate(Exception):
    """A row that must be new is already there; `table` says where."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


class Fenced(Exception):
    """Another owner has moved this partition on."""
