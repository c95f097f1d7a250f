"""What is published goes to one bus, in order, and leaves the line when it is stored there."""

import pytest

from catalogue.main import BLUEPRINT
from catalogue.outbound import publish_once
from catalogue.views import OUTGOING
from chassis.bus.memory import MemoryBus
from chassis.bus.same import AnotherBus, SameBus
from contracts.topics import CATALOGUE
from tests.chassis.sample import AnotherMemoryBus
from tests.harness import START, Service, World, token


def declare(service: Service, report: str) -> None:
    agency = next(code for code, agency in service.parts.catalogue.agencies().items() if agency.one_stop)
    body = {"agency": agency, "began_at": START.isoformat(), "cause": "power", "report": report}
    assert service.post("/outages", token("head-1", "one-stop-head", agencies=[agency]), body).status_code == 201


async def test_nothing_is_published_to_another_bus_than_before() -> None:
    """Regression: after a restart beside another Kafka an outage left the line, and no other service ever heard of it."""
    service, ours, other = World().add(BLUEPRINT), MemoryBus(), AnotherMemoryBus()
    declare(service, "01/BB")
    assert await publish_once(service.database, SameBus(ours, service.database)) == 1
    declare(service, "02/BB")
    with pytest.raises(AnotherBus):
        await publish_once(service.database, SameBus(other, service.database))
    assert other.topics == {} and len(service.database.tables[OUTGOING.name]) == 1
    assert await publish_once(service.database, SameBus(ours, service.database)) == 1
    assert sum(map(len, ours.partitions(CATALOGUE))) == 2
