"""What the routes of results answer."""

from typing import Literal, TypedDict

from results.case import Case
from results.domain.e_paper import Holder
from worktime import Verdict


class Issued(TypedDict):
    """The signed file's SHA-256 and its certificate; whether the applicant was told at once, and whether it was handed over at once."""

    digest: str
    certificate: str
    announced: bool
    returned: bool


class Corrected(TypedDict):
    """The mended file's SHA-256 and its certificate; `late`: after the working days that there are for it."""

    digest: str
    certificate: str
    late: bool


class Announced(TypedDict):
    """It was recorded that the applicant was told."""

    announced: Literal[True]


class NewState(TypedDict):
    """The state of the result afterwards."""

    state: Literal["returned", "correcting"]


class Counts(TypedDict):
    """Granted and declined results."""

    granted: int
    declined: int


class CaseShown(Case, frozen=True, kw_only=True):
    """A dossier as results knows it: judged to its date, with its age in days while it waits to be collected."""

    timeliness: Verdict | None
    apologised: bool
    uncollected_days: int | None
    correction: Verdict | None


class EPaperShown(TypedDict):
    """The six minimum fields of a result (Đ19.2)."""

    document_type: str
    holder: Holder | None
    name: str
    summary: str
    validity: str
    scope: str
