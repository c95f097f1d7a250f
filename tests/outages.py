"""A declared outage, as a service's own copy of the catalogue has it."""

from datetime import datetime
from uuid import UUID

from chassis.catalogue import ENTRIES, entry_of
from chassis.store import Because, Unit
from contracts.outage import EVERYWHERE, Outage
from tests.harness import Service


def declare(service: Service, began: datetime, ended: datetime | None, *, agency: str = EVERYWHERE) -> None:
    """Said once more with another end, it is the same outage."""
    outage = Outage(
        code="SC-2026-0001",
        agency=agency,
        began_at=began,
        ended_at=ended,
        cause="power",
        report="01/BB-SC",
        declared_by="head-1",
        declared_at=began,
    )
    with service.database.session() as session:
        unit = Unit(session, Because(actor="test", correlation=UUID(int=0)))
        unit.put(ENTRIES, entry_of(outage))
        unit.commit()
    service.parts.catalogue.forget()
