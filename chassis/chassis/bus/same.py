"""The bus to which a service has sent before, and no other.

Another Kafka may answer at the address: a setting that names the wrong one, a port that somebody took. What is sent there would count as
sent, and the readers of ours would never have it. So the service's store keeps the name of the first.
"""

from collections.abc import Sequence

from chassis.bus.port import Bus, Record
from chassis.errors import Retry
from chassis.store.session import Database
from chassis.threads import in_loop_thread


class AnotherBus(Retry):
    """Not the bus to which this service has sent before."""


class SameBus:
    """Asks the bus for its name before the first page, and again after one that failed. `refused`: why nothing is sent."""

    def __init__(self, bus: Bus, database: Database) -> None:
        self._bus = bus
        self._database = database
        self._known = False
        self.refused: str | None = None

    async def send(self, records: Sequence[Record]) -> None:
        """As `Bus.send`. Raises `AnotherBus`."""
        if not self._known:
            await self._must_be_the_same()
        self._known = False
        await self._bus.send(records)
        self._known = True

    async def _must_be_the_same(self) -> None:
        found = await self._bus.name()
        before = await in_loop_thread(self._database.relay_bus, found)
        self.refused = None if before == found else f"this is {found}, and what was sent before went to {before}"
        if self.refused:
            raise AnotherBus(self.refused)

    async def name(self) -> str:
        return await self._bus.name()

    async def close(self) -> None:
        await self._bus.close()
