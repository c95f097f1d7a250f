"""What SQL comes of a question: an index can only follow what it can read as one range."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from chassis.store import Condition, Table
from chassis.store.statements import find_rows

MOMENT = datetime(2026, 3, 2, tzinfo=UTC)


class Work(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    due_at: datetime | None


WORK = Table("work", Work, ("id",))


def _text(where: list[Condition], after: tuple[object, ...]) -> str:
    return find_rows(WORK, where, ("due_at", "id"), after, 10, False).text


def test_a_page_behind_a_date_is_one_range_where_a_condition_leaves_no_row_without_a_date() -> None:
    text = _text([("due_at", "<", MOMENT)], (MOMENT, UUID(int=1)))
    assert '("due_at", "id") > (%s::timestamptz, %s::uuid)' in text
    assert " OR " not in text


def test_a_page_behind_a_date_still_has_the_rows_without_a_date_where_no_condition_shuts_them_out() -> None:
    assert '"due_at" IS NULL' in _text([], (MOMENT, UUID(int=1)))
    assert '"due_at" IS NULL OR' not in _text([("due_at", "is not null", None)], (MOMENT, UUID(int=1)))
    assert " OR " in _text([("due_at", "is null", None)], (None, UUID(int=1)))
