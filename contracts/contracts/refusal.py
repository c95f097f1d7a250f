"""A rule said no, or a body is damaged."""

from typing import Protocol

import msgspec

from contracts.damage import Kind, damage_of
from contracts.moment import FIRST_YEAR, LAST_YEAR

DAMAGED: dict[Kind, str] = {
    "missing": "còn thiếu",
    "unknown": "không có trong quy cách",
    "stray": "có trường không có trong quy cách",
    "zone": "không có múi giờ",
    "moment": "không phải là thời điểm",
    "date": "không phải là ngày dạng YYYY-MM-DD",
    "years": f"ở ngoài các năm {FIRST_YEAR} đến {LAST_YEAR}",
    "shape": "không đúng kiểu hoặc không có giá trị này",
}
"""What is said of a damaged field. Never the value: it may be somebody's words."""


class Law(Protocol):
    """What cites: a rule set, or a dossier that pins one."""

    def article(self, point: str, /) -> str:
        """The article of a point, for instance `outage`."""


class Refused(Exception):
    """Answer the caller, record nothing.

    `why` is Vietnamese and may be shown; `article` names the law; `field` the part of the command that is at fault;
    `status` is the HTTP status (409 by state, 422 by content).
    """

    def __init__(self, why: str, *, article: str = "", field: str = "", status: int = 409) -> None:
        super().__init__(why)
        self.why = why
        self.article = article
        self.field = field
        self.status = status


class Unheard(Refused):
    """Not as far as is known here, but an earlier fact of another service may be on its way.

    The caller is told to come back (409 with `Retry-After`), not that it is forbidden.
    """

    def __init__(self, why: str, *, article: str = "", field: str = "") -> None:
        super().__init__(why, article=article, field=field)


def damaged(error: msgspec.ValidationError) -> tuple[str, str]:
    """The damaged field, empty for the whole body, and what is said of it: `legs.0.leg không đúng kiểu …`."""
    field, kind = damage_of(error)
    return field, f"{field or 'nội dung'} {DAMAGED[kind]}"
