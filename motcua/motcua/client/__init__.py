"""A small typed client of every service.

>>> client = Client({"tracking": "http://127.0.0.1:8108"}, lambda actor: "…")
>>> officer = client.acting("officer-1", "one-stop", agencies=("H60.X101",))
>>> officer.actor.roles
frozenset({'one-stop'})
"""

from collections.abc import Mapping

import httpx

from motcua.client.operations import Operations
from motcua.client.routes import (
    Catalogue,
    Intake,
    Notifications,
    Payments,
    Processing,
    Ratings,
    Results,
    Routing,
    SyncNational,
    Tracking,
)
from motcua.client.wire import Actor, Json, Problem, TokenProvider, Waiting, Wire, actor

__all__ = ["Actor", "Client", "Json", "Problem", "TokenProvider", "Waiting", "actor"]


class Client:
    """What one actor may ask the services. `acting` gives the same connections to another actor."""

    def __init__(
        self,
        addresses: Mapping[str, str],
        token: TokenProvider,
        actor: Actor | None = None,
        *,
        patience: float = 120,
        transport: httpx.BaseTransport | None = None,
        waiting: Waiting | None = None,
        wire: Wire | None = None,
    ) -> None:
        self.actor = actor
        self.wire = wire or Wire(addresses, token, patience=patience, transport=transport, waiting=waiting)
        self._addresses, self._token = addresses, token
        self.catalogue = Catalogue(self.wire, actor)
        self.intake = Intake(self.wire, actor)
        self.routing = Routing(self.wire, actor)
        self.processing = Processing(self.wire, actor)
        self.results = Results(self.wire, actor)
        self.payments = Payments(self.wire, actor)
        self.tracking = Tracking(self.wire, actor)
        self.notifications = Notifications(self.wire, actor)
        self.ratings = Ratings(self.wire, actor)
        self.sync_national = SyncNational(self.wire, actor)
        self.operations = Operations(self.wire, actor)

    def acting(self, subject: str, *roles: str, agencies: tuple[str, ...] = ()) -> "Client":
        """The same connections in the name of somebody else."""
        return Client(self._addresses, self._token, actor(subject, *roles, agencies=agencies), wire=self.wire)

    def close(self) -> None:
        self.wire.close()
