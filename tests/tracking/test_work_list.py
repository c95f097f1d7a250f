"""A page of an agency's list is read from an index in its order, however many dossiers the agency has settled before."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from chassis.migrate import migrate
from chassis.store import Condition
from chassis.store.statements import find_rows
from motcua_stack import Servers, prepare_postgres
from tracking.views import DOSSIER

DAY = datetime(2026, 3, 2, tzinfo=UTC)
ROWS = """
INSERT INTO tracking.dossier (id, procedure, receiving, settling, holder, involved, applicant, status, due_at, late_extension, verdict,
    imported, facts)
SELECT gen_random_uuid(), '1', 'A', 'A' || n % 4, 'A', '[]', 'citizen', 4 + n % 7, '2026-03-01'::timestamptz + n * interval '1 minute',
    false, 'open', false, 1
FROM generate_series(1, 6000) AS n
"""


@pytest.fixture(scope="module")
def owner(stack: Servers, database: str) -> str:
    prepare_postgres(database, ["tracking"], stack.home)
    migrate(database, "tracking", "tracking", "motcua_tracking", "tracking")
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute(ROWS)
        conn.execute("ANALYZE tracking.dossier")
    return database


def _plan(owner: str, where: list[Condition], order: tuple[str, ...], after: tuple[object, ...] | None) -> str:
    statement = find_rows(DOSSIER, where, order, after, 21, False)
    with psycopg.connect(owner) as conn:
        conn.execute("SET search_path TO tracking")
        return "\n".join(str(row[0]) for row in conn.execute(f"EXPLAIN {statement.text}".encode(), statement.params))


@pytest.mark.parametrize("after", [None, (DAY, UUID(int=5))], ids=["first", "later"])
def test_what_is_due_soon_at_an_agency_in_one_status_is_read_in_the_order_of_an_index(owner: str, after: tuple[object, ...] | None) -> None:
    where: list[Condition] = [("settling", "=", "A1"), ("status", "=", 4), ("due_at", "<", DAY + timedelta(days=2))]
    plan = _plan(owner, where, ("due_at", "id"), after)
    assert "Index Scan using dossier_work" in plan
    assert "Sort" not in plan
    assert "Filter" not in plan


def test_all_dossiers_of_an_agency_by_age_are_read_in_the_order_of_an_index(owner: str) -> None:
    plan = _plan(owner, [("settling", "=", "A1")], ("id",), (UUID(int=5),))
    assert "Index Scan using dossier_age" in plan
    assert "Sort" not in plan
