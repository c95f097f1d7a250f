"""Three kinds of error and no more: refused, retry, stop (DESIGN § 4)."""


class Refused(Exception):
    """A rule said no: answer the caller, record nothing.

    `why` is Vietnamese and may be shown; `article` names the law; `field` the part of the command that is at fault;
    `status` is the HTTP status (409 by state, 422 by content).
    """

    def __init__(self, why: str, *, article: str = "", field: str = "", status: int = 409) -> None:
        super().__init__(why)
        self.why = why
        self.article = article
        self.field = field
        self.status = status


class Retry(Exception):
    """Something is away: try again later, keep the order."""


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
