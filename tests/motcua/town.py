"""The services of a story in memory, behind the client that also speaks to the running system."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec

from catalogue.main import BLUEPRINT as CATALOGUE
from chassis.catalogue import ENTRIES
from chassis.clock import VirtualClock
from chassis.store import Because, Unit
from chassis.vault import Content
from contracts.fact import VaultRef
from intake.main import BLUEPRINT as INTAKE
from motcua.client import Actor, Client
from motcua.play.stories.stage import Stage, set_stage
from payments.main import BLUEPRINT as PAYMENTS
from processing.main import BLUEPRINT as PROCESSING
from results.main import BLUEPRINT as RESULTS
from routing.main import BLUEPRINT as ROUTING
from tests.harness import Service, World, keys_folder
from tracking.main import BLUEPRINT as TRACKING

BLUEPRINTS = (CATALOGUE, INTAKE, ROUTING, PROCESSING, RESULTS, PAYMENTS, TRACKING)
JANUARY = datetime(2026, 1, 5, 0, 0, tzinfo=UTC)
"""Monday 5 January 2026, 07:00 in Viet Nam."""


class MemoryClock:
    """Moves the world's clock, and lets every service fire what became due."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return self._world.clock.now()

    def move_to(self, moment: datetime) -> None:
        self._world.clock.move_to(moment)
        for service in self._world.services:
            if service.blueprint.fire is not None:
                service.fire()


class MemoryTransport(httpx.BaseTransport):
    """Hands each request to the service named in its address, and lets the world settle after a command."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._services: dict[str, Service] = {service.blueprint.name: service for service in world.services}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        service = self._services[request.url.host]
        answer = service.client.request(request.method, str(request.url.raw_path, "ascii"), content=request.read(), headers=request.headers)
        if request.method == "POST" and request.url.host == "catalogue":
            self._publish()
        elif request.method == "POST":
            self._world.settle()
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def _publish(self) -> None:
        """What the topic of the catalogue does: every service has the same copy."""
        with self._services["catalogue"].database.session() as session:
            entries = session.find(ENTRIES)
        for service in self._world.services:
            with service.database.session() as session:
                unit = Unit(session, Because(actor="test", correlation=UUID(int=0)))
                for entry in entries:
                    unit.put(ENTRIES, entry)
                unit.commit()
            service.parts.catalogue.forget()


class DoorVault:
    """Intake's vault as the other services reach it: through intake's own routes."""

    intake: Service

    def put(self, dossier: UUID, kind: str, content: Content) -> VaultRef:
        answer = self._ask("POST", f"/vault/{dossier}", json={"kind": kind, "content": content})
        return msgspec.convert(answer.json(), VaultRef)

    def get(self, ref: VaultRef, purpose: str) -> Any:
        answer = self._ask("GET", f"/vault/{ref.key}?purpose={purpose}") if ref.key else None
        return answer.json()["content"] if answer is not None and answer.status_code == 200 else None

    def get_many(self, refs: Iterable[VaultRef], purpose: str) -> dict[str, Any]:
        keys = [ref.key for ref in refs if ref.key]
        if not keys:
            return {}
        answer = self._ask("GET", "/vault", params={"purpose": purpose, "key": keys})
        return {item["key"]: item["content"] for item in answer.json()["items"]}

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        token = {"Authorization": f"Bearer {_token(Actor('service', frozenset({'service'})))}"}
        return self.intake.client.request(method, path, headers=token, **options)  # type: ignore[return-value]


def memory_client(world: World) -> Client:
    """A client of the world's services."""
    addresses = {service.blueprint.name: f"http://{service.blueprint.name}" for service in world.services}
    return Client(addresses, _token, transport=MemoryTransport(world)).acting("operator", "operator", agencies=("*",))


def _token(actor: Actor) -> str:
    from chassis.tokens import issue

    return issue(keys_folder(), actor.subject, sorted(actor.roles), sorted(actor.agencies))


def memory_stage(folder: Path, start: datetime = JANUARY, say: Callable[[str], None] = lambda line: None) -> Stage:
    """A stage in memory whose clock stands at `start`."""
    vault = DoorVault()
    world = World(clock=VirtualClock(start), vault=vault)
    for blueprint in BLUEPRINTS:
        service = world.add(blueprint, certificates=str(folder / "certificates"))
        if blueprint is INTAKE:
            vault.intake = service
    return set_stage(memory_client(world), MemoryClock(world), 2, say)
