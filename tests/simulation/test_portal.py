"""The portal of a run."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

from chassis.ids import new_id
from chassis.store import Because, Unit
from simulation.faults import Faults
from simulation.portal import SimulatedPortal
from simulation.storage import Storage
from sync_national.views import OUTGOING, Outgoing

NOW = datetime(2026, 3, 9, tzinfo=UTC)


class Slow(Faults):
    """Every answer comes late, and nothing else goes wrong."""

    def strikes(self, name: str) -> bool:
        return name == "portal-slow"


def test_an_answer_that_comes_late_counts_for_what_it_records_has_to_be_sent() -> None:
    """Regression: the acknowledgement of a run's last message was recorded and never left, for nobody had been told (seed 188)."""
    faults = Slow(random.Random(1), ("portal",))
    storage, portal = Storage("sync-national", faults, lambda table, at: None), SimulatedPortal(random.Random(1), faults)
    with storage.session() as session:
        unit = Unit(session, Because(actor="test", correlation=UUID(int=0)))
        unit.put(OUTGOING, owed())
        unit.commit()
    assert portal.take(storage, NOW) == 1 and storage.stored == []
    assert portal.take(storage, NOW + timedelta(seconds=1)) == 1 and len(storage.stored) == 1
    assert portal.take(storage, NOW + timedelta(seconds=2)) == 0


def owed() -> Outgoing:
    return Outgoing(
        dossier=new_id(), n=1, fact=new_id(), correlation=new_id(), status=10, number="H60.00733-260304-0001", department="H60.00733",
        happened_at=NOW, queued_at=NOW, next_try_at=NOW,
    )  # fmt: skip
