"""A unit that enters what stands in a paper book."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from chassis.store import Because, Unit
from chassis.store.memory import MemoryDatabase
from contracts.dossier.intake import Closed
from contracts.fact import BackEntry, VaultRef

THEN = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NOW = THEN + timedelta(days=1)
ENTRY = BackEntry(cause="outage", reason=VaultRef(key="k", digest="d"), approver="head-1")


@pytest.mark.req("OP-05")
def test_every_fact_of_a_backdated_unit_has_the_paper_s_time_and_the_time_of_entry() -> None:
    database = MemoryDatabase("sample")
    with database.session() as session:
        unit = Unit(session, Because(actor="officer-1", correlation=UUID(int=1)))
        unit.backdate(ENTRY, NOW)
        unit.record(UUID(int=1), Closed(effective_at=THEN, recorded_at=THEN, cause="withdrawn"))
        unit.commit()
    (kept,) = database.streams[UUID(int=1)]
    assert (kept.fact.effective_at, kept.fact.recorded_at, kept.fact.back_entry) == (THEN, NOW, ENTRY)
