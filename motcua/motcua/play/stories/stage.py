"""Where a story is told: the services over HTTP, a clock that can be moved on, and the province's agencies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from contracts.catalogue import Agency, Procedure
from motcua.client import Client
from motcua.clock import StoryClock

ACCOUNTS = {
    "one-stop": "motcua",
    "one-stop-head": "phutrach-motcua",
    "department-head": "truongphong",
    "specialist": "chuyenvien",
    "leader": "lanhdao",
    "clerk": "vanthu",
}


@dataclass(frozen=True)
class Stage:
    """The same scripts play over the running system and in memory: client and clock are all that differs. `patience` in seconds."""

    client: Client
    clock: StoryClock
    patience: float
    say: Callable[[str], None]
    agencies: Mapping[str, Agency] = field(default_factory=dict)

    def one_stop(self, number: int) -> Agency:
        """One of the communes' one-stops."""
        communes = sorted(agency.code for agency in self.agencies.values() if agency.level == "commune" and agency.one_stop)
        return self.agencies[communes[number % len(communes)]]

    def procedure(self, code: str) -> Procedure:
        """The version in force today."""
        return msgspec.convert(self.client.catalogue.procedure(code), Procedure)

    def person(self, role: str, agency: str) -> Client:
        """Somebody of an agency, with an account of their own."""
        return self.client.acting(f"{ACCOUNTS[role]}.{agency}", role, agencies=(agency,))


def set_stage(client: Client, clock: StoryClock, patience: float, say: Callable[[str], None]) -> Stage:
    """A stage with the agencies in force today."""
    agencies = {agency.code: agency for agency in (msgspec.convert(item, Agency) for item in client.catalogue.agencies())}
    return Stage(client, clock, patience, say, agencies)
